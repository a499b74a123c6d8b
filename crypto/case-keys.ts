import type { Bytes } from './bytes.ts';
import { open, seal } from './envelope.ts';
import { caseKeyId, type KeyLookup, type NamedKey } from './key-id.ts';
import type { Keyring } from './keyring.ts';
import type { Place } from './place.ts';
import { SealError } from './seal-error.ts';
import { KEY_BYTES, randomBytes } from './sodium.ts';

/** A fresh key for one case. Destroying its wrapped form erases the case, in the database, in workflow histories and in backups alike. */
export function newCaseKey(): Bytes {
  return randomBytes(KEY_BYTES);
}

function wrappedAt(caseId: string, version: number): Place {
  return { table: 'CaseKey', column: 'wrapped', row: caseId, version };
}

/** Wraps a case's key under the active wrapping key, bound to the case and the version. Refuses `key-invalid`. */
export function wrapCaseKey(keyring: Keyring, caseId: string, version: number, key: Uint8Array): Bytes {
  caseKeyId(caseId, version);
  if (key.length !== KEY_BYTES) throw new SealError('key-invalid');
  return seal(keyring.active('wrap'), wrappedAt(caseId, version), key);
}

/** The case's key under its name `case:<uuid>:<version>`. Refuses as `open` does: a wrapped key of another case or version does not unwrap. */
export function unwrapCaseKey(keyring: KeyLookup, caseId: string, version: number, wrapped: Uint8Array): NamedKey {
  const id = caseKeyId(caseId, version);
  const key = open(keyring, wrappedAt(caseId, version), wrapped);
  if (key.length !== KEY_BYTES) throw new SealError('key-invalid');
  return { id, key };
}
