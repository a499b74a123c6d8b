import { type BigIntStats, closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { NamedKey } from './key-id.ts';
import { type Keyring, type KeyringRoot, newKeyringText, parseKeyring, rotatedKeyringText, withoutKeyVersion } from './keyring.ts';
import { type KeyringCode, KeyringError } from './keyring-error.ts';

const CODE_OF: Readonly<Record<string, KeyringCode>> = { EEXIST: 'exists', ENOENT: 'missing' };

/** A change takes milliseconds. What lies about for longer was left by a process that was killed. */
const CHANGE_MS = 10_000;

function notOpened(error: unknown): KeyringError {
  return new KeyringError(CODE_OF[(error as NodeJS.ErrnoException).code ?? ''] ?? 'unreadable');
}

async function openFile(path: string, flags: string): Promise<FileHandle> {
  try {
    return await open(path, flags, 0o600);
  } catch (error) {
    throw notOpened(error);
  }
}

async function write(file: FileHandle, text: string): Promise<void> {
  await file.chmod(0o600);
  await file.writeFile(text);
  await file.sync();
}

/** Creates a keyring file with fresh keys, readable by its owner only. Refuses (`exists`) to touch a file that is there. */
export async function generateKeyringFile(path: string): Promise<void> {
  const file = await openFile(path, 'wx');
  try {
    await write(file, newKeyringText(new Date()));
  } catch {
    // Half a keyring would only be refused at every later start.
    await rm(path);
    throw new KeyringError('unreadable');
  } finally {
    await file.close();
  }
}

/** Refuses a file that is none (`unreadable`), and one that group or others may do anything with (`permissions`); Windows has no such permissions. */
function assertPrivate(status: { isFile(): boolean; readonly mode: number | bigint }): void {
  if (!status.isFile()) throw new KeyringError('unreadable');
  if (process.platform !== 'win32' && (Number(status.mode) & 0o077) !== 0) throw new KeyringError('permissions');
}

async function readText(path: string): Promise<string> {
  const file = await openFile(path, 'r');
  try {
    // The open file is examined, not its path, so that it cannot be exchanged between the check and the reading.
    assertPrivate(await file.stat());
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Reads a keyring file. Refuses `missing`, `unreadable`, `malformed` and `permissions`. */
export async function loadKeyring(path: string): Promise<Keyring> {
  return parseKeyring(await readText(path));
}

/** The file next to the keyring that its next text is written to; only one process can have made it, so that two changes never run at once. */
async function openNext(path: string): Promise<FileHandle> {
  const left = await stat(path).catch(() => null);
  if (left !== null && Date.now() - left.mtimeMs > CHANGE_MS) await rm(path, { force: true });
  try {
    return await openFile(path, 'wx');
  } catch (error) {
    throw error instanceof KeyringError && error.code === 'exists' ? new KeyringError('busy') : error;
  }
}

/** Makes a rename last: on disk, a folder is a file of its own. Where folders cannot be opened (Windows), the system does without. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r').catch(() => null);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

/**
 * Replaces the text of the keyring whole: written beside it, synced, then renamed onto it. Killed at any point, the old file or the new one is there, and
 * no half of either.
 */
async function replaceText(path: string, change: (text: string) => string): Promise<Keyring> {
  const next = `${path}.next`;
  const file = await openNext(next);
  try {
    const text = change(await readText(path));
    await write(file, text).finally(() => file.close());
    await rename(next, path);
    await syncFolder(path);
    return parseKeyring(text);
  } catch (error) {
    await file.close();
    await rm(next, { force: true });
    throw error instanceof KeyringError ? error : new KeyringError('unreadable');
  }
}

/**
 * Adds a version to a root of the keyring file and puts it in force; returns the keyring as it is now. Refuses `busy`, `missing`, `unreadable` (also
 * where a file cannot be put in place of the old one: mount the folder, not the file), `permissions`, `malformed`.
 */
export async function rotateKeyringFile(path: string, root: KeyringRoot): Promise<Keyring> {
  return replaceText(path, (text) => rotatedKeyringText(text, root, new Date()));
}

/** Takes a version that is not in force out of the keyring file. Refuses as {@link rotateKeyringFile} does, and `in-force`, `no-version`. */
export async function dropKeyVersionFile(path: string, root: KeyringRoot, version: number): Promise<Keyring> {
  return replaceText(path, (text) => withoutKeyVersion(text, root, version));
}

/** How often the file is looked at, at most. */
const LOOK_MS = 1_000;

/** A keyring that was read, and the file that it was read from. */
interface Reading {
  readonly keyring: Keyring;
  readonly file: string;
}

/** Tells one state of a file from the next: a change is a new file under the same name. */
function identity({ dev, ino, mtimeNs, size }: BigIntStats): string {
  return [dev, ino, mtimeNs, size].join();
}

function openNow(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw notOpened(error);
  }
}

function readNow(path: string): Reading {
  const file = openNow(path);
  try {
    const status = fstatSync(file, { bigint: true });
    assertPrivate(status);
    return { keyring: parseKeyring(readFileSync(file, 'utf8')), file: identity(status) };
  } finally {
    closeSync(file);
  }
}

/**
 * The keyring of a process that runs through rotations: it follows the file, at the latest a second after it was replaced, and at once when a key is asked
 * for that it does not know. A file that is gone or cannot be read any more changes nothing for a running process. Reading is synchronous, as looking up a
 * key is; the file is small and rarely read. Refuses as `loadKeyring` does when it is first read. `clock` counts milliseconds, from any point.
 */
export function liveKeyring(path: string, clock: () => number = () => performance.now()): Keyring {
  let current = readNow(path);
  let lookedAt = clock();

  const look = (): void => {
    lookedAt = clock();
    try {
      if (identity(statSync(path, { bigint: true })) !== current.file) current = readNow(path);
    } catch {
      // what was read last stays in force
    }
  };
  const followed = (): Keyring => {
    if (clock() - lookedAt >= LOOK_MS) look();
    return current.keyring;
  };
  return {
    byId(id): NamedKey | null {
      const known = followed().byId(id);
      if (known !== null) return known;
      look();
      return current.keyring.byId(id);
    },
    active: (use) => followed().active(use),
    all: (use) => followed().all(use),
  };
}
