import type { NoticeKind } from '../../domain/notices.ts';

/** What a mail is about, in the order of the words every language must have. A reminder speaks of the same topic as its question. */
export const topicNames = [
  'ACKNOWLEDGED',
  'CONSENT',
  'ADVICE',
  'APPROVAL',
  'SIGN_ON',
  'REFERRAL',
  'REFERRAL_REVOKED',
  'HELP',
  'REVIEW',
  'RECEIPT',
  'OUTCOME',
  'TASK',
  'TASK_ESCALATED',
  'TASK_RAISED',
  'WITHDRAWN',
  'KEY_INVITED',
  'KEY_EXPIRES',
  'KEY_CHANGED',
  'ADDRESS_CHANGED',
  'SEALED_WAITS',
] as const;
export type Topic = (typeof topicNames)[number];

/** What a sealed message is about; only inside it is that said in a subject of its own. */
export const sealedTopicNames = [
  'CONSENT',
  'ADVICE',
  'APPROVAL',
  'REFERRAL',
  'HELP',
  'REVIEW',
  'RECEIPT',
] as const satisfies readonly Topic[];
export type SealedTopic = (typeof sealedTopicNames)[number];

/** How the deadline reads: answer before it, change the answer before it, or act before it. */
export type Clock = 'ANSWER' | 'CHANGE' | 'ACT';
export type Shape = { readonly topic: Topic; readonly reminder: boolean; readonly clock: Clock };

const asks = (topic: Topic): Shape => ({ topic, reminder: false, clock: 'ANSWER' });
const reminds = (topic: Topic): Shape => ({ topic, reminder: true, clock: 'ANSWER' });
const tells = (topic: Topic, clock: Clock = 'CHANGE'): Shape => ({ topic, reminder: false, clock });

export const shapes: Readonly<Record<NoticeKind, Shape>> = {
  REQUEST_ACKNOWLEDGED: tells('ACKNOWLEDGED'),
  CONSENT_ASKED: asks('CONSENT'),
  ADVICE_ASKED: asks('ADVICE'),
  ADVICE_REMINDER: reminds('ADVICE'),
  ADVICE_RECEIPT: tells('RECEIPT'),
  LETTER_APPROVAL_ASKED: asks('APPROVAL'),
  LETTER_APPROVAL_REMINDER: reminds('APPROVAL'),
  SIGN_ON_ASKED: asks('SIGN_ON'),
  SIGN_ON_REMINDER: reminds('SIGN_ON'),
  SIGN_ON_RECEIPT: tells('RECEIPT'),
  REFERRAL_ASKED: asks('REFERRAL'),
  REFERRAL_REMINDER: reminds('REFERRAL'),
  REFERRAL_RECEIPT: tells('RECEIPT'),
  REFERRAL_REVOKED: tells('REFERRAL_REVOKED'),
  HELP_CONFIRMATION_ASKED: asks('HELP'),
  HELP_CONFIRMATION_REMINDER: reminds('HELP'),
  REVIEW_ASKED: asks('REVIEW'),
  REVIEW_REMINDER: reminds('REVIEW'),
  ANSWER_RECEIPT: tells('RECEIPT'),
  OUTCOME_TOLD: tells('OUTCOME'),
  TASK_DUE: tells('TASK', 'ACT'),
  TASK_ESCALATED: tells('TASK_ESCALATED', 'ACT'),
  TASK_RAISED: tells('TASK_RAISED', 'ACT'),
  WITHDRAWN_NOTICE: tells('WITHDRAWN'),
  KEY_INVITED: tells('KEY_INVITED', 'ACT'),
  KEY_EXPIRES: tells('KEY_EXPIRES', 'ACT'),
  KEY_CHANGED: tells('KEY_CHANGED'),
  ADDRESS_CHANGED: tells('ADDRESS_CHANGED'),
};

/** What stands around a sealed message that is opened in the browser: not a word of what it is about, nor until when it asks for something. */
export const waitingShape: Shape = tells('SEALED_WAITS');
