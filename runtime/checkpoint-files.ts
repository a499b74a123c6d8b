import { randomUUID } from 'node:crypto';
import { access, open, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { Checkpoint } from '../crypto/checkpoint.ts';

/** `audit-2031-05-01-1234.json`: the day, so that the files stand in order, and the number of the entry. */
const nameOf = ({ at, seq }: Checkpoint): string => `audit-${at.slice(0, 10)}-${seq}.json`;

/** Writes a checkpoint as a file of a folder, once and whole: whoever carries the files away never gets half of one. @throws what the file system says */
export const checkpointFiles =
  (folder: string) =>
  async (checkpoint: Checkpoint): Promise<void> => {
    const file = path.join(folder, nameOf(checkpoint));
    const there = await access(file).then(
      () => true,
      () => false,
    );
    if (there) return;
    const unfinished = path.join(folder, `.${randomUUID()}`);
    try {
      const handle = await open(unfinished, 'wx', 0o644);
      try {
        await handle.writeFile(`${JSON.stringify(checkpoint, null, 2)}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(unfinished, file);
    } catch (error) {
      await unlink(unfinished).catch(() => undefined);
      throw error;
    }
  };
