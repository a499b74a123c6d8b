import { randomUUID } from 'node:crypto';
import { generateKey } from 'openpgp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toBase64Url } from '../../crypto/sodium.ts';
import { correctPerson } from '../../records/cases/people.ts';
import { withdrawConsent } from '../../records/cases/withdrawal.ts';
import type { KeyContent } from '../../records/keys/recipient-keys.ts';
import { findSealedMessage, forgetMessages } from '../../records/mail/sealed-messages.ts';
import { resendMail } from '../../records/mail/stuck-mail.ts';
import { currentPolicy } from '../../records/policies.ts';
import { findLink } from '../../records/questions/answers.ts';
import { extendQuestion, revokeQuestion } from '../../records/questions/questions.ts';
import { figure } from '../support/figures.ts';
import { CANARIES, type Desk, newDesk } from './delivery-desk.ts';
import { type MailServer, mailServer } from './mail-server.ts';
import { BRIEF, HOUR, linksIn, newBrowserKey, openedBy, readable, sealedScene, subjectOf, takeUp } from './sealed-scene.ts';

let desk: Desk;
let scene: ReturnType<typeof sealedScene>;
let server: MailServer;
beforeAll(async () => {
  desk = await newDesk();
  scene = sealedScene(desk);
}, 60_000);
afterAll(() => desk.stop());
beforeEach(async () => {
  server = await mailServer();
});
afterEach(async () => {
  await server.stop();
  await desk.clear();
});

const raws = (): readonly string[] => server.taken.map(({ raw }) => raw);
const mailsOf = (messageId: string): readonly string[] =>
  server.taken.filter((mail) => mail.messageId.includes(messageId)).map(({ raw }) => raw);
const invitations = async (): Promise<readonly string[]> => {
  const found = await Promise.all(raws().map(async (raw) => ((await linksIn(raw, 'k')).length > 0 ? [raw] : [])));
  return found.flat();
};
const openTasks = (subjectId: string) => desk.store.prisma.task.count({ where: { subjectId, doneAt: null } });
const by = (): { commandId: string; by: string; at: number } => ({ commandId: randomUUID(), by: randomUUID(), at: Date.now() });
const policy = async () => (await currentPolicy(desk.store.prisma)).policy;

/** An advisor with a key, asked for advice; what left is in the server's hands. */
const askedWithKey = async (to = `${randomUUID()}@example.net`) => {
  const { caseId, consentId } = await scene.openCase();
  const contactId = await scene.contact('ADVISOR', to);
  const questionId = await scene.question('ADVICE', caseId, { contactId });
  await desk.deliver(server.transport);
  const key = newBrowserKey();
  await takeUp(desk.store, (await invitations()).at(-1) ?? '', key.sent);
  return { caseId, consentId, contactId, questionId, key, row: await scene.mailOf(questionId) };
};

describe('a message sealed to a key that was made in the browser', () => {
  it('waits for the key, then leaves once: words and text inside, outside nothing but the way to it', async () => {
    const { caseId, contactId, questionId, key, row } = await askedWithKey();
    expect(await desk.store.prisma.sealedMessage.count()).toBe(0);
    await desk.deliver(server.transport);
    await desk.deliver(server.transport);
    const mails = mailsOf(row.messageId);
    expect(figure({ name: 'mails after a key has come', value: mails.length, unit: 'mails', bound: '== 1', seed: null })).toBe(true);
    const [mail = ''] = mails;
    expect(await desk.row(row.id)).toMatchObject({ state: 'accepted', sealed: null });
    expect(await openTasks(row.id)).toBe(0);

    const content = await openedBy(desk.store, key.pair, mail);
    expect(content.subject).toBe('Your advice is asked on a case');
    expect(content.attachments).toEqual([{ name: 'brief-en.txt', text: `${BRIEF.title}\n\n${BRIEF.text}\n` }]);
    expect(content.text.join('\n')).toContain('The text itself comes with this message.');
    const token = content.link?.replace('https://desk.example.org/l/', '') ?? '';
    expect((await findLink(desk.store, token, Date.now()))?.question.id).toBe(questionId);

    const words = [...CANARIES, caseId, contactId, questionId, token, 'advice', content.subject];
    const seen = (await Promise.all(raws().map(readable))).join('\n');
    const count = (text: string): number => words.filter((word) => text.includes(word)).length;
    expect(
      figure({
        name: 'words of a case in mails that bring a sealed message',
        value: count(seen),
        unit: 'words',
        bound: '== 0',
        seed: null,
      }),
    ).toBe(true);
    // what the scan looks for is there to be found, once it is opened
    expect(count(JSON.stringify(content))).toBe(5);
    expect(await linksIn(mail, 'l')).toEqual([]);
    expect(new Set(await Promise.all(raws().map(subjectOf)))).toEqual(new Set(['A message is waiting for you']));
  });

  it('is opened by no other key', async () => {
    const { row, key } = await askedWithKey();
    await desk.deliver(server.transport);
    const [mail = ''] = mailsOf(row.messageId);
    await expect(openedBy(desk.store, newBrowserKey().pair, mail)).rejects.toThrow(/not at hand/);
    expect((await openedBy(desk.store, key.pair, mail)).attachments).toHaveLength(1);
  });

  it('tried again it is the same mail to the same message, read and noted each time', async () => {
    const { row, key, questionId } = await askedWithKey();
    server.answers(({ messageId }) => (messageId.includes(row.messageId) ? 451 : null));
    await desk.deliver(server.transport);
    expect((await desk.row(row.id)).state).toBe('deferred');
    server.answers(() => null);
    await desk.due(row.id);
    await desk.deliver(server.transport);
    const copies = server.heard.filter(({ messageId }) => messageId.includes(row.messageId)).map(({ raw }) => raw);
    expect(copies).toHaveLength(2);
    expect(copies[1]).toBe(copies[0]);
    expect(await desk.store.prisma.sealedMessage.count({ where: { outboxId: row.id } })).toBe(1);
    expect((await openedBy(desk.store, key.pair, copies[0] ?? '')).attachments).toHaveLength(1);
    expect(await desk.audited(questionId)).toEqual(['question.advice.put', 'mail.disclosed', 'mail.disclosed']);
  });

  it('goes with its question, and with the consent, and with its time; a message about another question stays', async () => {
    const { caseId, contactId, consentId, questionId, row, key } = await askedWithKey();
    const other = await scene.question('ADVICE', caseId, { contactId });
    await desk.deliver(server.transport);
    const [first = ''] = mailsOf(row.messageId);
    const [second = ''] = mailsOf((await scene.mailOf(other)).messageId);
    const opens = async (mail: string, at = Date.now()): Promise<boolean> => {
      const [token = ''] = await linksIn(mail, 'm');
      return (await findSealedMessage(desk.store, token, at)) !== null;
    };
    expect([await opens(first), await opens(second)]).toEqual([true, true]);
    await desk.inTx((tx) => revokeQuestion(tx, questionId));
    expect([await opens(first), await opens(second)]).toEqual([false, true]);

    const late = Date.now() + 2 * HOUR;
    expect(await opens(second, late)).toBe(false);
    await desk.inTx(async (tx) => extendQuestion(tx, await policy(), other, late));
    expect(await opens(second, late)).toBe(true);

    // the question is over by itself: nothing is left to be revoked, and what it showed is closed all the same
    await desk.store.prisma.question.update({ where: { id: other }, data: { closedAt: new Date() } });
    await withdrawConsent(desk.store, { ...by(), caseId, consentId });
    expect(await opens(second)).toBe(false);
    await forgetMessages(desk.store.prisma, new Date());
    expect(await desk.store.prisma.sealedMessage.count({ where: { outboxId: row.id } })).toBe(0);
    await expect(openedBy(desk.store, key.pair, first)).rejects.toThrow(/no message/);
  });

  it('does not leave for a question that was closed while it waited', async () => {
    const { questionId, row } = await askedWithKey();
    await desk.store.prisma.question.update({ where: { id: questionId }, data: { closedAt: new Date() } });
    await desk.deliver(server.transport);
    expect(await desk.row(row.id)).toMatchObject({ state: 'cancelled', lastCode: 'LINK_OVER' });
    expect(await desk.audited(questionId)).not.toContain('mail.disclosed');
  });
});

describe('without a key that works', () => {
  const broken = async (contactId: string, content: KeyContent): Promise<void> => {
    const row = await desk.store.prisma.recipientKey.findFirstOrThrow({ where: { contactId } });
    const sealed = await desk.store.seals.seal('RecipientKey', row.id, null, content);
    await desk.store.prisma.recipientKey.update({ where: { id: row.id }, data: { sealed, kind: content.kind } });
  };
  /** the point to which everything is sealed under a key that anybody knows */
  const point = toBase64Url(new Uint8Array(32));

  const causes: Readonly<
    Record<string, { readonly code: string; readonly invited: number; readonly mend: (contactId: string) => Promise<void> }>
  > = {
    'no key': {
      code: 'NO_KEY',
      invited: 1,
      mend: async (contactId) => void (await desk.store.prisma.recipientKey.deleteMany({ where: { contactId } })),
    },
    'a key at its end': {
      code: 'KEY_EXPIRED',
      invited: 1,
      mend: async (contactId) =>
        void (await desk.store.prisma.recipientKey.updateMany({ where: { contactId }, data: { expiresAt: new Date(Date.now() - 1) } })),
    },
    'a channel that is not safe': {
      code: 'UNSAFE',
      // whoever reads there must not make the key
      invited: 0,
      mend: async (contactId) =>
        void (await desk.store.prisma.contact.update({ where: { id: contactId }, data: { unsafeSince: new Date() } })),
    },
    'a key of the browser to which nothing can be sealed': {
      code: 'SEAL_FAILED',
      invited: 1,
      mend: (contactId) => broken(contactId, { kind: 'X25519', fingerprint: 'x25519:0', publicKey: point, wrapped: point }),
    },
    'a certificate to which nothing can be encrypted': {
      code: 'SEAL_FAILED',
      invited: 1,
      mend: async (contactId) => {
        const { publicKey } = await generateKey({ userIDs: { email: 'reader@example.net' }, subkeys: [] });
        await broken(contactId, { kind: 'OPENPGP', fingerprint: '0', certificate: publicKey, weak: false });
      },
    },
  };

  it.each(Object.keys(causes))('%s: held and told, never sent in clear nor empty, however often it is tried', async (name) => {
    const { code, invited, mend } = causes[name] ?? { code: '', invited: 0, mend: async () => undefined };
    const { caseId, contactId, row } = await askedWithKey();
    const before = (await invitations()).length;
    await mend(contactId);
    for (let turn = 0; turn < 3; turn += 1) {
      await desk.deliver(server.transport);
      expect(await desk.row(row.id)).toMatchObject({ state: 'held', lastCode: code });
      expect(await openTasks(row.id)).toBe(1);
      await resendMail(desk.store, { ...by(), caseId, mailId: row.id });
    }
    await desk.deliver(server.transport);
    const figures = [
      { what: 'mails left', value: mailsOf(row.messageId).length, unit: 'mails', bound: '== 0' },
      {
        what: 'held',
        value: await desk.store.prisma.outbox.count({ where: { id: row.id, state: 'held', sealed: { not: null } } }),
        unit: 'rows',
        bound: '== 1',
      },
      { what: 'open tasks', value: await openTasks(row.id), unit: 'tasks', bound: '== 1' },
      { what: 'invitations', value: (await invitations()).length - before, unit: 'mails', bound: `== ${invited}` },
      {
        what: 'sealed messages',
        value: await desk.store.prisma.sealedMessage.count({ where: { outboxId: row.id } }),
        unit: 'rows',
        bound: '== 0',
      },
    ];
    for (const { what, ...rest } of figures)
      expect(figure({ name: `${name}, tried 4 times: ${what}`, ...rest, seed: null }), what).toBe(true);
  });
});

describe('a person of a case', () => {
  const review = async (choseLinks: boolean) => {
    const { caseId } = await scene.openCase();
    const personId = await scene.person(caseId, `${randomUUID()}@example.net`, choseLinks);
    const questionId = await scene.question('REVIEW', caseId, { contactId: personId });
    await desk.deliver(server.transport);
    const { id: invitationId } = await desk.store.prisma.invitation.findFirstOrThrow({ where: { questionId } });
    return { caseId, personId, invitationId, row: await scene.mailOf(questionId) };
  };
  const asking = (subjectId: string) => desk.store.prisma.task.count({ where: { subjectId, kind: 'ASK_BY_SAFE_WAY', doneAt: null } });

  it('who chose links is sent one, in neutral words', async () => {
    const { row, invitationId } = await review(true);
    const [mail = ''] = mailsOf(row.messageId);
    expect([(await linksIn(mail, 'l')).length, (await linksIn(mail, 'm')).length, await asking(invitationId)]).toEqual([1, 0, 0]);
  });

  it('who did not is asked by the safe way meanwhile, and by mail once they choose links or have a key', async () => {
    for (const mend of ['links', 'key'] as const) {
      const { caseId, personId, row, invitationId } = await review(false);
      expect(await desk.row(row.id)).toMatchObject({ state: 'held', lastCode: 'NO_KEY' });
      expect([mailsOf(row.messageId).length, await asking(invitationId)]).toEqual([0, 1]);
      if (mend === 'links') await correctPerson(desk.store, { ...by(), caseId, personId, correction: { choseLinks: true } });
      else await takeUp(desk.store, (await invitations()).at(-1) ?? '', newBrowserKey().sent);
      await desk.deliver(server.transport);
      const [mail = ''] = mailsOf(row.messageId);
      expect((await linksIn(mail, mend === 'links' ? 'l' : 'm')).length).toBe(1);
      expect(await asking(invitationId)).toBe(0);
    }
  });

  it('is alone in having that choice', async () => {
    const { caseId } = await scene.openCase();
    const contactId = await scene.contact('ADVISOR', 'advisor@example.net');
    const sealed = await desk.store.seals.seal('Contact', contactId, null, { name: 'n', email: 'advisor@example.net', choseLinks: true });
    await desk.store.prisma.contact.update({ where: { id: contactId }, data: { sealed } });
    const ids = [await scene.question('ADVICE', caseId, { contactId }), await scene.question('REVIEW', caseId, { contactId })];
    await desk.deliver(server.transport);
    for (const id of ids) expect((await scene.mailOf(id)).lastCode).toBe('NO_KEY');
  });
});
