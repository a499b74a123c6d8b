import type { Bytes } from './bytes.ts';
import { SealError } from './seal-error.ts';

/** Reads a source of bytes in pieces of the reader's size, whatever pieces it comes in. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #waiting: Uint8Array[] = [];
  #length = 0;
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next `length` bytes, or as many as there still are. */
  async upTo(length: number): Promise<Bytes> {
    await this.#fill(length);
    const taken = new Uint8Array(Math.min(length, this.#length));
    let used = 0;
    for (let at = 0; at < taken.length; ) {
      const piece = this.#waiting[used] ?? new Uint8Array();
      const part = piece.subarray(0, taken.length - at);
      taken.set(part, at);
      at += part.length;
      if (part.length === piece.length) used += 1;
      else this.#waiting[used] = piece.subarray(part.length);
    }
    this.#waiting.splice(0, used);
    this.#length -= taken.length;
    return taken;
  }

  /** The next `length` bytes. Refuses (`malformed`) a source that has fewer. */
  async exactly(length: number): Promise<Bytes> {
    const bytes = await this.upTo(length);
    if (bytes.length < length) throw new SealError('malformed');
    return bytes;
  }

  /** Whether nothing is left. */
  async hasEnded(): Promise<boolean> {
    await this.#fill(1);
    return this.#length === 0;
  }

  /** Lets go of the source, also where it was not read to its end: it may hold a file open. */
  async close(): Promise<void> {
    if (!this.#ended) await this.#source.return?.();
    this.#ended = true;
  }

  async #fill(length: number): Promise<void> {
    while (!this.#ended && this.#length < length) {
      const next = await this.#source.next();
      if (next.done === true) {
        this.#ended = true;
      } else if (next.value.length > 0) {
        this.#waiting.push(next.value);
        this.#length += next.value.length;
      }
    }
  }
}
