// What must be on record before a case closes. That no letter, referral or consultation is still open, the case itself knows (case.ts).
// Source: product stage 9, vocabulary 9.
import { type Refusal, refuse } from './refusal.ts';
import type { Band, CaseOutcome, Contribution, Impact } from './vocabulary.ts';

export type Closing = {
  readonly outcomes: readonly CaseOutcome[];
  readonly impact: Impact | null;
  readonly contribution: Contribution | null;
  readonly remainingRisk: Band | null;
  /** was a lesson written, or a reason why there is none */
  readonly lessonGiven: boolean;
  readonly waiverReasonGiven: boolean;
};

/** Why the case may not be closed so, or null. The first thing missing is named. */
export const closingRefusal = (closing: Closing): Refusal | null => {
  if (closing.outcomes.length === 0) return refuse('OUTCOME_MISSING', 'Say what came of the case: choose at least one outcome.');
  if (closing.impact === null || closing.contribution === null) {
    return refuse('IMPACT_MISSING', 'Say what changed for the person, and how much of it the network can claim.');
  }
  if (closing.remainingRisk === null) return refuse('REMAINING_RISK_MISSING', 'Say which risk remains for the person.');
  return closing.lessonGiven || closing.waiverReasonGiven
    ? null
    : refuse('LESSON_MISSING', 'Write what the network learnt from this case, or why there is nothing to learn.');
};
