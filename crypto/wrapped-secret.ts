import { type Bytes, concat, u32, utf8 } from './bytes.ts';
import { committedKeys } from './committed-key.ts';
import type { RecipientKeyPair } from './message.ts';
import { SealError } from './seal-error.ts';
import { aeadDecrypt, aeadEncrypt, argon2id, boxPublicKey, equalBytes, KEY_BYTES, NONCE_BYTES, randomBytes, TAG_BYTES } from './sodium.ts';

/*
 * wrapped = "SOSW" | version 1 | passes 4 | memory in bytes 4 | salt 16 | nonce 24 | commitment 32 | ciphertext and tag 48
 *
 * The header up to the nonce, and the public key, are associated data. This file and what it imports run in the browser too.
 */
const MAGIC = utf8('SOSW');
const VERSION = 1;
const KEY_LABEL = 'sos/wrapped-secret/1\n';
const SALT_BYTES = 16;
const SALT_AT = MAGIC.length + 1 + 8;
const NONCE_AT = SALT_AT + SALT_BYTES;
const COMMITMENT_AT = NONCE_AT + NONCE_BYTES;
const BODY_AT = COMMITMENT_AT + KEY_BYTES;
const WRAPPED_BYTES = BODY_AT + KEY_BYTES + TAG_BYTES;

/** What guessing a passphrase costs: passes of Argon2id (1 to 16) over so much memory (8 KiB to 1 GiB, whole KiB). */
export interface WrapCost {
  readonly opsLimit: number;
  readonly memLimitBytes: number;
}

/** A second or two on a phone, and as much for every guess of whoever takes the database. */
const COST: WrapCost = { opsLimit: 4, memLimitBytes: 128 * 1024 * 1024 };

function isCost({ opsLimit, memLimitBytes }: WrapCost): boolean {
  const passes = Number.isInteger(opsLimit) && opsLimit >= 1 && opsLimit <= 16;
  return passes && memLimitBytes % 1024 === 0 && memLimitBytes >= 8 * 1024 && memLimitBytes <= 1024 * 1024 * 1024;
}

/**
 * The bytes of a passphrase, the same from every keyboard: composed forms (NFKC), every run of blanks one space, none at either end. Case counts.
 * Refuses (`input`) one of which nothing is left.
 */
function passphraseBytes(passphrase: string): Bytes {
  const text = passphrase
    .normalize('NFKC')
    .replace(/[\t\n\r ]+/g, ' ')
    .replace(/^ | $/g, '');
  if (text === '') throw new SealError('input');
  return utf8(text);
}

function keysFor(passphrase: string, header: Uint8Array, cost: WrapCost, nonce: Uint8Array) {
  const key = argon2id(passphraseBytes(passphrase), header.subarray(SALT_AT), cost.opsLimit, cost.memLimitBytes);
  return committedKeys(key, KEY_LABEL, nonce);
}

/**
 * A recipient's secret key under a passphrase: what the server may keep. Takes as long as one guess does. Refuses `input` (an empty passphrase, or a cost
 * out of its range) and `key-invalid` (two halves that do not belong together: nobody could unwrap them again).
 */
export function wrapSecret(passphrase: string, pair: RecipientKeyPair, cost: WrapCost = COST): Bytes {
  if (!isCost(cost)) throw new SealError('input');
  const ofOneKey = pair.secretKey.length === KEY_BYTES && equalBytes(boxPublicKey(pair.secretKey), pair.publicKey);
  if (!ofOneKey) throw new SealError('key-invalid');
  const header = concat(MAGIC, Uint8Array.of(VERSION), u32(cost.opsLimit), u32(cost.memLimitBytes), randomBytes(SALT_BYTES));
  const nonce = randomBytes(NONCE_BYTES);
  const { encryption, commitment } = keysFor(passphrase, header, cost, nonce);
  return concat(header, nonce, commitment, aeadEncrypt(encryption, nonce, concat(header, pair.publicKey), pair.secretKey));
}

/**
 * What a wrapped secret says it costs to guess, so that a server can refuse one that is too cheap. Refuses `malformed`, `unsupported`.
 * A server cannot know more of it: neither that it opens, nor how good the passphrase is.
 */
export function wrappedCost(wrapped: Uint8Array): WrapCost {
  if (wrapped.length < MAGIC.length + 1 || MAGIC.some((byte, at) => wrapped[at] !== byte)) throw new SealError('malformed');
  if (wrapped[MAGIC.length] !== VERSION) throw new SealError('unsupported');
  if (wrapped.length !== WRAPPED_BYTES) throw new SealError('malformed');
  const numbers = new DataView(wrapped.buffer, wrapped.byteOffset + MAGIC.length + 1, 8);
  const cost = { opsLimit: numbers.getUint32(0), memLimitBytes: numbers.getUint32(4) };
  if (!isCost(cost)) throw new SealError('malformed');
  return cost;
}

/**
 * The key pair whose secret half was wrapped for this public key. Refuses `malformed`, `unsupported`, `input`, and `refused` where the passphrase is
 * another one, the public key is, or anything was altered: nobody can tell which.
 */
export function unwrapSecret(passphrase: string, publicKey: Uint8Array, wrapped: Uint8Array): RecipientKeyPair {
  const cost = wrappedCost(wrapped);
  const header = wrapped.subarray(0, NONCE_AT);
  const nonce = wrapped.subarray(NONCE_AT, COMMITMENT_AT);
  const keys = keysFor(passphrase, header, cost, nonce);
  if (!equalBytes(keys.commitment, wrapped.subarray(COMMITMENT_AT, BODY_AT))) throw new SealError('refused');
  const secretKey = aeadDecrypt(keys.encryption, nonce, concat(header, publicKey), wrapped.subarray(BODY_AT));
  if (secretKey === null || !equalBytes(boxPublicKey(secretKey), publicKey)) throw new SealError('refused');
  return { publicKey: new Uint8Array(publicKey), secretKey };
}
