import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CaseStory } from '../support/workflow-story.ts';
import { useWorld } from '../support/workflow-world.ts';

// the test server breaks the history of a workflow that ends as cancelled while a signal arrives (temporalio/sdk-java issue 3088)
const world = useWorld('REAL');

/** A case with everything open at once: a sign-on, a referral, a review. */
const busy = async () => {
  const aCase = await CaseStory.open(world, 'HIGH');
  await aCase.untilDecided('NAMED_ENDORSEMENTS');
  const letter = await aCase.draft();
  await letter.openSignOn();
  await aCase.refer('first', 'second');
  await aCase.order('askReview', {});
  await aCase.question('REVIEW');
  const children = world.desk.asking.questions.filter(({ closedAt }) => closedAt === null).map(({ workflowId }) => workflowId);
  expect(children).toHaveLength(3);
  return { aCase, children };
};

/** Nothing runs that could ask or ring for anybody any more, and nothing is open. */
const expectAtRest = async (aCase: CaseStory, children: readonly string[]) => {
  for (const workflowId of [aCase.workflowId, ...children]) {
    await expect.poll(() => world.isRunning(workflowId), { message: `${workflowId} still runs`, timeout: 5_000 }).toBe(false);
  }
  expect(world.desk.asking.questions.filter(({ closedAt }) => closedAt === null)).toEqual([]);
  expect(world.desk.row(aCase.id)).toMatchObject({ stage: 'CLOSED', settled: 1 });
};

describe('a case that is cancelled', () => {
  test('by the coordinator ends its children, closes every question and is not looked at again', async () => {
    const { aCase, children } = await busy();
    expect((await aCase.order('cancelCase', { documentId: 'reason' })).state).toBe('CLOSED');
    await world.settle();
    await expectAtRest(aCase, children);
  });

  test('in Temporal does the same, and ends as cancelled', async () => {
    const { aCase, children } = await busy();
    await world.handle(aCase.workflowId).cancel();
    await world.settle();
    await expectAtRest(aCase, children);
    expect((await world.handle(aCase.workflowId).describe()).status.name).toBe('CANCELLED');
  });

  test.each([
    ['while the report of a child is being written down', false],
    ['between two runs, while that report keeps the page from turning', true],
  ])('in Temporal %s, is settled all the same', async (_when, turning) => {
    const { aCase, children } = await busy();
    const go = world.desk.hold('projectCase');
    await aCase.answer(await aCase.question('REVIEW'), 0, 'SAME');
    if (turning) await aCase.turnPage();
    await world.settle();
    await world.handle(aCase.workflowId).cancel();
    await world.settle();
    go();
    await world.settle();
    await expectAtRest(aCase, children);
  });

  test('in Temporal between two runs, while a command keeps the page from turning, is settled all the same', async () => {
    const { aCase, children } = await busy();
    const go = world.desk.hold('recordCommand');
    const ordered = aCase.order('recordConsent', { consentId: randomUUID(), documentId: randomUUID() });
    const answered = expect(ordered).rejects.toMatchObject({ name: 'WorkflowUpdateFailedError' });
    await world.settle();
    await aCase.turnPage();
    await world.settle();
    await world.handle(aCase.workflowId).cancel();
    await answered;
    go();
    await expectAtRest(aCase, children);
  });
});
