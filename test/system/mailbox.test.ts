import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { simpleParser } from 'mailparser';
import { decrypt, generateKey, readMessage, readPrivateKey } from 'openpgp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mailActivities } from '../../activities/mail.ts';
import type { ConsentEntry } from '../../domain/consent.ts';
import { addConsent } from '../../records/cases/consents.ts';
import { addCaseContact } from '../../records/cases/contacts.ts';
import { fileNewDocument } from '../../records/documents.ts';
import { inviteAnew } from '../../records/keys/key-invitations.ts';
import type { SentKey } from '../../records/keys/offered-key.ts';
import { currentPolicy } from '../../records/policies.ts';
import { putQuestion } from '../../records/questions/questions.ts';
import { remindSilent } from '../../records/questions/reminders.ts';
import type { Tx } from '../../records/store.ts';
import { loadCase } from '../data/load.ts';
import { figure } from '../support/figures.ts';
import { type ApiDesk, newApiDesk } from './api-desk.ts';
import { SAMPLES } from './api-samples.ts';
import { ACTIVITY } from './delivery-desk.ts';
import { type MailServer, mailServer } from './mail-server.ts';
import { armourOf, BRIEF, HOUR, linksIn, newBrowserKey, openedBy, readable, takeUp } from './sealed-scene.ts';

let desk: ApiDesk;
let server: MailServer;
let caseId = '';
const inTx = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => desk.store.transact(desk.personId, Date.now(), work);

beforeAll(async () => {
  desk = await newApiDesk();
  // the invitations of everybody who came into the directory
  await desk.prisma.outbox.deleteMany();
  const opened = await desk.send({ method: 'post', path: '/v1/cases', body: SAMPLES['openCase'] });
  caseId = ((await opened.json()) as { caseId: string }).caseId;
  await desk.prisma.case.update({ where: { id: caseId }, data: { mode: 'NETWORK_VOICE' } });
  for (const purpose of ['SHARE_WITH_ADVISORY_GROUP', 'PUBLIC_LETTER'] as const) await consent(purpose);
}, 60_000);
afterAll(() => desk.stop());
beforeEach(async () => {
  server = await mailServer();
});
afterEach(async () => {
  await server.stop();
  await desk.prisma.outbox.deleteMany();
});

const consent = (purpose: ConsentEntry['purpose']): Promise<void> =>
  inTx(async (tx) => {
    const { id: personId } = await tx.db.contact.findFirstOrThrow({ where: { caseId, role: 'DEFENDER' } });
    await addConsent(tx, caseId, personId, {
      ...{ id: randomUUID(), purpose, recipientId: null, identifiability: 'FULL_NAME', basis: 'INFORMED_CONSENT', method: 'SIGNED' },
      ...{ language: 'en', explained: ['RISKS_OF_PUBLICITY', 'RISK_OF_REPRISAL', 'LIMITS_OF_WITHDRAWAL'], givenBy: 'Themselves' },
      ...{ secondPersonId: null, reasonDocumentId: null, reviewAt: null, validFrom: 1_000, validTo: null, withdrawnAt: null },
    });
  });

const deliver = (): Promise<unknown> => {
  const sender = { publicUrl: 'https://desk.example.org', from: 'desk@example.org', messageIdDomain: 'mail.example.org' };
  const { deliverDue } = mailActivities({ store: desk.store, transport: server.transport, ...sender });
  return new MockActivityEnvironment(ACTIVITY).run(deliverDue, { limit: 500 });
};

type Question = {
  readonly kind: 'ADVICE' | 'REFERRAL' | 'REVIEW' | 'SIGN_ON';
  readonly contactIds: readonly string[];
  readonly subjectId?: string;
  readonly documentId?: string | null;
};

const ask = ({ kind, contactIds, subjectId = randomUUID(), documentId = null }: Question): Promise<string> =>
  inTx(async (tx) => {
    const id = randomUUID();
    const purpose = { ADVICE: 'SHARE_WITH_ADVISORY_GROUP', SIGN_ON: 'PUBLIC_LETTER' } as const;
    await putQuestion(tx, desk.store.keyring, (await currentPolicy(tx.db)).policy, {
      ...{ id, caseId, kind, subjectId, documentId, workflowId: `case/${caseId}`, changeable: true, notice: `${kind}_ASKED` },
      needs: kind === 'ADVICE' || kind === 'SIGN_ON' ? { purpose: purpose[kind], identifiability: 'ROLE_ONLY' } : null,
      openedAt: tx.at.getTime(),
      closesAt: tx.at.getTime() + HOUR,
      people: contactIds.map((contactId) => ({ contactId, language: 'en', byMail: true })),
    });
    return id;
  });

const file = (kind: 'BRIEF' | 'REFERRAL' | 'LETTER_TEXT', content: unknown): Promise<{ documentId: string; subjectId: string }> =>
  inTx(async (tx) => {
    const subjectId = randomUUID();
    return { subjectId, documentId: await fileNewDocument(tx, { caseId, kind, commandId: randomUUID(), content }, { subjectId }) };
  });

const act = async (token: string, fields: Readonly<Record<string, string>>): Promise<number> => {
  const response = await desk.send({
    ...{ method: 'post', path: `/l/${token}`, role: null, raw: new URLSearchParams(fields).toString() },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  await response.arrayBuffer();
  return response.status;
};

const answersTo = (questionIds: readonly string[]): Promise<number> =>
  desk.prisma.answer.count({ where: { invitation: { questionId: { in: [...questionIds] } } } });

/** An answer of each kind, as the forms of the pages send it. */
const ANSWERS = [
  { step: 'answer', choice: 'APPROVE' },
  { step: 'answer', choice: 'ASK', words: 'When is it needed?' },
  { step: 'answer', choice: 'BETTER' },
] as const;

/** Whatever in these mails, and in what they lead to, could be a secret that opens something. */
const secretsIn = async (mails: readonly string[]): Promise<readonly string[]> => {
  const pages = (await Promise.all(mails.map(async (raw) => [...(await linksIn(raw, 'm'))].map((token) => `/m/${token}`)))).flat();
  const fetched = await Promise.all(
    pages.map(async (path) => {
      const response = await desk.send({ method: 'get', path, role: null });
      expect(response.status).toBe(200);
      return response.text();
    }),
  );
  const seen = [...(await Promise.all(mails.map(readable))), ...fetched].join('\n');
  return [...new Set(seen.match(/(?<![\w-])[\w-]{43}(?![\w-])/g) ?? [])];
};

describe('a mailbox in other hands', () => {
  it('without the key does nothing about what was sealed; with it, everything that its holder may', async () => {
    const contactOf = async (role: string, skip = 0): Promise<string> =>
      (await desk.prisma.contact.findMany({ where: { role }, orderBy: { id: 'asc' }, skip, take: 1 }))[0]?.id ?? '';
    const person = await inTx((tx) =>
      addCaseContact(tx, caseId, { role: 'TRUSTED_CONTACT', language: 'en', card: { name: 'n', email: 'person@example.net' } }),
    );
    const people = {
      advisor: await contactOf('ADVISOR'),
      second: await contactOf('ADVISOR', 1),
      partner: await contactOf('PARTNER_DESK'),
      person,
    };
    const browser = { advisor: newBrowserKey(), partner: newBrowserKey(), person: newBrowserKey() };
    const certificate = await generateKey({ userIDs: { email: 'second@example.net' } });
    const sent: Readonly<Record<keyof typeof people, SentKey>> = {
      ...{ advisor: browser.advisor.sent, partner: browser.partner.sent, person: browser.person.sent },
      second: { kind: 'OPENPGP', certificate: certificate.publicKey },
    };
    for (const [who, contactId] of Object.entries(people) as [keyof typeof people, string][]) {
      await inTx((tx) => inviteAnew(tx, contactId, 'TEST'));
      await deliver();
      await takeUp(desk.store, server.taken.at(-1)?.raw ?? '', sent[who]);
    }
    const brief = await file('BRIEF', BRIEF);
    const { referral, intake } = loadCase('eviction-land-defender');
    const asked = await file('REFERRAL', { ...referral, need: intake.needs[referral.needIndex], partnerIds: [] });
    const questions = [
      await ask({ kind: 'ADVICE', contactIds: [people.advisor, people.second], ...brief }),
      await ask({ kind: 'REFERRAL', contactIds: [people.partner], ...asked }),
      await ask({ kind: 'REVIEW', contactIds: [people.person] }),
    ];
    await deliver();
    for (const [i, notice] of (['ADVICE_REMINDER', 'REFERRAL_REMINDER', 'REVIEW_REMINDER'] as const).entries()) {
      await remindSilent(desk.store, { questionId: questions[i] ?? '', share: 0.5, notice, at: Date.now() });
    }
    await deliver();
    const mailbox = server.taken.map(({ raw }) => raw);

    const secrets = await secretsIn(mailbox);
    const statuses: number[] = [];
    for (const secret of secrets) for (const fields of [{ step: 'open' }, ...ANSWERS]) statuses.push(await act(secret, fields));
    expect(secrets.length).toBeGreaterThan(10);
    // fewer than the guesses that anybody is allowed
    expect(statuses.length).toBeLessThan(200);
    // each was really tried: nobody was turned away for trying too often
    expect(new Set(statuses)).toEqual(new Set([404]));
    const accepted = await answersTo(questions);
    expect(
      figure({ name: 'actions on sealed matters with a mailbox but no key', value: accepted, unit: 'actions', bound: '== 0', seed: null }),
    ).toBe(true);

    const privateKey = await readPrivateKey({ armoredKey: certificate.privateKey });
    const linkBehind = async (raw: string): Promise<string | null> => {
      const [token] = await linksIn(raw, 'm');
      if (token !== undefined) {
        for (const { pair } of Object.values(browser)) {
          const content = await openedBy(desk.store, pair, raw).catch(() => null);
          if (content !== null) return content.link;
        }
      }
      const armour = armourOf(await simpleParser(raw));
      if (armour === '') return null;
      const { data } = await decrypt({ message: await readMessage({ armoredMessage: armour }), decryptionKeys: privateKey });
      return /https:\S+\/l\/[\w-]{43}/.exec((await simpleParser(data)).text ?? '')?.[0] ?? null;
    };
    const links = (await Promise.all(mailbox.map(linkBehind))).filter((link) => link !== null);
    // four people, each asked and reminded once
    expect(links).toHaveLength(8);
    for (const link of links) {
      const token = link.replace('https://desk.example.org/l/', '');
      expect(await act(token, { step: 'open' })).toBe(200);
      for (const fields of ANSWERS) await act(token, fields);
    }
    const withKey = await answersTo(questions);
    expect(
      figure({ name: 'actions on the same matters with the keys', value: withKey, unit: 'of 4 people', bound: '== 4', seed: null }),
    ).toBe(true);
  }, 120_000);

  it('with a forwarded invitation to sign answers that one question, for that one organisation', async () => {
    const target = await desk.prisma.target.findFirstOrThrow();
    const texts = { en: { title: 'A letter', body: 'Stop the works.' } };
    const text = await file('LETTER_TEXT', { kind: 'OPEN_LETTER', addressees: [target.id], texts });
    const base = { id: text.subjectId, caseId, kind: 'OPEN_LETTER', state: 'OPEN_FOR_SIGN_ON', createdAt: new Date() };
    await desk.prisma.letter.create({ data: base });
    const members = await desk.prisma.contact.findMany({ where: { role: 'SIGNATORY' }, orderBy: { id: 'asc' }, take: 6 });
    const signing = await ask({ kind: 'SIGN_ON', contactIds: members.map(({ id }) => id), ...text });
    const brief = await file('BRIEF', BRIEF);
    const advising = await ask({ kind: 'ADVICE', contactIds: members.map(({ id }) => id), ...brief });
    await deliver();
    const bringing = await Promise.all(server.taken.map(async ({ raw }) => ((await linksIn(raw, 'l')).length > 0 ? [raw] : [])));
    expect(bringing.flat()).toHaveLength(members.length);
    const [forwarded = ''] = bringing.flat();
    const links = await linksIn(forwarded, 'l');
    expect(links).toHaveLength(1);
    const [token = ''] = links;
    for (const secret of await secretsIn([forwarded])) expect(await act(secret, { step: 'open' })).toBe(secret === token ? 200 : 404);
    const invitations = await desk.prisma.invitation.findMany({ where: { questionId: signing }, include: { contact: true } });

    const named = { step: 'answer', choice: 'SIGN_PUBLIC', name: 'Another Organisation' };
    for (const { id, contactId, contact } of invitations) {
      const others = {
        invitation: id,
        invitationId: id,
        contactId,
        organisationId: contact.organisationId ?? '',
        questionId: advising,
        token: id,
      };
      await act(token, { ...named, ...others });
      expect(await act(id, named)).toBe(404);
    }
    for (const fields of ANSWERS) await act(token, fields);
    for (let at = 0; at < token.length; at += 7)
      await act(`${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`, named);

    const signed = await desk.prisma.answer.findMany({ where: { invitation: { questionId: signing } }, include: { invitation: true } });
    const own = invitations.find(({ contact }) => contact.id === signed[0]?.invitation.contactId);
    const foreign = signed.filter(({ invitationId }) => invitationId !== own?.id).length + (await answersTo([advising]));
    expect(
      figure({
        name: 'actions for others with a forwarded invitation to sign',
        value: foreign,
        unit: 'actions',
        bound: '== 0',
        seed: null,
      }),
    ).toBe(true);
    await act(token, named);
    const ownActs = new Set(
      (await desk.prisma.answer.findMany({ where: { invitation: { questionId: signing } } })).map(({ invitationId }) => invitationId),
    );
    expect(figure({ name: 'organisations it acts for', value: ownActs.size, unit: 'organisations', bound: '== 1', seed: null })).toBe(true);
  }, 60_000);
});
