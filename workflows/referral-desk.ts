import { condition, setHandler, uuid4, workflowInfo } from '@temporalio/workflow';
import type { Alarm, Audience, QuestionKind } from '../activities/contract.ts';
import { type Policy, type Step, windowMs } from '../domain/policy.ts';
import type { Band } from '../domain/vocabulary.ts';
import type { Asked, Nudge } from './asking.ts';
import { answeredSignal, consentWithdrawnSignal, endSignal } from './messages.ts';
import { desk } from './proxies.ts';
import { tellCase } from './tell.ts';

type Ids = { readonly caseId: string; readonly referralId: string };
type Stop = 'REVOKED' | 'ENDED_WITH_REASON';

/** What a referral's workflow knows and does; the story that uses it stands in referral.ts. */
export class ReferralDesk {
  readonly nudge: Nudge = { count: 0 };
  private readonly ids: Ids;
  private stopped: Stop | null = null;
  private rules: { policy: Policy; band: Band } | null = null;
  private rang = 0;

  constructor(ids: Ids) {
    this.ids = ids;
    setHandler(answeredSignal, () => this.wake());
    setHandler(consentWithdrawnSignal, () => this.stop('REVOKED'));
    setHandler(endSignal, () => this.stop('ENDED_WITH_REASON'));
  }

  /** The partners to ask, in order. */
  async takeUp(): Promise<readonly string[]> {
    this.rules = await desk.policyOf(this.ids.caseId);
    return (await desk.startReferral(this.ids)).partnerIds;
  }

  ended(): Stop | null {
    return this.stopped;
  }

  async untilEnded(): Promise<void> {
    await condition(() => this.stopped !== null);
  }

  /** Puts a question for one step's window; null when consent does not cover it at this instant. */
  async put(kind: QuestionKind, audience: Audience, step: Step): Promise<Asked | null> {
    const openedAt = Date.now();
    const asked = this.window(uuid4(), openedAt, openedAt + this.length(step));
    const { questionId, closesAt } = asked;
    const { caseId, referralId: subjectId } = this.ids;
    const { workflowId } = workflowInfo();
    const put = await desk.putQuestion({ caseId, questionId, kind, subjectId, workflowId, audience, openedAt, closesAt });
    return put.refused === null ? asked : null;
  }

  /** The same question goes on for another step's window. */
  async extend(asked: Asked, step: Step): Promise<Asked> {
    const openedAt = Date.now();
    const closesAt = openedAt + this.length(step);
    await desk.extendQuestion({ questionId: asked.questionId, closesAt, at: openedAt });
    return this.window(asked.questionId, openedAt, closesAt);
  }

  /** With a fingerprint, only when nothing was answered since it was read; false otherwise. */
  async close(asked: Asked, ifFingerprint: string | null): Promise<boolean> {
    const { closed } = await desk.closeQuestion({ questionId: asked.questionId, ifFingerprint, each: false, at: Date.now() });
    return closed;
  }

  async record(state: string, partnerId: string | null): Promise<void> {
    await desk.recordReferral({ ...this.ids, state, partnerId, at: Date.now() });
  }

  async ring(alarm: Alarm): Promise<void> {
    const { caseId, referralId } = this.ids;
    const at = Date.now();
    this.rang += 1;
    await desk.ring({
      caseId,
      duty: alarm,
      key: `${alarm}:${referralId}:${this.rang}`,
      began: null,
      moment: 'DUE',
      subjectId: referralId,
      dueAt: at,
      at,
    });
  }

  async end(outcome: string): Promise<void> {
    await this.record(outcome, null);
    await tellCase(this.ids.caseId, { kind: 'referral', id: this.ids.referralId, outcome });
  }

  private window(questionId: string, openedAt: number, closesAt: number): Asked {
    return { questionId, openedAt, closesAt, reminders: this.rules?.policy.reminders ?? [], each: true };
  }

  private length(step: Step): number {
    return this.rules === null ? 0 : windowMs(this.rules.policy, this.rules.band, step);
  }

  private stop(how: Stop): void {
    this.stopped ??= how;
    this.wake();
  }

  private wake(): void {
    this.nudge.count += 1;
  }
}
