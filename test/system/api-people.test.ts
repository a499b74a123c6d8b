import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NoticeKind } from '../../domain/notices.ts';
import { intakeOf } from '../../records/cases/cases.ts';
import { outgoingRefusal, shows } from '../../records/cases/outgoing.ts';
import { fileNewDocument } from '../../records/documents.ts';
import { putNotice } from '../../records/mail/outbox.ts';
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

const mail = (kind: NoticeKind, data: { token?: string } = {}, state = 'held') =>
  at.inTx(async (tx) => {
    const key = randomUUID();
    await putNotice(tx, { key, kind, contactId: defender, caseId, language: 'es', data, needs: null });
    const { id } = await tx.db.outbox.update({ where: { key }, data: { state, lastCode: 'NO_ADDRESS' } });
    return id;
  });
const stateOf = async (id: string) => (await desk.prisma.outbox.findUniqueOrThrow({ where: { id } })).state;

describe('a person of the case', () => {
  it('is written to at the new address only, and asked anew', async () => {
    const open = await at.ask('REVIEW');
    const answered = await at.ask('HELP_CONFIRMATION');
    await at.say(answered, { choice: 'ARRIVED' });
    const [brings, told, unsure] = [
      await mail('REVIEW_ASKED', { token: open.token }),
      await mail('WITHDRAWN_NOTICE'),
      await mail('REVIEW_REMINDER', { token: 'x' }, 'unknown'),
    ];
    const key = 'REVIEW_ASKED:';
    expect((await at.put(`/persons/${defender}`, { email: 'new@correo-seguro.example', safeHours: null })).status).toBe(204);
    expect((await desk.send({ method: 'get', path: `/l/${open.token}`, role: null })).status).toBe(404);
    expect([await stateOf(brings), await stateOf(told), await stateOf(unsure)]).toEqual(['cancelled', 'queued', 'cancelled']);
    const again = await desk.prisma.outbox.findMany({ where: { caseId, key: { startsWith: `${key}${open.invitationId}:` } } });
    expect(again.map(({ kind, state }) => [kind, state])).toEqual([['REVIEW_ASKED', 'queued']]);
    const live = await desk.prisma.link.findMany({ where: { revokedAt: null, invitation: { contactId: defender } } });
    expect(live.map(({ invitationId }) => invitationId)).toEqual([open.invitationId]);
    const persons = (await at.view())['persons'] as Json[];
    const shown = persons.find(({ personId }) => personId === defender);
    expect(shown).toMatchObject({ key: 'defender', email: 'new@correo-seguro.example', safeWay: expect.any(String) });
    expect(shown).not.toHaveProperty('safeHours');
    expect(desk.door.calls).toContain('ringPostroom');
  });

  it('keeps their links when the address stays', async () => {
    const open = await at.ask('REVIEW');
    expect((await at.put(`/persons/${defender}`, { timeZone: 'Africa/Dakar' })).status).toBe(204);
    expect((await desk.send({ method: 'get', path: `/l/${open.token}`, role: null })).status).toBe(200);
    expect(await desk.prisma.outbox.count({ where: { caseId } })).toBe(0);
  });

  it('becomes a task of the coordinator where the address is taken out', async () => {
    const open = await at.ask('REVIEW');
    await at.put(`/persons/${defender}`, { email: null });
    expect((await at.view())['tasks']).toMatchObject([{ kind: 'ASK_BY_SAFE_WAY', subjectId: open.invitationId }]);
    await at.put(`/persons/${defender}`, { email: 'found@correo-seguro.example' });
    expect((await at.view())['tasks']).toEqual([]);
  });

  it('is known by every name that was ever told', async () => {
    await at.put(`/persons/${defender}`, { name: 'Marisela Quintuy', otherNames: ['ماريسول كينتوي'] });
    const level = (text: string) => at.inTx(async (tx) => shows(await intakeOf(tx.db, tx.seals, caseId), [text]));
    expect(await level('We write about Marisela.')).toBe('FULL_NAME');
    expect(await level('We write about Marisol.')).toBe('FULL_NAME');
    expect(await level('نكتب عن ماريسول كينتوي.')).toBe('FULL_NAME');
    expect(await level('We write about a spokesperson.')).toBe('ROLE_ONLY');
  });

  it('is added once, under a key of their own', async () => {
    const key = randomUUID();
    const added = await read(at.post('/persons', SAMPLES['addPerson'], key));
    expect(await read(at.post('/persons', SAMPLES['addPerson'], key))).toEqual(added);
    expect(await refusal(await at.post('/persons', SAMPLES['addPerson']))).toEqual([409, '/problems/key-taken']);
    expect((await at.view())['persons']).toContainEqual(expect.objectContaining({ personId: added['personId'], key: 'sister' }));
    const other = await at.open();
    const path = `/v1/cases/${other}/persons/${added['personId']}`;
    expect((await desk.send({ method: 'put', path, body: { name: 'Somebody' } })).status).toBe(404);
  });
});

describe('what must not be done', () => {
  it('can be said later, and holds from then on', async () => {
    const { place } = SAMPLES['openCase'] as { place: string };
    const out = { purpose: 'PUBLIC_LETTER', texts: [`They live in ${place}.`], isPublic: true } as const;
    const code = async () => (await at.inTx((tx) => outgoingRefusal(tx, caseId, out)))?.code;
    expect(await code()).not.toBe('MUST_NOT_PUBLISH_PLACE');
    expect((await at.post('/constraints', SAMPLES['addConstraint'])).status).toBe(204);
    expect(await code()).toBe('MUST_NOT_PUBLISH_PLACE');
    expect((await at.view())['mustNotBeDone']).toContainEqual(SAMPLES['addConstraint']);
    expect((await at.view())['intake']).not.toHaveProperty('mustNotBeDone');
  });
});

describe('a letter taken down', () => {
  it('says so in its place, is emptied, and tells those who signed, whatever became of the case', async () => {
    const letterId = randomUUID();
    const slug = `abcdefgh${Date.now()}`;
    const signatories = await desk.prisma.contact.findMany({ where: { role: 'SIGNATORY' }, take: 3 });
    const choices = ['SIGN_PUBLIC', 'SIGN_COUNT_ONLY', 'DECLINE'];
    await at.inTx(async (tx) => {
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
      await at.say(await at.ask('SIGN_ON', { contactId, subjectId: letterId }), { choice: choices[index] ?? '' });
    const path = `/letters/${letterId}/retraction`;
    expect((await at.post(path, SAMPLES['retractLetter'])).status).toBe(204);
    expect(await refusal(await at.post(path, SAMPLES['retractLetter']))).toEqual([409, '/problems/not-published']);
    expect(desk.door.calls).toContain('ringPostroom');
    const told = await desk.prisma.outbox.findMany({ where: { caseId, kind: 'WITHDRAWN_NOTICE' } });
    expect(told.map(({ contactId }) => contactId).sort()).toEqual(
      signatories
        .slice(0, 2)
        .map(({ id }) => id)
        .sort(),
    );
    expect(await desk.prisma.publication.findUnique({ where: { slug } })).toMatchObject({ content: {}, retractedAt: expect.any(Date) });
    expect((await at.view())['tasks']).toEqual([]);
    expect(await at.view(`/letters/${letterId}`)).toMatchObject({
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
    const listed = (await at.view())['mail'] as Json[];
    expect(new Set(listed.map(({ mailId }) => mailId))).toEqual(new Set([held, gone]));
    expect(listed).toContainEqual({ mailId: held, kind: 'OUTCOME_TOLD', personId: defender, state: 'held', code: 'NO_ADDRESS' });
    expect((await at.post(`/mail/${held}/resending`)).status).toBe(202);
    expect([await stateOf(held), desk.door.calls]).toEqual(['queued', ['ringPostroom']]);
    for (const id of [held, sent, gone])
      expect(await refusal(await at.post(`/mail/${id}/resending`))).toEqual([409, '/problems/not-to-resend']);
  });
});
