import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { figure } from '../support/figures.ts';
import { runsFrom, weightOf } from '../support/workflow-history.ts';
import { CaseStory } from '../support/workflow-story.ts';
import { useWorld } from '../support/workflow-world.ts';

const DAY = 86_400_000;
const world = useWorld();
const id = (): string => randomUUID();

describe('a whole case', () => {
  test('goes from the request through advice, letter and help to closing, and is looked at again after 7, 30 and 90 days', async () => {
    const { desk } = world;
    const aCase = await CaseStory.open(world, 'HIGH');
    const stages: string[] = [];
    const then = async (doing: Promise<unknown>): Promise<void> => {
      await doing;
      await world.settle();
      stages.push(desk.row(aCase.id).stage);
    };

    expect((await aCase.order('acknowledge', {})).state).toBe('ACKNOWLEDGED');
    expect((await aCase.order('addSource', { documentId: id() })).state).toBe('VERIFYING');
    expect((await aCase.order('concludeVerification', { documentId: id() })).state).toBe('AWAITING_CONSENT');
    await aCase.order('recordConsent', { consentId: id(), documentId: id() });
    expect(await aCase.order('assessRisk', { documentId: id() })).toMatchObject({ state: 'TRIAGED', band: 'HIGH' });
    await aCase.order('decideAction', { documentId: id(), mode: 'NETWORK_VOICE' });

    const advice = await aCase.consult();
    expect((await aCase.file()).consultations).toHaveLength(1);
    for (const advisor of [0, 1, 2, 3]) await aCase.answer(advice, advisor, 'APPROVE');
    await then(world.settle());
    expect(desk.advice).toMatchObject([{ result: 'APPROVED' }]);

    const letter = await aCase.draft();
    const signOn = await letter.openSignOn();
    for (const member of [0, 1, 2, 3]) await aCase.answer(signOn, member, 'SIGN_PUBLIC');
    await aCase.answer(signOn, 4, 'SIGN_COUNT_ONLY');
    const referralId = await aCase.refer('partner-1');
    await then(aCase.answer(await aCase.question('REFERRAL'), 0, 'ACCEPT'));
    await then(aCase.answer(await aCase.question('REFERRAL'), 0, 'DELIVERED'));
    await then(aCase.answer(await aCase.question('HELP_CONFIRMATION'), 0, 'ARRIVED'));
    expect((await aCase.file()).referrals).toEqual([{ id: referralId, open: false, outcome: 'CONFIRMED_BY_DEFENDER' }]);

    await world.passUntil(signOn.closesAt + 1_000);
    expect(await letter.file()).toMatchObject({ state: 'CLOSED', signatures: 5 });
    await letter.order('publishLetter', { slug: 'letter-1' });
    await world.settle();
    // the publication is an event after which the person is asked at once
    await then(aCase.answerReview('SAME'));
    expect(stages).toEqual(['APPROVED', 'IN_ACTION', 'IN_ACTION', 'IN_ACTION', 'MONITORING']);

    await world.pass('PT72H');
    await aCase.answerReview('BETTER');
    expect(desk.bellsOf(aCase.id, 'MAY_CLOSE')).toHaveLength(1);
    const { at: closedAt } = await aCase.order('closeCase', { documentId: id() });
    await world.settle();
    expect(desk.row(aCase.id)).toMatchObject({ stage: 'CLOSED', settled: 1 });

    const asked = aCase.questions('REVIEW').length;
    for (const [check, days] of [7, 30, 90].entries()) {
      await world.passUntil(closedAt + days * DAY - 60_000);
      expect(aCase.questions('REVIEW')).toHaveLength(asked + check);
      await world.pass('PT2M');
      expect(aCase.questions('REVIEW')).toHaveLength(asked + check + 1);
      await aCase.answerReview('BETTER');
    }
    expect(await world.isRunning(aCase.workflowId)).toBe(false);
    expect(desk.reviews.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    expect(desk.asking.questions.every(({ closedAt: closed }) => closed !== null)).toBe(true);

    const [first] = world.opened;
    const runs = await runsFrom(world.client, aCase.workflowId, first?.runId ?? '');
    const weights = runs.map(({ history }) => weightOf(history));
    const most = (key: 'events' | 'bytes' | 'largestPayload'): number => Math.max(...weights.map((weight) => weight[key]));
    const pages = runs.filter(({ workflowId }) => workflowId === aCase.workflowId).length - 1;
    const measured = (name: string, value: number, unit: string, bound: string): void => {
      expect(figure({ name: `whole case: ${name}`, value, unit, bound, seed: null })).toBe(true);
    };
    measured('longest history', most('events'), 'events', '< 10240');
    measured('longest history', most('bytes'), 'bytes', '< 10485760');
    measured('largest payload', most('largestPayload'), 'bytes', '< 262144');
    measured('continue-as-new', pages, 'times', '>= 3');
  });
});
