/**
 * The one table of notification kinds.
 *
 * `confidentiality`: SEALED (content encrypted to the recipient's key), LINK (no case content, a link to a page whose content is
 * decided when it is opened) or PUBLIC (a published letter to its target).
 * `mutable`: whether the recipient may mute the kind. A question that waits for an answer and a safety notice are never mutable.
 * `onUnknown`: what to do when nobody can know whether the server took the message (RFC 1047): RESEND, because a second copy with the
 * same Message-ID does less harm than silence, or ASK a coordinator.
 * `urgent`: goes ahead of the others in the outbox.
 *
 * Source: security.md, Notifications; engineering notes B3.
 */
type Confidentiality = 'SEALED' | 'LINK' | 'PUBLIC';
export type OnUnknown = 'RESEND' | 'ASK';

export type NoticeRule = {
  readonly confidentiality: Confidentiality;
  readonly mutable: boolean;
  readonly onUnknown: OnUnknown;
  readonly urgent: boolean;
};

const question: NoticeRule = { confidentiality: 'LINK', mutable: false, onUnknown: 'RESEND', urgent: false };
const urgentQuestion: NoticeRule = { ...question, urgent: true };
const receipt: NoticeRule = { confidentiality: 'LINK', mutable: false, onUnknown: 'RESEND', urgent: false };
const news: NoticeRule = { confidentiality: 'LINK', mutable: true, onUnknown: 'RESEND', urgent: false };

export const NOTICES = {
  REQUEST_ACKNOWLEDGED: { ...receipt, urgent: true },
  CONSENT_ASKED: urgentQuestion,
  ADVICE_ASKED: urgentQuestion,
  ADVICE_REMINDER: question,
  ADVICE_RECEIPT: receipt,
  LETTER_APPROVAL_ASKED: urgentQuestion,
  LETTER_APPROVAL_REMINDER: question,
  SIGN_ON_ASKED: question,
  SIGN_ON_REMINDER: question,
  // A sign-on nobody meant to make is undone by whoever reads this receipt, so it is never mutable.
  SIGN_ON_RECEIPT: receipt,
  REFERRAL_ASKED: urgentQuestion,
  REFERRAL_REMINDER: urgentQuestion,
  REFERRAL_REVOKED: urgentQuestion,
  HELP_CONFIRMATION_ASKED: question,
  HELP_CONFIRMATION_REMINDER: question,
  REVIEW_ASKED: urgentQuestion,
  REVIEW_REMINDER: urgentQuestion,
  ANSWER_RECEIPT: receipt,
  OUTCOME_TOLD: news,
  TASK_DUE: urgentQuestion,
  TASK_ESCALATED: urgentQuestion,
  // Something that no clock of a duty announces.
  TASK_RAISED: urgentQuestion,
  // Whoever lent a name must learn at once that the action has stopped.
  WITHDRAWN_NOTICE: urgentQuestion,
} as const satisfies Record<string, NoticeRule>;

export type NoticeKind = keyof typeof NOTICES;
export const NOTICE_KINDS = Object.keys(NOTICES) as readonly NoticeKind[];

export function isNoticeKind(value: string): value is NoticeKind {
  return Object.hasOwn(NOTICES, value);
}

/** The rule of one kind. */
export function ruleOf(kind: NoticeKind): NoticeRule {
  return NOTICES[kind];
}
