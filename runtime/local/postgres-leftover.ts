/** What a PostgreSQL of an earlier, killed run leaves behind: a server that still runs, or a lock on data that nobody uses. */
import { readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { markOf, output, type ProcessMark, until } from './process.ts';

/** A server that a killed run left behind. postmaster.pid holds the process on line 1, the port on line 4. */
export async function leftover(data: string): Promise<{ process: ProcessMark; port: number } | null> {
  const lines = (await readFile(path.join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const mark = lines[0] ? await markOf(Number(lines[0])) : null;
  if (!mark) return null;
  // The number may have gone to another program since: only one that was started on this very folder is ours.
  const command =
    process.platform === 'linux'
      ? await readFile(`/proc/${mark.pid}/cmdline`, 'utf8').catch(() => '')
      : ((await output('ps', ['-o', 'command=', '-p', String(mark.pid)])) ?? '');
  return command.includes(data) ? { process: mark, port: Number(lines[3]) } : null;
}

/**
 * PostgreSQL takes any process that bears the number in postmaster.pid for its own, even a zombie or a stranger that got the number
 * after a restart, and would refuse for ever. Ours is known to be gone by now; its backends end as soon as they notice.
 */
export async function clearStaleLock(data: string): Promise<void> {
  const file = path.join(data, 'postmaster.pid');
  if (!(await stat(file).catch(() => null))) return;
  if (!(await until(async () => !(await anyoneWorksIn(data)), 10_000))) throw new Error(`A process still works in ${data}: end it first.`);
  await rm(file, { force: true });
}

/** Postmaster and backends have the data as their working folder. Known only where /proc is; elsewhere their end is a matter of milliseconds. */
async function anyoneWorksIn(folder: string): Promise<boolean> {
  const numbers = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const places = await Promise.all(numbers.map((number) => readlink(`/proc/${number}/cwd`).catch(() => '')));
  return places.includes(folder);
}
