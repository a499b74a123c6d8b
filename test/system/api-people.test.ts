import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NoticeKind } from '../../domain/notices.ts';
import { landAnswer } from '../../records/answers.ts';
import { intakeOf } from '../../records/cases.ts';
import { fileNewDocument } from '../../records/documents.ts';
import { putNotice } from '../../records/outbox.ts';
import { outgoingRefusal, shows } from '../../records/outgoing.ts';
import { currentPolicy } from '../../records/policies.ts';
import { newLink } from '../../records/questions.ts';
import type { Tx } from '../../records/store.ts';
import { type ApiDesk, newApiDesk } from './api-desk.ts';
import { SAMPLES } from './api-samples.ts';

type Json = Record<string, unknown>;

let desk: ApiDesk;
let caseId = '';
let defender = '';

const inTx = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => desk.store.transact(desk.personId, Date.now(), work);
const post = (path: string, body?: unknown, key: string = randomUUID()) =>
  desk.send({ method: 'post', path: `/v1/cases/${caseId}${path}`, body, headers: { 'idempotency-key': key } });
const put = (path: string, body: unknown) => desk.send({ method: 'put', path: `/v1/cases/${caseId}${path}`, body });
const read = async (response: Response | Promise<Response>): Promise<Json> => (await (await response).json()) as Json;
const view = (path = ''): Promise<Json> => read(desk.send({ method: 'get', path: `/v1/cases/${caseId}${path}` }));
const refusal = async (response: Response) => [response.status, (await read(response))['type']];

beforeAll(async () => {
  desk = await newApiDesk();
});
afterAll(() => desk.stop());
beforeEach(async () => {
  caseId = String((await read(desk.send({ method: 'post', path: '/v1/cases', body: SAMPLES['openCase'] })))['caseId']);
  defender = (await desk.prisma.contact.findFirstOrThrow({ where: { caseId, role: 'DEFENDER' } })).id;
  desk.door.calls.length = 0;
});

type Asked = { readonly contactId?: string; readonly subjectId?: string; readonly changeable?: boolean; readonly documentId?: string };

/** A question before one person, with the link that brought it. */
const ask = (kind: string, { contactId = defender, subjectId = randomUUID(), changeable = false, documentId }: Asked = {}) =>
  inTx(async (tx) => {
    const [questionId, invitationId] = [randomUUID(), randomUUID()];
    const closesAt = tx.at.getTime() + 3_600_000;
    const base = { id: questionId, caseId, kind, subjectId, workflowId: `case/${caseId}`, changeable, openedAt: tx.at };
    await tx.db.question.create({ data: { ...base, closesAt: new Date(closesAt), ...(documentId && { documentId }) } });
    await tx.db.invitation.create({ data: { id: invitationId, questionId, contactId, createdAt: tx.at } });
    const token = await newLink(tx, tx.keyring, (await currentPolicy(tx.db)).policy, { invitationId, closesAt });
    return { questionId, invitationId, contactId, token };
  });

const say = ({ invitationId, questionId, contactId }: Awaited<ReturnType<typeof ask>>, content: { choice: string } & Json) =>
  inTx((tx) => landAnswer(tx, { id: invitationId, questionId, contactId }, content));

const mail = (kind: NoticeKind, data: { token?: string } = {}, state = 'held') =>
  inTx(async (tx) => {
    const key = randomUUID();
    await putNotice(tx, { key, kind, contactId: defender, caseId, language: 'es', data, needs: null });
    const { id } = await tx.db.outbox.update({ where: { key }, data: { state, lastCode: 'NO_ADDRESS' } });
    return id;
  });
const stateOf = async (id: string) => (await desk.prisma.outbox.findUniqueOrThrow({ where: { id } })).state;

describe('what people wrote', () => {
  it('is read of advisors without who wrote it, in the order of the words', async () => {
    const consultationId = randomUUID();
    await inTx(async (tx) => {
      const content = { language: 'en', title: 'A brief', text: 'Advise.' };
      await fileNewDocument(tx, { caseId, kind: 'BRIEF', commandId: randomUUID(), content }, { subjectId: consultationId });
      const row = { id: consultationId, caseId, state: 'OPEN', openedAt: tx.at, closesAt: new Date(tx.at.getTime() + 1) };
      await tx.db.consultation.create({ data: row });
    });
    const advisors = await desk.prisma.contact.findMany({ where: { role: 'ADVISOR' }, take: 3 });
    const said = ['Zeal is not enough.', 'Ask her lawyer.', undefined];
    for (const [index, { id: contactId }] of advisors.entries()) {
      const text = said[index];
      await say(await ask('ADVICE', { contactId, subjectId: consultationId }), { choice: 'OBJECT', ...(text !== undefined && { text }) });
    }
    const shown = await view(`/consultations/${consultationId}`);
    expect(shown['words']).toEqual([
      { choice: 'OBJECT', text: 'Ask her lawyer.' },
      { choice: 'OBJECT', text: 'Zeal is not enough.' },
    ]);
    for (const { id } of advisors) expect(JSON.stringify(shown)).not.toContain(id);
    expect(shown).toMatchObject({ mustNotBeDone: (SAMPLES['openCase'] as Json)['mustNotBeDone'], riskOfActing: null });
  });

  it('is read of partners and of the people of the case with who wrote it', async () => {
    const [referralId, needId, reviewId] = [randomUUID(), randomUUID(), randomUUID()];
    const partner = await desk.prisma.partner.findFirstOrThrow();
    await inTx(async (tx) => {
      const content = { ...(SAMPLES['refer'] as Json), partnerIds: [partner.id] };
      await fileNewDocument(tx, { caseId, kind: 'REFERRAL', commandId: randomUUID(), content }, { subjectId: referralId });
      await fileNewDocument(
        tx,
        { caseId, kind: 'REASON', commandId: randomUUID(), content: { text: 'Helped by others.' } },
        { subjectId: referralId },
      );
      await fileNewDocument(tx, { caseId, kind: 'RISK', commandId: randomUUID(), content: SAMPLES['assessRisk'] });
      const sealed = await tx.seals.seal('Need', needId, caseId, { category: 'LEGAL_AID', text: 'A lawyer.' });
      await tx.db.need.create({ data: { id: needId, caseId, state: 'OPEN', createdAt: tx.at, sealed } });
      const course = await tx.seals.seal('Referral', referralId, caseId, { partnerIds: [partner.id], steps: [] });
      await tx.db.referral.create({ data: { id: referralId, caseId, needId, state: 'DRAFT', createdAt: tx.at, sealed: course } });
      await tx.db.review.create({ data: { id: reviewId, caseId, number: 1, state: 'ANSWERED', dueAt: tx.at, endedAt: tx.at } });
    });
    const { contactId } = partner;
    await say(await ask('REFERRAL', { contactId, subjectId: referralId }), { choice: 'REJECT', reason: 'NO_FUNDS', text: 'Next year.' });
    await say(await ask('HELP_CONFIRMATION', { subjectId: referralId }), { choice: 'PARTLY', text: 'The radio is missing.' });
    await say(await ask('REVIEW', { subjectId: reviewId }), { choice: 'WORSE', text: 'They came again.' });
    expect(await view(`/referrals/${referralId}`)).toMatchObject({
      endReason: 'Helped by others.',
      riskOfActing: (SAMPLES['assessRisk'] as Json)['acting'],
      answers: [{ partnerId: partner.id, choice: 'REJECT', reason: 'NO_FUNDS', amount: null, text: 'Next year.' }],
      confirmations: [{ personId: defender, choice: 'PARTLY', text: 'The radio is missing.', method: null, givenBy: null }],
    });
    expect((await view())['reviews']).toMatchObject([
      { reviewId, words: [{ personId: defender, choice: 'WORSE', text: 'They came again.' }] },
    ]);
  });

  it('includes why a case was stopped and why somebody spoke for a person', async () => {
    const consentId = randomUUID();
    await inTx(async (tx) => {
      for (const text of ['Reopened.', 'Outside the mandate.']) {
        const commandId = randomUUID();
        await fileNewDocument(tx, { caseId, kind: 'REASON', commandId, content: { text } });
        tx.audit.append({ action: text === 'Reopened.' ? 'case.reopenCase' : 'case.cancelCase', caseId, subjectId: commandId });
      }
      const content = { ...(SAMPLES['recordConsent'] as Json), personId: defender, reason: 'She is held without a telephone.' };
      const reasonDocumentId = await fileNewDocument(tx, { caseId, kind: 'CONSENT', commandId: randomUUID(), content });
      const { personId, reason: _reason, ...entry } = content;
      const stored = { ...entry, reasonDocumentId, validFrom: 1 };
      const sealed = await tx.seals.seal('Consent', consentId, caseId, stored);
      await tx.db.consent.create({ data: { id: consentId, caseId, personId, sealed, recordedAt: tx.at } });
    });
    const shown = await view();
    expect(shown['cancellation']).toMatchObject({ text: 'Outside the mandate.' });
    expect(shown['consents']).toMatchObject([{ consentId, reason: 'She is held without a telephone.' }]);
  });
});

describe('an answer given in another way', () => {
  const said = SAMPLES['recordAnswer'] as { choice: string; text: string; method: string; givenBy: string };

  it('counts like one by link, once, and tells the workflow', async () => {
    const asked = await ask('REVIEW');
    const task = { id: randomUUID(), caseId, key: randomUUID(), kind: 'ASK_BY_SAFE_WAY', urgency: 1, subjectId: asked.invitationId };
    await desk.prisma.task.create({ data: { ...task, createdAt: new Date() } });
    const waiting = [{ invitationId: asked.invitationId, personId: defender, answered: false }];
    expect((await view())['openQuestions']).toMatchObject([{ questionId: asked.questionId, kind: 'REVIEW', invitations: waiting }]);
    const path = `/invitations/${asked.invitationId}/answer`;
    const first = await read(post(path, said));
    expect(first).toMatchObject({ invitationId: asked.invitationId, choice: 'SAME', version: 1 });
    expect(desk.door.calls).toEqual(['tell', 'ringPostroom']);
    expect(await read(post(path, said))).toEqual(first);
    expect(await refusal(await post(path, { ...said, choice: 'WORSE' }))).toEqual([409, '/problems/already-answered']);
    expect(desk.door.calls.filter((call) => call === 'tell')).toHaveLength(1);
    expect((await view())['openQuestions']).toMatchObject([{ invitations: [{ answered: true }] }]);
    const { actor } = await desk.prisma.audit.findFirstOrThrow({ where: { caseId, action: 'answer.given' } });
    expect(actor).toBe(desk.personId);
    expect(await desk.prisma.outbox.count({ where: { caseId, kind: 'ANSWER_RECEIPT' } })).toBe(1);
    expect(await desk.prisma.task.findUnique({ where: { id: task.id } })).toMatchObject({ doneAt: expect.any(Date) });
  });

  it('sends no receipt to somebody without an address', async () => {
    expect((await put(`/persons/${defender}`, { email: null })).status).toBe(204);
    const asked = await ask('REVIEW');
    expect((await post(`/invitations/${asked.invitationId}/answer`, said)).status).toBe(200);
    expect(await desk.prisma.outbox.count({ where: { caseId, contactId: defender } })).toBe(0);
  });

  it('takes the choices of the page only, until the close, of people of the case only', async () => {
    const help = await ask('HELP_CONFIRMATION');
    const path = `/invitations/${help.invitationId}/answer`;
    const { errors } = (await read(post(path, { ...said, choice: 'PARTLY', text: undefined }))) as { errors: Json[] };
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/body/text']);
    expect((await post(path, { ...said, choice: 'CANNOT_REACH' })).status).toBe(422);
    await desk.prisma.question.update({ where: { id: help.questionId }, data: { closedAt: new Date() } });
    expect(await refusal(await post(path, { ...said, choice: 'ARRIVED' }))).toEqual([409, '/problems/question-closed']);
    const { id: contactId } = await desk.prisma.contact.findFirstOrThrow({ where: { role: 'ADVISOR' } });
    const advice = await ask('ADVICE', { contactId });
    const own = await post(`/invitations/${advice.invitationId}/answer`, { ...said, choice: 'APPROVE' });
    expect(await refusal(own)).toEqual([409, '/problems/answers-themselves']);
    const other = String((await read(desk.send({ method: 'post', path: '/v1/cases', body: SAMPLES['openCase'] })))['caseId']);
    const foreign = { method: 'post', path: `/v1/cases/${other}${path}`, body: said };
    expect((await desk.send(foreign)).status).toBe(404);
    expect(desk.door.calls.filter((call) => call === 'tell')).toEqual([]);
  });

  it('approves the words that were asked about, and no later ones', async () => {
    const letterId = randomUUID();
    const documentId = await inTx((tx) => {
      const text = {
        caseId,
        kind: 'LETTER_TEXT',
        commandId: randomUUID(),
        content: { ...(SAMPLES['draftLetter'] as Json), addressees: [] },
      } as const;
      return fileNewDocument(tx, text, { subjectId: letterId });
    });
    await desk.prisma.letter.create({
      data: { id: letterId, caseId, kind: 'OPEN_LETTER', state: 'AWAITING_APPROVAL', createdAt: new Date() },
    });
    const asked = await ask('LETTER_APPROVAL', { subjectId: letterId, documentId });
    const later = await ask('LETTER_APPROVAL', { subjectId: letterId, documentId: randomUUID() });
    const yes = { ...said, choice: 'APPROVE' };
    expect(await refusal(await post(`/invitations/${later.invitationId}/answer`, yes))).toEqual([409, '/problems/text-changed']);
    expect((await post(`/invitations/${asked.invitationId}/answer`, yes)).status).toBe(200);
    const approval = { personId: defender, choice: 'APPROVE', text: said.text, method: said.method, givenBy: said.givenBy };
    expect((await view(`/letters/${letterId}`))['approvals']).toMatchObject([approval]);
  });
});

describe('a person of the case', () => {
  it('is written to at the new address only, and asked anew', async () => {
    const open = await ask('REVIEW');
    const answered = await ask('HELP_CONFIRMATION');
    await say(answered, { choice: 'ARRIVED' });
    const [brings, told, unsure] = [
      await mail('REVIEW_ASKED', { token: open.token }),
      await mail('WITHDRAWN_NOTICE'),
      await mail('REVIEW_REMINDER', { token: 'x' }, 'unknown'),
    ];
    const key = 'REVIEW_ASKED:';
    expect((await put(`/persons/${defender}`, { email: 'new@correo-seguro.example', safeHours: null })).status).toBe(204);
    expect((await desk.send({ method: 'get', path: `/l/${open.token}`, role: null })).status).toBe(404);
    expect([await stateOf(brings), await stateOf(told), await stateOf(unsure)]).toEqual(['cancelled', 'queued', 'cancelled']);
    const again = await desk.prisma.outbox.findMany({ where: { caseId, key: { startsWith: `${key}${open.invitationId}:` } } });
    expect(again.map(({ kind, state }) => [kind, state])).toEqual([['REVIEW_ASKED', 'queued']]);
    const live = await desk.prisma.link.findMany({ where: { revokedAt: null, invitation: { contactId: defender } } });
    expect(live.map(({ invitationId }) => invitationId)).toEqual([open.invitationId]);
    const persons = (await view())['persons'] as Json[];
    const shown = persons.find(({ personId }) => personId === defender);
    expect(shown).toMatchObject({ key: 'defender', email: 'new@correo-seguro.example', safeWay: expect.any(String) });
    expect(shown).not.toHaveProperty('safeHours');
    expect(desk.door.calls).toContain('ringPostroom');
  });

  it('keeps their links when the address stays', async () => {
    const open = await ask('REVIEW');
    expect((await put(`/persons/${defender}`, { timeZone: 'Africa/Dakar' })).status).toBe(204);
    expect((await desk.send({ method: 'get', path: `/l/${open.token}`, role: null })).status).toBe(200);
    expect(await desk.prisma.outbox.count({ where: { caseId } })).toBe(0);
  });

  it('becomes a task of the coordinator where the address is taken out', async () => {
    const open = await ask('REVIEW');
    await put(`/persons/${defender}`, { email: null });
    expect((await view())['tasks']).toMatchObject([{ kind: 'ASK_BY_SAFE_WAY', subjectId: open.invitationId }]);
    await put(`/persons/${defender}`, { email: 'found@correo-seguro.example' });
    expect((await view())['tasks']).toEqual([]);
  });

  it('is known by every name that was ever told', async () => {
    await put(`/persons/${defender}`, { name: 'Marisela Quintuy', otherNames: ['ماريسول كينتوي'] });
    const level = (text: string) => inTx(async (tx) => shows(await intakeOf(tx.db, tx.seals, caseId), [text]));
    expect(await level('We write about Marisela.')).toBe('FULL_NAME');
    expect(await level('We write about Marisol.')).toBe('FULL_NAME');
    expect(await level('نكتب عن ماريسول كينتوي.')).toBe('FULL_NAME');
    expect(await level('We write about a spokesperson.')).toBe('ROLE_ONLY');
  });

  it('is added once, under a key of their own', async () => {
    const key = randomUUID();
    const added = await read(post('/persons', SAMPLES['addPerson'], key));
    expect(await read(post('/persons', SAMPLES['addPerson'], key))).toEqual(added);
    expect(await refusal(await post('/persons', SAMPLES['addPerson']))).toEqual([409, '/problems/key-taken']);
    expect((await view())['persons']).toContainEqual(expect.objectContaining({ personId: added['personId'], key: 'sister' }));
    const other = String((await read(desk.send({ method: 'post', path: '/v1/cases', body: SAMPLES['openCase'] })))['caseId']);
    const path = `/v1/cases/${other}/persons/${added['personId']}`;
    expect((await desk.send({ method: 'put', path, body: { name: 'Somebody' } })).status).toBe(404);
  });
});

describe('what must not be done', () => {
  it('can be said later, and holds from then on', async () => {
    const { place } = SAMPLES['openCase'] as { place: string };
    const out = { purpose: 'PUBLIC_LETTER', texts: [`They live in ${place}.`], isPublic: true } as const;
    const code = async () => (await inTx((tx) => outgoingRefusal(tx, caseId, out)))?.code;
    expect(await code()).not.toBe('MUST_NOT_PUBLISH_PLACE');
    expect((await post('/constraints', SAMPLES['addConstraint'])).status).toBe(204);
    expect(await code()).toBe('MUST_NOT_PUBLISH_PLACE');
    expect((await view())['mustNotBeDone']).toContainEqual(SAMPLES['addConstraint']);
    expect((await view())['intake']).not.toHaveProperty('mustNotBeDone');
  });
});

describe('a letter taken down', () => {
  it('says so in its place, is emptied, and tells those who signed, whatever became of the case', async () => {
    const letterId = randomUUID();
    const slug = `abcdefgh${Date.now()}`;
    const signatories = await desk.prisma.contact.findMany({ where: { role: 'SIGNATORY' }, take: 3 });
    const choices = ['SIGN_PUBLIC', 'SIGN_COUNT_ONLY', 'DECLINE'];
    await inTx(async (tx) => {
      const content = { ...(SAMPLES['draftLetter'] as Json), addressees: [] };
      await fileNewDocument(tx, { caseId, kind: 'LETTER_TEXT', commandId: randomUUID(), content }, { subjectId: letterId });
      await tx.db.letter.create({ data: { id: letterId, caseId, kind: 'OPEN_LETTER', state: 'PUBLISHED', createdAt: tx.at } });
      await tx.db.publication.create({ data: { slug, letterId, content: { title: 'Words' }, needs: {}, publishedAt: tx.at } });
      await tx.db.task.create({
        data: { id: randomUUID(), caseId, key: randomUUID(), kind: 'TAKE_DOWN', urgency: 1, subjectId: letterId, createdAt: tx.at },
      });
      await tx.db.case.update({ where: { id: caseId }, data: { state: 'CLOSED', closedAt: tx.at } });
    });
    for (const [index, { id: contactId }] of signatories.entries())
      await say(await ask('SIGN_ON', { contactId, subjectId: letterId }), { choice: choices[index] ?? '' });
    const path = `/letters/${letterId}/retraction`;
    expect((await post(path, SAMPLES['retractLetter'])).status).toBe(204);
    expect(await refusal(await post(path, SAMPLES['retractLetter']))).toEqual([409, '/problems/not-published']);
    expect(desk.door.calls).toContain('ringPostroom');
    const told = await desk.prisma.outbox.findMany({ where: { caseId, kind: 'WITHDRAWN_NOTICE' } });
    expect(told.map(({ contactId }) => contactId).sort()).toEqual(
      signatories
        .slice(0, 2)
        .map(({ id }) => id)
        .sort(),
    );
    expect(await desk.prisma.publication.findUnique({ where: { slug } })).toMatchObject({ content: {}, retractedAt: expect.any(Date) });
    expect((await view())['tasks']).toEqual([]);
    expect(await view(`/letters/${letterId}`)).toMatchObject({
      retraction: 'The person took the consent back.',
      retractedAt: expect.any(String),
    });
    const pages = await Promise.all(
      ['en', 'es', 'fr', 'ar'].map(async (lang) => {
        const page = await desk.send({ method: 'get', path: `/letters/${slug}?lang=${lang}`, role: null });
        return [page.status, await page.text()] as const;
      }),
    );
    expect(pages.map(([status]) => status)).toEqual([410, 410, 410, 410]);
    expect(new Set(pages.map(([, text]) => text)).size).toBe(4);
  });
});

describe('mail that got stuck', () => {
  it('is listed with what stands in the way, and sent again while its content is there', async () => {
    const [held, sent, gone] = [
      await mail('OUTCOME_TOLD'),
      await mail('OUTCOME_TOLD', {}, 'accepted'),
      await mail('OUTCOME_TOLD', {}, 'refused'),
    ];
    await desk.prisma.outbox.update({ where: { id: gone }, data: { sealed: null } });
    const listed = (await view())['mail'] as Json[];
    expect(new Set(listed.map(({ mailId }) => mailId))).toEqual(new Set([held, gone]));
    expect(listed).toContainEqual({ mailId: held, kind: 'OUTCOME_TOLD', personId: defender, state: 'held', code: 'NO_ADDRESS' });
    expect((await post(`/mail/${held}/resending`)).status).toBe(202);
    expect([await stateOf(held), desk.door.calls]).toEqual(['queued', ['ringPostroom']]);
    for (const id of [held, sent, gone])
      expect(await refusal(await post(`/mail/${id}/resending`))).toEqual([409, '/problems/not-to-resend']);
  });
});
