import { CancellationScope, isCancellation, setHandler, workflowInfo } from '@temporalio/workflow';
import { windowMs } from '../domain/policy.ts';
import type { ReviewAnswer } from '../domain/vocabulary.ts';
import { askUntilClosed, type Nudge } from './asking.ts';
import { answeredSignal } from './messages.ts';
import { desk } from './proxies.ts';
import { tellCase } from './tell.ts';

/** One review: the person, or whom they trust, is asked how things are. Silence is an answer of its own: CANNOT_REACH. */
export async function reviewWorkflow(ids: { caseId: string; reviewId: string; number: number }): Promise<void> {
  const nudge: Nudge = { count: 0 };
  setHandler(answeredSignal, () => {
    nudge.count += 1;
  });
  const { caseId, reviewId, number } = ids;
  try {
    const { policy, band } = await desk.policyOf(caseId);
    const openedAt = Date.now();
    const closesAt = openedAt + windowMs(policy, band, 'REVIEW_ANSWER');
    const put = await desk.putQuestion({
      caseId,
      questionId: reviewId,
      kind: 'REVIEW',
      subjectId: reviewId,
      workflowId: workflowInfo().workflowId,
      audience: { who: 'DEFENDER_AND_TRUSTED' },
      openedAt,
      closesAt,
    });
    const window = { questionId: reviewId, openedAt, closesAt, reminders: policy.reminders, each: false };
    const counts = put.refused === null ? (await askUntilClosed(window, (a) => a.silent < a.invited, nudge)).counts : {};
    const answer = gravest(counts);
    await desk.recordReview({ caseId, reviewId, number, answer, at: Date.now() });
    await tellCase(caseId, { kind: 'review', number, answer });
  } catch (error) {
    if (isCancellation(error)) {
      const closing = { questionId: reviewId, ifFingerprint: null, each: false, at: Date.now() };
      await CancellationScope.nonCancellable(() => desk.closeQuestion(closing));
    }
    throw error;
  }
}

/** When the person and their trusted contact say different things, the worse word counts. Source: product, rule 3 (do no harm). */
const GRAVITY: readonly ReviewAnswer[] = ['WORSE', 'CHANGED', 'SAME', 'BETTER'];

const gravest = (counts: Readonly<Record<string, number>>): ReviewAnswer =>
  GRAVITY.find((answer) => (counts[answer] ?? 0) > 0) ?? 'CANNOT_REACH';
