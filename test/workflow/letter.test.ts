import { describe, expect, test } from 'vitest';
import { CaseStory, refusal } from '../support/workflow-story.ts';
import { useWorld } from '../support/workflow-world.ts';

const HOUR = 3_600_000;
const world = useWorld();

const drafting = async () => {
  const aCase = await CaseStory.open(world, 'HIGH');
  await aCase.untilDecided('NAMED_ENDORSEMENTS');
  return { aCase, letter: await aCase.draft() };
};

describe('the approval of a letter', () => {
  test('is not given by silence: after its 24 hours the letter is a draft again and the coordinator is rung for', async () => {
    const { aCase, letter } = await drafting();
    await letter.order('askApproval', { expectedVersion: 1 });
    const asked = await aCase.question('LETTER_APPROVAL');
    await world.passUntil(asked.openedAt + 25 * HOUR);
    expect(world.desk.asking.reminders.map(({ share }) => share)).toEqual([0.5, 0.85]);
    expect(await letter.file()).toMatchObject({ state: 'DRAFT', version: 1, approval: null });
    expect(world.desk.bellsOf(aCase.id).map(({ duty }) => duty)).toEqual(['APPROVAL_SILENT']);
    expect(await aCase.answer(asked, 0, 'APPROVE')).toBe(false);
  });

  test('that is refused says so, and one that nobody could be asked for is silent, not refused', async () => {
    const { aCase, letter } = await drafting();
    await letter.order('askApproval', { expectedVersion: 1 });
    await aCase.answer(await aCase.question('LETTER_APPROVAL'), 0, 'REFUSE');
    expect((await letter.file()).state).toBe('DRAFT');
    expect(world.desk.bellsOf(aCase.id).map(({ duty }) => duty)).toEqual(['APPROVAL_REFUSED']);

    world.freshDesk({ defenders: 0 });
    const other = await drafting();
    await other.letter.order('askApproval', { expectedVersion: 1 });
    await world.settle();
    expect(world.desk.bellsOf(other.aCase.id).map(({ duty }) => duty)).toEqual(['APPROVAL_SILENT']);
  });

  test('covers exactly the words that were read: a revision voids it, before the answer and after it', async () => {
    const { aCase, letter } = await drafting();
    await letter.order('askApproval', { expectedVersion: 1 });
    const first = await aCase.question('LETTER_APPROVAL');
    await letter.order('reviseLetter', { documentId: 'text-2', expectedVersion: 1 });
    await world.settle();
    expect(first.closedAt).not.toBeNull();
    expect(await aCase.answer(first, 0, 'APPROVE')).toBe(false);

    await letter.untilApproved();
    expect(await letter.file()).toMatchObject({ state: 'APPROVED', version: 2 });
    await expect(letter.order('freezeLetter', { expectedVersion: 1 })).rejects.toMatchObject(refusal('VERSION_CHANGED'));
    await letter.order('reviseLetter', { documentId: 'text-3', expectedVersion: 2 });
    expect(await letter.file()).toMatchObject({ state: 'DRAFT', version: 3, approval: null });
    await expect(letter.order('freezeLetter', { expectedVersion: 3 })).rejects.toMatchObject(refusal('WRONG_LETTER_STATE'));
    expect(aCase.questions('LETTER_APPROVAL')).toHaveLength(2);
  });
});

describe('the sign-on', () => {
  test('closes at its deadline and counts what was committed, told or not; the public and the counted, not those who declined', async () => {
    const { aCase, letter } = await drafting();
    const signOn = await letter.openSignOn();
    expect(signOn.closesAt - signOn.openedAt).toBe(48 * HOUR);
    for (const [member, choice] of ['SIGN_PUBLIC', 'SIGN_PUBLIC', 'SIGN_PUBLIC', 'SIGN_PUBLIC', 'SIGN_COUNT_ONLY', 'DECLINE'].entries()) {
      await aCase.answer(signOn, member, choice);
    }
    await world.passUntil(signOn.closesAt - 5_000);
    expect((await letter.file()).state).toBe('OPEN_FOR_SIGN_ON');
    expect(await aCase.answer(signOn, 6, 'SIGN_PUBLIC', false)).toBe(true);
    expect(await aCase.answer(signOn, 0, 'WITHDRAWN', false)).toBe(true);
    await world.passUntil(signOn.closesAt);
    await world.pass(1_000);
    expect(await aCase.answer(signOn, 7, 'SIGN_PUBLIC')).toBe(false);
    expect(await letter.file()).toMatchObject({ state: 'CLOSED', signatures: 5 });
    expect((signOn.closedAt ?? 0) - signOn.closesAt).toBeLessThan(1_000);
    // the silent alone were reminded
    expect([...new Set(world.desk.asking.reminders.map(({ invitation }) => invitation))]).toEqual([6, 7]);
    expect(world.desk.bellsOf(aCase.id).map(({ duty }) => duty)).toEqual(['READY_TO_FREEZE', 'READY_TO_PUBLISH']);
  });

  test('is prolonged once when too few have signed, and then says so: such a letter is not published', async () => {
    const { aCase, letter } = await drafting();
    const signOn = await letter.openSignOn();
    for (const member of [0, 1, 2, 3]) await aCase.answer(signOn, member, 'SIGN_PUBLIC');
    await world.passUntil(signOn.openedAt + 49 * HOUR);
    expect((await letter.file()).state).toBe('OPEN_FOR_SIGN_ON');
    expect(signOn.closesAt).toBe(signOn.openedAt + 72 * HOUR);
    await world.passUntil(signOn.openedAt + 73 * HOUR);
    expect(await letter.file()).toMatchObject({ state: 'CLOSED', signatures: 4 });
    expect(world.desk.bellsOf(aCase.id).map(({ duty }) => duty)).toEqual(['READY_TO_FREEZE', 'TOO_FEW_SIGNATURES']);
    await expect(letter.order('publishLetter', { slug: 'letter-1' })).rejects.toMatchObject(refusal('TOO_FEW_SIGNATURES'));
    expect((await letter.file()).state).toBe('CLOSED');
  });

  test('closes early when the coordinator says so; then the letter is published, and the person is asked how things are', async () => {
    const { aCase, letter } = await drafting();
    const signOn = await letter.openSignOn();
    for (const member of [0, 1, 2, 3, 4]) await aCase.answer(signOn, member, 'SIGN_PUBLIC');
    await letter.order('closeSignOn', {});
    await world.pass('PT2M');
    expect(await letter.file()).toMatchObject({ state: 'CLOSED', signatures: 5 });
    await letter.order('publishLetter', { slug: 'letter-1' });
    await world.settle();
    expect(await world.isRunning(letter.workflowId)).toBe(false);
    expect(await aCase.file()).toMatchObject({ letters: [{ open: false, outcome: 'PUBLISHED' }] });
    expect(aCase.questions('REVIEW')).toHaveLength(1);
  });

  test('stops within seconds when consent is withdrawn, and the letter is halted for good', async () => {
    const { aCase, letter } = await drafting();
    const signOn = await letter.openSignOn();
    await aCase.answer(signOn, 0, 'SIGN_PUBLIC');
    await aCase.withdraw();
    expect(await aCase.answer(signOn, 1, 'SIGN_PUBLIC')).toBe(false);
    await world.pass('PT2M');
    expect(await world.isRunning(letter.workflowId)).toBe(false);
    expect(await aCase.file()).toMatchObject({ letters: [{ open: false, outcome: 'HALTED' }] });
    expect(world.desk.bellsOf(aCase.id, 'CONSENT_WITHDRAWN')).toHaveLength(1);
  });

  test('is not opened by a command that was under way when consent was withdrawn', async () => {
    const { aCase, letter } = await drafting();
    await letter.untilApproved();
    await letter.order('freezeLetter', { expectedVersion: 1 });
    const go = world.desk.hold('recordLetterCommand');
    const opening = letter.order('openSignOn', { documentId: 'call' });
    await expect.poll(() => world.desk.calls.get('recordLetterCommand')).toBe(3);
    await aCase.withdraw();
    await world.settle();
    go();
    await opening;
    await world.settle();
    expect(aCase.questions('SIGN_ON')).toEqual([]);
    expect(await aCase.file()).toMatchObject({ letters: [{ outcome: 'HALTED' }] });
  });

  test('looks at a burst of signatures at its own pace: history grows with time, not with members', async () => {
    world.freshDesk({ members: 60 });
    const { aCase, letter } = await drafting();
    const signOn = await letter.openSignOn();
    const looks = world.desk.calls.get('readAnswers') ?? 0;
    const at = await world.now();
    for (let member = 0; member < 60; member += 1) world.desk.asking.answer(signOn.questionId, member, 'SIGN_PUBLIC', at);
    await Promise.all(Array.from({ length: 60 }, () => world.handle(letter.workflowId).signal('answered')));
    await world.pass('PT3M');
    expect((world.desk.calls.get('readAnswers') ?? 0) - looks).toBeLessThanOrEqual(4);
    await letter.order('closeSignOn', {});
    await world.pass('PT2M');
    expect(await letter.file()).toMatchObject({ state: 'CLOSED', signatures: 60 });
    expect(aCase.questions('SIGN_ON')).toHaveLength(1);
  });
});
