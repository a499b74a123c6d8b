import { ByteReader } from './byte-reader.ts';
import { type Bytes, concat, textOf, utf8 } from './bytes.ts';
import { committedKeys } from './committed-key.ts';
import { assertNamedKey, isKeyId, type KeyLookup, type NamedKey } from './key-id.ts';
import { paddedSize } from './padding.ts';
import { type Place, placeBytes } from './place.ts';
import { SealError } from './seal-error.ts';
import {
  equalBytes,
  KEY_BYTES,
  NONCE_BYTES,
  randomBytes,
  STREAM_CHUNK_OVERHEAD,
  STREAM_HEADER_BYTES,
  streamPull,
  streamPush,
} from './sodium.ts';

/*
 * stream = "SOSF" | version 1 | length of key id | key id | nonce 24 | commitment 32 | secretstream header 24 | chunks
 *
 * Every chunk holds 65536 bytes of the padded content, the last one too unless it is the only one. Header (up to the nonce) and place are associated data of
 * every chunk. The key is not used by itself, so that streams and envelopes under one key share nothing.
 */
const MAGIC = utf8('SOSF');
const VERSION = 1;
const KEY_LABEL = 'sos/stream/1\n';
const PREFIX_BYTES = MAGIC.length + 2;
const CHUNK_BYTES = 64 * 1024;
const SEALED_CHUNK_BYTES = CHUNK_BYTES + STREAM_CHUNK_OVERHEAD;
/** Ends the content; zeros follow. The length of a stream is not known when its first chunk is sealed. */
const END = 0x80;

/**
 * Seals content of any length to its place, chunk by chunk, whatever pieces it comes in. Refuses `key-invalid`, `place`. What is not written to its end
 * does not open.
 */
export async function* sealStream(key: NamedKey, place: Place, source: AsyncIterable<Uint8Array>): AsyncGenerator<Bytes, void> {
  assertNamedKey(key);
  const id = utf8(key.id);
  const header = concat(MAGIC, Uint8Array.of(VERSION, id.length), id);
  const associated = concat(header, placeBytes(place));
  const nonce = randomBytes(NONCE_BYTES);
  const { encryption, commitment } = committedKeys(key.key, KEY_LABEL, nonce);
  const stream = streamPush(encryption);
  const content = new ByteReader(source);
  try {
    yield concat(header, nonce, commitment, stream.header);
    let before = 0;
    let chunk = await content.upTo(CHUNK_BYTES);
    for (; chunk.length === CHUNK_BYTES; chunk = await content.upTo(CHUNK_BYTES)) {
      before += chunk.length;
      yield stream.push(chunk, associated, false);
    }
    const size = paddedSize(before + chunk.length + 1) - before;
    yield stream.push(concat(chunk, Uint8Array.of(END), new Uint8Array(size - chunk.length - 1)), associated, true);
  } finally {
    await content.close();
  }
}

/** The header up to the nonce, and the key that it names. */
async function readStart(keys: KeyLookup | NamedKey, sealed: ByteReader): Promise<{ header: Bytes; key: NamedKey }> {
  const prefix = await sealed.exactly(PREFIX_BYTES);
  if (MAGIC.some((byte, at) => prefix[at] !== byte)) throw new SealError('malformed');
  if (prefix[MAGIC.length] !== VERSION) throw new SealError('unsupported');
  const id = await sealed.exactly(prefix[MAGIC.length + 1] ?? 0);
  const keyId = textOf(id);
  if (keyId === null || !isKeyId(keyId)) throw new SealError('malformed');
  const key = 'byId' in keys ? keys.byId(keyId) : keys;
  if (key === null || key.id !== keyId) throw new SealError('key-unknown');
  assertNamedKey(key);
  return { header: concat(prefix, id), key };
}

/** The content of the last chunk, without the mark of its end. Only the one padding that {@link sealStream} writes is taken. */
function withoutPadding(chunk: Bytes, isOnly: boolean): Bytes {
  const end = chunk.findLastIndex((byte) => byte !== 0);
  if (chunk[end] !== END || (isOnly && paddedSize(end + 1) !== chunk.length)) throw new SealError('malformed');
  return chunk.slice(0, end);
}

/**
 * Opens a stream at its place, with the key its header names. Each chunk that it yields is whole and in its turn, but only once it ends without an error
 * is the content known to be all there: until then nothing may come of it. Refuses `malformed`, `unsupported`, `key-unknown`, `key-invalid`, `place`, and
 * `refused` where anything was altered, left out, put in another order, moved, or sealed otherwise.
 */
export async function* openStream(
  keys: KeyLookup | NamedKey,
  place: Place,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Bytes, void> {
  const sealed = new ByteReader(source);
  try {
    const { header, key } = await readStart(keys, sealed);
    const associated = concat(header, placeBytes(place));
    const nonce = await sealed.exactly(NONCE_BYTES);
    const { encryption, commitment } = committedKeys(key.key, KEY_LABEL, nonce);
    if (!equalBytes(commitment, await sealed.exactly(KEY_BYTES))) throw new SealError('refused');
    const pull = streamPull(await sealed.exactly(STREAM_HEADER_BYTES), encryption);
    for (let isFirst = true, isLast = false; !isLast; isFirst = false) {
      const chunk = await sealed.upTo(SEALED_CHUNK_BYTES);
      isLast = await sealed.hasEnded();
      const size = chunk.length - STREAM_CHUNK_OVERHEAD;
      const fits = size === CHUNK_BYTES || (isFirst && size > 0 && paddedSize(size) === size);
      if (!fits) throw new SealError('malformed');
      const opened = pull(chunk, associated, isLast);
      if (opened === null) throw new SealError('refused');
      const content = isLast ? withoutPadding(opened, isFirst) : opened;
      if (content.length > 0) yield content;
    }
  } finally {
    await sealed.close();
  }
}
