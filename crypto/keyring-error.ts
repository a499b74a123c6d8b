const SENTENCES = {
  exists: 'There is a keyring file already. It is never overwritten, because everything sealed with it would be lost.',
  missing: 'There is no keyring file at the configured path. Create one, or restore it from its own backup.',
  permissions:
    'The keyring file can be read by others than its owner. Set its permissions to 0600 and, if others may have read it, rotate its keys.',
  unreadable: 'The keyring file cannot be read or written by this user.',
  busy: 'The keyring file is being changed by somebody else, or that was broken off a moment ago. Try again in ten seconds.',
  'in-force': 'This version is in force and cannot be removed. Rotate the key first, and seal again what is under it.',
  'no-version': 'The keyring has no such version. Look up which versions it has.',
  malformed: 'The keyring file does not have the expected form.',
} as const;

/** Why there is no keyring. The sentences say what to do and quote neither the path nor the content. */
export type KeyringCode = keyof typeof SENTENCES;

export class KeyringError extends Error {
  readonly code: KeyringCode;

  constructor(code: KeyringCode) {
    super(SENTENCES[code]);
    this.name = 'KeyringError';
    this.code = code;
  }
}
