/** How a search for a tool ends, told in words that a person can act on. */
import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { environment } from '../config.ts';
import { takeLock } from './lock.ts';
import { lives, runLong, until } from './process.ts';
import { root, toolsDir } from './root.ts';

export type Found = { found: true; path: string; how: string } | { found: false; why: string };
export type Log = (line: string) => void;

/** @returns the full path of a program on PATH, or null. */
export async function onPath(...names: readonly string[]): Promise<string | null> {
  const folders = (environment['PATH'] ?? '').split(path.delimiter).filter(Boolean);
  for (const name of names) {
    for (const folder of folders) {
      const file = path.join(folder, name);
      const info = await stat(file).catch(() => null);
      if (info?.isFile() && (info.mode & 0o111) !== 0) return file;
    }
  }
  return null;
}

/**
 * Asks the SDK to fetch one of its servers. @returns the program, or null after a line that says why not.
 * A program fetched earlier is found without asking again.
 */
export async function fetchedBySdk(kind: 'dev-server' | 'test-server', log: Log): Promise<string | null> {
  const folder = path.join(toolsDir, `sdk-${kind}`);
  const fetched = async (): Promise<string | null> => {
    // Downloads under way bear a suffix of their own.
    const name = (await readdir(folder).catch(() => [])).find((file) => !file.includes('.downloading') && /^temporal/.test(file));
    return name ? path.join(folder, name) : null;
  };
  const known = await fetched();
  if (known) return known;
  await mkdir(folder, { recursive: true });
  const script = path.join(root, 'runtime/local/sdk-download.ts');
  const failed = await runLong(process.execPath, ['--import', 'tsx', script, kind, folder], {
    says: `Fetching the Temporal ${kind} (the SDK's own download)`,
    log,
    ms: 180_000,
    cwd: root,
  });
  if (failed) log(`The download did not work: ${failed}.`);
  return failed ? null : fetched();
}

/** Two test runs must not build one tool over each other: the second waits for the first, or takes over when it was killed. */
export async function onlyOneBuilds<T>(tool: string, work: () => Promise<T>): Promise<T> {
  await mkdir(toolsDir, { recursive: true });
  const file = path.join(toolsDir, `${tool}.lock`);
  for (;;) {
    const lock = await takeLock(file);
    if (!('heldBy' in lock)) return work().finally(lock.release);
    const { heldBy } = lock;
    await until(async () => !(await lives(heldBy)) || !(await stat(file).catch(() => null)), 60_000);
  }
}
