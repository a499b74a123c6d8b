import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CaseStory, refusal } from '../support/workflow-story.ts';
import { useWorld } from '../support/workflow-world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const world = useWorld();

/** A case that was acted on, reviewed once and closed. */
const closed = async () => {
  const aCase = await CaseStory.open(world, 'HIGH');
  await aCase.untilDecided('REFERRAL_ONLY');
  await aCase.refer('first');
  await aCase.answer(await aCase.question('REFERRAL'), 0, 'REJECT');
  await aCase.order('askReview', {});
  await aCase.answerReview('BETTER');
  const { at } = await aCase.order('closeCase', { documentId: 'closing' });
  await world.settle();
  return { aCase, closedAt: at };
};

const reassess = async (aCase: CaseStory) => (await aCase.order('assessRisk', { documentId: 'risk-2' })).at;

describe('a closed case that is reopened', () => {
  test('during a check goes on with that check, assesses the risk again by the clock, and takes commands as before', async () => {
    const { aCase, closedAt } = await closed();
    await expect(aCase.order('askReview', {})).rejects.toMatchObject(refusal('CASE_CLOSED'));
    await world.passUntil(closedAt + 7 * DAY + HOUR);
    const check = await aCase.question('REVIEW');
    expect(aCase.questions('REVIEW')).toHaveLength(2);
    const { runs } = await aCase.file();

    const { at, state } = await aCase.order('reopenCase', { documentId: 'again' });
    expect(state).toBe('MONITORING');
    await world.passUntil(at + 3.1 * HOUR);
    expect(await aCase.file()).toMatchObject({ runs: runs + 1, at: { closed: null, settled: null, worsened: at } });
    expect(world.desk.bellsOf(aCase.id, 'REASSESS').map(({ moment }) => moment)).toEqual(['REMIND']);
    await expect(aCase.order('closeCase', { documentId: 'closing-2' })).rejects.toMatchObject(refusal('WORSE'));
    await reassess(aCase);
    await world.pass('P1D');
    expect(world.desk.bellsOf(aCase.id, 'REASSESS')).toHaveLength(1);

    expect(check.closedAt).toBeNull();
    await aCase.answer(check, 0, 'SAME');
    expect((await aCase.file()).reviews).toMatchObject([{ number: 1 }, { number: 2, answer: 'SAME' }]);
    expect(aCase.questions('REVIEW')).toHaveLength(2);
    await world.pass('PT73H');
    expect(aCase.questions('REVIEW')).toHaveLength(3);
    expect((await aCase.refer('second')).length).toBeGreaterThan(0);
    expect(aCase.questions('REFERRAL')).toHaveLength(2);
    expect(world.desk.row(aCase.id)).toMatchObject({ stage: 'IN_ACTION', settled: 1 });
  });

  test('between two checks is asked at the pace of its band, and closed again its checks count anew', async () => {
    const { aCase, closedAt } = await closed();
    await world.passUntil(closedAt + 7 * DAY + HOUR);
    await aCase.answerReview('SAME');
    await world.pass('P2D');
    const { at } = await aCase.order('reopenCase', { documentId: 'again' });
    expect(aCase.questions('REVIEW')).toHaveLength(2);
    const assessed = await reassess(aCase);
    expect(assessed).toBeGreaterThanOrEqual(at);
    await world.passUntil(assessed + 72 * HOUR - 60_000);
    expect(aCase.questions('REVIEW')).toHaveLength(2);
    await world.pass('PT2M');
    await aCase.answerReview('BETTER');

    const again = await aCase.order('closeCase', { documentId: 'closing-2' });
    const before = aCase.questions('REVIEW').length;
    await world.passUntil(again.at + 7 * DAY - HOUR);
    expect(aCase.questions('REVIEW')).toHaveLength(before);
    await world.pass('PT2H');
    expect(aCase.questions('REVIEW')).toHaveLength(before + 1);
    expect(world.desk.row(aCase.id).settled).toBe(2);
  });

  test('is not told that it may be closed for the calm of its checks, wherever a run begins', async () => {
    const { aCase, closedAt } = await closed();
    await world.passUntil(closedAt + 7 * DAY + HOUR);
    await aCase.answerReview('SAME');
    await aCase.turnPage();
    await world.pass('PT1H');
    expect(world.desk.bellsOf(aCase.id, 'MAY_CLOSE')).toEqual([]);
  });
});

describe('the person’s word', () => {
  test('that danger has changed is rung for, and so is the first silence: one bell for each', async () => {
    const aCase = await CaseStory.open(world, 'HIGH');
    await aCase.untilDecided('CONFIDENTIAL_ADVOCACY');
    const alarms = () => world.desk.bellsOf(aCase.id).flatMap(({ duty, began }) => (began === null ? [duty] : []));
    await aCase.order('askReview', {});
    await aCase.answerReview('CHANGED');
    expect(alarms()).toEqual(['CHANGED']);
    await aCase.turnPage();
    await world.pass('PT109H');
    expect(alarms()).toEqual(['CHANGED', 'SILENT']);
    await aCase.turnPage();
    await world.pass('PT1H');
    expect(alarms()).toEqual(['CHANGED', 'SILENT']);
    expect(world.desk.reviews).toMatchObject([{ answer: 'CHANGED' }, { answer: 'CANNOT_REACH' }]);
  });

  test('that danger has changed is rung for after the closing too', async () => {
    const { aCase, closedAt } = await closed();
    await world.passUntil(closedAt + 7 * DAY + HOUR);
    await aCase.answerReview('CHANGED');
    expect(world.desk.bellsOf(aCase.id, 'CHANGED')).toHaveLength(1);
    await aCase.order('reopenCase', { documentId: randomUUID() });
    await world.settle();
    expect(world.desk.bellsOf(aCase.id, 'CHANGED')).toHaveLength(1);
  });
});
