import { generateKeyringFile } from '../../crypto/keyring-file.ts';
import type { CommandGroup } from './call.ts';

export const keyring: CommandGroup = {
  help: `  sos keyring create <path>
      Makes the keys of a new desk. Back the file up apart from the database: without it nothing can be read.`,
  commands: {},
};

/** The one command that comes before there is anything to connect to. */
export const offlineCommand = (words: readonly string[]): (() => Promise<number>) | null => {
  const [noun, verb, path] = words;
  if (noun !== 'keyring' || verb !== 'create' || path === undefined || words.length !== 3) return null;
  return async () => {
    await generateKeyringFile(path);
    console.log('The keyring is made. Back it up now, apart from the database.');
    return 0;
  };
};
