import type { AgVote, ReviewAnswer, SignOn } from '../../domain/vocabulary.ts';

/**
 * What can be answered to each kind of question by link, in the order shown. `words` says whether the person's own words belong to the
 * choice: NEEDED where the answer means nothing without them (vocabulary 8 names those of the Advisory Group), WELCOME elsewhere, because
 * nobody has to justify a refusal, a withdrawal or a "no" about their own life.
 */
const CHOICES = {
  ADVICE: {
    APPROVE: { words: 'WELCOME' },
    APPROVE_WITH_CHANGES: { words: 'NEEDED' },
    OBJECT: { words: 'NEEDED' },
    BLOCK: { words: 'NEEDED' },
    ABSTAIN: { words: 'WELCOME' },
    RECUSE: { words: 'NEEDED' },
    NEED_INFO: { words: 'NEEDED' },
  },
  SIGN_ON: {
    SIGN_PUBLIC: { words: 'NONE', name: true },
    SIGN_COUNT_ONLY: { words: 'NONE' },
    DECLINE: { words: 'NONE' },
    DECIDE_LATER: { words: 'NONE' },
    WITHDRAWN: { words: 'NONE' },
  },
  LETTER_APPROVAL: { APPROVE: { words: 'WELCOME' }, REFUSE: { words: 'WELCOME' } },
  REFERRAL: {
    ACCEPT: { words: 'WELCOME', amount: true },
    REJECT: { words: 'WELCOME', rejectReason: true },
    ASK: { words: 'NEEDED' },
    DELIVERED: { words: 'WELCOME' },
  },
  HELP_CONFIRMATION: { ARRIVED: { words: 'WELCOME' }, PARTLY: { words: 'NEEDED' }, NOT_ARRIVED: { words: 'WELCOME' } },
  REVIEW: { BETTER: { words: 'WELCOME' }, SAME: { words: 'WELCOME' }, WORSE: { words: 'WELCOME' }, CHANGED: { words: 'WELCOME' } },
  CONSENT: { YES: { words: 'WELCOME' }, NO: { words: 'WELCOME' } },
} as const satisfies Record<string, Record<string, ChoiceRule>> & {
  // What software or silence decides is never offered: INELIGIBLE, CANNOT_REACH.
  ADVICE: Record<AgVote, ChoiceRule>;
  SIGN_ON: Record<Exclude<SignOn, 'INELIGIBLE'>, ChoiceRule>;
  REVIEW: Record<Exclude<ReviewAnswer, 'CANNOT_REACH'>, ChoiceRule>;
};

export interface ChoiceRule {
  readonly words: 'NONE' | 'WELCOME' | 'NEEDED';
  /** The name as it will stand under the letter is needed. */
  readonly name?: true;
  /** An amount may be given. */
  readonly amount?: true;
  /** One of the reasons of vocabulary 7 is needed. */
  readonly rejectReason?: true;
}

export type QuestionKind = keyof typeof CHOICES;
export type ChoiceOf<Kind extends QuestionKind> = keyof (typeof CHOICES)[Kind] & string;

export const QUESTION_KINDS = Object.keys(CHOICES) as readonly QuestionKind[];

/** What makes a choice possible that is not always so. */
export interface Circumstances {
  /** ADVICE: the rule of this consultation allows a block. */
  readonly blockAllowed?: boolean;
  /** SIGN_ON: the member has signed before, so there is something to withdraw. */
  readonly signedBefore?: boolean;
  /** REFERRAL: the partner has accepted, so there is something to deliver. */
  readonly accepted?: boolean;
}

/** The choices offered under these circumstances, in order. Only these may be answered. */
export function offeredChoices(kind: QuestionKind, circumstances: Circumstances = {}): readonly string[] {
  const { blockAllowed = false, signedBefore = false, accepted = false } = circumstances;
  const closed = new Set([
    ...(kind === 'ADVICE' && !blockAllowed ? ['BLOCK'] : []),
    ...(kind === 'SIGN_ON' && !signedBefore ? ['WITHDRAWN'] : []),
    ...(kind === 'REFERRAL' && !accepted ? ['DELIVERED'] : []),
  ]);
  return Object.keys(CHOICES[kind]).filter((choice) => !closed.has(choice));
}

/** The rule of one choice; null when this kind has no such choice. */
export function choiceRule(kind: QuestionKind, choice: string): ChoiceRule | null {
  return Object.hasOwn(CHOICES[kind], choice) ? ((CHOICES[kind] as Record<string, ChoiceRule>)[choice] ?? null) : null;
}
