import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answersTo } from '../../records/questions/answers.ts';
import { landAnswer } from '../../records/questions/landing.ts';
import { figure } from '../support/figures.ts';
import { CaseAtHand, type Json, read, refusal } from './api-case.ts';
import type { ApiDesk } from './api-desk.ts';
import { type KeysScene, keysScene } from './keys-scene.ts';

let at: CaseAtHand;
let desk: ApiDesk;
let scene: KeysScene;

beforeAll(async () => {
  at = await CaseAtHand.begin();
  desk = at.desk;
  scene = keysScene(desk);
});
afterAll(() => desk.stop());
beforeEach(() => at.next());

const HOUR = 3_600_000;
const reason = 'Somebody else reads the mailbox.';
const word = (theirs: boolean) => ({ theirs, method: 'IN_PERSON_WITNESSED' });
const asAdmin = (contactId: string, act: string, body: Json) =>
  desk.send({ method: 'post', path: `/v1/contacts/${contactId}/${act}`, role: 'administrator', body });
const counted = async (questionId: string): Promise<readonly string[]> =>
  (await answersTo(desk.prisma, desk.store.seals, questionId)).all.flatMap(({ answer }) =>
    answer === null ? [] : [answer.content.choice],
  );

type Asked = Awaited<ReturnType<CaseAtHand['ask']>>;

/** An answer by the link, at a time. */
const answer = async ({ invitationId, questionId, contactId }: Asked, choice: string, when: number): Promise<void> => {
  await desk.store.transact(`contact:${contactId}`, when, (tx) => landAnswer(tx, { id: invitationId, questionId, contactId }, { choice }));
};

const changeable = async (asked: Asked): Promise<Asked> => {
  await desk.prisma.question.update({ where: { id: asked.questionId }, data: { changeable: true } });
  return asked;
};

describe('answers that came by a channel that was not safe', () => {
  it('lets no answer of that time count before the person has confirmed it', async () => {
    const contactId = await scene.member();
    const since = Date.now() - HOUR;
    const [before, changed, after, spoken] = [
      await changeable(await at.ask('SIGN_ON', { contactId })),
      await changeable(await at.ask('SIGN_ON', { contactId })),
      await changeable(await at.ask('SIGN_ON', { contactId })),
      await at.ask('REVIEW'),
    ];
    await answer(before, 'SIGN_PUBLIC', since - 1);
    await answer(changed, 'DECLINE', since - 1);
    await answer(changed, 'SIGN_PUBLIC', since + 1);
    await answer(after, 'SIGN_PUBLIC', since);
    await desk.prisma.answer.updateMany({ data: { toldAt: new Date() } });
    desk.door.calls.length = 0;
    const told = await read(asAdmin(contactId, 'unsafe', { reason, since: new Date(since).toISOString() }));
    const quarantined = told['quarantined'] as { answerId: string; kind: string; caseId: string }[];
    expect(quarantined.map(({ kind, caseId }) => [kind, caseId])).toEqual([
      ['SIGN_ON', at.caseId],
      ['SIGN_ON', at.caseId],
    ]);
    // the workflows that had heard them look again, now or by the sweep
    expect(desk.door.calls.filter((call) => call === 'tell')).toHaveLength(2);
    expect(await desk.prisma.answer.count({ where: { toldAt: null, invitation: { contactId } } })).toBe(2);
    const doubtful = [...(await counted(changed.questionId)), ...(await counted(after.questionId))].filter(
      (choice) => choice === 'SIGN_PUBLIC',
    );
    const value = doubtful.length;
    expect(figure({ name: 'channel.quarantined-answers-counted', value, unit: 'answers', bound: '== 0', seed: null })).toBe(true);
    // what the person is known to have said before stands
    expect([await counted(before.questionId), await counted(changed.questionId)]).toEqual([['SIGN_PUBLIC'], ['DECLINE']]);

    const [first = { answerId: '' }, second = { answerId: '' }] = quarantined;
    const task = (answerId: string) => ({ where: { kind: 'ANSWER_TO_CONFIRM', subjectId: answerId, doneAt: null } });
    expect([await desk.prisma.task.count(task(first.answerId)), await desk.prisma.task.count(task(second.answerId))]).toEqual([1, 1]);
    // whoever works on the case sees that it waits, and not whom to ask: that is for an administrator
    const waiting = (await at.view())['doubtfulAnswers'] as Json[];
    expect(waiting.map(({ answerId, personId }) => [answerId, personId])).toEqual([
      [first.answerId, null],
      [second.answerId, null],
    ]);
    expect((await at.post(`/answers/${first.answerId}/confirmation`, word(true))).status).toBe(404);
    const confirm = (answerId: string, theirs: boolean, whose = contactId) =>
      asAdmin(whose, `answers/${answerId}/confirmation`, word(theirs));
    expect((await confirm(first.answerId, true, await scene.member())).status).toBe(404);
    const escalated = { kind: 'ANSWER_TO_CONFIRM', subjectId: first.answerId, escalation: 2 };
    expect(await desk.prisma.task.count({ where: escalated })).toBe(1);
    desk.door.calls.length = 0;
    expect((await confirm(first.answerId, true)).status).toBe(204);
    expect((await confirm(second.answerId, false)).status).toBe(204);
    expect(desk.door.calls, 'whoever waits for it hears that it counts').toEqual(['tell']);
    expect(await refusal(await confirm(first.answerId, true))).toEqual([409, '/problems/not-quarantined']);
    expect(await refusal(await confirm(second.answerId, true))).toEqual([409, '/problems/answer-disowned']);
    expect((await at.view())['doubtfulAnswers']).toEqual([]);
    const confirmed = [...(await counted(changed.questionId)), ...(await counted(after.questionId))];
    expect(
      confirmed.filter((choice) => choice === 'SIGN_PUBLIC'),
      'twin: one that was confirmed counts',
    ).toHaveLength(1);
    expect([await desk.prisma.task.count(task(first.answerId)), await desk.prisma.task.count(task(second.answerId))]).toEqual([0, 0]);
    expect([await scene.auditOf(first.answerId), await scene.auditOf(second.answerId)]).toEqual([
      ['answer.quarantined', 'answer.confirmed'],
      ['answer.quarantined', 'answer.disowned'],
    ]);
    expect(await counted(spoken.questionId)).toEqual([]);
  });

  it('takes an answer that a person gave in another way, in place of the doubtful one', async () => {
    await at.put(`/persons/${at.defender}`, { email: 'reader@correo-seguro.example' });
    const asked = await at.ask('REVIEW');
    await answer(asked, 'BETTER', Date.now());
    const since = new Date(Date.now() - HOUR).toISOString();
    const told = await read(at.post(`/persons/${at.defender}/unsafe`, { reason, since }));
    expect(told['quarantined']).toHaveLength(1);
    expect((await at.view())['tasks']).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'ASK_BY_SAFE_WAY' })]));
    const given = { choice: 'WORSE', method: 'IN_PERSON_WITNESSED', givenBy: 'Herself' };
    expect((await at.post(`/invitations/${asked.invitationId}/answer`, given)).status).toBe(200);
    expect(await counted(asked.questionId)).toEqual(['WORSE']);
    const open = { caseId: at.caseId, doneAt: null, kind: { in: ['ANSWER_TO_CONFIRM', 'ASK_BY_SAFE_WAY'] } };
    expect(await desk.prisma.task.count({ where: open })).toBe(0);
    // what was written down by hand did not come by the channel
    await at.post(`/persons/${at.defender}/unsafe`, { reason, since });
    expect(await counted(asked.questionId)).toEqual(['WORSE']);
    const reasons = await desk.prisma.document.count({ where: { caseId: at.caseId, kind: 'REASON', subjectId: at.defender } });
    expect(reasons).toBe(2);
  });
});
