/**
 * Bodies are brought to a fixed size so that the size of a message does not tell its kind. Sizes are UTF-8 bytes: the transfer encoding
 * is base64, so equal bytes here are equal bytes on the wire. The steps hold every kind in every language (a test proves it).
 * Source: engineering notes C4.
 */
export const textStep = 4096;
export const htmlStep = 8192;

const filler = `${' '.repeat(71)}\n`;

function fill(bytes: number): string {
  return filler.repeat(Math.ceil(bytes / filler.length)).slice(0, bytes);
}

function missing(bytes: number, step: number): number {
  return (step - (bytes % step)) % step;
}

export function padText(text: string): string {
  return text + fill(missing(Buffer.byteLength(text), textStep));
}

/** The filler stands between the two parts, where a page ignores white space. */
export function padHtml(open: string, close: string): string {
  return open + fill(missing(Buffer.byteLength(open) + Buffer.byteLength(close), htmlStep)) + close;
}
