import { Readable } from 'node:stream';

const piece = 16 * 1024;

/**
 * The message as a stream that tells when its end has been read. The SMTP client writes the final dot only after it has read the end, so
 * as long as `ended()` is false the dot has certainly not left this machine; this is what separates "not sent" from "nobody knows".
 *
 * The buffer of the stream is one byte so that the end is read only when all that came before has been taken over by the connection.
 */
export function messageSource(raw: Uint8Array): { readonly stream: Readable; readonly ended: () => boolean } {
  let offset = 0;
  let ended = false;
  const stream = new Readable({
    highWaterMark: 1,
    read() {
      if (offset < raw.length) {
        const next = Math.min(offset + piece, raw.length);
        this.push(raw.subarray(offset, next));
        offset = next;
      } else {
        ended = true;
        this.push(null);
      }
    },
  });
  return { stream, ended: () => ended };
}
