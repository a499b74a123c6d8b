import type { Bytes } from './bytes.ts';
import { SealError } from './seal-error.ts';
import { KEY_BYTES } from './sodium.ts';

/** A 32-byte key and the id written into whatever it seals: `<kind>:<version>`, or `<kind>:<owner>:<version>`, e.g. `case:<uuid>:1`. */
export interface NamedKey {
  readonly id: string;
  readonly key: Bytes;
}

/** Where the key of an envelope is looked up, by the id in its header. Keys are never tried in turn. */
export interface KeyLookup {
  byId(id: string): NamedKey | null;
}

const KEY_ID = /^[a-z][a-z0-9-]{0,31}(?::[a-z0-9][a-z0-9-]{0,63})?:[1-9][0-9]{0,8}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const CASE_KEY_ID = /^case:([0-9a-f-]{36}):([1-9][0-9]{0,8})$/;

/** The longest id that {@link isKeyId} takes: kind 32, owner 64, version 9, two colons. */
export const KEY_ID_MAX_BYTES = 107;

export function isKeyId(id: string): boolean {
  return KEY_ID.test(id);
}

/** A lower-case UUID, the only spelling that ids in sealed places have. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Whole numbers from 1 to 999 999 999. */
export function isKeyVersion(version: number): boolean {
  return Number.isInteger(version) && version >= 1 && version <= 999_999_999;
}

/** Refuses (`key-invalid`) a key of another length or with an ill-formed id. */
export function assertNamedKey(named: NamedKey): void {
  if (named.key.length !== KEY_BYTES || !isKeyId(named.id)) throw new SealError('key-invalid');
}

/** `case:<uuid>:<version>`; refuses (`key-invalid`) what is not a UUID and a version. */
export function caseKeyId(caseId: string, version: number): string {
  if (!isUuid(caseId) || !isKeyVersion(version)) throw new SealError('key-invalid');
  return `case:${caseId}:${version}`;
}

/** The case and version of a case key's id, or null for the id of any other key. */
export function readCaseKeyId(id: string): { caseId: string; version: number } | null {
  const [, caseId, version] = CASE_KEY_ID.exec(id) ?? [];
  return caseId !== undefined && isUuid(caseId) ? { caseId, version: Number(version) } : null;
}
