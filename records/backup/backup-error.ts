const SENTENCES = {
  'no-backup': 'There is no backup in this folder, or none of this name: name the folder that sos backup writes to.',
  'no-keys': 'The keys of the cases (case-keys.sosk) are not in this folder: put the newest one beside the backup.',
  unwritable: 'The folder cannot be written to by this user, or its disk is full.',
  unreadable: 'A file of the backup cannot be read by this user.',
  altered:
    'A file of the backup was cut off, altered or renamed, or belongs to another keyring: take another copy, and the keyring of that time.',
  'other-keyring': 'The backup was made with a key that this keyring does not have: use the keyring of that time.',
  'not-empty': 'The database is not empty: a backup is restored into a new one, in which nothing but the migration job has run.',
  'other-release': 'The backup was made by another release: let the migration job of that release prepare the database, then upgrade.',
  'keys-older': 'The keys of the cases are older than the backup: put the newest case-keys.sosk beside it.',
  'keys-missing': 'The keys of a case in this backup are not in case-keys.sosk: put the newest one of this desk beside it.',
  incomplete: 'What was restored is not what the backup says of itself. Nothing was kept: take another copy of it.',
  'audit-broken': 'The audit in this backup does not hold together. Nothing was kept: take another backup, and find out why.',
} as const;

/** Why there is no backup, or none that may be restored. The sentences say what to do and quote nothing of what is in it. */
export type BackupCode = keyof typeof SENTENCES;

export class BackupError extends Error {
  readonly code: BackupCode;

  constructor(code: BackupCode) {
    super(SENTENCES[code]);
    this.name = 'BackupError';
    this.code = code;
  }
}
