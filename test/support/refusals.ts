import { type SealCode, SealError } from '../../crypto/seal-error.ts';

/** The code that an attempt is refused with, or `accepted`. Any other error is a fault of the program and is thrown. */
export function refusal(attempt: () => unknown): SealCode | 'accepted' {
  try {
    attempt();
    return 'accepted';
  } catch (error) {
    if (error instanceof SealError) return error.code;
    throw error;
  }
}

/** As {@link refusal}, of what takes its time. */
export async function refusalOf(attempt: () => Promise<unknown>): Promise<SealCode | 'accepted'> {
  try {
    await attempt();
    return 'accepted';
  } catch (error) {
    if (error instanceof SealError) return error.code;
    throw error;
  }
}

/** How many of the attempts were made, and how many of them were not refused. */
export function accepted(attempts: Iterable<() => unknown>): { tried: number; accepted: number } {
  const codes = Array.from(attempts, refusal);
  return { tried: codes.length, accepted: codes.filter((code) => code === 'accepted').length };
}

/** Copies of the bytes, each with one bit changed: every bit of every byte. */
export function* everyBitFlipped(bytes: Uint8Array): Generator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at++) {
    for (let bit = 0; bit < 8; bit++) yield withBitFlipped(bytes, at, bit);
  }
}

export function withBitFlipped(bytes: Uint8Array, at: number, bit: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
}

/** The bytes cut at every length, from their end and from their beginning, and some lengthened. */
export function* everyCut(bytes: Uint8Array): Generator<Uint8Array<ArrayBuffer>> {
  for (let length = 0; length < bytes.length; length++) {
    yield new Uint8Array(bytes.subarray(0, length));
    yield new Uint8Array(bytes.subarray(length + 1));
  }
  for (const extra of [1, 16, 256, 512]) yield new Uint8Array([...bytes, ...new Uint8Array(extra)]);
}
