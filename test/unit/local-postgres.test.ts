import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startPostgres } from '../../runtime/local/postgres.ts';
import { lives, until } from '../../runtime/local/process.ts';

let dir: string;
const said: string[] = [];
const start = (port = 0) => startPostgres({ dir, port, log: (line) => void said.push(line) });

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'postgres-'));
  await chmod(dir, 0o711);
  said.length = 0;
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

it('keeps what was committed across a stop, a kill, and being left behind', async () => {
  const first = await start();
  expect(await query(first.url, 'SELECT current_database() AS name')).toEqual([{ name: 'sos' }]);
  expect(await query(first.url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS n');
  await first.stop();
  expect(await lives(first.process)).toBe(false);

  // Left behind: a second start takes the running server over.
  const second = await start();
  const again = await start(second.port);
  expect(again.process).toEqual(second.process);
  expect(said).toEqual([expect.stringContaining('still running')]);

  // Killed: the next start recovers, on whatever port it is asked for.
  process.kill(again.process.pid, 'SIGKILL');
  await until(async () => !(await lives(again.process)), 5_000);
  const third = await start();
  expect(await query(third.url, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  await third.stop();
}, 60_000);

it('stops a server left behind on another port than the one asked for', async () => {
  const left = await start();
  const other = await startPostgres({ dir, port: left.port === 54_999 ? 54_998 : 54_999, log: (line) => void said.push(line) });
  expect(await lives(left.process)).toBe(false);
  expect(said).toEqual([expect.stringContaining('in the way')]);
  await other.stop();
}, 60_000);

it('guards itself with a random password that only its user may read', async () => {
  const server = await start();
  const file = path.join(dir, 'postgres.password');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await readFile(file, 'utf8')).length).toBeGreaterThanOrEqual(48);
  const open = new URL(server.url);
  open.password = 'postgres';
  await expect(query(open.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  await server.stop();
}, 60_000);
