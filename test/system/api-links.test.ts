import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConsentAsk, ConsentEntry } from '../../domain/consent.ts';
import { addConsent } from '../../records/cases/consents.ts';
import { fileNewDocument } from '../../records/documents.ts';
import { currentPolicy } from '../../records/policies.ts';
import { newLink } from '../../records/questions/questions.ts';
import type { Tx } from '../../records/store.ts';
import { type ApiDesk, newApiDesk } from './api-desk.ts';
import { SAMPLES } from './api-samples.ts';

const CANARY = 'Quillfeather';
const GRANTED: ConsentEntry = {
  id: '',
  purpose: 'PUBLIC_LETTER',
  recipientId: null,
  identifiability: 'FULL_NAME',
  basis: 'INFORMED_CONSENT',
  method: 'SIGNED',
  language: 'en',
  explained: ['RISKS_OF_PUBLICITY', 'RISK_OF_REPRISAL', 'LIMITS_OF_WITHDRAWAL'],
  givenBy: 'Themselves',
  secondPersonId: null,
  reasonDocumentId: null,
  reviewAt: null,
  validFrom: 1_000,
  validTo: null,
  withdrawnAt: null,
};

let desk: ApiDesk;
let caseId = '';
const inTx = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => desk.store.transact(desk.personId, Date.now(), work);

beforeAll(async () => {
  desk = await newApiDesk();
  const opened = await desk.send({ method: 'post', path: '/v1/cases', body: SAMPLES['openCase'] });
  caseId = ((await opened.json()) as { caseId: string }).caseId;
});
afterAll(() => desk.stop());
beforeEach(() => {
  desk.door.calls.length = 0;
});

type Asked = {
  readonly kind: string;
  readonly contactId: string;
  readonly subjectId?: string;
  readonly documentId?: string;
  readonly needs?: ConsentAsk;
  readonly closesIn?: number;
};

/** A question before one person, and the tail of the link that brings it. */
const ask = ({ kind, contactId, subjectId = randomUUID(), documentId, needs, closesIn = 3_600_000 }: Asked): Promise<string> =>
  inTx(async (tx) => {
    const id = randomUUID();
    const closesAt = tx.at.getTime() + closesIn;
    const base = {
      id,
      caseId,
      kind,
      subjectId,
      workflowId: `case/${caseId}`,
      changeable: true,
      openedAt: tx.at,
      closesAt: new Date(closesAt),
    };
    await tx.db.question.create({ data: { ...base, ...(documentId && { documentId }), ...(needs && { needs }) } });
    const invitationId = randomUUID();
    await tx.db.invitation.create({ data: { id: invitationId, questionId: id, contactId, createdAt: tx.at } });
    const { policy } = await currentPolicy(tx.db);
    return newLink(tx, tx.keyring, policy, { invitationId, closesAt });
  });

const contact = async (role: string): Promise<string> =>
  (await desk.prisma.contact.findFirstOrThrow({ where: { role, ...(role === 'DEFENDER' && { caseId }) } })).id;

const letter = (): Promise<{ letterId: string; documentId: string }> =>
  inTx(async (tx) => {
    const letterId = randomUUID();
    const target = await tx.db.target.findFirstOrThrow();
    const texts = { en: { title: `About ${CANARY}`, body: 'Stop the works.' }, ar: { title: 'عن النهر', body: 'أوقفوا الأشغال.' } };
    const content = { kind: 'OPEN_LETTER', addressees: [target.id], texts };
    const documentId = await fileNewDocument(tx, { caseId, kind: 'LETTER_TEXT', commandId: randomUUID(), content });
    await tx.db.document.update({ where: { id: documentId }, data: { subjectId: letterId } });
    await tx.db.letter.create({ data: { id: letterId, caseId, kind: 'OPEN_LETTER', state: 'OPEN_FOR_SIGN_ON', createdAt: tx.at } });
    return { letterId, documentId };
  });

const page = (token: string, query = '') => desk.send({ method: 'get', path: `/l/${token}${query}`, role: null });
const act = (token: string, fields: Record<string, string>, query = '') =>
  desk.send({
    method: 'post',
    path: `/l/${token}${query}`,
    role: null,
    raw: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
const text = async (response: Response): Promise<readonly [number, string]> => [response.status, await response.text()];

describe('a link', () => {
  it('shows a neutral cover to a GET and changes nothing', async () => {
    const token = await ask({ kind: 'REVIEW', contactId: await contact('DEFENDER') });
    const [status, cover] = await text(await page(token, '?lang=en'));
    expect(status).toBe(200);
    expect(cover).toContain('value="open"');
    expect(cover).not.toMatch(/How are you|BETTER/);
    expect(await desk.prisma.link.count({ where: { spentAt: { not: null } } })).toBe(0);
  });

  it('answers alike to whatever opens nothing', async () => {
    const contactId = await contact('DEFENDER');
    const revoked = await ask({ kind: 'REVIEW', contactId });
    await desk.prisma.link.updateMany({ data: { revokedAt: new Date() } });
    const expired = await ask({ kind: 'REVIEW', contactId });
    await desk.prisma.link.updateMany({ where: { revokedAt: null }, data: { expiresAt: new Date(1_000) } });
    const answers = [];
    for (const token of [revoked, expired, 'A'.repeat(43), 'x', `${revoked}A`]) {
      answers.push(
        await text(await page(token)),
        await text(await act(token, { step: 'open' })),
        await text(await act(token, { step: 'answer', choice: 'SAME' })),
      );
    }
    expect(new Set(answers.map(([, told]) => told)).size).toBe(1);
    expect(new Set(answers.map(([status]) => status))).toEqual(new Set([404]));
    expect(desk.door.calls).toEqual([]);
  });

  it('opens with a POST, takes an explicit choice, and shows the receipt to a repeat', async () => {
    const contactId = await contact('DEFENDER');
    const token = await ask({ kind: 'REVIEW', contactId });
    expect((await text(await act(token, { step: 'open' }, '?lang=fr')))[1]).toContain('value="BETTER"');
    expect((await act(token, { step: 'answer' })).status).toBe(422);
    expect((await act(token, { step: 'answer', choice: 'CANNOT_REACH' })).status).toBe(422);
    expect((await act(token, { choice: 'SAME' })).status).toBe(400);
    expect(desk.door.calls).toEqual([]);
    const [status, receipt] = await text(await act(token, { step: 'answer', choice: 'WORSE', words: CANARY }));
    expect([status, receipt.includes(CANARY)]).toEqual([200, true]);
    expect(desk.door.calls).toEqual(['tell', 'ringPostroom']);
    expect((await text(await act(token, { step: 'answer', choice: 'WORSE', words: CANARY })))[0]).toBe(200);
    expect(desk.door.calls).toEqual(['tell', 'ringPostroom']);
    expect(await desk.prisma.answer.count({ where: { invitation: { contactId, links: { some: { spentAt: { not: null } } } } } })).toBe(1);
    const opened = await desk.prisma.audit.findMany({ where: { actor: `contact:${contactId}`, action: 'link.opened' } });
    expect(opened.length).toBeGreaterThan(0);
  });

  it('shows after the close nothing but the receipt of whoever answered', async () => {
    const token = await ask({ kind: 'REVIEW', contactId: await contact('DEFENDER'), closesIn: 1 });
    const late = await ask({ kind: 'REVIEW', contactId: await contact('ADVISOR') });
    await act(late, { step: 'answer', choice: 'SAME' });
    await desk.prisma.question.updateMany({ data: { closedAt: new Date() } });
    expect((await act(token, { step: 'answer', choice: 'SAME' })).status).toBe(404);
    const [status, told] = await text(await act(late, { step: 'answer', choice: 'WORSE' }));
    expect(status).toBe(200);
    expect(told).not.toContain('value="open"');
  });
});

describe('a letter behind a link', () => {
  const needs: ConsentAsk = { purpose: 'PUBLIC_LETTER', identifiability: 'ROLE_ONLY' };

  it('is shown only while consent holds, with its digest, and not when its text is another by now', async () => {
    const { letterId, documentId } = await letter();
    const asked = { kind: 'SIGN_ON', contactId: await contact('SIGNATORY'), subjectId: letterId, documentId, needs };
    const token = await ask(asked);
    expect((await act(token, { step: 'open' })).status).toBe(404);
    for (const { id } of await desk.prisma.contact.findMany({ where: { caseId, role: 'DEFENDER' } })) {
      await inTx((tx) => addConsent(tx, caseId, id, { ...GRANTED, id: randomUUID() }));
    }
    const [status, shown] = await text(await act(token, { step: 'open' }, '?lang=en'));
    expect(status).toBe(200);
    expect(shown).toContain(CANARY);
    expect(shown).toMatch(/<code dir="ltr">[0-9a-f]{64}<\/code>/);
    expect(shown).not.toContain('value="WITHDRAWN"');
    const signed = await text(await act(token, { step: 'answer', choice: 'SIGN_PUBLIC', name: 'Tessen River Assembly' }));
    expect([signed[0], signed[1].includes('Tessen River Assembly')]).toEqual([200, true]);
    expect((await text(await act(token, { step: 'open' })))[1]).toContain('value="WITHDRAWN"');
    await inTx(async (tx) => {
      const content = { kind: 'OPEN_LETTER', addressees: [], texts: { en: { title: 'Another', body: 'Text.' } } };
      const later = await fileNewDocument(tx, { caseId, kind: 'LETTER_TEXT', commandId: randomUUID(), content });
      await tx.db.document.update({ where: { id: later }, data: { subjectId: letterId, version: 2 } });
    });
    expect((await act(token, { step: 'open' })).status).toBe(404);
  });
});

describe('a referral behind a link', () => {
  it('keeps a sum within the need and the ceiling, and keeps what was typed', async () => {
    const partner = await desk.prisma.partner.findFirstOrThrow({ where: { ceilingAmount: { not: null } } });
    const currency = partner.currency ?? 'EUR';
    const amount = (partner.ceilingAmount ?? 0) + 1_000;
    const content = {
      language: 'fr',
      need: { category: 'LEGAL_AID', text: 'A lawyer.', amount, currency },
      brief: 'A brief.',
      partnerIds: [partner.id],
    };
    const documentId = await inTx((tx) => fileNewDocument(tx, { caseId, kind: 'REFERRAL', commandId: randomUUID(), content }));
    const token = await ask({ kind: 'REFERRAL', contactId: partner.contactId, documentId });
    expect((await text(await act(token, { step: 'open' }, '?lang=ar')))[1]).toContain('<article class="text" lang="fr" dir="ltr">');
    for (const sum of [amount - 999, amount + 1]) {
      const [status, told] = await text(
        await act(token, { step: 'answer', choice: 'ACCEPT', amount: String(sum), words: 'Gladly.' }, '?lang=en'),
      );
      expect([status, told.includes(`value="${sum}"`), told.includes('Gladly.')]).toEqual([422, true, true]);
    }
    expect(desk.door.calls).toEqual([]);
    const [status, told] = await text(await act(token, { step: 'answer', choice: 'ACCEPT', amount: String(partner.ceilingAmount) }));
    expect([status, told.includes(`${partner.ceilingAmount} ${currency}`)]).toEqual([200, true]);
    expect((await text(await act(token, { step: 'open' })))[1]).toContain('value="DELIVERED"');
  });
});

describe('a published letter', () => {
  it('is for everybody, in the reader’s language, as a page and as data', async () => {
    const { letterId } = await letter();
    const signatories = [{ name: 'Tessen', names: { ar: 'تيسن' }, region: 'AFRICA', country: 'SN' }];
    const content = {
      ...{
        slug: 'abcdefghjkmnpqrs',
        kind: 'OPEN_LETTER',
        date: '2031-05-01',
        digest: 'd'.repeat(64),
        publishedAt: '2031-05-01T08:00:00.000Z',
      },
      addressees: [{ name: 'The ministry', title: null, country: 'SN' }],
      texts: { en: { title: 'Stop', body: 'Stop the works.' }, ar: { title: 'أوقفوا', body: 'أوقفوا الأشغال.' } },
      ...{ signatories, countOnly: 2 },
    };
    await desk.prisma.publication.create({ data: { slug: content.slug, letterId, content, needs: {}, publishedAt: new Date() } });
    const shown = await desk.send({ method: 'get', path: `/letters/${content.slug}?lang=ar`, role: null });
    const html = await shown.text();
    expect([shown.status, shown.headers.get('cache-control'), shown.headers.get('x-robots-tag')]).toEqual([
      200,
      'public, max-age=300',
      'all',
    ]);
    expect(html).toMatch(/dir="rtl"[\s\S]*The ministry[\s\S]*تيسن/);
    const data = await desk.send({ method: 'get', path: `/letters/${content.slug}/letter.json`, role: null });
    expect(await data.json()).toEqual(content);
    await desk.prisma.publication.updateMany({ data: { retractedAt: new Date() } });
    for (const path of [`/letters/${content.slug}`, `/letters/${content.slug}/letter.json`]) {
      const gone = await desk.send({ method: 'get', path, role: null });
      expect([gone.status, gone.headers.get('cache-control')]).toEqual([410, 'no-store']);
      expect(await gone.text()).not.toMatch(/Stop the works|Tessen|ministry/);
    }
    for (const path of ['/letters/nothing', '/letters/%00']) {
      const nothing = await desk.send({ method: 'get', path, role: null });
      expect([nothing.status, nothing.headers.get('cache-control')]).toEqual([404, 'no-store']);
    }
  });
});
