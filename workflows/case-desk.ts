import type { UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure, CancellationScope, condition, setHandler, uuid4, workflowInfo } from '@temporalio/workflow';
import type { Alarm } from '../activities/contract.ts';
import {
  afterCommand,
  afterReport,
  afterWithdrawal,
  type CaseFile,
  chapterOf,
  type Duty,
  dutyBegan,
  fulfilled,
  hasOpenAction,
  heard,
  isClosed,
  refusalOf,
  remember,
  stageOf,
  withReviewPlanned,
  withRung,
} from '../domain/case.ts';
import { CASE_COMMANDS, type CaseCommandName, type Order, type Receipt } from '../domain/commands.ts';
import { type DutyMoment, dutyMoments } from '../domain/deadline.ts';
import type { Policy } from '../domain/policy.ts';
import { aftercareDueAt, afterReview, nextReviewAt, type ReviewVerdict } from '../domain/review.ts';
import { beginFor, startReview, tellChildren } from './case-children.ts';
import { caseFileQuery, caseUpdates, childReportedSignal, consentWithdrawnSignal, turnPageSignal, withdrawnSignal } from './messages.ts';
import { commands, desk } from './proxies.ts';
import { settled } from './settled.ts';
import { asFailure } from './tell.ts';
import { Turns } from './turns.ts';

/** A run is handed over after this long even when nothing asks for it, so that every running case meets new code. */
const LONGEST_PAGE_MS = 60 * 24 * 3_600_000;

/** How long a case that ends waits for the last word of its letters, referrals and review. */
const CHILDREN_END_MS = 60_000;

/** What a case's workflow knows and does: its file, its clocks, its children. The story that uses it stands in case.ts. */
export class CaseDesk {
  private file: CaseFile;
  private policy: Policy | null = null;
  private readonly turns = new Turns();
  private readonly chapter: string;
  private readonly began = Date.now();
  private pageAsked = false;

  /** Every handler is registered before the first await: messages may be waiting already. */
  constructor(carried: CaseFile) {
    this.file = carried;
    this.chapter = chapterOf(carried);
    for (const name of CASE_COMMANDS) {
      setHandler(caseUpdates[name] as AnyUpdate, (order) => this.carryOut(order), { validator: (order) => this.refuseNow(order) });
    }
    setHandler(childReportedSignal, async (report) => {
      this.take(afterReport(this.file, report, Date.now()));
      // a handler that is cancelled ends the workflow at once, before the case could settle what is still open
      await CancellationScope.nonCancellable(() => desk.projectCase(this.file));
    });
    setHandler(withdrawnSignal, async ({ consentId, stopped }) => {
      this.take(afterWithdrawal(this.file, consentId));
      await tellChildren(this.file, (handle) => handle.signal(consentWithdrawnSignal), stopped);
    });
    setHandler(turnPageSignal, () => {
      this.pageAsked = true;
    });
    setHandler(caseFileQuery, () => this.file);
  }

  async takeUp(): Promise<void> {
    this.policy = (await desk.takeUpCase(this.file.caseId)).policy;
  }

  /** Waits until these duties are done, of which the first that is owed has the clock; reminds at the policy's shares, escalates at the end. */
  async until(...duties: readonly Duty[]): Promise<void> {
    const first = (): Duty | undefined => duties.find((duty) => !fulfilled(this.file, duty));
    for (let duty = first(); duty !== undefined; duty = first()) {
      const owed = duty;
      const { band } = this.file;
      const began = dutyBegan(this.file, owed);
      const next = this.nextMoment(owed);
      const changed = (): boolean => first() !== owed || this.file.band !== band || dutyBegan(this.file, owed) !== began;
      if (next === null) await condition(changed);
      else if (next.at > Date.now()) await condition(changed, next.at - Date.now());
      if (next !== null && !changed() && Date.now() >= next.at) await this.ringDuty(owed, next);
    }
  }

  /** Waits for the next review; false when the case is closed and nobody is asked any more. */
  async untilReviewDue(): Promise<boolean> {
    for (;;) {
      if (isClosed(this.file)) return false;
      if (this.file.openReview !== null) return true;
      const due = nextReviewAt(this.file, this.rules());
      if (due <= Date.now()) return true;
      const { band, nextReviewAt: asked } = this.file;
      await condition(() => isClosed(this.file) || this.file.band !== band || this.file.nextReviewAt !== asked, due - Date.now());
    }
  }

  /** The checks after closing; false when the last has been made, or when the case was cancelled. */
  async untilAftercareDue(): Promise<boolean> {
    if (this.file.openReview !== null) return true;
    const due = aftercareDueAt(this.file, this.rules());
    if (due === null) return false;
    if (due > Date.now()) await condition(() => false, due - Date.now());
    return true;
  }

  /** Asks one review and waits for its answer, or for the silence that counts as one. */
  async review(): Promise<void> {
    this.take(withReviewPlanned(this.file, uuid4()));
    const { openReview, caseId } = this.file;
    if (openReview === null) return;
    const wasClosed = isClosed(this.file);
    await startReview(caseId, openReview);
    await condition(() => this.file.openReview?.number !== openReview.number || isClosed(this.file) !== wasClosed);
  }

  isClosed(): boolean {
    return isClosed(this.file);
  }

  /** What the answers so far set in motion. */
  verdict(): ReviewVerdict {
    return afterReview(this.file.reviews, this.rules());
  }

  /** Raises, once for each review, what no duty's clock covers. */
  async ring(alarm: Alarm): Promise<void> {
    const key = `${alarm}:${this.file.reviews.length}`;
    if (this.file.rung.includes(key)) return;
    const at = Date.now();
    await desk.ring({ caseId: this.file.caseId, duty: alarm, key, began: null, moment: 'DUE', subjectId: null, dueAt: at, at });
    this.file = withRung(this.file, key);
  }

  /** A closed case asks nobody anything more, but for its aftercare: children end, links die, unsent mail is cancelled. Once, or the aftercare would end too. */
  async settle(): Promise<void> {
    if (this.file.at.settled !== null) return;
    await tellChildren(this.file, (handle) => handle.cancel());
    // they say how they ended: the lists should show it, and a case that ends must not cross its children's last word
    await condition(() => !hasOpenAction(this.file) && this.file.openReview === null, CHILDREN_END_MS);
    await desk.settleCase({ caseId: this.file.caseId, at: Date.now() });
    this.take({ ...this.file, openReview: null, at: { ...this.file.at, settled: Date.now() } });
  }

  /** The workflow itself was cancelled: the same order as for a closed case, and the records say so. */
  async abandon(): Promise<void> {
    const { at } = this.file;
    this.take({ ...this.file, at: { ...at, cancelled: isClosed(this.file) ? at.cancelled : Date.now(), settled: null } });
    await desk.projectCase(this.file);
    await this.settle();
  }

  /** Resolves when this run should end: a chapter is over, the history is long, or somebody asked. */
  async turnOfPage(): Promise<'PAGE'> {
    const due = (): boolean => this.pageAsked || workflowInfo().continueAsNewSuggested || chapterOf(this.file) !== this.chapter;
    const left = this.began + LONGEST_PAGE_MS - Date.now();
    await condition(due, left);
    return 'PAGE';
  }

  /** All that the next run must know. */
  handOver(): CaseFile {
    return { ...this.file, runs: this.file.runs + 1 };
  }

  /** Every change gets a number, so that an older picture never overwrites a newer one in the lists. */
  private take(file: CaseFile): void {
    if (file !== this.file) this.file = { ...file, seq: this.file.seq + 1 };
  }

  private refuseNow(order: Order<CaseCommandName>): void {
    if (heard(this.file, order.commandId) !== null) return;
    const refusal = refusalOf(this.file, order);
    if (refusal !== null) throw asFailure(refusal);
  }

  private async carryOut(order: Order<CaseCommandName>): Promise<Receipt> {
    return this.turns.take(async () => {
      const known = heard(this.file, order.commandId);
      if (known !== null) return known;
      this.refuseNow(order);
      const at = Date.now();
      const before = this.file;
      const recorded = await settled(order.commandId, () => commands.recordCommand({ ...order, at }, before));
      if (recorded.refused !== null) throw asFailure(recorded.refused);
      const meanwhile = this.file !== before;
      this.take(afterCommand(this.file, order, recorded.effects, at));
      // what came in while this was being written down is not in the lists yet
      if (meanwhile) await desk.projectCase(this.file);
      const receipt: Receipt = { commandId: order.commandId, state: stageOf(this.file), at, band: this.file.band };
      this.file = remember(this.file, receipt);
      await beginFor(this.file, order, recorded.effects);
      return receipt;
    });
  }

  private async ringDuty(duty: Duty, moment: DutyMoment): Promise<void> {
    const key = this.rungKey(duty, moment);
    const { what, dueAt } = moment;
    const began = dutyBegan(this.file, duty);
    await desk.ring({ caseId: this.file.caseId, duty, key, began, moment: what, subjectId: null, dueAt, at: Date.now() });
    this.file = withRung(this.file, key);
  }

  private nextMoment(duty: Duty): DutyMoment | null {
    const moments = dutyMoments(this.rules(), this.file.band, duty, dutyBegan(this.file, duty));
    return moments.find((moment) => !this.file.rung.includes(this.rungKey(duty, moment))) ?? null;
  }

  private rungKey(duty: Duty, moment: DutyMoment): string {
    return `${duty}:${dutyBegan(this.file, duty)}:${moment.what}:${moment.share}`;
  }

  private rules(): Policy {
    if (this.policy === null) throw ApplicationFailure.nonRetryable('the case was not taken up', 'NOT_TAKEN_UP');
    return this.policy;
  }
}

type AnyUpdate = UpdateDefinition<Receipt, [Order<CaseCommandName>]>;
