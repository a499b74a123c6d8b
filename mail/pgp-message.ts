import MailComposer from 'nodemailer/lib/mail-composer';
import MimeNode from 'nodemailer/lib/mime-node';
import type { SealedContent } from '../domain/sealed-content.ts';
import { outsideOf } from './compose.ts';
import { encoding, headersOf, type Letterhead, type Message } from './message.ts';
import { certificateOf, type SealedForPgp, sealForPgp } from './pgp.ts';
import { plainTextOf } from './sealed.ts';

export type SealedParts = Letterhead & {
  readonly content: SealedContent;
  /** armoured certificates of this one recipient */
  readonly certificates: readonly string[];
  /** the network's signing key, armoured */
  readonly signingKey: string;
};

/**
 * Builds the PGP/MIME message: signed and encrypted (RFC 3156), the headers protected inside (RFC 9788, `hp="cipher"`), outside the same neutral lines
 * as on every other mail. Inside there is plain text only, because what a mail program makes of HTML has given encrypted mail away before.
 *
 * Everything but the ciphertext is the same at every attempt. `broken`: see `sealForPgp`. Throws `MailError`: SEAL_FAILED, and what `headersOf` throws.
 */
export async function buildSealedMessage({
  content,
  certificates,
  signingKey,
  ...head
}: SealedParts): Promise<{ readonly message: Message; readonly broken: SealedForPgp['broken'] }> {
  const { envelope, fields } = headersOf(head, outsideOf(content.language));
  const root = new MimeNode('multipart/encrypted; protocol="application/pgp-encrypted"', { ...encoding, baseBoundary: 'sealed' });
  root.setHeader({ From: fields.from, To: fields.to, Subject: fields.subject, 'Message-ID': fields.messageId, Date: fields.date });
  root.setHeader(fields.headers);
  const inside = await payload(head, content, { outer: root.buildHeaders(), certificate: await certificateOf(signingKey) });
  const { armour, broken } = await sealForPgp(inside, certificates, signingKey);
  part(root, 'application/pgp-encrypted', 'Version: 1\r\n');
  part(root, 'application/octet-stream; name="encrypted.asc"', armour.replace(/\r?\n/g, '\r\n'));
  return { message: { envelope, raw: await root.build() }, broken };
}

const part = (root: MimeNode, type: string, content: string): void => {
  const node = root.createChild(type);
  node.setHeader('Content-Transfer-Encoding', '7bit');
  node.setContent(content);
};

/** The MIME entity that is signed and encrypted. The outer headers are noted in it, so that a reader can tell which of them were changed on the way. */
async function payload(
  head: Letterhead,
  content: SealedContent,
  { outer, certificate }: { readonly outer: string; readonly certificate: string },
): Promise<Uint8Array> {
  const { fields } = headersOf(head, { ...outsideOf(content.language), subject: content.subject });
  const node = new MailComposer({
    ...fields,
    ...encoding,
    baseBoundary: 'inside',
    // programs that do not know protected headers show the subject as the first line, the others leave that line out
    text: `Subject: ${content.subject}\n\n${plainTextOf(content)}`,
    attachments: [
      ...content.attachments.map(({ name, text }) => ({ filename: name, content: text, contentType: 'text/plain; charset=utf-8' })),
      { filename: 'network-key.asc', content: certificate, contentType: 'application/pgp-keys' },
    ].map((attachment) => ({ ...attachment, contentTransferEncoding: 'base64' as const })),
  }).compile();
  node.setHeader('Content-Type', 'multipart/mixed; hp="cipher"');
  node.childNodes[0]?.setHeader('Content-Type', 'text/plain; charset=utf-8; hp-legacy-display="1"');
  const noted = outer.split(/\r\n(?![ \t])/).filter((line) => line !== '' && !isStructural(line));
  const lines = noted.map((line) => `HP-Outer: ${line}\r\n`).join('');
  return padded(Buffer.concat([Buffer.from(lines), await node.build()]));
}

/** What tells how the message is built is noted nowhere: the parts outside and inside differ in it. */
const isStructural = (line: string): boolean => /^(?:content-|mime-version:)/i.test(line);

/** Sizes double from here, so that a reminder, a receipt and a question without a text all look alike. Bytes. */
const smallest = 16 * 1024;
const filler = `${' '.repeat(70)}\r\n`;

/** What follows the last boundary is read by nobody, and covered by the signature. */
function padded(mime: Uint8Array): Uint8Array {
  let size = smallest;
  while (size < mime.length + 2) size *= 2;
  const missing = size - mime.length - 2;
  return Buffer.concat([mime, Buffer.from(`\r\n${filler.repeat(Math.ceil(missing / filler.length)).slice(0, missing)}`)]);
}
