import type { CaseFile, Duty } from '../domain/case.ts';
import type { CaseCommandName, Effects, LetterCommandName, Order } from '../domain/commands.ts';
import type { LetterFile } from '../domain/letter.ts';
import type { Policy } from '../domain/policy.ts';
import type { Condition, Tally } from '../domain/quorum.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { ActionMode, AgResult, Band, ReviewAnswer } from '../domain/vocabulary.ts';

/**
 * What workflows may ask of the outside world. Payloads hold ids, instants (epoch ms) and decisions; texts stay in the records.
 * Every activity is idempotent by a domain key that stands in its argument, and writes fact, audit entry and outbox rows in one transaction.
 */
export type DeskActivities = {
  takeUpCase(caseId: string): Promise<{ policy: Policy }>;
  takeUpLetter(letter: { caseId: string; letterId: string }): Promise<{ policy: Policy; band: Band }>;
  policyOf(caseId: string): Promise<{ policy: Policy; band: Band }>;
  recordCommand(order: Order<CaseCommandName> & { at: number }, file: CaseFile): Promise<Recorded>;
  recordLetterCommand(order: Order<LetterCommandName> & { at: number }, letter: LetterFile): Promise<Recorded>;
  /** what a command brought about; where it did nothing yet, it never will */
  settleDeed(deed: { commandId: string; at: number }): Promise<{ effects: Effects | null }>;
  /** the projection that lists read */
  projectCase(file: CaseFile): Promise<void>;
  projectLetter(letter: LetterFile, at: number): Promise<void>;
  /** reminds or escalates a duty, or raises a task that has no clock of its own */
  ring(bell: Bell): Promise<void>;
  putQuestion(question: QuestionToPut): Promise<PutQuestion>;
  readAnswers(question: { questionId: string; each: boolean }): Promise<Answers>;
  remindSilent(question: { questionId: string; share: number; at: number }): Promise<{ reminded: number }>;
  extendQuestion(question: { questionId: string; closesAt: number; at: number }): Promise<void>;
  /** closes for good; with a fingerprint only when nothing has changed since it was read */
  closeQuestion(question: {
    questionId: string;
    ifFingerprint: string | null;
    each: boolean;
    at: number;
  }): Promise<Answers & { closed: boolean }>;
  startConsultation(consultation: { caseId: string; consultationId: string }): Promise<ConsultationPlan>;
  recordAdvice(advice: Advice): Promise<void>;
  startReferral(referral: { caseId: string; referralId: string }): Promise<{ partnerIds: string[] }>;
  recordReferral(referral: { caseId: string; referralId: string; state: string; partnerId: string | null; at: number }): Promise<void>;
  recordReview(review: { caseId: string; reviewId: string; number: number; answer: ReviewAnswer; at: number }): Promise<void>;
  /** ends what still hangs on a case that is closed or cancelled: links die, queued mail is cancelled */
  settleCase(settled: { caseId: string; at: number }): Promise<void>;
};

export type MailActivities = {
  /** sends what is due, one message and one recipient at a time; tells when the next is due (epoch ms) or null */
  deliverDue(batch: { limit: number }): Promise<{ sent: number; nextDueAt: number | null }>;
};

export type SweepActivities = {
  /** what was accepted but not heard: cases without a workflow, answers nobody was told of, queued mail, erasures; returns what it mended */
  reconcile(): Promise<{ cases: number; answers: number; mails: number; erasures: number }>;
};

/** The steps of an erasure; each may be repeated. */
export type ErasureActivities = {
  /** nothing more is written to the case from here on; false where a hold came before, and nothing is done */
  barCase(erasureId: string): Promise<boolean>;
  /** links die, mail that waits is cancelled, messages close, tasks end; who had lent a hand is told */
  settleForErasure(erasureId: string): Promise<void>;
  /** asks the workflows of the case that run to end, or ends them, hold or no hold; how many ran */
  endExecutions(step: { erasureId: string; how: 'CANCEL' | 'TERMINATE' }): Promise<{ running: number }>;
  /** deletes every run of every workflow of the case; how many were still found; null when a hold came in time */
  deleteExecutions(erasureId: string): Promise<{ found: number } | null>;
  /** the point of no return; how long others may still know the keys, in ms; null when a hold came in time */
  destroyKeys(erasureId: string): Promise<{ knownForMs: number } | null>;
  /** a hold came, and nothing of the case runs any more: what is left is closed, and can be read */
  stopErasure(erasureId: string): Promise<void>;
  /** writes the newest backup of keys anew, without those that are destroyed, where this host keeps one */
  renewKeyBackup(erasureId: string): Promise<void>;
  purgeCase(erasureId: string): Promise<void>;
  /** false while anything of the case is still found anywhere */
  certifyErasure(erasureId: string): Promise<boolean>;
};

export type Recorded = { readonly refused: Refusal } | { readonly refused: null; readonly effects: Effects };

export type Bell = {
  readonly caseId: string;
  readonly duty: Duty | Alarm;
  /** the domain key that makes the ring one: duty, its beginning, its moment */
  readonly key: string;
  /** when the duty's clock began; null for an alarm, which has no clock */
  readonly began: number | null;
  readonly moment: 'REMIND' | 'DUE' | 'ESCALATE_BACKUP' | 'ESCALATE_ADMINISTRATOR';
  readonly subjectId: string | null;
  readonly dueAt: number | null;
  readonly at: number;
};

/** Things that no clock of a duty covers, yet a person has to see. */
export type Alarm =
  | 'NO_QUORUM'
  | 'NOT_APPROVED'
  | 'APPROVED'
  | 'APPROVAL_REFUSED'
  | 'APPROVAL_SILENT'
  | 'READY_TO_FREEZE'
  | 'READY_TO_PUBLISH'
  | 'TOO_FEW_SIGNATURES'
  | 'REFERRAL_REFUSED_BY_CONSENT'
  | 'REFERRAL_QUESTION'
  | 'REFERRAL_EXHAUSTED'
  | 'HELP_NOT_ARRIVED'
  | 'HELP_UNCONFIRMED'
  | 'WORSE'
  | 'CHANGED'
  | 'SILENT'
  | 'CANNOT_REACH'
  | 'MAY_CLOSE'
  | 'CONSENT_WITHDRAWN';

export type QuestionKind = 'ADVICE' | 'LETTER_APPROVAL' | 'SIGN_ON' | 'REFERRAL' | 'HELP_CONFIRMATION' | 'REVIEW';

export type QuestionToPut = {
  readonly caseId: string;
  /** derived from the workflow's own id and step, so a repeat finds the same question */
  readonly questionId: string;
  readonly kind: QuestionKind;
  readonly subjectId: string;
  readonly workflowId: string;
  readonly audience: Audience;
  readonly openedAt: number;
  readonly closesAt: number;
};

export type Audience =
  | { readonly who: 'ADVISORS' }
  /** all defenders of the case, those without an address too: they are asked by the way they know as safe */
  | { readonly who: 'DEFENDERS' }
  /** the same, and whom they trust where no defender can be written to */
  | { readonly who: 'DEFENDERS_OR_TRUSTED' }
  | { readonly who: 'MEMBERS' }
  | { readonly who: 'PARTNER'; readonly partnerId: string };

export type PutQuestion =
  | { readonly refused: Refusal }
  | { readonly refused: null; readonly invited: number; readonly roll: readonly { id: string; region: string; gender: string | null }[] };

export type Answers = {
  readonly invited: number;
  readonly silent: number;
  readonly counts: Readonly<Record<string, number>>;
  /** one entry per person when asked for each; empty where only counts are wanted */
  readonly each: readonly { readonly id: string; readonly choice: string; readonly version: number; readonly amount: number | null }[];
  readonly fingerprint: string;
};

export type ConsultationPlan = {
  readonly policy: Policy;
  readonly band: Band;
  readonly mode: ActionMode;
  readonly openedAt: number;
  readonly closesAt: number;
};

export type Advice = {
  readonly caseId: string;
  readonly consultationId: string;
  readonly result: AgResult;
  readonly conditions: readonly Condition[];
  readonly tally: Tally;
  readonly at: number;
};
