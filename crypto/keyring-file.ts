import { type FileHandle, open, unlink } from 'node:fs/promises';
import { type Keyring, newKeyringText, parseKeyring } from './keyring.ts';
import { type KeyringCode, KeyringError } from './keyring-error.ts';

const CODE_OF: Readonly<Record<string, KeyringCode>> = { EEXIST: 'exists', ENOENT: 'missing' };

async function openFile(path: string, flags: string): Promise<FileHandle> {
  try {
    return await open(path, flags, 0o600);
  } catch (error) {
    throw new KeyringError(CODE_OF[(error as NodeJS.ErrnoException).code ?? ''] ?? 'unreadable');
  }
}

/** Creates a keyring file with fresh keys, readable by its owner only. Refuses (`exists`) to touch a file that is there. */
export async function generateKeyringFile(path: string): Promise<void> {
  const file = await openFile(path, 'wx');
  try {
    await file.chmod(0o600);
    await file.writeFile(newKeyringText(new Date()));
    await file.sync();
  } catch {
    // Half a keyring would only be refused at every later start.
    await unlink(path);
    throw new KeyringError('unreadable');
  } finally {
    await file.close();
  }
}

/**
 * Reads a keyring file. Refuses `missing`, `unreadable`, `malformed`, and `permissions` where group or others may do anything with it. Windows has no
 * such permissions and is not checked.
 */
export async function loadKeyring(path: string): Promise<Keyring> {
  const file = await openFile(path, 'r');
  try {
    // The open file is examined, not its path, so that it cannot be exchanged between the check and the reading.
    const status = await file.stat();
    if (!status.isFile()) throw new KeyringError('unreadable');
    if (process.platform !== 'win32' && (status.mode & 0o077) !== 0) throw new KeyringError('permissions');
    return parseKeyring(await file.readFile('utf8'));
  } finally {
    await file.close();
  }
}
