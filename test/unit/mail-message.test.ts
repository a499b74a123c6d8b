import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { compose } from '../../mail/compose.ts';
import { buildMessage, type MessageParts } from '../../mail/message.ts';

const content = compose('ADVICE_ASKED', 'ar', { link: 'https://desk.example.org/l/x', deadline: Date.UTC(2031, 0, 2) });
const parts: MessageParts = {
  from: 'desk@example.org',
  to: 'reader@example.net',
  messageId: '<0123456789abcdef0123@mail.example.org>',
  writtenAt: Date.UTC(2031, 0, 1, 12, 34, 56),
  content,
};

describe('buildMessage', () => {
  it('has the least of headers, the fixed Message-ID and the hour only', async () => {
    const { raw, envelope } = await buildMessage(parts);
    const mail = await simpleParser(Buffer.from(raw));
    expect(envelope).toEqual({ from: 'desk@example.org', to: 'reader@example.net' });
    expect(mail.headerLines.map((line) => line.key).sort()).toEqual(
      ['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'].sort(),
    );
    expect(mail.messageId).toBe(parts.messageId);
    expect(mail.date?.toISOString()).toBe('2031-01-01T12:00:00.000Z');
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
    expect(mail.subject).toBe(content.subject);
    expect(mail.from?.text).toContain(content.senderName);
    expect(mail.html).toBe(content.html);
  });

  it('gives the same bytes twice', async () => {
    expect(Buffer.compare((await buildMessage(parts)).raw, (await buildMessage(parts)).raw)).toBe(0);
  });

  it('is pure 7-bit ASCII with lines short enough and ended by CRLF', async () => {
    const text = Buffer.from((await buildMessage(parts)).raw).toString('latin1');
    expect(text).toMatch(/^[\t\r\n\x20-\x7e]*$/);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(Math.max(...text.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(78);
  });

  const injections = ['\r\nBcc: other@example.net', '\nBcc: other@example.net', '\rX: y', '\u0000', '\u2028', '\u2029', '\u202e'];
  it.each(injections)('refuses %j wherever it could reach a header', async (bad) => {
    await expect(buildMessage({ ...parts, to: `reader@example.net${bad}` })).rejects.toThrow(/^ADDRESS_INVALID$/);
    await expect(buildMessage({ ...parts, from: `desk${bad}@example.org` })).rejects.toThrow(/^ADDRESS_INVALID$/);
    await expect(buildMessage({ ...parts, messageId: `${parts.messageId}${bad}` })).rejects.toThrow(/^MESSAGE_ID_INVALID$/);
    await expect(buildMessage({ ...parts, content: { ...content, subject: `Hello${bad}` } })).rejects.toThrow(/^HEADER_INVALID$/);
    await expect(buildMessage({ ...parts, content: { ...content, senderName: `Hello${bad}` } })).rejects.toThrow(/^HEADER_INVALID$/);
  });

  it('refuses a second recipient', async () => {
    await expect(buildMessage({ ...parts, to: 'a@example.net, b@example.net' })).rejects.toThrow(/^ADDRESS_INVALID$/);
  });
});
