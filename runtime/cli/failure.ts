import { KeyringError } from '../../crypto/keyring-error.ts';
import { BackupError } from '../../records/backup/backup-error.ts';
import { Refused } from '../../records/deeds.ts';
import { type RecordCode, RecordError } from '../../records/record-error.ts';
import { ConfigError } from '../config.ts';

/** The command line was not understood, or names something that is not there: the sentence says what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const SAY: Readonly<Record<RecordCode, string>> = {
  NOT_FOUND: 'There is nothing with this id: look it up in the list.',
  DUPLICATE: 'This is there already.',
  TOO_LATE: 'This was given up before.',
  BAD_SHAPE: 'This is not in the form that the desk keeps.',
  KEY_DESTROYED: 'The key of this case was destroyed: nothing of it can be read any more.',
};

/** Their messages are sentences that say what to do and hold nothing of anybody. */
const SPOKEN = [UsageError, ConfigError, KeyringError, BackupError];

/** What to print. Anything unforeseen may carry an address with credentials or a row, so its class is all that is shown. */
export const sentenceOf = (error: unknown): string => {
  if (SPOKEN.some((known) => error instanceof known)) return (error as Error).message;
  if (error instanceof Refused) return error.refusal.say;
  if (error instanceof RecordError) return SAY[error.code];
  return `This failed: ${error instanceof Error ? error.name : 'unknown error'}. Is the database reachable, and is the migration job done?`;
};
