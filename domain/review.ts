// Asking again and again whether the person is safe: when the next time is, and what an answer sets in motion. Instants in epoch ms.
// Source: product stage 9, vocabulary 6 (review intervals).
import type { Policy } from './policy.ts';
import type { Band, ReviewAnswer } from './vocabulary.ts';

type Reviewed = { readonly answer: ReviewAnswer; readonly at: number };

/** What is read of a case. `nextReviewAt`: since when a review is wanted at once, because of an event or because a coordinator asked. */
export type ReviewedCase = {
  readonly band: Band;
  readonly openedAt: number;
  readonly at: { readonly assessed: number | null; readonly closed: number | null };
  readonly reviews: readonly Reviewed[];
  readonly nextReviewAt: number | null;
};

export type ReviewVerdict = {
  /** things got worse: the risk is assessed again at once */
  readonly toTriage: boolean;
  /** nobody could reach the person, again */
  readonly escalate: boolean;
  readonly mayProposeClosing: boolean;
  /** nobody answered this time */
  readonly silent: boolean;
  /** another kind of danger: for a person to look at */
  readonly changed: boolean;
};

/** When the person is asked next: an interval of the band after the last answer or assessment, sooner when something has happened. */
export const nextReviewAt = (file: ReviewedCase, policy: Pick<Policy, 'reviews'>): number => {
  const last = Math.max(file.at.assessed ?? file.openedAt, file.reviews.at(-1)?.at ?? file.openedAt);
  const regular = last + policy.reviews.every[file.band];
  return file.nextReviewAt === null ? regular : Math.min(regular, file.nextReviewAt + policy.reviews.afterEvent);
};

/** When a closed case is looked at again; null when the last check has been made, or the case is not closed. */
export const aftercareDueAt = (file: ReviewedCase, policy: Pick<Policy, 'reviews'>): number | null => {
  const { closed } = file.at;
  if (closed === null) return null;
  const made = file.reviews.filter((review) => review.at > closed).length;
  const after = policy.reviews.afterClosing[made];
  return after === undefined ? null : closed + after;
};

const CALM: ReadonlySet<ReviewAnswer> = new Set(['BETTER', 'SAME']);

/** Are the last ones, as many as the policy says, all of this kind? */
const endsWith = (reviews: readonly Reviewed[], count: number, is: (answer: ReviewAnswer) => boolean): boolean =>
  reviews.length >= count && reviews.slice(-count).every((review) => is(review.answer));

/** What the latest of these answers, oldest first, sets in motion. Silence is an answer of its own here: CANNOT_REACH. */
export const afterReview = (reviews: readonly Reviewed[], policy: Pick<Policy, 'reviews'>): ReviewVerdict => ({
  toTriage: reviews.at(-1)?.answer === 'WORSE',
  silent: reviews.at(-1)?.answer === 'CANNOT_REACH',
  changed: reviews.at(-1)?.answer === 'CHANGED',
  escalate: endsWith(reviews, policy.reviews.silencesToEscalate, (answer) => answer === 'CANNOT_REACH'),
  mayProposeClosing: endsWith(reviews, policy.reviews.calmToProposeClosing, (answer) => CALM.has(answer)),
});
