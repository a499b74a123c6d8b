import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { figure } from '../support/figures.ts';
import { CaseStory, refusal } from '../support/workflow-story.ts';
import { useWorld } from '../support/workflow-world.ts';

const world = useWorld();

describe('a command', () => {
  test('sent twenty times at once under one id is one act with one receipt', async () => {
    const aCase = await CaseStory.open(world, 'HIGH');
    const commandId = randomUUID();
    const receipts = await Promise.all(Array.from({ length: 20 }, () => aCase.order('acknowledge', {}, commandId)));
    expect(new Set(receipts.map((receipt) => JSON.stringify(receipt))).size).toBe(1);
    expect(
      figure({ name: 'one command sent 20 times at once', value: world.desk.deeds.length, unit: 'records', bound: '== 1', seed: null }),
    ).toBe(true);
  });

  test('that the state does not allow is refused with a code and a sentence, and leaves nothing behind', async () => {
    const aCase = await CaseStory.open(world, 'HIGH');
    const before = await aCase.file();
    await expect(aCase.order('assessRisk', { documentId: 'risk' })).rejects.toMatchObject({
      cause: { type: 'REFUSED', details: ['NOT_ACKNOWLEDGED'], message: expect.stringContaining('Acknowledge the request first') },
    });
    expect(await aCase.file()).toEqual(before);
    expect(world.desk.deeds).toEqual([]);
  });

  test('that the records refuse changes nothing, and may be given again in another way', async () => {
    const aCase = await CaseStory.open(world, 'HIGH');
    await aCase.untilAssessed();
    const before = await aCase.file();
    const commandId = randomUUID();
    world.desk.refuse(commandId);
    await expect(aCase.order('decideAction', { documentId: 'decision', mode: 'REFERRAL_ONLY' }, commandId)).rejects.toMatchObject(
      refusal('CONSTRAINTS_UNREAD'),
    );
    expect(await aCase.file()).toEqual(before);
    await aCase.order('decideAction', { documentId: 'decision', mode: 'REFERRAL_ONLY' });
    expect((await aCase.file()).mode).toBe('REFERRAL_ONLY');
  });

  test('outlasts a short outage of the records', async () => {
    const aCase = await CaseStory.open(world, 'HIGH');
    world.desk.fail('recordCommand', 3);
    expect((await aCase.order('acknowledge', {})).state).toBe('ACKNOWLEDGED');
    expect(world.desk.calls.get('recordCommand')).toBe(4);
    expect(world.desk.deeds).toHaveLength(1);
  });

  test('fails after two minutes of a long outage, and then for good: it can be given again, under another id', async () => {
    const aCase = await CaseStory.open(world, 'HIGH');
    world.desk.fail('recordCommand', Number.POSITIVE_INFINITY);
    const commandId = randomUUID();
    const ordered = aCase.order('acknowledge', {}, commandId);
    const failed = expect(ordered).rejects.toMatchObject({ name: 'WorkflowUpdateFailedError' });
    await world.inHand('recordCommand');
    await world.pass('PT3M');
    await failed;
    expect((await aCase.file()).at.acknowledged).toBeNull();
    world.desk.fail('recordCommand', 0);
    await expect(aCase.order('acknowledge', {}, commandId, randomUUID())).rejects.toMatchObject({ name: 'WorkflowUpdateFailedError' });
    expect((await aCase.order('acknowledge', {})).state).toBe('ACKNOWLEDGED');
    expect(world.desk.deeds).toHaveLength(1);
  });

  test('waits for its turn: the records see commands in the order in which they were accepted, and so does every later run', async () => {
    const aCase = await CaseStory.open(world, 'HIGH');
    await aCase.order('acknowledge', {});
    const ids = Array.from({ length: 9 }, () => randomUUID());
    const go = world.desk.hold('recordCommand');
    const ordered = ids.map((commandId) => aCase.order('recordConsent', { consentId: commandId, documentId: commandId }, commandId));
    await world.settle();
    expect(world.desk.calls.get('recordCommand')).toBe(2);
    go();
    await Promise.all(ordered);
    const { recent, consents } = await aCase.file();
    expect(consents).toBe(9);
    expect(world.desk.deeds.map(({ commandId }) => commandId)).toEqual(recent.map(({ commandId }) => commandId));
  });
});

describe('the story', () => {
  test('goes on after hours without records, and asks each question once', async () => {
    const aCase = await CaseStory.open(world, 'HIGH');
    await aCase.untilAssessed();
    world.desk.fail('putQuestion', 60);
    await aCase.order('askReview', {});
    await world.pass('PT3H');
    await aCase.answerReview('SAME');
    expect(aCase.questions('REVIEW')).toHaveLength(1);
    expect(world.desk.reviews).toMatchObject([{ number: 1, answer: 'SAME' }]);
  });

  test('rings once although the bell was recorded and its answer lost', async () => {
    const aCase = await CaseStory.open(world, 'HIGH');
    world.desk.fail('ring', 5);
    await world.pass('PT7H');
    expect(world.desk.bellsOf(aCase.id)).toHaveLength(1);
  });
});
