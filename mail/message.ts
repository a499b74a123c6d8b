import MailComposer from 'nodemailer/lib/mail-composer';
import { type Address, readAddress } from './address.ts';
import type { Composed } from './compose.ts';
import { MailError } from './error.ts';

/** One message for one recipient, ready for the wire. The envelope is set here and never derived from headers. */
export type Message = { readonly envelope: { readonly from: Address; readonly to: Address }; readonly raw: Uint8Array };

export type MessageParts = {
  /** The network's own address, also the envelope sender, so that bounces come back to it. */
  readonly from: string;
  readonly to: string;
  /** Fixed when the outbox row is written: `<token@domain>`. A second copy is recognisable by it. */
  readonly messageId: string;
  /** When the fact happened, epoch milliseconds. Told to the hour: the minute of a mail can tie a person to an event. */
  readonly writtenAt: number;
  readonly content: Composed;
};

const hour = 3_600_000;
// Control, invisible and line-separating characters, whatever their alphabet.
const unfit = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

function checkedAddress(written: string): Address {
  const reading = readAddress(written);
  if ('refusal' in reading) throw new MailError('ADDRESS_INVALID');
  return reading.address;
}

function checkedHeader(value: string): string {
  if (unfit.test(value)) throw new MailError('HEADER_INVALID');
  return value;
}

function checkedMessageId(value: string): string {
  if (!/^<[A-Za-z0-9._-]{16,64}@[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?>$/.test(value)) throw new MailError('MESSAGE_ID_INVALID');
  return value;
}

/**
 * Builds the RFC 5322 message. The same parts give the same bytes: the boundary is fixed, which is safe because both bodies are base64 and
 * can never hold it. Throws `MailError` (ADDRESS_INVALID, HEADER_INVALID, MESSAGE_ID_INVALID) without the offending value.
 *
 * Headers are the least that mail needs plus Auto-Submitted (RFC 3834), which keeps absence notices from answering.
 */
export async function buildMessage(parts: MessageParts): Promise<Message> {
  const from = checkedAddress(parts.from);
  const to = checkedAddress(parts.to);
  const mail = new MailComposer({
    from: { name: checkedHeader(parts.content.senderName), address: from },
    to: { name: '', address: to },
    subject: checkedHeader(parts.content.subject),
    messageId: checkedMessageId(parts.messageId),
    date: new Date(Math.floor(parts.writtenAt / hour) * hour),
    headers: { 'Auto-Submitted': 'auto-generated' },
    text: parts.content.text,
    html: parts.content.html,
    textEncoding: 'base64',
    boundaryPrefix: 'part',
    baseBoundary: 'message',
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  return { envelope: { from, to }, raw: await mail.build() };
}
