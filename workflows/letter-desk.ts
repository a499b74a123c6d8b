import type { UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure, CancellationScope, condition, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Alarm, Audience, QuestionKind } from '../activities/contract.ts';
import { LETTER_COMMANDS, type LetterCommandName, type Order, type Receipt } from '../domain/commands.ts';
import { extendedClose } from '../domain/deadline.ts';
import { afterHalt, afterLetterCommand, type LetterFile, letterRefusal } from '../domain/letter.ts';
import type { Policy } from '../domain/policy.ts';
import type { Band } from '../domain/vocabulary.ts';
import type { Nudge } from './asking.ts';
import { answeredSignal, consentWithdrawnSignal, letterFileQuery, letterUpdates, turnPageSignal } from './messages.ts';
import { commands, desk } from './proxies.ts';
import { settled } from './settled.ts';
import { asFailure } from './tell.ts';
import { Turns } from './turns.ts';

const RECENT_KEPT = 50;

type AnyUpdate = UpdateDefinition<Receipt, [Order<LetterCommandName>]>;

/** What a letter's workflow knows and does; the story that uses it stands in letter.ts. */
export class LetterDesk {
  file: LetterFile;
  readonly nudge: Nudge = { count: 0 };
  private policy: Policy | null = null;
  private band: Band = 'HIGH';
  private readonly turns = new Turns();
  private pageAsked = false;

  constructor(carried: LetterFile) {
    this.file = carried;
    for (const name of LETTER_COMMANDS) {
      setHandler(letterUpdates[name] as AnyUpdate, (order) => this.carryOut(order), { validator: (order) => this.refuseNow(order) });
    }
    setHandler(answeredSignal, () => this.wake());
    setHandler(consentWithdrawnSignal, async () => {
      // a handler that is cancelled ends the workflow at once, before the letter could close its questions
      await CancellationScope.nonCancellable(() => this.become(afterHalt(this.file), 'CONSENT_WITHDRAWN'));
    });
    setHandler(turnPageSignal, () => {
      this.pageAsked = true;
      this.wake();
    });
    setHandler(letterFileQuery, () => this.file);
  }

  async takeUp(): Promise<void> {
    const { caseId, letterId } = this.file;
    const { policy, band } = await desk.takeUpLetter({ caseId, letterId });
    this.policy = policy;
    this.band = band;
  }

  rules(): Policy {
    if (this.policy === null) throw ApplicationFailure.nonRetryable('the letter was not taken up', 'NOT_TAKEN_UP');
    return this.policy;
  }

  pageDue(): boolean {
    return this.pageAsked || workflowInfo().continueAsNewSuggested;
  }

  /** Waits for the next thing to happen to the letter. */
  async changed(): Promise<void> {
    const seen = this.nudge.count;
    await condition(() => this.nudge.count > seen);
  }

  /** Puts a question about this letter; false when the person's consent does not cover it at this instant. */
  async put(questionId: string, kind: QuestionKind, audience: Audience, openedAt: number, closesAt: number): Promise<boolean> {
    const { caseId, letterId } = this.file;
    const { workflowId } = workflowInfo();
    const put = await desk.putQuestion({ caseId, questionId, kind, subjectId: letterId, workflowId, audience, openedAt, closesAt });
    return put.refused === null;
  }

  /** Too few have signed when the window ends: it is prolonged as often as the policy allows; false when that is used up. */
  async extendSignOn(): Promise<boolean> {
    const { signOn, extended } = this.file;
    if (signOn === null) return false;
    const closesAt = extendedClose(this.rules(), 'SIGN_ON', this.band, signOn.closesAt, extended);
    if (closesAt === null) return false;
    const at = Date.now();
    await desk.extendQuestion({ questionId: signOn.questionId, closesAt, at });
    await this.become({ ...this.file, signOn: { ...signOn, closesAt }, extended: extended + 1 }, null);
    return true;
  }

  /** Takes up a state that no command brought, shows it in the lists and, where a person should look, raises a task. */
  async become(file: LetterFile, alarm: Alarm | null): Promise<void> {
    if (file === this.file) return;
    this.file = { ...file, seq: this.file.seq + 1 };
    this.wake();
    const { caseId, letterId, version } = file;
    const at = Date.now();
    await desk.projectLetter(this.file, at);
    if (alarm === null) return;
    await desk.ring({
      caseId,
      duty: alarm,
      key: `${alarm}:${letterId}:${version}`,
      began: null,
      moment: 'DUE',
      subjectId: letterId,
      dueAt: at,
      at,
    });
  }

  private wake(): void {
    this.nudge.count += 1;
  }

  private known(order: Order<LetterCommandName>): Receipt | undefined {
    return this.file.recent.find((receipt) => receipt.commandId === order.commandId);
  }

  private refuseNow(order: Order<LetterCommandName>): void {
    const refusal = this.known(order) === undefined ? letterRefusal(this.file, order) : null;
    if (refusal !== null) throw asFailure(refusal);
  }

  private async carryOut(order: Order<LetterCommandName>): Promise<Receipt> {
    return this.turns.take(async () => {
      const known = this.known(order);
      if (known !== undefined) return known;
      this.refuseNow(order);
      const at = Date.now();
      const before = this.file;
      const recorded = await settled(order.commandId, () => commands.recordLetterCommand({ ...order, at }, before));
      if (recorded.refused !== null) throw asFailure(recorded.refused);
      const meanwhile = this.file !== before;
      const after = { ...afterLetterCommand(this.file, order, recorded.effects, at), seq: this.file.seq + 1 };
      const receipt: Receipt = { commandId: order.commandId, state: after.state, at, version: after.version };
      this.file = { ...after, recent: [...after.recent, receipt].slice(-RECENT_KEPT) };
      this.wake();
      if (meanwhile) await desk.projectLetter(this.file, at);
      return receipt;
    });
  }
}
