import { describe, expect, test } from 'vitest';
import { CaseStory } from '../support/workflow-story.ts';
import { useWorld } from '../support/workflow-world.ts';

const world = useWorld();

describe('a command whose answer does not come back within its two minutes', () => {
  test('succeeds when the records say that it was written down, in a case', async () => {
    const aCase = await CaseStory.open(world, 'HIGH');
    world.desk.loseAnswersOf('recordCommand');
    const ordered = aCase.order('acknowledge', {});
    await world.inHand('recordCommand');
    await world.pass('PT3M');
    expect((await ordered).state).toBe('ACKNOWLEDGED');
    expect((await aCase.file()).at.acknowledged).not.toBeNull();
    expect(world.desk.calls.get('recordCommand')).toBeGreaterThan(1);
    expect(world.desk.calls.get('settleDeed')).toBe(1);
    expect(world.desk.deeds).toHaveLength(1);
  });

  test('succeeds with all that it brought about, in a letter: the approval is asked once', async () => {
    const aCase = await CaseStory.open(world, 'HIGH');
    await aCase.untilDecided('NAMED_ENDORSEMENTS');
    const letter = await aCase.draft();
    world.desk.loseAnswersOf('recordLetterCommand');
    const ordered = letter.order('askApproval', { expectedVersion: 1 });
    await world.inHand('recordLetterCommand');
    await world.pass('PT3M');
    expect((await ordered).state).toBe('AWAITING_APPROVAL');
    await aCase.answer(await aCase.question('LETTER_APPROVAL'), 0, 'APPROVE');
    expect((await letter.file()).state).toBe('APPROVED');
    expect(aCase.questions('LETTER_APPROVAL')).toHaveLength(1);
  });

  test('waits for the records to say which, however long they are down', async () => {
    const aCase = await CaseStory.open(world, 'HIGH');
    world.desk.loseAnswersOf('recordCommand');
    world.desk.fail('settleDeed', 30);
    const ordered = aCase.order('acknowledge', {});
    await world.inHand('recordCommand');
    await world.pass('PT10M');
    expect((await aCase.file()).at.acknowledged).toBeNull();
    await world.pass('PT1H');
    expect((await ordered).state).toBe('ACKNOWLEDGED');
    expect(world.desk.deeds).toHaveLength(1);
  });
});
