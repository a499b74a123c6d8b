import type { NoticeKind } from '../domain/notices.ts';

/**
 * What each kind of mail needs to be written. Closed on purpose: there is no field for a name, a place or a text, so nothing of a case
 * can reach a mail through here.
 *
 * `link`: absolute address of a personal page, https (plain http on this machine only).
 * `deadline`: epoch milliseconds. `timeZone`: IANA name of the reader's zone; without it, or when unknown to this system, UTC alone is told.
 */
type Link = { readonly link: string };
type MaybeLink = { readonly link?: string };
type Deadline = { readonly deadline: number; readonly timeZone?: string };
type MaybeDeadline = { readonly deadline?: number; readonly timeZone?: string };

type QuestionData = Link & Deadline;
/** A receipt whose `deadline` is given tells until when the answer may be changed. */
type ReceiptData = Link & MaybeDeadline;
type NewsData = MaybeLink;
type TaskData = MaybeLink & Deadline;
/** What came up without a clock of its own may have no time by which it must be done. */
type RaisedTaskData = MaybeLink & MaybeDeadline;

type DataOf = {
  REQUEST_ACKNOWLEDGED: NewsData;
  CONSENT_ASKED: QuestionData;
  ADVICE_ASKED: QuestionData;
  ADVICE_REMINDER: QuestionData;
  ADVICE_RECEIPT: ReceiptData;
  LETTER_APPROVAL_ASKED: QuestionData;
  LETTER_APPROVAL_REMINDER: QuestionData;
  SIGN_ON_ASKED: QuestionData;
  SIGN_ON_REMINDER: QuestionData;
  SIGN_ON_RECEIPT: ReceiptData;
  REFERRAL_ASKED: QuestionData;
  REFERRAL_REMINDER: QuestionData;
  REFERRAL_RECEIPT: ReceiptData;
  REFERRAL_REVOKED: Record<never, never>;
  HELP_CONFIRMATION_ASKED: QuestionData;
  HELP_CONFIRMATION_REMINDER: QuestionData;
  REVIEW_ASKED: QuestionData;
  REVIEW_REMINDER: QuestionData;
  ANSWER_RECEIPT: ReceiptData;
  OUTCOME_TOLD: NewsData;
  TASK_DUE: TaskData;
  TASK_ESCALATED: TaskData;
  TASK_RAISED: RaisedTaskData;
  WITHDRAWN_NOTICE: Record<never, never>;
  KEY_INVITED: QuestionData;
  KEY_EXPIRES: QuestionData;
  KEY_CHANGED: NewsData;
  ADDRESS_CHANGED: Record<never, never>;
};

/** The data of one kind; leaving a kind out of the map above fails the type check. */
export type MailData<K extends NoticeKind> = DataOf[K];

/** The same data seen by the templates, which only ask whether a part is there. */
export type AnyMailData = MaybeLink & MaybeDeadline;
