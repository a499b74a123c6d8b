import { describe, expect, test } from 'vitest';
import { CaseStory, refusal } from '../support/workflow-story.ts';
import { useWorld } from '../support/workflow-world.ts';

const HOUR = 3_600_000;
const world = useWorld();

const consulting = async () => {
  const aCase = await CaseStory.open(world, 'HIGH');
  await aCase.untilDecided('NETWORK_VOICE');
  return { aCase, advice: await aCase.consult() };
};

describe('the Advisory Group', () => {
  test('decides as soon as no further answer could change the result, long before the window ends', async () => {
    const { aCase, advice } = await consulting();
    for (const advisor of [0, 1, 2]) await aCase.answer(advice, advisor, 'APPROVE');
    expect(world.desk.advice).toEqual([]);
    await aCase.answer(advice, 3, 'RECUSE');
    expect(world.desk.advice).toMatchObject([{ result: 'APPROVED', tally: { answered: 3, recused: 1 } }]);
    expect(advice.closedAt).not.toBeNull();
    expect(await aCase.file()).toMatchObject({ advice: 'APPROVED', consultations: [{ open: false, outcome: 'APPROVED' }] });
    expect(await aCase.answer(advice, 0, 'OBJECT')).toBe(false);
  });

  test('is reminded at half and at 85 % of its 24 hours, and only those who have not answered', async () => {
    const { aCase, advice } = await consulting();
    await aCase.answer(advice, 0, 'APPROVE');
    await world.passUntil(advice.openedAt + 13 * HOUR);
    await aCase.answer(advice, 1, 'APPROVE');
    await world.passUntil(advice.openedAt + 21 * HOUR);
    const seen = world.desk.asking.reminders.map(({ invitation, share, at }) => ({
      invitation,
      share,
      hours: (at - advice.openedAt) / HOUR,
    }));
    expect(seen.map(({ invitation, share }) => [invitation, share])).toEqual([
      [1, 0.5],
      [2, 0.5],
      [3, 0.5],
      [2, 0.85],
      [3, 0.85],
    ]);
    expect(seen.map(({ hours }) => Math.round(hours * 10) / 10)).toEqual([12, 12, 12, 20.4, 20.4]);
  });

  test('is not waited for by a reminder: one that cannot be given until the window ends is left out', async () => {
    const aCase = await CaseStory.open(world, 'CRITICAL');
    await aCase.untilDecided('NETWORK_VOICE');
    const advice = await aCase.consult();
    const { closesAt } = advice;
    world.desk.fail('remindSilent', Number.POSITIVE_INFINITY);
    await world.passUntil(closesAt + 60_000);
    expect(world.desk.calls.get('remindSilent')).toBeGreaterThan(1);
    expect(advice.closesAt).toBeGreaterThan(closesAt);
    world.desk.fail('remindSilent', 0);
    await world.passUntil(advice.closesAt + 60_000);
    expect(world.desk.advice).toMatchObject([{ result: 'NO_QUORUM' }]);
  });

  test('is given one extension when too few answer, then the lack of a quorum is rung for and nothing is approved', async () => {
    const { aCase, advice } = await consulting();
    await aCase.answer(advice, 0, 'APPROVE');
    await world.passUntil(advice.openedAt + 24.5 * HOUR);
    expect(world.desk.advice).toEqual([]);
    expect(advice.closesAt).toBe(advice.openedAt + 48 * HOUR);
    await world.passUntil(advice.openedAt + 49 * HOUR);
    expect(world.desk.advice).toMatchObject([{ result: 'NO_QUORUM' }]);
    expect(world.desk.bellsOf(aCase.id, 'NO_QUORUM')).toHaveLength(1);
    expect(world.desk.calls.get('extendQuestion')).toBe(1);
    await expect(aCase.draft()).rejects.toMatchObject(refusal('NOT_ADVISED'));
  });

  test('that answers within the extension decides after all', async () => {
    const { aCase, advice } = await consulting();
    await world.passUntil(advice.openedAt + 30 * HOUR);
    for (const advisor of [0, 1, 2, 3]) expect(await aCase.answer(advice, advisor, 'APPROVE')).toBe(true);
    expect(world.desk.advice).toMatchObject([{ result: 'APPROVED' }]);
    expect(world.desk.bellsOf(aCase.id, 'NO_QUORUM')).toEqual([]);
  });

  test('does not approve over an open objection; a new decision may be consulted on again, and its clock runs', async () => {
    const { aCase, advice } = await consulting();
    for (const [advisor, choice] of ['APPROVE', 'APPROVE', 'APPROVE', 'OBJECT'].entries()) await aCase.answer(advice, advisor, choice);
    await world.passUntil(advice.openedAt + 25 * HOUR);
    expect(world.desk.advice).toMatchObject([{ result: 'NOT_APPROVED' }]);
    expect((await aCase.file()).advice).toBe('NOT_APPROVED');

    await aCase.order('decideAction', { documentId: 'decision-2', mode: 'NETWORK_VOICE' });
    await world.pass('PT13H');
    expect(world.desk.bellsOf(aCase.id, 'CONSULT').map(({ moment }) => moment)).toEqual(['REMIND', 'REMIND', 'DUE', 'ESCALATE_BACKUP']);
    await aCase.consult();
    expect(aCase.questions('ADVICE')).toHaveLength(2);
  });

  test('is shown nothing when consent was withdrawn before the question was put', async () => {
    const aCase = await CaseStory.open(world, 'HIGH');
    await aCase.untilDecided('NETWORK_VOICE');
    const go = world.desk.hold('startConsultation');
    await aCase.order('openConsultation', { consultationId: crypto.randomUUID(), documentId: 'brief' });
    await aCase.withdraw();
    go();
    await world.settle();
    expect(aCase.questions('ADVICE')).toEqual([]);
    expect(world.desk.advice).toMatchObject([{ result: 'LAPSED' }]);
  });
});
