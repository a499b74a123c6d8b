import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fileNewDocument } from '../../records/documents.ts';
import { figure } from '../support/figures.ts';
import { CaseAtHand, type Json, read, refusal } from './api-case.ts';
import type { ApiDesk } from './api-desk.ts';
import { SAMPLES } from './api-samples.ts';

let at: CaseAtHand;
let desk: ApiDesk;
let caseId = '';
let defender = '';

beforeAll(async () => {
  at = await CaseAtHand.begin();
  desk = at.desk;
});
afterAll(() => desk.stop());
beforeEach(async () => {
  await at.next();
  ({ caseId, defender } = at);
});

describe('what people wrote', () => {
  it('is read of advisors without who wrote it, in the order of the words', async () => {
    const consultationId = randomUUID();
    await at.inTx(async (tx) => {
      const content = { language: 'en', title: 'A brief', text: 'Advise.' };
      await fileNewDocument(tx, { caseId, kind: 'BRIEF', commandId: randomUUID(), content }, { subjectId: consultationId });
      const row = { id: consultationId, caseId, state: 'OPEN', openedAt: tx.at, closesAt: new Date(tx.at.getTime() + 1) };
      await tx.db.consultation.create({ data: row });
    });
    const advisors = await desk.prisma.contact.findMany({ where: { role: 'ADVISOR' }, take: 3 });
    const said = ['Zeal is not enough.', 'Ask her lawyer.', undefined];
    for (const [index, { id: contactId }] of advisors.entries()) {
      const text = said[index];
      await at.say(await at.ask('ADVICE', { contactId, subjectId: consultationId }), {
        choice: 'OBJECT',
        ...(text !== undefined && { text }),
      });
    }
    const shown = await at.view(`/consultations/${consultationId}`);
    expect(shown['words']).toEqual([
      { choice: 'OBJECT', text: 'Ask her lawyer.' },
      { choice: 'OBJECT', text: 'Zeal is not enough.' },
    ]);
    for (const { id } of advisors) expect(JSON.stringify(shown)).not.toContain(id);
    expect(shown).toMatchObject({ mustNotBeDone: (SAMPLES['openCase'] as Json)['mustNotBeDone'], riskOfActing: null });
  });

  it('is read while the advisors are being asked only where it waits for a reply, and all at once afterwards', async () => {
    const consultationId = randomUUID();
    await at.inTx(async (tx) => {
      const content = { language: 'en', title: 'A brief', text: 'Advise.' };
      await fileNewDocument(tx, { caseId, kind: 'BRIEF', commandId: randomUUID(), content }, { subjectId: consultationId });
      const row = { id: consultationId, caseId, state: 'OPEN', openedAt: tx.at, closesAt: new Date(tx.at.getTime() + 1) };
      await tx.db.consultation.create({ data: row });
    });
    const choices = ['NEED_INFO', 'OBJECT', 'APPROVE', 'APPROVE_WITH_CHANGES', 'ABSTAIN', 'RECUSE'];
    const advisors = await desk.prisma.contact.findMany({ where: { role: 'ADVISOR' }, take: choices.length });
    for (const [index, { id: contactId }] of advisors.entries()) {
      const choice = choices[index] ?? '';
      await at.say(await at.ask('ADVICE', { contactId, subjectId: consultationId }), { choice, text: `Words ${index}.` });
    }
    const read = async () => ((await at.view(`/consultations/${consultationId}`))['words'] as Json[]).map(({ choice }) => choice);
    const live = await read();
    const early = live.filter((choice) => choice !== 'NEED_INFO' && choice !== 'OBJECT').length;
    const name = 'words of advisors that wait for no reply, readable before the close';
    expect(figure({ name, value: early, unit: 'words', bound: '== 0', seed: null })).toBe(true);
    expect(live).toEqual(['NEED_INFO', 'OBJECT']);
    await desk.prisma.question.updateMany({ where: { subjectId: consultationId }, data: { closedAt: new Date() } });
    expect(await read(), 'twin: after the close').toEqual(choices);
  });

  it('is read of partners and of the people of the case with who wrote it', async () => {
    const [referralId, needId, reviewId] = [randomUUID(), randomUUID(), randomUUID()];
    const partner = await desk.prisma.partner.findFirstOrThrow();
    await at.inTx(async (tx) => {
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
    await at.say(await at.ask('REFERRAL', { contactId, subjectId: referralId }), {
      choice: 'REJECT',
      reason: 'NO_FUNDS',
      text: 'Next year.',
    });
    await at.say(await at.ask('HELP_CONFIRMATION', { subjectId: referralId }), { choice: 'PARTLY', text: 'The radio is missing.' });
    await at.say(await at.ask('REVIEW', { subjectId: reviewId }), { choice: 'WORSE', text: 'They came again.' });
    expect(await at.view(`/referrals/${referralId}`)).toMatchObject({
      endReason: 'Helped by others.',
      riskOfActing: (SAMPLES['assessRisk'] as Json)['acting'],
      answers: [{ partnerId: partner.id, choice: 'REJECT', reason: 'NO_FUNDS', amount: null, text: 'Next year.' }],
      confirmations: [{ personId: defender, choice: 'PARTLY', text: 'The radio is missing.', method: null, givenBy: null }],
    });
    expect((await at.view())['reviews']).toMatchObject([
      { reviewId, words: [{ personId: defender, choice: 'WORSE', text: 'They came again.' }] },
    ]);
  });

  it('includes why a case was stopped and why somebody spoke for a person', async () => {
    const consentId = randomUUID();
    await at.inTx(async (tx) => {
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
    const shown = await at.view();
    expect(shown['cancellation']).toMatchObject({ text: 'Outside the mandate.' });
    expect(shown['consents']).toMatchObject([{ consentId, reason: 'She is held without a telephone.' }]);
  });
});

describe('an answer given in another way', () => {
  const said = SAMPLES['recordAnswer'] as { choice: string; text: string; method: string; givenBy: string };

  it('counts like one by link, once, and tells the workflow', async () => {
    const asked = await at.ask('REVIEW');
    const task = { id: randomUUID(), caseId, key: randomUUID(), kind: 'ASK_BY_SAFE_WAY', urgency: 1, subjectId: asked.invitationId };
    await desk.prisma.task.create({ data: { ...task, createdAt: new Date() } });
    const waiting = [{ invitationId: asked.invitationId, personId: defender, answered: false }];
    expect((await at.view())['openQuestions']).toMatchObject([{ questionId: asked.questionId, kind: 'REVIEW', invitations: waiting }]);
    const path = `/invitations/${asked.invitationId}/answer`;
    const first = await read(at.post(path, said));
    expect(first).toMatchObject({ invitationId: asked.invitationId, choice: 'SAME', version: 1 });
    expect(desk.door.calls).toEqual(['tell', 'ringPostroom']);
    expect(await read(at.post(path, said))).toEqual(first);
    expect(await refusal(await at.post(path, { ...said, choice: 'WORSE' }))).toEqual([409, '/problems/already-answered']);
    expect(desk.door.calls.filter((call) => call === 'tell')).toHaveLength(1);
    expect((await at.view())['openQuestions']).toMatchObject([{ invitations: [{ answered: true }] }]);
    const { actor } = await desk.prisma.audit.findFirstOrThrow({ where: { caseId, action: 'answer.given' } });
    expect(actor).toBe(desk.personId);
    expect(await desk.prisma.outbox.count({ where: { caseId, kind: 'ANSWER_RECEIPT' } })).toBe(1);
    expect(await desk.prisma.task.findUnique({ where: { id: task.id } })).toMatchObject({ doneAt: expect.any(Date) });
  });

  it('sends no receipt to somebody without an address', async () => {
    expect((await at.put(`/persons/${defender}`, { email: null })).status).toBe(204);
    const asked = await at.ask('REVIEW');
    expect((await at.post(`/invitations/${asked.invitationId}/answer`, said)).status).toBe(200);
    expect(await desk.prisma.outbox.count({ where: { caseId, contactId: defender } })).toBe(0);
  });

  it('takes the choices of the page only, until the close, of people of the case only', async () => {
    const help = await at.ask('HELP_CONFIRMATION');
    const path = `/invitations/${help.invitationId}/answer`;
    const { errors } = (await read(at.post(path, { ...said, choice: 'PARTLY', text: undefined }))) as { errors: Json[] };
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/body/text']);
    expect((await at.post(path, { ...said, choice: 'CANNOT_REACH' })).status).toBe(422);
    await desk.prisma.question.update({ where: { id: help.questionId }, data: { closedAt: new Date() } });
    expect(await refusal(await at.post(path, { ...said, choice: 'ARRIVED' }))).toEqual([409, '/problems/question-closed']);
    const { id: contactId } = await desk.prisma.contact.findFirstOrThrow({ where: { role: 'ADVISOR' } });
    const advice = await at.ask('ADVICE', { contactId });
    const own = await at.post(`/invitations/${advice.invitationId}/answer`, { ...said, choice: 'APPROVE' });
    expect(await refusal(own)).toEqual([409, '/problems/answers-themselves']);
    const other = await at.open();
    const foreign = { method: 'post', path: `/v1/cases/${other}${path}`, body: said };
    expect((await desk.send(foreign)).status).toBe(404);
    expect(desk.door.calls.filter((call) => call === 'tell')).toEqual([]);
  });

  it('approves the words that were asked about, and no later ones', async () => {
    const letterId = randomUUID();
    const documentId = await at.inTx((tx) => {
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
    const asked = await at.ask('LETTER_APPROVAL', { subjectId: letterId, documentId });
    const later = await at.ask('LETTER_APPROVAL', { subjectId: letterId, documentId: randomUUID() });
    const yes = { ...said, choice: 'APPROVE' };
    expect(await refusal(await at.post(`/invitations/${later.invitationId}/answer`, yes))).toEqual([409, '/problems/text-changed']);
    expect((await at.post(`/invitations/${asked.invitationId}/answer`, yes)).status).toBe(200);
    const approval = { personId: defender, choice: 'APPROVE', text: said.text, method: said.method, givenBy: said.givenBy };
    expect((await at.view(`/letters/${letterId}`))['approvals']).toMatchObject([approval]);
  });
});
