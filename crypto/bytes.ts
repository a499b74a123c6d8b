import { SealError } from './seal-error.ts';

/** Bytes as PostgreSQL columns and the SDK's payloads take them: never a view of shared memory. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 of a text. A lone surrogate is refused (`input`): TextEncoder would replace it, and two texts would share one encoding. */
export function utf8(text: string): Bytes {
  if (/\p{Surrogate}/u.test(text)) throw new SealError('input');
  return encoder.encode(text);
}

/** The text of UTF-8 bytes, or null where they are not UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A 4-byte big-endian number. */
export function u32(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** An 8-byte big-endian number. */
export function u64(value: number): Bytes {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/** Bytes preceded by their length, so that no two lists of parts have the same concatenation. */
export function framed(part: Uint8Array): Bytes {
  return concat(u32(part.length), part);
}
