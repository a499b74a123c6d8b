import { type Bytes, concat, framed, utf8 } from './bytes.ts';
import { committedKeys } from './committed-key.ts';
import { isBucket, pad, unpad } from './padding.ts';
import { SealError } from './seal-error.ts';
import {
  aeadDecrypt,
  aeadEncrypt,
  type BoxKeyPair,
  blake2b,
  boxKeyPair,
  boxOpen,
  boxSeal,
  equalBytes,
  KEY_BYTES,
  NONCE_BYTES,
  randomBytes,
  TAG_BYTES,
  toHex,
} from './sodium.ts';

/*
 * message = "SOSM" | version 1 | number of recipients | for each: key id 20, sealed box 80 | nonce 24 | commitment 32 | ciphertext and tag
 *
 * Everything before the nonce is associated data, and so is the context: recipients can be neither added nor taken away, and a message cannot be handed
 * to another context. This file and what it imports run in the browser too.
 */
const MAGIC = utf8('SOSM');
const VERSION = 1;
const KEY_LABEL = 'sos/message/1\n';
const ID_LABEL = utf8('sos/recipient-key/1\n');
const ID_BYTES = 20;
const BOX_BYTES = KEY_BYTES + KEY_BYTES + TAG_BYTES;
const ENTRY_BYTES = ID_BYTES + BOX_BYTES;
const PREFIX_BYTES = MAGIC.length + 2;
const RECIPIENTS_MAX = 255;
const CONTEXT_MAX_BYTES = 1024;

/** A recipient's X25519 key: 32 bytes each. The secret half is made, kept and used in its holder's browser only. */
export type RecipientKeyPair = BoxKeyPair;

interface Parts {
  readonly header: Uint8Array;
  readonly nonce: Uint8Array;
  readonly commitment: Uint8Array;
  readonly ciphertext: Uint8Array;
}

function idBytes(publicKey: Uint8Array): Bytes {
  if (publicKey.length !== KEY_BYTES) throw new SealError('key-invalid');
  return blake2b(ID_BYTES, concat(ID_LABEL, publicKey), null);
}

function contextBytes(context: string): Bytes {
  const bytes = utf8(context);
  if (bytes.length === 0 || bytes.length > CONTEXT_MAX_BYTES) throw new SealError('place');
  return framed(bytes);
}

/** The entries of all recipients, by key id, each once: the order tells nothing and the same recipients always make the same list. */
function entriesFor(publicKeys: readonly Uint8Array[], dataKey: Uint8Array): Bytes[] {
  const byId = new Map(publicKeys.map((publicKey) => [toHex(idBytes(publicKey)), publicKey]));
  if (byId.size === 0 || byId.size > RECIPIENTS_MAX) throw new SealError('input');
  return [...byId.keys()].sort().map((id) => {
    const publicKey = byId.get(id) ?? new Uint8Array();
    const box = boxSeal(publicKey, dataKey);
    if (box === null) throw new SealError('key-invalid');
    return concat(idBytes(publicKey), box);
  });
}

function parse(message: Uint8Array): Parts {
  if (message.length < PREFIX_BYTES || MAGIC.some((byte, at) => message[at] !== byte)) throw new SealError('malformed');
  if (message[MAGIC.length] !== VERSION) throw new SealError('unsupported');
  const recipients = message[MAGIC.length + 1] ?? 0;
  const nonceAt = PREFIX_BYTES + recipients * ENTRY_BYTES;
  const commitmentAt = nonceAt + NONCE_BYTES;
  const bodyAt = commitmentAt + KEY_BYTES;
  if (recipients === 0 || !isBucket(message.length - bodyAt - TAG_BYTES)) throw new SealError('malformed');
  const ids = Array.from({ length: recipients }, (_, at) => toHex(message.subarray(PREFIX_BYTES + at * ENTRY_BYTES).subarray(0, ID_BYTES)));
  if (ids.some((id, at) => at > 0 && id <= (ids[at - 1] ?? ''))) throw new SealError('malformed');
  return {
    header: message.subarray(0, nonceAt),
    nonce: message.subarray(nonceAt, commitmentAt),
    commitment: message.subarray(commitmentAt, bodyAt),
    ciphertext: message.subarray(bodyAt),
  };
}

/** The box that is meant for this key, by its id: boxes are not tried in turn. */
function boxFor(header: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const id = idBytes(publicKey);
  for (let at = PREFIX_BYTES; at < header.length; at += ENTRY_BYTES) {
    if (equalBytes(header.subarray(at, at + ID_BYTES), id)) return header.subarray(at + ID_BYTES, at + ENTRY_BYTES);
  }
  throw new SealError('key-unknown');
}

export function newRecipientKeyPair(): RecipientKeyPair {
  return boxKeyPair();
}

/**
 * `x25519:` and 40 hexadecimal digits: the name of a recipient's key, and the fingerprint people compare. Refuses (`key-invalid`) what is not 32 bytes,
 * and the few points to which everything is sealed under a key that anybody knows.
 */
export function recipientKeyId(publicKey: Uint8Array): string {
  const id = idBytes(publicKey);
  if (boxSeal(publicKey, new Uint8Array()) === null) throw new SealError('key-invalid');
  return `x25519:${toHex(id)}`;
}

/**
 * Seals `plaintext` (at most 16 MiB) so that each of the given keys (1 to 255) opens it, in its context (1 to 1024 bytes, e.g. `message/<uuid>`), which the
 * reader has to name. Refuses `input` (no recipient, or too many), `key-invalid`, `place` (context), `too-large`. It says nothing of who sealed it.
 */
export function sealMessage(publicKeys: readonly Uint8Array[], context: string, plaintext: Uint8Array): Bytes {
  const dataKey = randomBytes(KEY_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const entries = entriesFor(publicKeys, dataKey);
  const header = concat(MAGIC, Uint8Array.of(VERSION, entries.length), ...entries);
  const { encryption, commitment } = committedKeys(dataKey, KEY_LABEL, nonce);
  return concat(header, nonce, commitment, aeadEncrypt(encryption, nonce, concat(header, contextBytes(context)), pad(plaintext)));
}

/**
 * Opens a message with one of its recipients' keys, in its context.
 * Refuses `malformed`, `unsupported`, `key-unknown` (not sealed to this key), `key-invalid`, `place`, and `refused` where anything was altered or moved.
 */
export function openMessage(pair: RecipientKeyPair, context: string, sealed: Uint8Array): Bytes {
  const { header, nonce, commitment, ciphertext } = parse(sealed);
  if (pair.secretKey.length !== KEY_BYTES) throw new SealError('key-invalid');
  const dataKey = boxOpen(pair, boxFor(header, pair.publicKey));
  if (dataKey === null) throw new SealError('refused');
  const keys = committedKeys(dataKey, KEY_LABEL, nonce);
  if (!equalBytes(keys.commitment, commitment)) throw new SealError('refused');
  const padded = aeadDecrypt(keys.encryption, nonce, concat(header, contextBytes(context)), ciphertext);
  if (padded === null) throw new SealError('refused');
  return unpad(padded);
}
