import { type ParsedMail, simpleParser } from 'mailparser';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { certificateOf, newSigningKey } from '../../mail/pgp.ts';
import { buildSealedMessage } from '../../mail/pgp-message.ts';
import { figure } from '../support/figures.ts';
import { type GnupgReader, gnupgReader, withoutGnupg } from '../support/gnupg.ts';
import { CANARIES, type Desk, newDesk } from './delivery-desk.ts';
import { type MailServer, mailServer } from './mail-server.ts';
import { armourOf, BRIEF, readable, sealedScene, subjectOf, takeUp } from './sealed-scene.ts';

const NEUTRAL = { en: 'A message is waiting for you', ar: 'لديكم رسالة في انتظاركم' } as const;
const INSIDE = { en: 'Your advice is asked on a case', ar: 'نطلب رأيكم في قضية' } as const;

describe.skipIf(withoutGnupg)('a message to somebody with a certificate', () => {
  let desk: Desk;
  let scene: ReturnType<typeof sealedScene>;
  let server: MailServer;
  let reader: GnupgReader;
  beforeAll(async () => {
    desk = await newDesk();
    scene = sealedScene(desk);
  }, 60_000);
  afterAll(() => desk.stop());
  beforeEach(async () => {
    server = await mailServer();
    reader = gnupgReader();
  });
  afterEach(async () => {
    reader.leave();
    await server.stop();
    await desk.clear();
  });

  /** Asks an advisor who reads with GnuPG for advice; the mail as the server took it. */
  const sent = async (
    language: 'en' | 'ar',
  ): Promise<{ raw: string; mail: ParsedMail; messageId: string; caseId: string; rowId: string }> => {
    const { caseId } = await scene.openCase();
    const to = `reader-${language}@example.net`;
    const contactId = await scene.contact('ADVISOR', to, language);
    const questionId = await scene.question('ADVICE', caseId, { contactId, language });
    await desk.deliver(server.transport);
    await takeUp(desk.store, server.taken.at(-1)?.raw ?? '', { kind: 'OPENPGP', certificate: reader.newKey(to) });
    await desk.deliver(server.transport);
    const { id: rowId, messageId } = await scene.mailOf(questionId);
    const raw = server.taken.find((one) => one.messageId.includes(messageId))?.raw ?? '';
    return { raw, mail: await simpleParser(raw), messageId, caseId, rowId };
  };

  const networkCertificate = async (): Promise<string> => {
    const row = await desk.store.prisma.networkKey.findFirstOrThrow();
    return certificateOf((await desk.store.seals.open<{ secret: string }>('NetworkKey', row.id, null, row.sealed)).secret);
  };

  it.each(['en', 'ar'] as const)(
    'in %s is read by GnuPG: signature good, subject, headers, text and attachment intact',
    async (language) => {
      const { raw, mail, messageId } = await sent(language);
      expect(mail.headers.get('content-type')).toMatchObject({
        value: 'multipart/encrypted',
        params: { protocol: 'application/pgp-encrypted' },
      });
      expect(mail.attachments.map(({ contentType }) => contentType)).toEqual(['application/pgp-encrypted', 'application/octet-stream']);
      expect(mail.attachments[0]?.content.toString()).toBe('Version: 1\r\n');
      expect(raw).toMatch(/^[\t\r\n\x20-\x7e]*$/);

      reader.trust(await networkCertificate());
      const { opened, goodSignature, content } = reader.read(armourOf(mail));
      const inner = await simpleParser(content);
      const token = /https:\/\/desk\.example\.org\/l\/[A-Za-z0-9_-]{43}\b/.exec(inner.text ?? '');
      const brief = inner.attachments.find(({ filename }) => filename === 'brief-en.txt');
      const intact = {
        'opened and signed': opened && goodSignature,
        subject: inner.subject === INSIDE[language],
        attachment: brief?.content.toString() === `${BRIEF.title}\n\n${BRIEF.text}\n`,
        link: token !== null,
      };
      const broken = Object.values(intact).filter((whole) => !whole).length;
      expect(
        figure({
          name: `parts of a PGP mail in ${language} that GnuPG did not find intact`,
          value: broken,
          unit: 'of 4',
          bound: '== 0',
          seed: null,
        }),
      ).toBe(true);
      // RFC 9788: what stood outside is noted inside, and the subject's first line is for programs that know nothing of that
      expect(inner.headers.get('content-type')).toMatchObject({ value: 'multipart/mixed', params: { hp: 'cipher' } });
      expect(content.toString()).toContain('hp-legacy-display=1');
      expect(inner.text?.startsWith(`Subject: ${INSIDE[language]}\n`)).toBe(true);
      const outside = mail.headerLines.map(({ line }) => line).filter((line) => !/^(content-|mime-|received)/i.test(line));
      const noted = inner.headerLines.filter(({ key }) => key === 'hp-outer').map(({ line }) => line.replace(/^HP-Outer: /, ''));
      expect(new Set(noted)).toEqual(new Set(outside));
      expect([inner.messageId, inner.date, inner.from?.text, inner.headers.get('to')]).toEqual([
        `<${messageId}@mail.example.org>`,
        mail.date,
        mail.from?.text,
        mail.headers.get('to'),
      ]);
      expect(content.length % 16_384).toBe(0);
    },
  );

  it('says on the outside what every mail says, and nothing of the case', async () => {
    const { raw, mail, caseId } = await sent('en');
    await desk.put({ kind: 'SIGN_ON_ASKED' });
    await desk.deliver(server.transport);
    const link = server.taken.at(-1)?.raw ?? '';
    const other = [await subjectOf(raw), NEUTRAL.en].filter((subject) => subject !== mail.subject).length;
    expect(mail.subject).toBe(await subjectOf(link));
    expect(
      figure({ name: 'outer subjects of PGP mail unlike that of a link', value: other, unit: 'subjects', bound: '== 0', seed: null }),
    ).toBe(true);
    expect((await subjectOf((await sent('ar')).raw)) ?? '').toBe(NEUTRAL.ar);

    const words = [...CANARIES, BRIEF.title, caseId, INSIDE.en, 'brief', '/l/'];
    const count = (text: string): number => words.filter((word) => text.includes(word)).length;
    expect(
      figure({ name: 'words of a case in PGP mail', value: count(await readable(raw)), unit: 'words', bound: '== 0', seed: null }),
    ).toBe(true);
    const inner = await readable(reader.read(armourOf(mail)).content.toString('latin1'));
    expect(count(inner)).toBeGreaterThanOrEqual(5);
  });

  it('is refused when a byte was changed, unsigned for whoever does not know the key, and signed badly by another', async () => {
    const { mail, raw } = await sent('en');
    const armour = armourOf(mail);
    expect(reader.read(armour)).toMatchObject({ opened: true, goodSignature: false });
    reader.trust(await certificateOf(await newSigningKey('desk@example.org')));
    expect(reader.read(armour).goodSignature).toBe(false);
    reader.trust(await networkCertificate());
    expect(reader.read(armour).goodSignature).toBe(true);
    const at = Math.floor(armour.length / 2);
    const changed = `${armour.slice(0, at)}${armour[at] === 'A' ? 'B' : 'A'}${armour.slice(at + 1)}`;
    expect(reader.read(changed)).toMatchObject({ goodSignature: false });
    const stranger = gnupgReader();
    expect(stranger.read(armour)).toMatchObject({ opened: false });
    stranger.leave();
    expect(raw).not.toContain('-----BEGIN PGP PUBLIC KEY');
  });

  it('tried again is the same message, sealed anew; all processes sign with one key', async () => {
    server.answers(({ raw }) => (raw.includes('multipart/encrypted') ? 451 : null));
    const { rowId } = await sent('en');
    server.answers(() => null);
    await desk.due(rowId);
    await desk.deliver(server.transport);
    const copies = server.heard.filter(({ raw }) => raw.includes('multipart/encrypted'));
    expect(copies).toHaveLength(2);
    expect(new Set(copies.map(({ messageId }) => messageId)).size).toBe(1);
    const [first = '', second = ''] = await Promise.all(
      copies.map(async ({ raw }) => reader.read(armourOf(await simpleParser(raw))).content.toString()),
    );
    expect(second).toBe(first);
    expect(await desk.store.prisma.networkKey.count()).toBe(1);
    expect(await desk.store.prisma.sealedMessage.count()).toBe(0);
  });

  it('is not built for a certificate that cannot be read', async () => {
    const head = { from: 'desk@example.org', to: 'reader@example.net', messageId: '<0123456789abcdef0123@mail.example.org>', writtenAt: 0 };
    const content = { language: 'en', subject: 's', text: ['t'], link: null, attachments: [] } as const;
    const signingKey = await newSigningKey('desk@example.org');
    await expect(buildSealedMessage({ ...head, content, certificates: ['no certificate'], signingKey })).rejects.toThrow(/^SEAL_FAILED$/);
  });
});
