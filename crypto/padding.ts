import { type Bytes, concat, u32 } from './bytes.ts';
import { SealError } from './seal-error.ts';

/** The largest value one envelope holds, in bytes: 16 MiB. Files travel by another format. */
export const PLAINTEXT_MAX_BYTES = 16 * 1024 * 1024;

const LENGTH_BYTES = 4;
const SMALLEST_BUCKET = 256;
const STEP = 64 * 1024;

/**
 * The smallest size that `needed` bytes are padded to: a power of two from 256 bytes to 64 KiB, then a multiple of 64 KiB. The size of a ciphertext
 * then tells a short answer from a long one no better than these steps do.
 */
export function paddedSize(needed: number): number {
  if (needed > STEP) return Math.ceil(needed / STEP) * STEP;
  let bucket = SMALLEST_BUCKET;
  while (bucket < needed) bucket *= 2;
  return bucket;
}

/** The padded size of a value of `length` bytes, its 4-byte length included. */
export function bucketFor(length: number): number {
  return paddedSize(length + LENGTH_BYTES);
}

/** Whether a padded value can have this size at all. */
export function isBucket(size: number): boolean {
  return size >= SMALLEST_BUCKET && size === bucketFor(size - LENGTH_BYTES);
}

/** Length, value, zeros up to the bucket. Refuses (`too-large`) what exceeds {@link PLAINTEXT_MAX_BYTES}. */
export function pad(value: Uint8Array): Bytes {
  if (value.length > PLAINTEXT_MAX_BYTES) throw new SealError('too-large');
  return concat(u32(value.length), value, new Uint8Array(bucketFor(value.length) - LENGTH_BYTES - value.length));
}

/** The value of padded bytes. Only the one padding that {@link pad} writes is taken; anything else is `malformed`. */
export function unpad(padded: Bytes): Bytes {
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  if (length > PLAINTEXT_MAX_BYTES || bucketFor(length) !== padded.length) throw new SealError('malformed');
  const end = LENGTH_BYTES + length;
  if (padded.subarray(end).some((byte) => byte !== 0)) throw new SealError('malformed');
  return padded.slice(LENGTH_BYTES, end);
}
