import { simpleParser } from 'mailparser';
import { decrypt, generateKey, readKey, readMessage, readPrivateKey } from 'openpgp';
import { beforeAll, describe, expect, it } from 'vitest';
import { NOTICE_KINDS, NOTICES } from '../../domain/notices.ts';
import { LANGUAGES } from '../../domain/vocabulary.ts';
import { locales } from '../../mail/locales/index.ts';
import { certificateOf, newSigningKey, sealForPgp } from '../../mail/pgp.ts';
import { buildSealedMessage, type SealedParts } from '../../mail/pgp-message.ts';
import { plainTextOf, sealedContent } from '../../mail/sealed.ts';

const link = `https://desk.example.org/l/${'A'.repeat(43)}`;
const data = { link, deadline: Date.UTC(2031, 2, 4, 17, 30), timeZone: 'Asia/Kathmandu' };
const brief = { name: 'brief-en.txt', text: 'Who is threatened, and by whom.\n' };
const sealedKinds = NOTICE_KINDS.filter((kind) => NOTICES[kind].confidentiality === 'SEALED');

describe('what is sealed', () => {
  it.each(LANGUAGES)('in %s has a subject of its own for each matter, the words of the mail, and the link', (language) => {
    const words = locales[language];
    for (const kind of sealedKinds) {
      const content = sealedContent(kind, language, { data, attachments: [brief] });
      expect(content.subject, kind).not.toBe(words.subject);
      expect(content.subject, kind).not.toMatch(/[{}]|undefined/);
      expect(content, kind).toMatchObject({ language, link, attachments: [brief] });
      expect(content.text[0], kind).toBe(words.greeting);
      expect(content.text.join('\n'), kind).toMatch(/17:30 UTC/);
      expect(content.text, kind).toContain(words.genuineAsk);
      expect(content.text, kind).toContain(words.enclosed);
      expect(content.text.join('\n'), kind).not.toContain(link);
      expect(plainTextOf(content), kind).toContain(`\n${link}\n`);
    }
  });

  it('speaks of a text only where one comes with it, and says what a reminder reminds of', () => {
    const asked = sealedContent('ADVICE_ASKED', 'en', { data, attachments: [] });
    const reminded = sealedContent('ADVICE_REMINDER', 'en', { data, attachments: [] });
    expect(asked.text).not.toContain(locales.en.enclosed);
    expect(reminded.subject).toBe(`Reminder: ${asked.subject}`);
    expect(reminded.text).toContain(locales.en.reminder);
  });

  it('is nothing that is never sealed', () => {
    for (const kind of NOTICE_KINDS.filter((other) => NOTICES[other].confidentiality !== 'SEALED' && !other.endsWith('_RECEIPT')))
      expect(() => sealedContent(kind, 'en', { data, attachments: [] }), kind).toThrow(/^KIND_INVALID$/);
    expect(() => sealedContent('ADVICE_ASKED', 'en', { data: { link: 'javascript:alert(1)' }, attachments: [] })).toThrow(/^LINK_INVALID$/);
  });
});

describe('a PGP mail', () => {
  let parts: SealedParts;
  let secret = '';
  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKey({ userIDs: { email: 'reader@example.net' } });
    secret = privateKey;
    parts = {
      ...{ from: 'desk@example.org', to: 'reader@example.net', messageId: '<0123456789abcdef0123@mail.example.org>' },
      writtenAt: Date.UTC(2031, 0, 1, 12, 34, 56),
      content: sealedContent('REFERRAL_ASKED', 'es', { data, attachments: [brief] }),
      certificates: [publicKey],
      signingKey: await newSigningKey('desk@example.org'),
    };
  });

  const opened = async (raw: Uint8Array): Promise<Buffer> => {
    const mail = await simpleParser(Buffer.from(raw));
    const armour = mail.attachments.at(-1)?.content.toString() ?? '';
    const { data: inner, signatures } = await decrypt({
      message: await readMessage({ armoredMessage: armour }),
      decryptionKeys: await readPrivateKey({ armoredKey: secret }),
      verificationKeys: await readKey({ armoredKey: await certificateOf(parts.signingKey) }),
      format: 'binary',
    });
    await signatures[0]?.verified;
    return Buffer.from(inner);
  };

  it('has the headers of every mail outside, and all of them again inside', async () => {
    const { raw, envelope } = (await buildSealedMessage(parts)).message;
    const mail = await simpleParser(Buffer.from(raw));
    expect(envelope).toEqual({ from: parts.from, to: parts.to });
    expect(mail.headerLines.map(({ key }) => key).sort()).toEqual(
      ['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'].sort(),
    );
    expect(mail.subject).toBe(locales.es.subject);
    expect(mail.date?.toISOString()).toBe('2031-01-01T12:00:00.000Z');
    const inner = await simpleParser(await opened(raw));
    expect(inner.subject).toBe(parts.content.subject);
    expect(inner.html).toBe(false);
    expect(inner.attachments.map(({ filename }) => filename)).toEqual(['brief-en.txt', 'network-key.asc']);
    expect(inner.attachments[1]?.content.toString()).toContain('-----BEGIN PGP PUBLIC KEY BLOCK-----');
  });

  it('has one size for every message without a long text', async () => {
    const sizes = await Promise.all(
      (['REVIEW_REMINDER', 'ADVICE_RECEIPT', 'REFERRAL_ASKED'] as const).flatMap((kind) =>
        [{ link }, data].map(async (given) => {
          const content = sealedContent(kind, 'ar', { data: given, attachments: [] });
          return (await opened((await buildSealedMessage({ ...parts, content })).message.raw)).length;
        }),
      ),
    );
    expect(new Set(sizes)).toEqual(new Set([16_384]));
    const long = { ...parts.content, attachments: [{ name: 'brief-en.txt', text: 'x'.repeat(20_000) }] };
    expect((await opened((await buildSealedMessage({ ...parts, content: long })).message.raw)).length).toBe(32_768);
  });

  it('refuses what could reach a header, and what cannot be encrypted to', async () => {
    const bad = { ...parts.content, subject: 'Hello\r\nBcc: other@example.net' };
    await expect(buildSealedMessage({ ...parts, content: bad })).rejects.toThrow(/^HEADER_INVALID$/);
    await expect(buildSealedMessage({ ...parts, to: 'a@example.net, b@example.net' })).rejects.toThrow(/^ADDRESS_INVALID$/);
    await expect(sealForPgp(new Uint8Array(3), [await certificateOf(parts.signingKey)], parts.signingKey)).rejects.toThrow(/^SEAL_FAILED$/);
    await expect(sealForPgp(new Uint8Array(3), [], parts.signingKey)).rejects.toThrow(/^SEAL_FAILED$/);
  });

  it('is sealed to the certificates that work, and says which do not', async () => {
    const unfit = [await certificateOf(parts.signingKey), 'no certificate'];
    const [first = '', last = ''] = unfit;
    const { message, broken } = await buildSealedMessage({ ...parts, certificates: [first, ...parts.certificates, last] });
    expect(broken).toEqual([0, 2]);
    expect((await simpleParser(await opened(message.raw))).subject).toBe(parts.content.subject);
    await expect(buildSealedMessage({ ...parts, certificates: unfit })).rejects.toThrow(/^SEAL_FAILED$/);
    expect((await buildSealedMessage(parts)).broken, 'twin').toEqual([]);
  });
});
