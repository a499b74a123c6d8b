import { type Bytes, concat, textOf, utf8 } from './bytes.ts';
import { type CommittedKeys, committedKeys } from './committed-key.ts';
import { assertNamedKey, isKeyId, KEY_ID_MAX_BYTES, type KeyLookup, type NamedKey } from './key-id.ts';
import { isBucket, pad, unpad } from './padding.ts';
import { type Place, placeBytes } from './place.ts';
import { SealError } from './seal-error.ts';
import { aeadDecrypt, aeadEncrypt, equalBytes, NONCE_BYTES, randomBytes, TAG_BYTES } from './sodium.ts';

/*
 * envelope = "SOSE" | version 1 | length of key id | key id | nonce 24 | commitment 32 | ciphertext and tag
 */
const MAGIC = utf8('SOSE');
const VERSION = 1;
const KEY_LABEL = 'sos/envelope/1\n';
const COMMITMENT_BYTES = 32;
const PREFIX_BYTES = MAGIC.length + 2;

interface Parts {
  readonly keyId: string;
  readonly header: Uint8Array;
  readonly nonce: Uint8Array;
  readonly commitment: Uint8Array;
  readonly ciphertext: Uint8Array;
}

function headerOf(keyId: string): Bytes {
  const id = utf8(keyId);
  return concat(MAGIC, Uint8Array.of(VERSION, id.length), id);
}

function keysFor(named: NamedKey, nonce: Uint8Array): CommittedKeys {
  assertNamedKey(named);
  return committedKeys(named.key, KEY_LABEL, nonce);
}

function parse(envelope: Uint8Array): Parts {
  if (envelope.length < PREFIX_BYTES || MAGIC.some((byte, at) => envelope[at] !== byte)) throw new SealError('malformed');
  if (envelope[MAGIC.length] !== VERSION) throw new SealError('unsupported');
  const idLength = envelope[MAGIC.length + 1] ?? 0;
  const nonceAt = PREFIX_BYTES + idLength;
  const commitmentAt = nonceAt + NONCE_BYTES;
  const bodyAt = commitmentAt + COMMITMENT_BYTES;
  if (idLength > KEY_ID_MAX_BYTES || !isBucket(envelope.length - bodyAt - TAG_BYTES)) throw new SealError('malformed');
  const keyId = textOf(envelope.subarray(PREFIX_BYTES, nonceAt));
  if (keyId === null || !isKeyId(keyId)) throw new SealError('malformed');
  return {
    keyId,
    header: envelope.subarray(0, nonceAt),
    nonce: envelope.subarray(nonceAt, commitmentAt),
    commitment: envelope.subarray(commitmentAt, bodyAt),
    ciphertext: envelope.subarray(bodyAt),
  };
}

/** The id of the key an envelope is sealed under. Refuses `malformed` and `unsupported`; what it returns is authentic only once the envelope opens. */
export function envelopeKeyId(envelope: Uint8Array): string {
  return parse(envelope).keyId;
}

/** Seals `plaintext` (at most 16 MiB) to its place. Refuses `key-invalid`, `place`, `too-large`. */
export function seal(key: NamedKey, place: Place, plaintext: Uint8Array): Bytes {
  const nonce = randomBytes(NONCE_BYTES);
  const { encryption, commitment } = keysFor(key, nonce);
  const header = headerOf(key.id);
  return concat(header, nonce, commitment, aeadEncrypt(encryption, nonce, concat(header, placeBytes(place)), pad(plaintext)));
}

/**
 * Opens an envelope at its place, with the key its header names.
 * Refuses `malformed`, `unsupported`, `key-unknown`, `key-invalid`, `place`, and `refused` where anything was altered, moved or sealed otherwise.
 */
export function open(keys: KeyLookup | NamedKey, place: Place, envelope: Uint8Array): Bytes {
  const parts = parse(envelope);
  const key = 'byId' in keys ? keys.byId(parts.keyId) : keys;
  if (key === null || key.id !== parts.keyId) throw new SealError('key-unknown');
  const { encryption, commitment } = keysFor(key, parts.nonce);
  if (!equalBytes(commitment, parts.commitment)) throw new SealError('refused');
  const padded = aeadDecrypt(encryption, parts.nonce, concat(parts.header, placeBytes(place)), parts.ciphertext);
  if (padded === null) throw new SealError('refused');
  return unpad(padded);
}

/** Seals a value as JSON. Refuses (`json`) what JSON cannot hold, e.g. undefined. */
export function sealJson(key: NamedKey, place: Place, value: unknown): Bytes {
  return seal(key, place, utf8(writeJson(value)));
}

/** Opens what {@link sealJson} sealed. The shape is the caller's to check. */
export function openJson(keys: KeyLookup | NamedKey, place: Place, envelope: Uint8Array): unknown {
  return readJson(open(keys, place, envelope));
}

function writeJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    throw new SealError('json');
  }
  if (text === undefined) throw new SealError('json');
  return text;
}

function readJson(bytes: Uint8Array): unknown {
  const text = textOf(bytes);
  if (text === null) throw new SealError('json');
  try {
    return JSON.parse(text);
  } catch {
    throw new SealError('json');
  }
}
