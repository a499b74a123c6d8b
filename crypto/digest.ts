import { type Bytes, concat, framed, utf8 } from './bytes.ts';
import { type CanonicalValue, canonicalBytes } from './canonical.ts';
import { assertNamedKey, isKeyId, type NamedKey } from './key-id.ts';
import { SealError } from './seal-error.ts';
import { blake2b, DIGEST_BYTES, equalBytes, fromBase64Url, toBase64Url, toHex } from './sodium.ts';

const LETTER_LABEL = utf8('sos/letter/1\n');
const SIGNATORIES_LABEL = utf8('sos/signatories/1\n');
const SUBKEY_LABEL = utf8('sos/subkey/1\n');
const PURPOSE = /^[a-z][a-z0-9-]{0,62}$/;

/**
 * What signatories sign and readers compare: BLAKE2b-256 in lower-case hex of the line `sos/letter/1` and the canonical JSON of the letter.
 * Unkeyed, so that anyone checks it with a published letter and coreutils: (printf 'sos/letter/1\n'; cat letter.json) | b2sum -l 256
 */
export function letterDigest(letter: CanonicalValue): string {
  return toHex(blake2b(DIGEST_BYTES, concat(LETTER_LABEL, canonicalBytes(letter)), null));
}

/** The same over the list of those who sign a letter by name, in one order: by which it is seen that the list has changed. */
export function signatoriesDigest(list: readonly CanonicalValue[]): string {
  return toHex(blake2b(DIGEST_BYTES, concat(SIGNATORIES_LABEL, canonicalBytes(list)), null));
}

/** A key for one use out of a root key, so that no key serves two algorithms. The same root and use give the same key. */
export function subkey(root: Uint8Array, use: string): Bytes {
  if (!PURPOSE.test(use)) throw new SealError('input');
  return blake2b(DIGEST_BYTES, concat(SUBKEY_LABEL, utf8(use)), root);
}

/**
 * A digest only the holder of the key can make: `<key id>.<43 characters of base64url>`. The key id travels with it, so that a key can be replaced
 * while older digests are still compared under theirs. `purpose` separates uses of one key; the parts are framed, so that ("ab","c") is not ("a","bc").
 */
export function keyedDigest(key: NamedKey, purpose: string, ...parts: readonly Uint8Array[]): string {
  return `${key.id}.${toBase64Url(digestBytes(key, purpose, ...parts))}`;
}

/** The 32 bytes of a keyed digest, by themselves: a secret that the key, a purpose and the parts always give again. */
export function digestBytes(key: NamedKey, purpose: string, ...parts: readonly Uint8Array[]): Bytes {
  assertNamedKey(key);
  if (!PURPOSE.test(purpose)) throw new SealError('input');
  return blake2b(DIGEST_BYTES, concat(utf8(`sos/digest/1/${purpose}\n`), ...parts.map(framed)), key.key);
}

/** The id of the key a digest was made with, or null where the text is no keyed digest. */
export function digestKeyId(digest: string): string | null {
  const [id = '', code = '', ...rest] = digest.split('.');
  const wellFormed = rest.length === 0 && isKeyId(id) && fromBase64Url(code)?.length === DIGEST_BYTES;
  return wellFormed ? id : null;
}

/** Whether two digests are the same, in a time that does not depend on where they differ. */
export function sameDigest(a: string, b: string): boolean {
  return equalBytes(utf8(a), utf8(b));
}
