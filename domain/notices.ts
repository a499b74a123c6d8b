/**
 * The one table of notification kinds.
 *
 * `confidentiality`: SEALED (content, and the link that lets one act, encrypted to the recipient's key; without a key that works it is held), LINK (no
 * case content, a link to a page whose content is decided when it is opened) or PUBLIC (a published letter to its target).
 * `byChoice`: a person of a case who was told what a watched mailbox means may choose to be sent this SEALED kind as LINK: silence for want of a key
 * can be the greater danger, and the choice is theirs. Nobody of the network has that choice.
 * `mutable`: whether the recipient may mute the kind. A question that waits for an answer and a safety notice are never mutable.
 * `onUnknown`: what to do when nobody can know whether the server took the message (RFC 1047): RESEND, because a second copy with the
 * same Message-ID does less harm than silence, or ASK a coordinator.
 * `urgent`: goes ahead of the others in the outbox.
 *
 * Source: security.md, Notifications; engineering notes B3.
 */
export type Confidentiality = 'SEALED' | 'LINK' | 'PUBLIC';
export type OnUnknown = 'RESEND' | 'ASK';

export type NoticeRule = {
  readonly confidentiality: Confidentiality;
  readonly byChoice: boolean;
  readonly mutable: boolean;
  readonly onUnknown: OnUnknown;
  readonly urgent: boolean;
};

const question: NoticeRule = { confidentiality: 'LINK', byChoice: false, mutable: false, onUnknown: 'RESEND', urgent: false };
const urgent: NoticeRule = { ...question, urgent: true };
/** Of the network: advice and help are asked with words of the case. */
const sealed: NoticeRule = { ...question, confidentiality: 'SEALED' };
const urgentSealed: NoticeRule = { ...sealed, urgent: true };
/** Of the person: their own word is asked. */
const ownWord: NoticeRule = { ...sealed, byChoice: true };
const urgentOwnWord: NoticeRule = { ...ownWord, urgent: true };
const news: NoticeRule = { ...question, mutable: true };

export const NOTICES = {
  REQUEST_ACKNOWLEDGED: urgent,
  CONSENT_ASKED: urgentOwnWord,
  ADVICE_ASKED: urgentSealed,
  ADVICE_REMINDER: sealed,
  // A receipt brings a link by which the answer can be changed, so it is as confidential as its question.
  ADVICE_RECEIPT: sealed,
  LETTER_APPROVAL_ASKED: urgentOwnWord,
  LETTER_APPROVAL_REMINDER: ownWord,
  // The text is about to be public, and most members will never make a key: a link, which can do no more than this one signature.
  SIGN_ON_ASKED: question,
  SIGN_ON_REMINDER: question,
  // A sign-on nobody meant to make is undone by whoever reads this receipt, so it is never mutable.
  SIGN_ON_RECEIPT: question,
  REFERRAL_ASKED: urgentSealed,
  REFERRAL_REMINDER: urgentSealed,
  REFERRAL_RECEIPT: sealed,
  // Holds nothing and asks for nothing, and must arrive where no key works any more.
  REFERRAL_REVOKED: urgent,
  HELP_CONFIRMATION_ASKED: ownWord,
  HELP_CONFIRMATION_REMINDER: ownWord,
  REVIEW_ASKED: urgentOwnWord,
  REVIEW_REMINDER: urgentOwnWord,
  ANSWER_RECEIPT: ownWord,
  OUTCOME_TOLD: news,
  TASK_DUE: urgent,
  TASK_ESCALATED: urgent,
  // Something that no clock of a duty announces.
  TASK_RAISED: urgent,
  // Whoever lent a name must learn at once that the action has stopped.
  WITHDRAWN_NOTICE: urgent,
  KEY_INVITED: urgent,
  KEY_EXPIRES: question,
  // Whoever holds the old key must learn of the new one, above all when they did not make it.
  KEY_CHANGED: urgent,
  // Goes to the address before, and says no more than that it is no longer used: whoever reads there must learn of it when they did not ask for it.
  ADDRESS_CHANGED: urgent,
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

/** How one message of a kind travels, when its recipient has or has not chosen links for their own word. */
export function confidentialityOf(kind: NoticeKind, choseLinks: boolean): Confidentiality {
  const { confidentiality, byChoice } = NOTICES[kind];
  return confidentiality === 'SEALED' && byChoice && choseLinks ? 'LINK' : confidentiality;
}
