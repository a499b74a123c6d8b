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
export const STREAM_HEADER_BYTES = 24;
export const STREAM_CHUNK_OVERHEAD = 17;

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
export function blake2b(length: 20 | 32 | 64, message: Uint8Array, key: Uint8Array | null): Bytes {
  return new Uint8Array(sodium.crypto_generichash(length, message, key));
}

/** The two halves of an X25519 key, 32 bytes each. */
export interface BoxKeyPair {
  readonly publicKey: Bytes;
  readonly secretKey: Bytes;
}

export function boxKeyPair(): BoxKeyPair {
  const { publicKey, privateKey } = sodium.crypto_box_keypair();
  return { publicKey: new Uint8Array(publicKey), secretKey: new Uint8Array(privateKey) };
}

/** The public half that belongs to a secret one. */
export function boxPublicKey(secretKey: Uint8Array): Bytes {
  return new Uint8Array(sodium.crypto_scalarmult_base(secretKey));
}

/** A sealed box (X25519, XSalsa20-Poly1305), or null for a public key that no secret one belongs to: what is sealed to it anybody could open. */
export function boxSeal(publicKey: Uint8Array, message: Uint8Array): Bytes | null {
  try {
    return new Uint8Array(sodium.crypto_box_seal(message, publicKey));
  } catch {
    return null;
  }
}

/** The message, or null where the box was altered or sealed to another key. */
export function boxOpen({ publicKey, secretKey }: BoxKeyPair, box: Uint8Array): Bytes | null {
  try {
    return new Uint8Array(sodium.crypto_box_seal_open(box, publicKey, secretKey));
  } catch {
    return null;
  }
}

/** Argon2id 1.3, one lane: a 32-byte key out of a passphrase, in `passes` over `memoryBytes`. Takes that memory, and never gives it back to the system. */
export function argon2id(passphrase: Uint8Array, salt: Uint8Array, passes: number, memoryBytes: number): Bytes {
  return new Uint8Array(sodium.crypto_pwhash(KEY_BYTES, passphrase, salt, passes, memoryBytes, sodium.crypto_pwhash_ALG_ARGON2ID13));
}

/** The writing end of a secretstream (XChaCha20-Poly1305): every chunk is 17 bytes longer than what it holds, and the last one says that it is. */
export function streamPush(key: Uint8Array): { header: Bytes; push(chunk: Uint8Array, associated: Uint8Array, last: boolean): Bytes } {
  const { state, header } = sodium.crypto_secretstream_xchacha20poly1305_init_push(key);
  const tagOf = (last: boolean) =>
    last ? sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL : sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
  return {
    header: new Uint8Array(header),
    push: (chunk, associated, last) =>
      new Uint8Array(sodium.crypto_secretstream_xchacha20poly1305_push(state, chunk, associated, tagOf(last))),
  };
}

/** The reading end: each chunk in its turn, or null where it was altered, left out, moved, or tagged otherwise than `last` expects. */
export function streamPull(
  header: Uint8Array,
  key: Uint8Array,
): (chunk: Uint8Array, associated: Uint8Array, last: boolean) => Bytes | null {
  const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(header, key);
  return (chunk, associated, last) => {
    const pulled = sodium.crypto_secretstream_xchacha20poly1305_pull(state, chunk, associated);
    const { crypto_secretstream_xchacha20poly1305_TAG_FINAL: FINAL, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE: MESSAGE } = sodium;
    return pulled && pulled.tag === (last ? FINAL : MESSAGE) ? new Uint8Array(pulled.message) : null;
  };
}

/** The public half of the Ed25519 key that a 32-byte seed stands for. */
export function signPublicKey(seed: Uint8Array): Bytes {
  return new Uint8Array(sodium.crypto_sign_seed_keypair(seed).publicKey);
}

/** A 64-byte Ed25519 signature. */
export function signDetached(seed: Uint8Array, message: Uint8Array): Bytes {
  return new Uint8Array(sodium.crypto_sign_detached(message, sodium.crypto_sign_seed_keypair(seed).privateKey));
}

/** Whether this is the signature of that key over that message. Of a key or signature of the wrong length, it is not. */
export function verifyDetached(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return sodium.crypto_sign_verify_detached(signature, message, publicKey);
  } catch {
    return false;
  }
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
