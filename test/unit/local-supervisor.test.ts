import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeLock } from '../../runtime/local/lock.ts';
import { lives, markOf, type ProcessMark, stopProcess } from '../../runtime/local/process.ts';
import { supervise } from '../../runtime/local/supervisor.ts';

let dir: string;
const said: string[] = [];
const log = (line: string): void => void said.push(line);
const children: ChildProcess[] = [];

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'supervisor-'));
  said.length = 0;
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

async function sleeper(): Promise<{ child: ChildProcess; process: ProcessMark; stop: () => Promise<void> }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log("up")'], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  if (child.stdout) await once(child.stdout, 'data');
  const mark = await markOf(child.pid ?? 0);
  if (!mark) throw new Error('the child did not start');
  return { child, process: mark, stop: () => stopProcess(mark, 'SIGTERM', 5_000) };
}

it('lets one run work on a folder, and the next one after it', async () => {
  const first = await supervise(dir, log);
  await expect(supervise(dir, log)).rejects.toThrow(new RegExp(`already runs on ${dir} \\(process ${process.pid}\\).*LOCAL_DIR`));
  await first.stop();
  await (await supervise(dir, log)).stop();
  expect(await readdir(dir)).toEqual([]);
});

it('takes over the lock of a dead process, and of one whose number somebody else has now', async () => {
  const file = path.join(dir, 'lock');
  for (const stale of [
    '',
    'garbage',
    JSON.stringify({ pid: 4_194_305, began: 'x' }),
    JSON.stringify({ pid: process.pid, began: 'long ago' }),
  ]) {
    await writeFile(file, stale);
    const lock = await takeLock(file);
    expect(lock).toHaveProperty('release');
    if ('release' in lock) await lock.release();
  }
});

it('gives the lock to exactly one of many at once, also over a stale one', async () => {
  const file = path.join(dir, 'lock');
  await writeFile(file, JSON.stringify({ pid: process.pid, began: 'long ago' }));
  const locks = await Promise.all(Array.from({ length: 10 }, () => takeLock(file)));
  expect(locks.filter((lock) => 'release' in lock)).toHaveLength(1);
});

it('stops in the opposite order of places, once, however often it is asked', async () => {
  const supervisor = await supervise(dir, log);
  const stopped: string[] = [];
  const part = (name: string) => ({ stop: async () => void stopped.push(name) });
  await supervisor.keep('PostgreSQL', part('PostgreSQL'));
  supervisor.reserve('worker', 'API');
  await supervisor.keep('API', part('API'));
  await supervisor.keep('worker', part('worker'));
  await Promise.all([supervisor.stop(), supervisor.stop()]);
  expect(stopped).toEqual(['API', 'worker', 'PostgreSQL']);
});

it('notices a part that ends by itself, but not one that is restarted', async () => {
  const supervisor = await supervise(dir, log);
  const watched = supervisor.watch();
  await supervisor.keep('worker', await sleeper());
  await supervisor.release('worker');
  const second = await supervisor.keep('worker', await sleeper());
  expect(await supervisor.pid('worker')).toBe(second.process.pid);
  second.child.kill('SIGKILL');
  expect(await watched).toBe('worker');
  expect(await supervisor.pid('worker')).toBeNull();
  await supervisor.stop();
});

it('stops what a killed run left running', async () => {
  const left = await sleeper();
  const other = await sleeper();
  const registry = { Temporal: left.process, worker: { ...other.process, began: 'long ago' } };
  await writeFile(path.join(dir, 'processes.json'), JSON.stringify(registry));
  const supervisor = await supervise(dir, log);
  expect(await lives(left.process)).toBe(false);
  expect(await lives(other.process)).toBe(true);
  expect(said.join()).toContain('An earlier run was killed');
  await supervisor.stop();
});
