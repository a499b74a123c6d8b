import MailComposer from 'nodemailer/lib/mail-composer';
import { type Address, readAddress } from './address.ts';
import type { Composed, Outside } from './compose.ts';
import { MailError } from './error.ts';

/** One message for one recipient, ready for the wire. The envelope is set here and never derived from headers. */
export type Message = { readonly envelope: { readonly from: Address; readonly to: Address }; readonly raw: Uint8Array };

/** What every message says on the outside. */
export type Letterhead = {
  /** The network's own address, also the envelope sender, so that bounces come back to it. */
  readonly from: string;
  readonly to: string;
  /** Fixed when the outbox row is written: `<token@domain>`. A second copy is recognisable by it. */
  readonly messageId: string;
  /** When the fact happened, epoch milliseconds. Told to the hour: the minute of a mail can tie a person to an event. */
  readonly writtenAt: number;
};

export type MessageParts = Letterhead & { readonly content: Composed };

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
 * The headers of a message, every one of them checked: the least that mail needs plus Auto-Submitted (RFC 3834), which keeps absence notices from
 * answering. Throws `MailError` (ADDRESS_INVALID, HEADER_INVALID, MESSAGE_ID_INVALID) without the offending value.
 */
export function headersOf(head: Letterhead, { subject, senderName }: Outside) {
  const from = checkedAddress(head.from);
  const to = checkedAddress(head.to);
  const fields = {
    from: { name: checkedHeader(senderName), address: from },
    to: { name: '', address: to },
    subject: checkedHeader(subject),
    messageId: checkedMessageId(head.messageId),
    date: new Date(Math.floor(head.writtenAt / hour) * hour),
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
  return { envelope: { from, to }, fields };
}

/** How bodies are written. Boundaries are fixed, which is safe because every body is base64 (or armour) and can never hold one. */
export const encoding = {
  textEncoding: 'base64',
  boundaryPrefix: 'part',
  newline: 'windows',
  disableFileAccess: true,
  disableUrlAccess: true,
} as const;

/** Builds the RFC 5322 message. The same parts give the same bytes. Throws as `headersOf` does. */
export async function buildMessage({ content, ...head }: MessageParts): Promise<Message> {
  const { envelope, fields } = headersOf(head, content);
  const { text, html } = content;
  const mail = new MailComposer({ ...fields, ...encoding, baseBoundary: 'message', text, html }).compile();
  return { envelope, raw: await mail.build() };
}
