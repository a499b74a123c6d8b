import { describe, expect, it } from 'vitest';
import { type Closing, closingRefusal } from '../../domain/closing.ts';
import { aftercareDueAt, afterReview, nextReviewAt, type ReviewedCase } from '../../domain/review.ts';
import type { ReviewAnswer } from '../../domain/vocabulary.ts';
import { defaultPolicy } from '../support/policies.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const OPENED = Date.UTC(2031, 0, 1);

const file = (given: Partial<ReviewedCase>): ReviewedCase => ({
  band: 'HIGH',
  openedAt: OPENED,
  at: { assessed: OPENED + DAY, closed: null },
  reviews: [],
  nextReviewAt: null,
  ...given,
});

describe('the next review', () => {
  it.each([
    ['CRITICAL', DAY],
    ['HIGH', 3 * DAY],
    ['MODERATE', 14 * DAY],
    ['LOW', 60 * DAY],
  ] as const)('of a %s case follows the assessment by %d ms', (band, interval) => {
    expect(nextReviewAt(file({ band }), defaultPolicy)).toBe(OPENED + DAY + interval);
  });

  it('follows the last answer once there is one', () => {
    expect(nextReviewAt(file({ reviews: [{ answer: 'SAME', at: OPENED + 5 * DAY }] }), defaultPolicy)).toBe(OPENED + 8 * DAY);
  });

  it('comes at once when something has happened, and never later because of it', () => {
    expect(nextReviewAt(file({ nextReviewAt: OPENED + 2 * DAY }), defaultPolicy)).toBe(OPENED + 2 * DAY);
    expect(nextReviewAt(file({ nextReviewAt: OPENED + 50 * DAY }), defaultPolicy)).toBe(OPENED + 4 * DAY);
  });
});

describe('after an answer', () => {
  const verdictOn = (...answers: ReviewAnswer[]) =>
    afterReview(
      answers.map((answer, i) => ({ answer, at: i })),
      defaultPolicy,
    );

  it('worse goes back to triage at once', () => {
    expect(verdictOn('BETTER', 'WORSE')).toEqual({
      toTriage: true,
      escalate: false,
      mayProposeClosing: false,
      silent: false,
      changed: false,
    });
    expect(verdictOn('WORSE', 'SAME').toTriage).toBe(false);
  });

  it('being out of reach twice in a row escalates', () => {
    expect(verdictOn('CANNOT_REACH').escalate).toBe(false);
    expect(verdictOn('CANNOT_REACH', 'SAME', 'CANNOT_REACH').escalate).toBe(false);
    expect(verdictOn('SAME', 'CANNOT_REACH', 'CANNOT_REACH').escalate).toBe(true);
  });

  it('silence and another kind of danger are told as such', () => {
    expect(verdictOn('SAME', 'CANNOT_REACH')).toMatchObject({ silent: true, changed: false });
    expect(verdictOn('SAME', 'CHANGED')).toMatchObject({ silent: false, changed: true });
  });

  it('two calm answers in a row allow to propose closing; a change is not calm', () => {
    expect(verdictOn('SAME').mayProposeClosing).toBe(false);
    expect(verdictOn('WORSE', 'SAME', 'BETTER').mayProposeClosing).toBe(true);
    expect(verdictOn('SAME', 'CHANGED').mayProposeClosing).toBe(false);
    expect(verdictOn()).toEqual({ toTriage: false, escalate: false, mayProposeClosing: false, silent: false, changed: false });
  });
});

describe('after closing', () => {
  const closed = OPENED + 100 * DAY;
  const at = { assessed: OPENED + DAY, closed };

  it('the case is looked at after 7, 30 and 90 days, and then no more', () => {
    const made = (...days: number[]) => days.map((n) => ({ answer: 'SAME' as const, at: closed + n * DAY }));
    expect(aftercareDueAt(file({ at, reviews: made(-3) }), defaultPolicy)).toBe(closed + 7 * DAY);
    expect(aftercareDueAt(file({ at, reviews: made(-3, 8) }), defaultPolicy)).toBe(closed + 30 * DAY);
    expect(aftercareDueAt(file({ at, reviews: made(8, 31) }), defaultPolicy)).toBe(closed + 90 * DAY);
    expect(aftercareDueAt(file({ at, reviews: made(8, 31, 91) }), defaultPolicy)).toBeNull();
  });

  it('an open case has no such checks', () => {
    expect(aftercareDueAt(file({}), defaultPolicy)).toBeNull();
  });
});

describe('closing', () => {
  const whole: Closing = {
    outcomes: ['RELEASED'],
    impact: 'MODERATE_POSITIVE',
    contribution: 'PLAUSIBLE',
    remainingRisk: 'MODERATE',
    lessonGiven: true,
    waiverReasonGiven: false,
  };
  const code = (given: Partial<Closing>) => closingRefusal({ ...whole, ...given })?.code ?? null;

  it('needs outcome, impact with contribution, remaining risk, and a lesson or a reasoned waiver', () => {
    expect(code({})).toBeNull();
    expect(code({ lessonGiven: false, waiverReasonGiven: true })).toBeNull();
    expect(code({ outcomes: [] })).toBe('OUTCOME_MISSING');
    expect(code({ impact: null })).toBe('IMPACT_MISSING');
    expect(code({ contribution: null })).toBe('IMPACT_MISSING');
    expect(code({ remainingRisk: null })).toBe('REMAINING_RISK_MISSING');
    expect(code({ lessonGiven: false })).toBe('LESSON_MISSING');
  });
});
