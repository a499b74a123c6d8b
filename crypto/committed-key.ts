import { type Bytes, concat, utf8 } from './bytes.ts';
import { blake2b, KEY_BYTES } from './sodium.ts';

/** What one value is sealed with, and what ties it to the key it came from. */
export interface CommittedKeys {
  readonly encryption: Bytes;
  readonly commitment: Bytes;
}

/**
 * The two halves of BLAKE2b-512, keyed with `key`, over a label and the nonce. Poly1305 alone does not commit to a key: without the commitment, one
 * ciphertext could be made to open to different texts for different holders, or be tried against many passphrases at once.
 */
export function committedKeys(key: Uint8Array, label: string, nonce: Uint8Array): CommittedKeys {
  const both = blake2b(64, concat(utf8(label), nonce), key);
  return { encryption: both.slice(0, KEY_BYTES), commitment: both.slice(KEY_BYTES) };
}
