import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { commandActivities } from '../../activities/commands.ts';
import type { Commands, LetterCommandName } from '../../domain/commands.ts';
import { openLetterFile } from '../../domain/letter.ts';
import { putDocument } from '../../records/documents.ts';
import { landAnswer } from '../../records/questions/landing.ts';
import { figure } from '../support/figures.ts';
import { CaseAtHand, type Json, refusal } from './api-case.ts';
import type { ApiDesk } from './api-desk.ts';
import { publishable } from './api-letter.ts';
import { SAMPLES } from './api-samples.ts';

// What was counted once is asked again: somebody in a mailbox answers in its owner's place, and only afterwards does anybody find out.

let at: CaseAtHand;
let desk: ApiDesk;
let letterId = '';

beforeAll(async () => {
  at = await CaseAtHand.begin();
  desk = at.desk;
});
afterAll(() => desk.stop());
beforeEach(async () => {
  await at.next();
  letterId = await publishable(at);
});

const HOUR = 3_600_000;
const unsafe = () => ({ reason: 'Somebody else reads the mailbox.', since: new Date(Date.now() - HOUR).toISOString() });
const asAdmin = (path: string, body: Json) => desk.send({ method: 'post', path, role: 'administrator', body });
const confirmation = (theirs: boolean) => ({ theirs, method: 'IN_PERSON_WITNESSED' });

/** What the recorder of the letter's workflow says: the code of its refusal, or null. */
const recorded = async <N extends LetterCommandName>(name: N, what: Commands[N]): Promise<string | null> => {
  const { recordLetterCommand } = commandActivities({ store: desk.store, ringPostroom: async () => undefined });
  const order = { name, commandId: randomUUID(), by: desk.personId, what, at: Date.now() };
  return (await recordLetterCommand(order as never, openLetterFile(at.caseId, letterId))).refused?.code ?? null;
};

const call = async (): Promise<string> => {
  const document = { caseId: at.caseId, kind: 'SIGN_ON_CALL' as const, commandId: randomUUID(), content: SAMPLES['openSignOn'] };
  return putDocument(desk.store, Date.now(), document);
};

/** Each step towards the public, in this order; publication by itself stops at the second person, whose word is asked for last. */
const steps = async (): Promise<readonly (string | null)[]> => [
  await recorded('freezeLetter', { expectedVersion: 1 }),
  await recorded('openSignOn', { documentId: await call() }),
  await recorded('publishLetter', { slug: `letter-${letterId.slice(0, 8)}` }),
];
const PASS = [null, null, 'SECOND_PERSON_NEEDED'];
const all = (code: string): readonly string[] => [code, code, code];
const passing = (codes: readonly (string | null)[]): number => codes.filter((code) => code === null || code === PASS[2]).length;

const openTasks = (kind: string) => desk.prisma.task.count({ where: { caseId: at.caseId, kind, doneAt: null } });

type Doubtful = { answerId: string; kind: string; subjectId: string; personId: string | null };
const doubtful = async (): Promise<readonly Doubtful[]> => (await at.view())['doubtfulAnswers'] as Doubtful[];

describe('an approval that somebody else may have given', () => {
  const marked = async (): Promise<string> => {
    expect((await at.post(`/persons/${at.defender}/unsafe`, unsafe())).status).toBe(200);
    const [one = { answerId: '' }, ...others] = await doubtful();
    expect([one, others]).toEqual([{ answerId: one.answerId, kind: 'LETTER_APPROVAL', subjectId: letterId, personId: at.defender }, []]);
    return one.answerId;
  };

  it('carries no step any more, until it is confirmed', async () => {
    expect(await steps(), 'twin: before anybody doubts it').toEqual(PASS);
    await desk.prisma.letter.update({ where: { id: letterId }, data: { state: 'OPEN_FOR_SIGN_ON' } });
    const answerId = await marked();
    const now = await steps();
    const name = 'steps towards the public that pass on a doubted approval';
    expect(figure({ name, value: passing(now), unit: 'steps', bound: '== 0', seed: null })).toBe(true);
    expect(now).toEqual(all('ANSWER_WAITS'));
    // the members have read it already
    expect(await openTasks('RESTS_ON_DOUBT')).toBe(1);
    expect((await at.post(`/answers/${answerId}/confirmation`, confirmation(true))).status).toBe(204);
    expect(await steps()).toEqual(PASS);
    expect([await doubtful(), await openTasks('RESTS_ON_DOUBT')]).toEqual([[], 0]);
  });

  it('carries none for good once it was disowned, and that is the last word', async () => {
    const answerId = await marked();
    // nobody is called to approve what could not be published
    expect(await refusal(await at.post(`/letters/${letterId}/publication`))).toEqual([409, '/problems/answer-waits']);
    await desk.prisma.task.updateMany({ where: { caseId: at.caseId, kind: 'RESTS_ON_DOUBT' }, data: { doneAt: new Date() } });
    expect((await at.post(`/answers/${answerId}/confirmation`, confirmation(false))).status).toBe(204);
    expect(await steps()).toEqual(all('APPROVAL_GONE'));
    expect(await openTasks('RESTS_ON_DOUBT'), 'whoever had ticked it off hears of it again').toBe(1);
    expect(await doubtful()).toEqual([]);
    for (const theirs of [true, false])
      expect(await refusal(await at.post(`/answers/${answerId}/confirmation`, confirmation(theirs)))).toEqual([
        409,
        '/problems/answer-disowned',
      ]);
    expect(await steps()).toEqual(all('APPROVAL_GONE'));
  });

  it('is heard once, whatever two people note at the same instant', async () => {
    const answerId = await marked();
    const noted = await Promise.all([true, false].map((theirs) => at.post(`/answers/${answerId}/confirmation`, confirmation(theirs))));
    expect(noted.map(({ status }) => status).sort()).toEqual([204, 409]);
  });

  it('is asked of everybody, on exactly this text', async () => {
    const question = await desk.prisma.question.findFirstOrThrow({ where: { subjectId: letterId } });
    const second = await desk.prisma.contact.findFirstOrThrow({ where: { caseId: at.caseId, id: { not: at.defender } } });
    const silent = { id: randomUUID(), questionId: question.id, contactId: second.id, createdAt: new Date() };
    await desk.prisma.invitation.create({ data: silent });
    expect(await steps()).toEqual(all('APPROVAL_GONE'));
    await desk.prisma.invitation.delete({ where: { id: silent.id } });
    expect(await steps(), 'twin').toEqual(PASS);
    await desk.prisma.question.update({ where: { id: question.id }, data: { documentId: randomUUID() } });
    expect(await steps()).toEqual(all('APPROVAL_GONE'));
  });
});

describe('advice that somebody else may have given', () => {
  let advisors: readonly { readonly contactId: string; readonly invitationId: string }[] = [];

  /** The Advisory Group has approved, by the answers of these, in the order of the keys. */
  const advised = async (choices: readonly (string | null)[]): Promise<void> => {
    const { caseId } = at;
    const seats = await desk.prisma.contact.findMany({ where: { role: 'ADVISOR' }, orderBy: { key: 'asc' }, take: choices.length });
    advisors = await at.inTx(async (tx) => {
      const id = randomUUID();
      await tx.db.case.update({ where: { id: caseId }, data: { mode: 'NETWORK_VOICE' } });
      const times = { openedAt: tx.at, closesAt: new Date(tx.at.getTime() + HOUR) };
      const decided = { state: 'DECIDED', result: 'APPROVED', decidedAt: tx.at };
      await tx.db.consultation.create({ data: { id, caseId, ...times, ...decided } });
      const place = { kind: 'ADVICE', subjectId: id, workflowId: `case/${caseId}/consultation/${id}`, changeable: true };
      await tx.db.question.create({ data: { id, caseId, ...place, ...times } });
      const invited: { contactId: string; invitationId: string }[] = [];
      for (const [index, { id: contactId }] of seats.entries()) {
        const [invitationId, choice] = [randomUUID(), choices[index]];
        await tx.db.invitation.create({ data: { id: invitationId, questionId: id, contactId, createdAt: tx.at } });
        if (choice) await landAnswer(tx, { id: invitationId, questionId: id, contactId }, { choice });
        invited.push({ contactId, invitationId });
      }
      await tx.db.question.update({ where: { id }, data: { closedAt: tx.at } });
      return invited;
    });
  };

  const mark = async (index: number): Promise<string> => {
    const { contactId = '', invitationId = '' } = advisors[index] ?? {};
    expect((await asAdmin(`/v1/contacts/${contactId}/unsafe`, unsafe())).status).toBe(200);
    return (await desk.prisma.answer.findFirstOrThrow({ where: { invitationId } })).id;
  };
  const word = (index: number, answerId: string, theirs: boolean) =>
    asAdmin(`/v1/contacts/${advisors[index]?.contactId}/answers/${answerId}/confirmation`, confirmation(theirs));
  const [, ...AFTER_FREEZING] = PASS;
  const beyond = async (): Promise<readonly (string | null)[]> => (await steps()).slice(1);

  it('holds where what counts carries it alone, under the same rule', async () => {
    await advised(['APPROVE', 'APPROVE', 'APPROVE', 'APPROVE', null, null]);
    expect(await beyond(), 'twin: before anybody doubts it').toEqual(AFTER_FREEZING);
    await mark(3);
    expect(await beyond()).toEqual(AFTER_FREEZING);
  });

  it('stops what rests on it where it does not, until it is confirmed; of whoever disowned theirs it is asked anew', async () => {
    await advised(['APPROVE', 'APPROVE', 'APPROVE', null, null, null]);
    const [first, second] = [await mark(0), await mark(1)];
    const now = await beyond();
    const name = 'steps towards the public that pass on doubted advice';
    expect(figure({ name, value: passing(now), unit: 'steps', bound: '== 0', seed: null })).toBe(true);
    expect(now).toEqual(['ANSWER_WAITS', 'ANSWER_WAITS']);
    expect(await openTasks('RESTS_ON_DOUBT')).toBe(1);
    expect((await word(0, first, true)).status).toBe(204);
    expect(await beyond()).toEqual(['ANSWER_WAITS', 'ANSWER_WAITS']);
    expect((await word(1, second, false)).status).toBe(204);
    expect(await beyond()).toEqual(['ADVICE_GONE', 'ADVICE_GONE']);
    expect(await refusal(await word(1, second, true))).toEqual([409, '/problems/answer-disowned']);
  });

  it('holds again when the last of them is confirmed', async () => {
    await advised(['APPROVE', 'APPROVE', 'APPROVE', null, null, null]);
    const marked = [await mark(0), await mark(1)];
    for (const [index, answerId] of marked.entries()) await word(index, answerId, true);
    expect([await beyond(), await openTasks('RESTS_ON_DOUBT')]).toEqual([AFTER_FREEZING, 0]);
  });
});

describe('signatures that somebody else may have given', () => {
  it('count towards the least number no more', async () => {
    const members = await desk.prisma.contact.findMany({ where: { role: 'SIGNATORY' }, take: 60 });
    const id = randomUUID();
    const { minimum } = await at.inTx(async (tx) => {
      const policy = (await tx.db.policy.findFirstOrThrow({ orderBy: { version: 'desc' } })).document as {
        signOn: { minimumToPublish: number };
      };
      const times = { openedAt: tx.at, closesAt: new Date(tx.at.getTime() + HOUR), changeable: true };
      await tx.db.question.create({ data: { id, caseId: at.caseId, kind: 'SIGN_ON', subjectId: letterId, workflowId: 'w', ...times } });
      for (const { id: contactId } of members.slice(0, policy.signOn.minimumToPublish)) {
        const invitationId = randomUUID();
        await tx.db.invitation.create({ data: { id: invitationId, questionId: id, contactId, createdAt: tx.at } });
        await landAnswer(tx, { id: invitationId, questionId: id, contactId }, { choice: 'SIGN_COUNT_ONLY' });
      }
      return { minimum: policy.signOn.minimumToPublish };
    });
    expect(minimum).toBeGreaterThan(0);
    expect(await steps(), 'twin: as many as are asked for').toEqual(PASS);
    expect((await asAdmin(`/v1/contacts/${members[0]?.id}/unsafe`, unsafe())).status).toBe(200);
    expect(await steps()).toEqual([null, null, 'ANSWER_WAITS']);
    const { answerId } = (await doubtful())[0] ?? { answerId: '' };
    await asAdmin(`/v1/contacts/${members[0]?.id}/answers/${answerId}/confirmation`, confirmation(false));
    expect(await steps()).toEqual([null, null, 'TOO_FEW_SIGNATURES']);
    expect(await openTasks('RESTS_ON_DOUBT'), 'nothing of it is public').toBe(0);
    const publishedAt = new Date();
    const create = { slug: `signed-${letterId.slice(0, 8)}`, content: {}, needs: {}, publishedAt };
    await desk.prisma.letter.update({ where: { id: letterId }, data: { publishedAt, publication: { create } } });
    await asAdmin(`/v1/contacts/${members[1]?.id}/unsafe`, unsafe());
    expect(await openTasks('RESTS_ON_DOUBT'), 'a name that is public may not be its bearer’s act').toBe(1);
  });
});
