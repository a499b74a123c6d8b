import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CaseStory, refusal } from '../support/workflow-story.ts';
import { useWorld } from '../support/workflow-world.ts';

const HOUR = 3_600_000;
/** What a whole server does in real time, on a busy machine. */
const SOON = { timeout: 10_000 };

describe('a part of a case that ends before its time', () => {
  const world = useWorld();

  const consulting = async () => {
    const aCase = await CaseStory.open(world, 'HIGH');
    await aCase.untilDecided('NETWORK_VOICE');
    const advice = await aCase.consult();
    for (const advisor of [0, 1, 2]) await aCase.answer(advice, advisor, 'APPROVE');
    return { aCase, advice };
  };

  const expectLapsed = async (aCase: CaseStory, advice: { closedAt: number | null; subjectId: string }) => {
    expect(advice.closedAt).not.toBeNull();
    expect(world.desk.advice).toMatchObject([{ result: 'LAPSED' }]);
    expect((await aCase.file()).consultations).toEqual([{ id: advice.subjectId, open: false, outcome: 'LAPSED' }]);
    expect(world.desk.bellsOf(aCase.id)).toEqual([]);
    expect(await world.isRunning(aCase.child('consultation', advice.subjectId))).toBe(false);
  };

  test('a consultation that the coordinator ends decides nothing and rings for nobody; another may be opened', async () => {
    const { aCase, advice } = await consulting();
    await aCase.order('endConsultation', { consultationId: advice.subjectId, documentId: 'reason' });
    await world.settle();
    await expectLapsed(aCase, advice);
    await expect(aCase.draft()).rejects.toMatchObject(refusal('NOT_ADVISED'));
    const second = await aCase.consult();
    expect(second.questionId).not.toBe(advice.questionId);
    for (const advisor of [0, 1, 2, 3]) await aCase.answer(second, advisor, 'APPROVE');
    expect(await aCase.file()).toMatchObject({ advice: 'APPROVED', consultations: [{ outcome: 'LAPSED' }, { outcome: 'APPROVED' }] });
  });

  test('a consultation whose consent is withdrawn decides nothing either; it may be opened again when there is consent again', async () => {
    const { aCase, advice } = await consulting();
    await aCase.withdraw();
    expect(await aCase.answer(advice, 3, 'APPROVE')).toBe(false);
    await expectLapsed(aCase, advice);
    const opening = () => aCase.order('openConsultation', { consultationId: randomUUID(), documentId: 'brief' });
    await expect(opening()).rejects.toMatchObject(refusal('NO_CONSENT'));
    await aCase.order('recordConsent', { consentId: randomUUID(), documentId: 'consent-2' });
    await aCase.consult();
    expect(aCase.questions('ADVICE')).toHaveLength(2);
  });

  test('a consent of several that is withdrawn stops what rested on it and nothing else, and counts once however often it is heard', async () => {
    const aCase = await CaseStory.open(world, 'HIGH');
    await aCase.untilDecided('NAMED_ENDORSEMENTS');
    await aCase.order('recordConsent', { consentId: randomUUID(), documentId: 'consent-2' });
    const stopped = await aCase.draft();
    const kept = await aCase.draft();
    const referralId = await aCase.refer('first');
    const consentId = randomUUID();
    for (const _heard of ['once', 'again']) await aCase.withdrawOne(consentId, stopped.id);
    expect(await aCase.file()).toMatchObject({
      consents: 1,
      withdrawn: [consentId],
      letters: [
        { id: stopped.id, open: false, outcome: 'HALTED' },
        { id: kept.id, open: true },
      ],
      referrals: [{ id: referralId, open: true }],
    });
    expect((await kept.file()).state).toBe('DRAFT');
    expect(world.desk.bellsOf(aCase.id, 'CONSENT_WITHDRAWN')).toHaveLength(1);
    await aCase.answer(await aCase.question('REFERRAL'), 0, 'ACCEPT');
    await aCase.turnPage();
    await aCase.withdrawOne(consentId, stopped.id);
    expect((await aCase.file()).consents).toBe(1);
  });

  const helped = async () => {
    const aCase = await CaseStory.open(world, 'HIGH');
    await aCase.untilAssessed();
    const referralId = await aCase.refer('first', 'second');
    await aCase.answer(await aCase.question('REFERRAL'), 0, 'DELIVERED');
    return { aCase, referralId, asked: await aCase.question('HELP_CONFIRMATION') };
  };

  const expectEndedByHand = async (aCase: CaseStory, referralId: string) => {
    expect((await aCase.file()).referrals).toEqual([{ id: referralId, open: true, outcome: null }]);
    await aCase.order('endReferral', { referralId, documentId: 'reason' });
    await world.settle();
    expect((await aCase.file()).referrals).toEqual([{ id: referralId, open: false, outcome: 'ENDED_WITH_REASON' }]);
    expect(aCase.questions('REFERRAL')).toHaveLength(1);
    expect(world.desk.bellsOf(aCase.id, 'REFERRAL_EXHAUSTED')).toEqual([]);
  };

  test('help that arrived in part rings and waits for the coordinator: no other partner is asked for the whole', async () => {
    const { aCase, referralId, asked } = await helped();
    await aCase.answer(asked, 0, 'PARTLY');
    await world.pass('P10D');
    expect(world.desk.bellsOf(aCase.id, 'HELP_NOT_ARRIVED')).toHaveLength(1);
    expect(aCase.questions('HELP_CONFIRMATION')).toHaveLength(1);
    await expectEndedByHand(aCase, referralId);
  });

  test('help of which nobody hears is asked about three times, rung for each time, and then waits for the coordinator', async () => {
    const { aCase, referralId } = await helped();
    await world.pass('P30D');
    expect(aCase.questions('HELP_CONFIRMATION')).toHaveLength(3);
    expect(world.desk.bellsOf(aCase.id, 'HELP_UNCONFIRMED')).toHaveLength(3);
    await expectEndedByHand(aCase, referralId);
  });

  test('a sign-on with too few signatures is prolonged once: who signs then still counts, and enough is enough', async () => {
    const aCase = await CaseStory.open(world, 'HIGH');
    await aCase.untilDecided('NAMED_ENDORSEMENTS');
    const letter = await aCase.draft();
    const signOn = await letter.openSignOn();
    for (const member of [0, 1, 2, 3]) await aCase.answer(signOn, member, 'SIGN_PUBLIC');
    await world.passUntil(signOn.openedAt + 50 * HOUR);
    expect(await letter.file()).toMatchObject({ state: 'OPEN_FOR_SIGN_ON', extended: 1 });
    expect(await aCase.answer(signOn, 4, 'SIGN_COUNT_ONLY')).toBe(true);
    await world.passUntil(signOn.openedAt + 73 * HOUR);
    expect(await letter.file()).toMatchObject({ state: 'CLOSED', signatures: 5 });
    expect(world.desk.bellsOf(aCase.id).map(({ duty }) => duty)).toEqual(['READY_TO_FREEZE', 'READY_TO_PUBLISH']);
  });
});

// a cancelled review is signalled: see cancellation.test.ts for why this needs a whole server
describe('a review that is open when its case ends', () => {
  const world = useWorld('REAL');

  const asked = async () => {
    const aCase = await CaseStory.open(world, 'HIGH');
    await aCase.untilDecided('CONFIDENTIAL_ADVOCACY');
    await aCase.order('askReview', {});
    await aCase.answerReview('SAME');
    await aCase.order('askReview', {});
    await expect.poll(() => aCase.questions('REVIEW').length, SOON).toBe(2);
    return { aCase, review: await aCase.question('REVIEW') };
  };

  test.each(['closeCase', 'cancelCase'] as const)(
    'and was answered WORSE a moment before %s is recorded, told and rung for',
    async (ends) => {
      const { aCase, review } = await asked();
      await aCase.answer(review, 0, 'WORSE', false);
      const { at } = await aCase.order(ends, { documentId: 'reason' });
      await expect.poll(() => world.desk.bellsOf(aCase.id, 'WORSE').length, SOON).toBe(1);
      expect(world.desk.reviews).toMatchObject([
        { number: 1, answer: 'SAME' },
        { number: 2, answer: 'WORSE' },
      ]);
      if (ends === 'cancelCase') return;
      const { reviews, openReview } = await aCase.file();
      expect(openReview).toBeNull();
      // it was no check after the closing: all of those are still to come
      expect(reviews.at(-1)).toMatchObject({ number: 2, answer: 'WORSE' });
      expect(reviews.at(-1)?.at).toBeLessThanOrEqual(at);
    },
  );

  test('and was not answered ends unanswered: it is no silence, and a case that is reopened at once is asked anew', async () => {
    const { aCase, review } = await asked();
    const go = world.desk.hold('closeQuestion');
    await aCase.order('closeCase', { documentId: 'closing' });
    await world.settle();
    await aCase.order('reopenCase', { documentId: 'again' });
    go();
    await expect.poll(async () => (await aCase.file()).openReview, SOON).toBeNull();
    expect(review.closedAt).not.toBeNull();
    expect(world.desk.reviews).toMatchObject([{ number: 1, answer: 'SAME' }]);
    await aCase.order('assessRisk', { documentId: 'risk-2' });
    await aCase.order('askReview', {});
    await expect.poll(() => aCase.questions('REVIEW').length, SOON).toBe(3);
    await aCase.answerReview('BETTER');
    await expect.poll(async () => (await aCase.file()).reviews.map(({ answer }) => answer), SOON).toEqual(['SAME', 'BETTER']);
  });
});
