import type { Keyring } from '../../crypto/keyring.ts';
import { BackupError } from './backup-error.ts';
import { backupsIn, hasKeysFile, KEYS_FILE, keyIdOf } from './backup-file.ts';
import { openFile } from './backup-manifest.ts';

/**
 * How many files of a folder a version of the wrapping key is needed for: to open the file itself, or rows in it. Null when there is no backup in it at
 * all: then it is the wrong folder, or one that is not mounted here, and nothing is known. Throws BackupError `unreadable`.
 */
export const filesUnder = async (keyring: Keyring, folder: string, version: number): Promise<number | null> => {
  const names = [...(await backupsIn(folder)), ...((await hasKeysFile(folder)) ? [KEYS_FILE] : [])];
  if (names.length === 0) return null;
  let files = 0;
  for (const name of names) if (await needs(keyring, folder, name, version)) files += 1;
  return files;
};

const needs = async (keyring: Keyring, folder: string, name: string, version: number): Promise<boolean> => {
  if ((await keyIdOf(folder, name)) === `backup:${version}`) return true;
  try {
    const { manifest, lines } = await openFile(keyring, folder, name, name === KEYS_FILE ? 'case-keys' : 'desk');
    await lines.return();
    return manifest.wrapping.includes(version);
  } catch (error) {
    // one that does not open is no backup; one that may not be read may well be
    if (error instanceof BackupError && error.code !== 'unreadable') return false;
    throw error;
  }
};
