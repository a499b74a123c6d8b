import { describe, expect, test } from 'vitest';
import { CaseStory } from '../support/workflow-story.ts';
import { useWorld } from '../support/workflow-world.ts';

const HOUR = 3_600_000;
const world = useWorld();

const referred = async (...partners: string[]) => {
  const aCase = await CaseStory.open(world, 'HIGH');
  await aCase.untilAssessed();
  const referralId = await aCase.refer(...partners);
  const steps = () => world.desk.referralSteps.map(({ state, partnerId }) => (partnerId === null ? state : `${state} ${partnerId}`));
  return { aCase, referralId, steps };
};

describe('a referral', () => {
  test('goes from partner to partner: one rejects, one lets the clock run out, one accepts and delivers, and the person has the last word', async () => {
    const { aCase, steps } = await referred('first', 'second', 'third');
    await aCase.answer(await aCase.question('REFERRAL'), 0, 'REJECT');
    const second = await aCase.question('REFERRAL');
    await world.passUntil(second.openedAt + 24 * HOUR + 1_000);
    expect(world.desk.asking.reminders.filter(({ questionId }) => questionId === second.questionId).map(({ share }) => share)).toEqual([
      0.5, 0.85,
    ]);
    const third = await aCase.question('REFERRAL');
    await aCase.answer(third, 0, 'ACCEPT');
    expect(third.closedAt).toBeNull();
    await world.pass('P2D');
    await aCase.answer(third, 0, 'DELIVERED');
    await aCase.answer(await aCase.question('HELP_CONFIRMATION'), 0, 'ARRIVED');
    expect(steps()).toEqual([
      'SENT first',
      'REJECTED first',
      'SENT second',
      'EXPIRED second',
      'SENT third',
      'ACCEPTED third',
      'DELIVERED_BY_PARTNER third',
      'CONFIRMED_BY_DEFENDER',
    ]);
    expect((await aCase.file()).referrals).toMatchObject([{ open: false, outcome: 'CONFIRMED_BY_DEFENDER' }]);
  });

  test('whose help did not arrive rings, and the next partner is asked; when none is left, that is rung for too', async () => {
    const { aCase, steps } = await referred('first', 'second');
    await aCase.answer(await aCase.question('REFERRAL'), 0, 'DELIVERED');
    await aCase.answer(await aCase.question('HELP_CONFIRMATION'), 0, 'NOT_ARRIVED');
    expect(world.desk.bellsOf(aCase.id, 'HELP_NOT_ARRIVED')).toHaveLength(1);
    await aCase.answer(await aCase.question('REFERRAL'), 0, 'REJECT');
    expect(world.desk.bellsOf(aCase.id, 'REFERRAL_EXHAUSTED')).toHaveLength(1);
    expect(steps().slice(-2)).toEqual(['REJECTED second', 'EXHAUSTED']);
    expect((await aCase.file()).referrals).toMatchObject([{ open: false, outcome: 'EXHAUSTED' }]);
  });

  test('is not called delivered by the partner who stays silent after accepting; the person is asked all the same, again and again', async () => {
    const { aCase, steps } = await referred('first');
    await aCase.answer(await aCase.question('REFERRAL'), 0, 'ACCEPT');
    await world.pass('P7D');
    expect(steps()).toEqual(['SENT first', 'ACCEPTED first']);
    expect(aCase.questions('HELP_CONFIRMATION')).toHaveLength(1);
    await world.pass('P7D');
    expect(aCase.questions('HELP_CONFIRMATION')).toHaveLength(3);
    expect(world.desk.bellsOf(aCase.id, 'HELP_UNCONFIRMED')).toHaveLength(2);
  });

  test('passes to the next partner when a promise is taken back', async () => {
    const { aCase, steps } = await referred('first', 'second');
    await aCase.answer(await aCase.question('REFERRAL'), 0, 'ACCEPT');
    await aCase.answer(await aCase.question('REFERRAL'), 0, 'REJECT');
    expect(steps()).toEqual(['SENT first', 'ACCEPTED first', 'REJECTED first', 'SENT second']);
    expect(aCase.questions('HELP_CONFIRMATION')).toEqual([]);
  });

  test('ends with the reason that the coordinator recorded, and the person is not asked again', async () => {
    const { aCase, referralId, steps } = await referred('first');
    await aCase.answer(await aCase.question('REFERRAL'), 0, 'DELIVERED');
    const asked = await aCase.question('HELP_CONFIRMATION');
    await aCase.order('endReferral', { referralId, documentId: 'reason' });
    await world.settle();
    expect(asked.closedAt).not.toBeNull();
    expect(steps().at(-1)).toBe('ENDED_WITH_REASON');
    await world.pass('P10D');
    expect(aCase.questions('HELP_CONFIRMATION')).toHaveLength(1);
  });

  test('is revoked when consent is withdrawn, and shown to nobody when it was withdrawn before', async () => {
    const { aCase, steps } = await referred('first', 'second');
    const asked = await aCase.question('REFERRAL');
    await aCase.withdraw();
    expect(await aCase.answer(asked, 0, 'ACCEPT')).toBe(false);
    expect(steps()).toEqual(['SENT first', 'REVOKED']);
    expect(aCase.questions('REFERRAL')).toHaveLength(1);
  });
});
