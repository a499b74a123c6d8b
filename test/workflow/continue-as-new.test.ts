import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CaseStory, refusal } from '../support/workflow-story.ts';
import { useWorld } from '../support/workflow-world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const world = useWorld();

const runsOf = async (aCase: CaseStory): Promise<number> => (await aCase.file()).runs;

const acting = async () => {
  const aCase = await CaseStory.open(world, 'HIGH');
  await aCase.untilDecided('NAMED_ENDORSEMENTS');
  return aCase;
};

describe('a new run begins', () => {
  test('in the middle of a sign-on: nobody is asked or reminded twice, and every signature counts', async () => {
    const aCase = await acting();
    const before = await runsOf(aCase);
    const letter = await aCase.draft();
    const signOn = await letter.openSignOn();
    await aCase.answer(signOn, 0, 'SIGN_PUBLIC');
    await world.passUntil(signOn.openedAt + 25 * HOUR);
    for (const turned of [1, 2]) {
      await letter.turnPage();
      await aCase.turnPage();
      await world.pass('PT2M');
      expect(await letter.file()).toMatchObject({ state: 'OPEN_FOR_SIGN_ON', runs: turned });
      expect(await runsOf(aCase)).toBe(before + turned);
    }
    expect(signOn.closedAt).toBeNull();
    for (const member of [1, 2, 3, 4]) await aCase.answer(signOn, member, 'SIGN_PUBLIC');
    await world.passUntil(signOn.closesAt + 60_000);
    expect(await letter.file()).toMatchObject({ state: 'CLOSED', signatures: 5 });
    expect(aCase.questions('SIGN_ON')).toHaveLength(1);
    const reminded = world.desk.asking.reminders.map(({ invitation, share }) => `${invitation} at ${share}`);
    expect(reminded).toHaveLength(7 + 3);
    expect(world.desk.calls.get('remindSilent')).toBe(2);
    await letter.order('publishLetter', { slug: 'letter-1' });
    await world.settle();
    expect((await aCase.file()).letters).toMatchObject([{ open: false, outcome: 'PUBLISHED' }]);
  });

  test('while a letter waits for its approval: the same question is asked, once', async () => {
    const aCase = await acting();
    const letter = await aCase.draft();
    await letter.order('askApproval', { expectedVersion: 1 });
    const asked = await aCase.question('LETTER_APPROVAL');
    await letter.turnPage();
    await world.settle();
    await aCase.answer(asked, 0, 'APPROVE');
    expect(await letter.file()).toMatchObject({ state: 'APPROVED', runs: 1 });
    expect(aCase.questions('LETTER_APPROVAL')).toHaveLength(1);
  });

  test('in the middle of a referral and of a review: the case hears both in its next run', async () => {
    const aCase = await acting();
    const before = await runsOf(aCase);
    await aCase.refer('first');
    const referral = await aCase.question('REFERRAL');
    await aCase.order('askReview', {});
    const review = await aCase.question('REVIEW');
    await aCase.turnPage();
    await world.settle();
    expect(await runsOf(aCase)).toBe(before + 1);

    await aCase.answer(review, 0, 'SAME');
    await aCase.answer(referral, 0, 'DELIVERED');
    await aCase.answer(await aCase.question('HELP_CONFIRMATION'), 0, 'ARRIVED');
    expect(await aCase.file()).toMatchObject({
      openReview: null,
      reviews: [{ number: 1, answer: 'SAME' }],
      referrals: [{ open: false, outcome: 'CONFIRMED_BY_DEFENDER' }],
      // no letter and no referral is open any more: a chapter ended, which is a boundary too
      runs: before + 2,
    });
    for (const kind of ['REVIEW', 'REFERRAL', 'HELP_CONFIRMATION'] as const) expect(aCase.questions(kind)).toHaveLength(1);
    await world.pass('PT73H');
    expect(aCase.questions('REVIEW')).toHaveLength(2);
  });

  test('between a "worse" and what follows from it: the bell and the clock of the new assessment are not lost', async () => {
    const aCase = await acting();
    await aCase.order('askReview', {});
    const review = await aCase.question('REVIEW');
    const go = world.desk.hold('ring');
    await aCase.answer(review, 0, 'WORSE');
    await aCase.turnPage();
    await world.settle();
    go();
    await world.pass('PT4H');
    expect(world.desk.bellsOf(aCase.id, 'WORSE')).toHaveLength(1);
    expect(world.desk.bellsOf(aCase.id, 'REASSESS').map(({ moment }) => moment)).toEqual(['REMIND']);
  });

  test('during a check after closing: the check stays open and counts, and the next ones keep their dates', async () => {
    const aCase = await acting();
    await aCase.refer('first');
    await aCase.answer(await aCase.question('REFERRAL'), 0, 'REJECT');
    await aCase.order('askReview', {});
    await aCase.answerReview('BETTER');
    const { at: closedAt } = await aCase.order('closeCase', { documentId: 'closing' });
    await world.passUntil(closedAt + 7 * DAY + HOUR);
    const check = await aCase.question('REVIEW');
    await aCase.turnPage();
    await world.settle();
    expect(check.closedAt).toBeNull();
    await aCase.answer(check, 0, 'SAME');
    expect((await aCase.file()).reviews).toHaveLength(2);
    await world.passUntil(closedAt + 30 * DAY - HOUR);
    expect(aCase.questions('REVIEW')).toHaveLength(2);
    await world.pass('PT2H');
    expect(aCase.questions('REVIEW')).toHaveLength(3);
    expect(world.desk.row(aCase.id).settled).toBe(1);
  });

  test('after sixty quiet days, so that every running case meets new code', async () => {
    const aCase = await CaseStory.open(world, 'LOW');
    await world.pass('P59D');
    expect(await runsOf(aCase)).toBe(0);
    await world.pass('P2D');
    expect(await runsOf(aCase)).toBe(1);
    await world.pass('P61D');
    expect(await runsOf(aCase)).toBe(2);
    expect(world.desk.bellsOf(aCase.id)).toHaveLength(5);
  });

  test('and a command repeated under its id after the boundary gets the receipt of the first time', async () => {
    const aCase = await CaseStory.open(world, 'HIGH');
    const commandId = randomUUID();
    const receipt = await aCase.order('acknowledge', {}, commandId);
    await aCase.turnPage();
    await world.pass('PT1H');
    expect(await runsOf(aCase)).toBe(1);
    expect(await aCase.order('acknowledge', {}, commandId)).toEqual(receipt);
    expect(world.desk.deeds).toHaveLength(1);
    await expect(aCase.order('acknowledge', {})).rejects.toMatchObject(refusal('ALREADY_ACKNOWLEDGED'));
  });

  test('among commands: whatever was accepted is recorded once and carried over, wherever the boundary falls', async () => {
    const aCase = await CaseStory.open(world, 'HIGH');
    await aCase.order('acknowledge', {});
    const rounds = 6;
    for (let round = 1; round <= rounds; round += 1) {
      const ids = Array.from({ length: 4 }, () => randomUUID());
      const order = (commandId: string) => aCase.order('recordConsent', { consentId: commandId, documentId: commandId }, commandId);
      const [a = '', b = '', ...rest] = ids;
      const early = [order(a), order(b)];
      await Promise.all([...early, aCase.turnPage(), ...rest.map(order)]);
      await world.settle();
      expect(await aCase.file()).toMatchObject({ runs: round, consents: 4 * round });
      // the api repeats what it got no answer to
      const receipts = await Promise.all(ids.map(order));
      expect(receipts.map(({ commandId }) => commandId)).toEqual(ids);
    }
    expect(world.desk.deeds).toHaveLength(1 + 4 * rounds);
  });
});
