import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { caseExportSchema } from '../../api/schemas/export.ts';
import { fileNewDocument } from '../../records/documents.ts';
import { landAnswer } from '../../records/questions/landing.ts';
import { CaseAtHand, type Json, read, refusal } from './api-case.ts';
import type { ApiDesk, Colleague } from './api-desk.ts';
import { publishable, WORDS } from './api-letter.ts';
import { SAMPLES } from './api-samples.ts';

let at: CaseAtHand;
let desk: ApiDesk;
let administrator: Colleague;

beforeAll(async () => {
  at = await CaseAtHand.begin();
  desk = at.desk;
  administrator = await desk.hire('administrator');
});
afterAll(() => desk.stop());
beforeEach(() => at.next());

const reason = { text: 'The person asked for all that we hold.' };
const asked = async (): Promise<string> => String((await read(await at.post('/export', reason)))['secondPersonId']);
const approve = (id: string, token = administrator.token) =>
  desk.send({ method: 'post', path: `/v1/second-person/${id}/decision`, body: { decision: 'APPROVE' }, token });
const fetched = (id: string, token?: string) =>
  desk.send({ method: 'post', path: `/v1/exports/${id}`, ...(token !== undefined && { token }) });
const exported = async (): Promise<Json> => {
  const id = await asked();
  await approve(id);
  return read(fetched(id));
};

describe('the export of a case', () => {
  it('leaves once, to whoever asked, when somebody else has approved it, and is noted with what left', async () => {
    const id = await asked();
    expect(await refusal(await fetched(id))).toEqual([409, '/problems/second-person-needed']);
    const seen = await read(desk.send({ method: 'get', path: `/v1/second-person/${id}`, token: administrator.token }));
    expect(seen).toMatchObject({ act: 'EXPORT', reason: reason.text, letter: null });
    const done = await approve(id);
    expect([done.status, await read(done)]).toMatchObject([201, { act: 'EXPORT', state: 'READY', path: `/v1/exports/${id}` }]);
    expect((await fetched(id, administrator.token)).status).toBe(403);
    const second = await desk.hire('coordinator');
    await at.post('/members', { personId: second.personId });
    expect((await fetched(id, second.token)).status).toBe(404);
    const got = await fetched(id);
    expect([got.status, got.headers.get('content-disposition')]).toEqual([200, `attachment; filename="case-${at.caseId}.json"`]);
    expect(caseExportSchema.safeParse(await got.json()).error).toBeUndefined();
    expect(await refusal(await fetched(id))).toEqual([409, '/problems/second-person-needed']);
    const notes = await desk.prisma.audit.findMany({ where: { caseId: at.caseId, action: 'case.exported' } });
    expect(notes).toMatchObject([{ actor: desk.personId, subjectId: id }]);
  });

  it('waits an hour, and is for members only', async () => {
    const late = await asked();
    await approve(late);
    await desk.prisma.secondPerson.update({ where: { id: late }, data: { decidedAt: new Date(Date.now() - 3_600_000) } });
    expect(await refusal(await fetched(late))).toEqual([409, '/problems/export-lapsed']);
    const id = String((await read(await at.post('/export', { text: 'Once more, it lapsed.' })))['secondPersonId']);
    await approve(id);
    await desk.prisma.caseMember.updateMany({ where: { caseId: at.caseId }, data: { endedAt: new Date() } });
    expect((await fetched(id)).status).toBe(403);
  });

  it('is asked for by each on their own: one request does not end that of another', async () => {
    const second = await desk.hire('coordinator');
    await at.post('/members', { personId: second.personId });
    const mine = await asked();
    const path = `/v1/cases/${at.caseId}/export`;
    const theirs = String((await read(desk.send({ method: 'post', path, body: reason, token: second.token })))['secondPersonId']);
    await approve(mine, second.token);
    await approve(theirs);
    expect([(await fetched(mine)).status, (await fetched(theirs, second.token)).status]).toEqual([200, 200]);
  });

  it('holds all that is on file: every text, person, statement and answer, and who read it', async () => {
    const letterId = await publishable(at);
    await at.say(await at.ask('REVIEW'), { choice: 'WORSE', text: 'They came again.' });
    await at.view();
    const whole = await exported();
    const of = (part: string) => whole[part] as Json[];
    const filed = await desk.prisma.document.count({ where: { caseId: at.caseId, state: 'FILED' } });
    expect(of('documents')).toHaveLength(filed);
    expect(of('documents')).toContainEqual(expect.objectContaining({ kind: 'INTAKE', content: SAMPLES['openCase'] }));
    expect(JSON.stringify(of('documents'))).toContain(WORDS.body);
    expect(of('persons')).toHaveLength(await desk.prisma.contact.count({ where: { caseId: at.caseId } }));
    expect(of('consents')).toMatchObject([{ personId: at.defender, entry: { purpose: 'PUBLIC_LETTER' } }]);
    expect(of('letters')).toMatchObject([{ letterId, state: 'CLOSED', slug: null }]);
    expect(of('questions')).toMatchObject([
      { kind: 'LETTER_APPROVAL', answers: [{ contactId: at.defender, content: { choice: 'APPROVE' } }] },
      { kind: 'REVIEW', answers: [{ contactId: at.defender, content: { text: 'They came again.' } }] },
    ]);
    expect(of('timeline').map(({ action }) => action)).toEqual(expect.arrayContaining(['case.opened', 'case.read']));
    expect(of('members')).toMatchObject([{ personId: desk.personId, how: 'OPENED' }]);
    const parts = Object.values(whole).filter(Array.isArray);
    expect(whole['entries']).toBe(parts.reduce((sum, part) => sum + part.length, 1));
  });

  it('holds nothing that opens anything, and of advisors the words without who wrote them', async () => {
    const subjectId = randomUUID();
    await at.inTx(async (tx) => {
      const base = { id: subjectId, caseId: at.caseId, state: 'OPEN', openedAt: tx.at, closesAt: tx.at };
      await tx.db.consultation.create({ data: base });
      const brief = { caseId: at.caseId, kind: 'BRIEF' as const, commandId: randomUUID(), content: SAMPLES['openConsultation'] };
      await fileNewDocument(tx, brief, { subjectId });
    });
    const advisors = await desk.prisma.contact.findMany({ where: { role: 'ADVISOR' }, take: 3 });
    const tokens: string[] = [];
    for (const [index, { id: contactId }] of advisors.entries()) {
      const invited = await at.ask('ADVICE', { contactId, subjectId });
      tokens.push(invited.token);
      const answer = { choice: 'APPROVE', text: `${['Wait.', 'Act now.', 'Ask her first.'][index]}` };
      // in their own name, as by link
      await desk.store.transact(`contact:${contactId}`, Date.now(), (tx) =>
        landAnswer(tx, { ...invited, id: invited.invitationId }, answer),
      );
    }
    await desk.prisma.question.updateMany({ where: { subjectId }, data: { closedAt: new Date() } });
    const whole = await exported();
    const text = JSON.stringify(whole);
    const advice = (whole['questions'] as Json[]).flatMap(({ answers }) => answers as Json[]);
    expect(new Set(advice.map(({ contactId, at: when }) => `${contactId} ${when}`))).toEqual(new Set(['null null']));
    for (const secret of [...tokens, ...advisors.map(({ id }) => id)]) expect(text).not.toContain(secret);
  });
});
