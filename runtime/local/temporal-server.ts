/** Temporal's development server on loopback, with its state in a file, so that cases survive a restart. Never for production. */
import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { claimPort } from './ports.ts';
import { lives, markOf, type ProcessMark, stopProcess, until } from './process.ts';
import { findTemporalCli } from './temporal-cli.ts';

export interface LocalTemporal {
  address: string;
  /** The web page of the server; payloads show as ciphertext there. */
  uiUrl: string;
  process: ProcessMark;
  stop(force?: boolean): Promise<void>;
}

export interface TemporalOptions {
  dir: string;
  /** 0 asks for any free port. */
  port: number;
  uiPort: number;
  log: (line: string) => void;
  /** Keyword search attributes to register; ids and states only, since the server keeps them in clear. */
  searchAttributes?: Readonly<Record<string, 'Keyword' | 'Int' | 'Datetime' | 'Bool'>>;
}

/** Closed workflows stay readable this long; the development default of one day loses Friday's story by Monday. */
const RETENTION = '30 days';

/** @throws PortTaken, or Error saying what to do when there is no server to start or it does not serve within a minute. */
export async function startTemporal(options: TemporalOptions): Promise<LocalTemporal> {
  const cli = await findTemporalCli(options.log);
  if (!cli.found) throw new Error(cli.why);
  const port = await claimPort(options.port, 'Temporal', 'TEMPORAL_PORT');
  const uiPort = await claimPort(options.uiPort, "Temporal's web page", 'TEMPORAL_UI_PORT');
  await mkdir(options.dir, { recursive: true });
  const logFile = path.join(options.dir, 'temporal.log');
  const log = await open(logFile, 'a', 0o600);
  const child = spawn(cli.path, serverArguments(options, port, uiPort), {
    stdio: ['ignore', log.fd, log.fd],
    // Its own group: a Ctrl-C in the terminal must reach it after the worker, through stop().
    detached: true,
  });
  child.unref();
  child.on('error', () => undefined);
  const mark = child.pid === undefined ? null : await markOf(child.pid);
  await log.close();
  const address = `127.0.0.1:${port}`;
  if (mark && (await until(async () => (await serves(address)) || !(await lives(mark)), 60_000)) && (await lives(mark))) {
    return {
      address,
      uiUrl: `http://127.0.0.1:${uiPort}`,
      process: mark,
      stop: (force = false) => stopProcess(mark, force ? 'SIGKILL' : 'SIGTERM', 10_000),
    };
  }
  if (mark) await stopProcess(mark, 'SIGTERM', 5_000);
  const said = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-2).join(' ').slice(-500);
  throw new Error(`Temporal did not start on ${address} (${cli.path}, log ${logFile}): ${said}`);
}

function serverArguments(options: TemporalOptions, port: number, uiPort: number): string[] {
  const attributes = Object.entries(options.searchAttributes ?? {}).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]);
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
    ...['--db-filename', path.join(options.dir, 'temporal.sqlite')],
    // Measured: three to six times the updates per second of the default journal on a busy disk.
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
    ...['--log-level', 'error', '--log-format', 'json'],
    ...attributes,
  ];
}

/** Serving means that the namespace answers, not only that the port is open. Sets its retention on the way. */
async function serves(address: string): Promise<boolean> {
  let connection: Connection | null = null;
  try {
    connection = await Connection.connect({ address, connectTimeout: 2_000 });
    await connection.withDeadline(Date.now() + 5_000, async () => {
      await connection?.workflowService.updateNamespace({
        namespace: 'default',
        config: { workflowExecutionRetentionTtl: msToTs(RETENTION) },
      });
    });
    return true;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}
