/**
 * The only door to libsodium. It awaits the library once, when this module is loaded, and lets through nothing but the few primitives the formats
 * of this folder are made of (see README.md), each in one fixed form: there is no choice of algorithm, nonce or output encoding to get wrong.
 */
import sodium from 'libsodium-wrappers-sumo';
import type { Bytes } from './bytes.ts';

await sodium.ready;

export const KEY_BYTES = 32;
export const NONCE_BYTES = 24;
export const TAG_BYTES = 16;
export const DIGEST_BYTES = 32;

/** Fresh bytes from the system's generator. */
export function randomBytes(length: number): Bytes {
  return new Uint8Array(sodium.randombytes_buf(length));
}

/** XChaCha20-Poly1305 (IETF): ciphertext followed by the 16-byte tag. */
export function aeadEncrypt(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, message: Uint8Array): Bytes {
  return new Uint8Array(sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(message, associated, null, nonce, key));
}

/** The message, or null where key, nonce, associated data or ciphertext do not belong together. */
export function aeadDecrypt(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, ciphertext: Uint8Array): Bytes | null {
  try {
    return new Uint8Array(sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, ciphertext, associated, nonce, key));
  } catch {
    return null;
  }
}

/** BLAKE2b of `message`, `length` bytes long, keyed where a key is given. */
export function blake2b(length: 32 | 64, message: Uint8Array, key: Uint8Array | null): Bytes {
  return new Uint8Array(sodium.crypto_generichash(length, message, key));
}

/** Whether two byte strings are equal, in a time that does not depend on where they differ. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && sodium.memcmp(a, b);
}

export function toBase64Url(bytes: Uint8Array): string {
  return sodium.to_base64(bytes, sodium.base64_variants.URLSAFE_NO_PADDING);
}

/**
 * The bytes of unpadded base64url, or null for anything but their one canonical spelling. Node's own decoder skips foreign characters and takes
 * several spellings of the last character for the same bytes, so that one token would have several texts.
 */
export function fromBase64Url(text: string): Bytes | null {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return null;
  try {
    return new Uint8Array(sodium.from_base64(text, sodium.base64_variants.URLSAFE_NO_PADDING));
  } catch {
    return null;
  }
}

export function toHex(bytes: Uint8Array): string {
  return sodium.to_hex(bytes);
}
