/**
 * PostgreSQL for one machine: real, durable, on loopback only. It outlives neither an orderly stop nor, for long, a kill:
 * a server left over by a killed run is taken over when it answers to our password, and stopped when it does not.
 * The package's own starter is not used: it ends the process on a signal by itself, and reports no reason when a start fails.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { claimPort } from './ports.ts';
import { ownedFolder, type PostgresHome, postgresHome } from './postgres-home.ts';
import { clearStaleLock, leftover } from './postgres-leftover.ts';
import { lives, markOf, type ProcessMark, stopProcess, until } from './process.ts';

export interface LocalPostgres {
  /** For the database `sos`; holds the password. */
  url: string;
  port: number;
  /** Where the data really lies: not always below the folder asked for, see postgres-home.ts. */
  data: string;
  process: ProcessMark;
  /** Orderly: clients are disconnected, everything is written. `force` ends it at once; nothing committed is lost. */
  stop(force?: boolean): Promise<void>;
}

export interface PostgresOptions {
  /** Folder of the local stack; the data goes into `postgres/` below it, the password and the log beside it. */
  dir: string;
  /** 0 asks for any free port. */
  port: number;
  log: (line: string) => void;
}

const DATABASE = 'sos';
const FLAGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'timezone=UTC', 'log_min_error_statement=panic'];

/** @throws PortTaken, or Error with the last words of PostgreSQL's log. */
export async function startPostgres(options: PostgresOptions): Promise<LocalPostgres> {
  const home = await postgresHome(options.dir, options.log);
  const password = await keptPassword(path.join(options.dir, 'postgres.password'));
  const left = await leftover(home.data);
  if (left) {
    const url = address(left.port, password);
    if ((options.port === 0 || options.port === left.port) && (await until(() => answers(url), 10_000))) {
      options.log('PostgreSQL is still running from an earlier run: using it.');
      return running(left.process, left.port, url, home.data);
    }
    options.log('A PostgreSQL left over by an earlier run is in the way: stopping it.');
    await stopProcess(left.process, 'SIGINT', 15_000, 'SIGQUIT');
  }
  await clearStaleLock(home.data);
  const port = await claimPort(options.port, 'PostgreSQL', 'POSTGRES_PORT');
  await initialise(home, password);
  const url = address(port, password);
  return running(await launch(home, port, url, path.join(options.dir, 'postgres.log')), port, url, home.data);
}

async function running(mark: ProcessMark, port: number, url: string, data: string): Promise<LocalPostgres> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
  if (!rowCount) await admin.query(`CREATE DATABASE ${DATABASE}`);
  await admin.end();
  const own = new URL(url);
  own.pathname = `/${DATABASE}`;
  return {
    url: own.href,
    port,
    data,
    process: mark,
    stop: (force = false) => stopProcess(mark, force ? 'SIGQUIT' : 'SIGINT', 15_000, 'SIGQUIT'),
  };
}

const SCRATCH = 'sos-scratch-';

/** A PostgreSQL to try things on: on any free port, gone with its data when stopped, or when the next one starts after a kill. */
export async function startScratchPostgres(): Promise<LocalPostgres> {
  await sweepScratch();
  const dir = await mkdtemp(path.join(tmpdir(), SCRATCH));
  await chmod(dir, 0o711);
  await writeFile(path.join(dir, 'owner.json'), JSON.stringify(await markOf(process.pid)));
  const postgres = await startPostgres({ dir, port: 0, log: () => undefined });
  return {
    ...postgres,
    async stop() {
      await postgres.stop(true);
      await rm(postgres.data, { recursive: true, force: true });
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A test run that was killed could not stop its own: whoever comes next does, once the owner is known to be dead. */
async function sweepScratch(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(SCRATCH));
  for (const dir of names.map((name) => path.join(tmpdir(), name))) {
    const owner = await readFile(path.join(dir, 'owner.json'), 'utf8').then(JSON.parse, () => null);
    if (!owner || (await lives(owner))) continue;
    const left = await leftover(path.join(dir, 'postgres'));
    if (left) await stopProcess(left.process, 'SIGQUIT', 5_000);
    // Another user's is another user's to sweep.
    await rm(dir, { recursive: true, force: true }).catch(() => undefined);
  }
}

function address(port: number, password: string): string {
  return `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function keptPassword(file: string): Promise<string> {
  const fresh = randomBytes(24).toString('hex');
  // `wx` makes the first start the only writer.
  const made = await writeFile(file, fresh, { mode: 0o600, flag: 'wx' }).then(
    () => true,
    () => false,
  );
  return made ? fresh : (await readFile(file, 'utf8')).trim();
}

/** Builds a new cluster aside and renames it, so that a kill half-way leaves no half of one behind. */
async function initialise(home: PostgresHome, password: string): Promise<void> {
  if (await stat(path.join(home.data, 'PG_VERSION')).catch(() => null)) return;
  const fresh = `${home.data}.new`;
  const passwordFile = `${home.data}.pw`;
  await rm(fresh, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  try {
    await ownedFolder(fresh, home.owner);
    const file = await open(passwordFile, 'wx', 0o600);
    await file.writeFile(password);
    if (home.owner) await file.chown(home.owner.uid, home.owner.gid);
    await file.close();
    const settings = ['--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', '--username=postgres', '--no-instructions'];
    const child = spawn(path.join(home.bin, 'initdb'), [`--pgdata=${fresh}`, `--pwfile=${passwordFile}`, ...settings], {
      ...home.owner,
      cwd: fresh,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (code !== 0) throw new Error(`PostgreSQL could not create its data in ${home.data}: ${said.trim()}`);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(fresh, home.data);
}

async function launch(home: PostgresHome, port: number, url: string, logFile: string): Promise<ProcessMark> {
  const log = await open(logFile, 'a', 0o600);
  const from = (await log.stat()).size;
  const child = spawn(path.join(home.bin, 'postgres'), ['-D', home.data, '-p', String(port), ...FLAGS.flatMap((flag) => ['-c', flag])], {
    ...home.owner,
    cwd: home.data,
    stdio: ['ignore', log.fd, log.fd],
    // Its own group: a Ctrl-C in the terminal must reach the database last, through stop().
    detached: true,
  });
  child.unref();
  child.on('error', () => undefined);
  const mark = child.pid === undefined ? null : await markOf(child.pid);
  await log.close();
  if (mark && (await until(async () => (await answers(url)) || !(await lives(mark)), 60_000)) && (await lives(mark))) return mark;
  if (mark) await stopProcess(mark, 'SIGINT', 5_000, 'SIGQUIT');
  const said = (await readFile(logFile)).subarray(from).toString().trim().split('\n').slice(-3).join(' ');
  throw new Error(`PostgreSQL did not start (port ${port}, log ${logFile}): ${said || 'it could not be run'}`);
}
