// The policy document: everything a network decides for itself and may change without new code. A case records the version it runs
// under. The document writes times as ISO 8601 durations; once read they are milliseconds, so a Policy is plain JSON that a workflow can carry.
// Source: product rule 5 (policy is data), stages 2, 3, 4, 6, 7, 8 and 9; vocabulary 11.

import {
  byName,
  duration,
  forEach,
  listOf,
  oneOf,
  orNull,
  type Read,
  record,
  share,
  someTime,
  text,
  wholeFrom,
  yesOrNo,
} from './policy-shape.ts';
import { ACTION_MODES, BANDS } from './vocabulary.ts';

/** What has a clock. The first line is owed by the desk, the second is the time that people have to answer a question or to deliver. */
// biome-ignore format: a list reads as a list
export const STEPS = [
  'ACKNOWLEDGE', 'VERIFY', 'ASSESS', 'DECIDE', 'OPEN_CONSULTATION', 'ACT', 'REASSESS',
  'CONSULT', 'APPROVE_LETTER', 'SIGN_ON', 'REFERRAL', 'DELIVERY', 'HELP_CONFIRMATION', 'REVIEW_ANSWER',
] as const;
export type Step = (typeof STEPS)[number];

const ESCALATION_TARGETS = ['BACKUP_COORDINATOR', 'ADMINISTRATOR'] as const;
export type EscalationTarget = (typeof ESCALATION_TARGETS)[number];

/** Two thirds is { parts: 2, of: 3 }: counted in whole numbers, so no rounding decides a vote. */
const fraction = record({ parts: wholeFrom(1), of: wholeFrom(1) });

const ruleSet = record({
  /** How many must answer: a share of the eligible who did not recuse themselves, rounded up, or a plain number. */
  quorum: record({ share: orNull(fraction), count: orNull(wholeFrom(1)) }),
  minimumRegions: wholeFrom(1),
  /** Not all of one self-declared gender among those answering. */
  genderBalance: yesOrNo,
  /** The share of approvals among those who answered and did not abstain. */
  pass: fraction,
  openObjectionStops: yesOrNo,
  blockAllowed: yesOrNo,
  /** SETTLED: when no further answer could change the result. MET: as soon as the conditions hold, for emergencies that are ratified later. */
  decided: oneOf(['SETTLED', 'MET']),
});
export type RuleSet = ReturnType<typeof ruleSet>;

const patience = record({ firstRetry: someTime, cap: someTime, giveUp: someTime });

/** The first pause between two attempts, the longest one, and when to give up. */
export type MailPatience = { readonly firstRetryMs: number; readonly capMs: number; readonly giveUpMs: number };

const extension = record({ times: wholeFrom(0), share: forEach(BANDS, share) });

/** The form of the document, as a reader. */
export const policyForm = record({
  /** The form of the document; the version is the network's own name for what it decided. */
  form: oneOf(['1']),
  version: text,
  /** A case runs on this band's clocks until its risk has been assessed. */
  bandUntilAssessed: oneOf(BANDS),
  windows: forEach(STEPS, forEach(BANDS, someTime)),
  /** Shares of a window at which those who have not answered are reminded. */
  reminders: listOf(share),
  /** Whom a missed deadline goes to, and how much later, as a share of the window. */
  escalation: listOf(record({ to: oneOf(ESCALATION_TARGETS), afterShare: share })),
  /** How often, and by how much of its window, a question may be extended. */
  extensions: record({ CONSULT: extension, SIGN_ON: extension }),
  /** Which modes of action ask the Advisory Group, and by which rules; null asks nobody. */
  consultation: forEach(ACTION_MODES, orNull(ruleSet)),
  /** The short way in an emergency: a smaller rule, ratified by the full roll within the time given. */
  emergency: orNull(record({ bands: listOf(oneOf(BANDS)), rule: ruleSet, ratifyWithin: someTime })),
  signOn: record({
    minimumToPublish: wholeFrom(1),
    /** Signatures arrive in bursts; the tally is brought up to date at least this often. */
    longestSpacing: someTime,
  }),
  reviews: record({
    every: forEach(BANDS, someTime),
    /** How soon after a publication, a new incident, a hearing, a release or a return. */
    afterEvent: duration,
    afterClosing: listOf(someTime),
    calmToProposeClosing: wholeFrom(1),
    silencesToEscalate: wholeFrom(1),
  }),
  verification: record({
    /** In these bands a trusted first-hand report allows provisional action, and the verification is due within this time. */
    provisionalBands: listOf(oneOf(BANDS)),
    provisionalWithin: someTime,
  }),
  consent: record({
    /** The longest that sharing in somebody's vital interest may last without their own word. */
    vitalInterestAtMost: someTime,
    /** How soon a consent given for somebody else must be looked at again. */
    proxyReviewWithin: someTime,
  }),
  links: record({
    /** How long a link still shows its receipt after the question has closed. */
    afterClose: duration,
    /** The life of a link whose question has no closing time. */
    withoutClose: someTime,
  }),
  /** How patiently each kind of mail is tried again; DEFAULT serves every kind not named. */
  mail: byName(['DEFAULT'], patience),
  retention: record({ afterClosing: someTime }),
}) satisfies Read<unknown>;

/** A policy as read: plain JSON, all times in milliseconds. */
export type Policy = ReturnType<typeof policyForm>;
