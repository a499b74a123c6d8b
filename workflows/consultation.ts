import { CancellationScope, isCancellation, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Answers, ConsultationPlan } from '../activities/contract.ts';
import { extendedClose } from '../domain/deadline.ts';
import { consultationRule } from '../domain/policy.ts';
import { judge, type Verdict, type Voice } from '../domain/quorum.ts';
import { askUntilClosed, awaitAnswers, type Nudge } from './asking.ts';
import { answeredSignal } from './messages.ts';
import { desk } from './proxies.ts';
import { tellCase } from './tell.ts';

/** The Advisory Group is asked: until no further answer can change the result, or the window and its one extension are over. */
export async function consultationWorkflow(ids: { caseId: string; consultationId: string }): Promise<void> {
  const nudge: Nudge = { count: 0 };
  setHandler(answeredSignal, () => {
    nudge.count += 1;
  });
  try {
    await consult(ids, nudge);
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => close(ids.consultationId));
    throw error;
  }
}

async function consult(ids: { caseId: string; consultationId: string }, nudge: Nudge): Promise<void> {
  const { caseId, consultationId } = ids;
  const plan = await desk.startConsultation(ids);
  const rule = consultationRule(plan.policy, plan.mode);
  const put = await desk.putQuestion({
    caseId,
    questionId: consultationId,
    kind: 'ADVICE',
    subjectId: consultationId,
    workflowId: workflowInfo().workflowId,
    audience: { who: 'ADVISORS' },
    openedAt: plan.openedAt,
    closesAt: plan.closesAt,
  });
  // consent may have been withdrawn since the command: then nobody was shown anything, and nothing is approved
  if (put.refused !== null) return conclude(ids, judge(rule, [], []));

  const roll: readonly Voice[] = put.roll;
  const weigh = (answers: Answers): Verdict =>
    judge(
      rule,
      roll,
      answers.each.map(({ id, choice }) => ({ id, choice }) as never),
    );
  const decided = (answers: Answers): boolean => weigh(answers).final;

  const asked = (closesAt: number) => ({
    questionId: consultationId,
    openedAt: plan.openedAt,
    closesAt,
    reminders: plan.policy.reminders,
    each: true,
  });
  const first = await awaitAnswers(asked(plan.closesAt), decided, nudge);
  const closesAt = lacksVoices(weigh(first)) ? await extend(ids, plan) : plan.closesAt;
  const verdict = weigh(await askUntilClosed(asked(closesAt), decided, nudge));
  if (lacksVoices(verdict)) await ring(ids);
  await conclude(ids, verdict);
}

const lacksVoices = (verdict: Verdict): boolean => verdict.result === 'NO_QUORUM' || verdict.result === 'BALANCE_NOT_MET';

/** Once, by the policy's share of the window. Source: product, stage 6 (failing quorum: extend once, then escalate). */
async function extend({ consultationId }: { consultationId: string }, plan: ConsultationPlan): Promise<number> {
  const closesAt = extendedClose(plan.policy, 'CONSULT', plan.band, plan.closesAt, 0);
  if (closesAt === null) return plan.closesAt;
  await desk.extendQuestion({ questionId: consultationId, closesAt, at: Date.now() });
  return closesAt;
}

async function ring({ caseId, consultationId }: { caseId: string; consultationId: string }): Promise<void> {
  const at = Date.now();
  const key = `NO_QUORUM:${consultationId}`;
  await desk.ring({ caseId, duty: 'NO_QUORUM', key, began: null, moment: 'DUE', subjectId: consultationId, dueAt: at, at });
}

async function conclude({ caseId, consultationId }: { caseId: string; consultationId: string }, verdict: Verdict): Promise<void> {
  const { result, conditions, tally } = verdict;
  await desk.recordAdvice({ caseId, consultationId, result, conditions, tally, at: Date.now() });
  await tellCase(caseId, { kind: 'consultation', id: consultationId, outcome: result });
}

const close = (questionId: string): Promise<unknown> =>
  desk.closeQuestion({ questionId, ifFingerprint: null, each: false, at: Date.now() });
