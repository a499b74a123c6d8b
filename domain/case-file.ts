import type { Receipt } from './commands.ts';
import type { ActionMode, AgResult, Band, ReviewAnswer, CaseState as Stage } from './vocabulary.ts';

/** The clocks a case runs on, in the order in which they bind. */
export type Duty = 'ACKNOWLEDGE' | 'VERIFY' | 'ASSESS' | 'DECIDE' | 'CONSULT' | 'ACT' | 'REASSESS';

export type ChildState = { readonly id: string; readonly open: boolean; readonly outcome: string | null };
type ReviewPoint = { readonly number: number; readonly answer: ReviewAnswer; readonly at: number };

/**
 * All that a case's workflow remembers: plain JSON, carried whole across continue-as-new, ids and decisions only.
 * `v` is the version of this shape; `caseFileFrom` accepts older ones.
 */
export type CaseFile = {
  readonly v: 1;
  /** counts the changes: a higher number is a later picture */
  readonly seq: number;
  readonly caseId: string;
  readonly openedAt: number;
  readonly band: Band;
  readonly mode: ActionMode | null;
  /** statements in force */
  readonly consents: number;
  readonly withdrawn: readonly string[];
  readonly sources: number;
  readonly verified: boolean | null;
  readonly provisional: boolean;
  readonly needsAdvice: boolean;
  readonly advice: AgResult | null;
  /** when each milestone was reached, epoch ms */
  readonly at: { readonly [K in Milestone]: number | null };
  readonly consultations: readonly ChildState[];
  readonly letters: readonly ChildState[];
  readonly referrals: readonly ChildState[];
  readonly openReview: { readonly number: number; readonly id: string } | null;
  readonly reviews: readonly ReviewPoint[];
  readonly nextReviewAt: number | null;
  /** reminders and escalations already sent, by key, so that none is sent twice after a restart */
  readonly rung: readonly string[];
  /** the last accepted commands, because the server forgets update ids at continue-as-new */
  readonly recent: readonly Receipt[];
  readonly runs: number;
};

type Milestone =
  | 'acknowledged'
  | 'verified'
  | 'assessed'
  | 'decided'
  | 'advised'
  | 'acted'
  | 'worsened'
  | 'closed'
  | 'cancelled'
  | 'settled';

export const openCaseFile = (caseId: string, openedAt: number, band: Band): CaseFile => ({
  v: 1,
  seq: 0,
  caseId,
  openedAt,
  band,
  mode: null,
  consents: 0,
  withdrawn: [],
  sources: 0,
  verified: null,
  provisional: false,
  needsAdvice: false,
  advice: null,
  at: {
    acknowledged: null,
    verified: null,
    assessed: null,
    decided: null,
    advised: null,
    acted: null,
    worsened: null,
    closed: null,
    cancelled: null,
    settled: null,
  },
  consultations: [],
  letters: [],
  referrals: [],
  openReview: null,
  reviews: [],
  nextReviewAt: null,
  rung: [],
  recent: [],
  runs: 0,
});

export const isClosed = (file: CaseFile): boolean => file.at.closed !== null || file.at.cancelled !== null;

/** Is any of these still going on? */
export const isAnyOpen = (children: readonly ChildState[]): boolean => children.some((child) => child.open);
/** Is anything open that acts outwards: a letter, a referral? */
export const hasOpenAction = (file: CaseFile): boolean => isAnyOpen(file.letters) || isAnyOpen(file.referrals);
/** Has the Advisory Group said yes? */
export const isApproval = (result: string | null): boolean =>
  result === 'APPROVED' || result === 'APPROVED_AS_AMENDED' || result === 'EMERGENCY_APPROVED' || result === 'RATIFIED';

/** The stage is never stored by hand: it follows from what has happened. Source: product, the stages. */
export const stageOf = (file: CaseFile): Stage => {
  if (isClosed(file)) return 'CLOSED';
  if (hasOpenAction(file)) return 'IN_ACTION';
  if (file.at.acted !== null) return 'MONITORING';
  if (isAnyOpen(file.consultations)) return 'CONSULTING';
  if (file.advice !== null) return isApproval(file.advice) ? 'APPROVED' : 'DECLINED';
  if (file.at.assessed !== null) return 'TRIAGED';
  if (file.verified === true && file.consents === 0) return 'AWAITING_CONSENT';
  if (file.sources > 0) return 'VERIFYING';
  return file.at.acknowledged === null ? 'RECEIVED' : 'ACKNOWLEDGED';
};

/** Is this duty done (or never owed)? */
export const fulfilled = (file: CaseFile, duty: Duty): boolean => {
  if (isClosed(file)) return true;
  switch (duty) {
    case 'ACKNOWLEDGE':
      return file.at.acknowledged !== null;
    case 'VERIFY':
      return file.at.verified !== null;
    case 'ASSESS':
      return file.at.assessed !== null;
    case 'DECIDE':
      return file.at.decided !== null;
    case 'CONSULT':
      return !file.needsAdvice || file.at.advised !== null || isAnyOpen(file.consultations);
    case 'ACT':
      // quiet work leaves no letter and no referral behind it; whoever chose it has acted by deciding
      return file.at.acted !== null || file.mode === 'CONFIDENTIAL_ADVOCACY' || file.mode === 'INFORMATION_ONLY';
    case 'REASSESS':
      return file.at.worsened === null;
  }
};

/** When a duty's clock began, epoch ms. */
export const dutyBegan = (file: CaseFile, duty: Duty): number => {
  switch (duty) {
    case 'ACKNOWLEDGE':
    case 'VERIFY':
      return file.openedAt;
    case 'ASSESS':
      return file.at.verified ?? file.openedAt;
    case 'DECIDE':
      return file.at.assessed ?? file.openedAt;
    case 'CONSULT':
      return file.at.decided ?? file.openedAt;
    case 'ACT':
      return file.at.advised ?? file.at.decided ?? file.openedAt;
    case 'REASSESS':
      return file.at.worsened ?? file.openedAt;
  }
};

/** The chapters of a case; its workflow continues as new at each boundary, so that histories stay short and code changes can be retired. */
export type Chapter = 'REQUEST' | 'ACTION' | 'FOLLOW_UP' | 'AFTERCARE';

export const chapterOf = (file: CaseFile): Chapter => {
  if (isClosed(file)) return 'AFTERCARE';
  if (file.at.assessed === null && file.at.acted === null) return 'REQUEST';
  return stageOf(file) === 'MONITORING' ? 'FOLLOW_UP' : 'ACTION';
};
