/** A lock held by a process that lives: a killed holder holds nothing, whatever file it left behind. */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { lives, markOf, type ProcessMark } from './process.ts';

export type Lock = { release: () => Promise<void> } | { heldBy: ProcessMark };

/** Takes the lock file, or tells who holds it. The folder must exist. */
export async function takeLock(file: string): Promise<Lock> {
  const mine = `${file}.${randomUUID()}`;
  await writeFile(mine, JSON.stringify(await markOf(process.pid)));
  try {
    for (;;) {
      // A link appears whole or not at all: nobody can read a lock that is only half written.
      const taken = await link(mine, file).then(
        () => true,
        () => false,
      );
      if (taken) return { release: () => unlink(file).catch(() => undefined) };
      const holder = await read(file);
      if (holder && (await lives(holder))) return { heldBy: holder };
      await removeStale(file, holder, `${mine}.stale`);
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** Moved aside first and looked at again: between the two looks another start may have taken the lock. */
async function removeStale(file: string, stale: ProcessMark | null, aside: string): Promise<void> {
  await rename(file, aside).catch(() => undefined);
  const moved = await read(aside);
  if (moved && moved.began !== stale?.began) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

async function read(file: string): Promise<ProcessMark | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ProcessMark;
  } catch {
    return null;
  }
}
