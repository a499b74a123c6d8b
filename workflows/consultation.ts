import { CancellationScope, isCancellation, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Alarm, Answers, ConsultationPlan } from '../activities/contract.ts';
import { extendedClose } from '../domain/deadline.ts';
import { consultationRule } from '../domain/policy.ts';
import { judge, type Verdict, type Voice } from '../domain/quorum.ts';
import type { AgResult } from '../domain/vocabulary.ts';
import { askUntilClosed, awaitAnswers, type Nudge } from './asking.ts';
import { answeredSignal, consentWithdrawnSignal, endSignal } from './messages.ts';
import { desk } from './proxies.ts';
import { tellCase } from './tell.ts';

type Ids = { readonly caseId: string; readonly consultationId: string };
type Outcome = Omit<Verdict, 'result'> & { readonly result: AgResult };
type Heard = { readonly nudge: Nudge; ended: boolean };

/** The Advisory Group is asked: until no further answer can change the result, or the window and its one extension are over. */
export async function consultationWorkflow(ids: Ids): Promise<void> {
  const heard: Heard = { nudge: { count: 0 }, ended: false };
  const wake = (): void => {
    heard.nudge.count += 1;
  };
  setHandler(answeredSignal, wake);
  for (const signal of [endSignal, consentWithdrawnSignal]) {
    setHandler(signal, () => {
      heard.ended = true;
      wake();
    });
  }
  try {
    await consult(ids, heard);
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => close(ids.consultationId));
    throw error;
  }
}

async function consult(ids: Ids, heard: Heard): Promise<void> {
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
  if (put.refused !== null) return conclude(ids, { ...judge(rule, [], []), result: 'LAPSED' });

  const roll: readonly Voice[] = put.roll;
  const weigh = (answers: Answers): Verdict => judge(rule, roll, answers.each);
  const decided = (answers: Answers): boolean => heard.ended || weigh(answers).final;

  const asked = (closesAt: number) => ({
    questionId: consultationId,
    openedAt: plan.openedAt,
    closesAt,
    reminders: plan.policy.reminders,
    each: true,
  });
  const first = await awaitAnswers(asked(plan.closesAt), decided, heard.nudge);
  const closesAt = !heard.ended && lacksVoices(weigh(first)) ? await extend(ids, plan) : plan.closesAt;
  const verdict = weigh(await askUntilClosed(asked(closesAt), decided, heard.nudge));
  // what was ended, or lost its consent, has decided nothing, whatever had been answered until then
  await conclude(ids, heard.ended ? { ...verdict, result: 'LAPSED' } : verdict);
}

const lacksVoices = (verdict: Verdict): boolean => verdict.result === 'NO_QUORUM' || verdict.result === 'BALANCE_NOT_MET';

/** Once, by the policy's share of the window. Source: product, stage 6 (failing quorum: extend once, then escalate). */
async function extend({ consultationId }: { consultationId: string }, plan: ConsultationPlan): Promise<number> {
  const closesAt = extendedClose(plan.policy, 'CONSULT', plan.band, plan.closesAt, 0);
  if (closesAt === null) return plan.closesAt;
  await desk.extendQuestion({ questionId: consultationId, closesAt, at: Date.now() });
  return closesAt;
}

/** What a coordinator is told of each result. Whoever ended the consultation needs no bell. */
const BELLS: { readonly [R in AgResult]?: Alarm } = {
  APPROVED: 'APPROVED',
  APPROVED_AS_AMENDED: 'APPROVED',
  NOT_APPROVED: 'NOT_APPROVED',
  NO_QUORUM: 'NO_QUORUM',
  BALANCE_NOT_MET: 'NO_QUORUM',
};

async function conclude({ caseId, consultationId }: Ids, verdict: Outcome): Promise<void> {
  const { result, conditions, tally } = verdict;
  const at = Date.now();
  await desk.recordAdvice({ caseId, consultationId, result, conditions, tally, at });
  const duty = BELLS[result];
  if (duty !== undefined) {
    await desk.ring({
      caseId,
      duty,
      key: `${duty}:${consultationId}`,
      began: null,
      moment: 'DUE',
      subjectId: consultationId,
      dueAt: at,
      at,
    });
  }
  await tellCase(caseId, { kind: 'consultation', id: consultationId, outcome: result });
}

const close = (questionId: string): Promise<unknown> =>
  desk.closeQuestion({ questionId, ifFingerprint: null, each: false, at: Date.now() });
