import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { KeyLookup, NamedKey } from '../../crypto/key-id.ts';
import type { Place } from '../../crypto/place.ts';
import { SealError } from '../../crypto/seal-error.ts';
import { openStream, sealStream } from '../../crypto/stream.ts';
import { BackupError } from './backup-error.ts';

/** The keys of cases lie apart from the backups, and only the newest ones are kept: what was destroyed since is not in them. */
export const KEYS_FILE = 'case-keys.sosk';
const NAME = /^desk-\d{8}T\d{9}Z\.sosb$/;

/** Named after the instant, so that names sort by time. */
export const backupName = (at: Date): string => `desk-${at.toISOString().replaceAll(/[-:.]/g, '')}.sosb`;

/** The name is part of what is sealed: a file that was renamed, to look newer for example, does not open. */
const placeOf = (name: string): Place => ({ table: 'backup', column: 'file', row: name, version: 1 });

/** The backups of a folder, oldest first; none where there is no such folder yet. @throws BackupError `unreadable`. */
export const backupsIn = async (folder: string): Promise<string[]> => {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new BackupError('unreadable');
  });
  return names.filter((name) => NAME.test(name)).sort();
};

/** @throws BackupError `unreadable`. */
export const hasKeysFile = (folder: string): Promise<boolean> =>
  stat(path.join(folder, KEYS_FILE)).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw new BackupError('unreadable');
    },
  );

/** Lines as bytes, in pieces that are worth sealing. */
async function* bytesOf(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const line of lines) yield Buffer.from(`${line}\n`);
}

/** A file that is written and synced, beside its place. */
export type ReadyFile = {
  /** puts it in its place, over the one before. Throws BackupError `unwritable` */
  readonly place: () => Promise<void>;
  /** it is not wanted any more */
  readonly discard: () => Promise<void>;
};

const PART = '.part';

/**
 * Writes lines, sealed, as a file beside its place. `lines` may throw; what it throws is passed on, and nothing is left. Throws BackupError `unwritable`.
 */
export const readySealed = async (key: NamedKey, folder: string, name: string, lines: AsyncIterable<string>): Promise<ReadyFile> => {
  const target = path.join(folder, name);
  // a name of its own: a writer that hung for long and goes on late must not meet another one's file
  const part = `${target}.${randomUUID()}${PART}`;
  const discard = (): Promise<void> => rm(part, { force: true });
  const file = await attempt(async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return open(part, 'wx', 0o600);
  });
  try {
    for await (const piece of sealStream(key, placeOf(name), bytesOf(lines))) await attempt(() => writeWhole(file, piece));
    await attempt(() => file.sync());
    await file.close();
  } catch (error) {
    await file.close().catch(() => undefined);
    await discard();
    throw error;
  }
  const place = async (): Promise<void> => {
    try {
      await attempt(() => rename(part, target));
    } catch (error) {
      await discard();
      throw error;
    }
    await syncFolder(folder);
  };
  return { place, discard };
};

/** The same, put in its place at once: a file that is there whole or not at all. */
export const writeSealed = async (key: NamedKey, folder: string, name: string, lines: AsyncIterable<string>): Promise<void> => {
  await (await readySealed(key, folder, name, lines)).place();
};

/** Removes what writers that were killed left of a file. Only for whoever knows that nobody is writing it. Throws BackupError `unwritable`. */
export const removeParts = (folder: string, name: string): Promise<void> =>
  attempt(async () => {
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    for (const left of names) if (left.startsWith(`${name}.`) && left.endsWith(PART)) await rm(path.join(folder, left), { force: true });
  });

const writeWhole = async (file: FileHandle, piece: Uint8Array): Promise<void> => {
  for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten;
};

const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch {
    // what the system says quotes the path
    throw new BackupError('unwritable');
  }
};

/** A rename lasts once the folder is on disk; where folders cannot be opened (Windows), the system does without. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
};

/**
 * The lines of a file that {@link writeSealed} wrote. Only when it has ended without an error is it known to be all there. Throws BackupError `no-backup`,
 * `unreadable`, `altered`, `other-keyring`.
 */
export async function* readSealed(keys: KeyLookup, folder: string, name: string): AsyncGenerator<string, void> {
  const source = createReadStream(path.join(folder, name));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest: string[] = [];
  try {
    for await (const bytes of openStream(keys, placeOf(name), source)) {
      const [end = '', ...lines] = decoder.decode(bytes, { stream: true }).split('\n');
      rest.push(end);
      for (const line of lines) {
        yield rest.join('');
        rest = [line];
      }
    }
  } catch (error) {
    throw asBackupError(error);
  } finally {
    source.destroy();
  }
  if (rest.some((text) => text !== '')) throw new BackupError('altered');
}

const asBackupError = (error: unknown): unknown => {
  if (error instanceof SealError) return new BackupError(error.code === 'key-unknown' ? 'other-keyring' : 'altered');
  if (error instanceof TypeError) return new BackupError('altered');
  const code = (error as NodeJS.ErrnoException).code;
  return code === undefined ? error : new BackupError(code === 'ENOENT' ? 'no-backup' : 'unreadable');
};

/** The key that a file names, whether or not it is at hand; null where there is no such file, or none that was sealed. */
export const keyIdOf = async (folder: string, name: string): Promise<string | null> => {
  let named: string | null = null;
  const byId = (id: string): null => {
    named = id;
    return null;
  };
  await readSealed({ byId }, folder, name)
    .next()
    .catch(() => undefined);
  return named;
};
