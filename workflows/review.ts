import { CancellationScope, isCancellation, setHandler, workflowInfo } from '@temporalio/workflow';
import { windowMs } from '../domain/policy.ts';
import type { ReviewAnswer } from '../domain/vocabulary.ts';
import { askUntilClosed, type Nudge } from './asking.ts';
import { answeredSignal } from './messages.ts';
import { desk } from './proxies.ts';
import { tellCase } from './tell.ts';

type Ids = { readonly caseId: string; readonly reviewId: string; readonly number: number };

/** One review: the person, or whom they trust, is asked how things are. Silence is an answer of its own: CANNOT_REACH. */
export async function reviewWorkflow(ids: Ids): Promise<void> {
  const nudge: Nudge = { count: 0 };
  setHandler(answeredSignal, () => {
    nudge.count += 1;
  });
  const { caseId, reviewId } = ids;
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
      audience: { who: 'DEFENDERS_OR_TRUSTED' },
      openedAt,
      closesAt,
    });
    const window = { questionId: reviewId, openedAt, closesAt, reminders: policy.reminders, each: false };
    const counts =
      put.refused === null ? (await askUntilClosed(window, (a) => a.silent === 0 || (a.counts['WORSE'] ?? 0) > 0, nudge)).counts : {};
    await tell(ids, gravest(counts));
  } catch (error) {
    if (isCancellation(error)) {
      // the case has ended; a word that had already come in is heard all the same, and a silence cut short is no answer
      await CancellationScope.nonCancellable(async () => {
        const { counts } = await desk.closeQuestion({ questionId: reviewId, ifFingerprint: null, each: false, at: Date.now() });
        if (gravest(counts) === 'CANNOT_REACH') await tellCase(caseId, { kind: 'review', number: ids.number, answer: null });
        else await tell(ids, gravest(counts));
      });
    }
    throw error;
  }
}

const tell = async ({ caseId, reviewId, number }: Ids, answer: ReviewAnswer): Promise<void> => {
  await desk.recordReview({ caseId, reviewId, number, answer, at: Date.now() });
  await tellCase(caseId, { kind: 'review', number, answer });
};

/** When the person and their trusted contact say different things, the worse word counts. Source: product, rule 3 (do no harm). */
const GRAVITY: readonly ReviewAnswer[] = ['WORSE', 'CHANGED', 'SAME', 'BETTER'];

const gravest = (counts: Readonly<Record<string, number>>): ReviewAnswer =>
  GRAVITY.find((answer) => (counts[answer] ?? 0) > 0) ?? 'CANNOT_REACH';
