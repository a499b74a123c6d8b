import type { CaseCommandName, Effects, Order, Receipt } from './commands.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { ActionMode, AgResult, Band, ReviewAnswer, CaseState as Stage } from './vocabulary.ts';

/** The clocks a case runs on, in the order in which they bind. */
export type Duty = 'ACKNOWLEDGE' | 'VERIFY' | 'ASSESS' | 'DECIDE' | 'CONSULT' | 'ACT' | 'REASSESS';

type ChildState = { readonly id: string; readonly open: boolean; readonly outcome: string | null };
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

const RECENT_KEPT = 100;

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

const open = (children: readonly ChildState[]): boolean => children.some((child) => child.open);
/** Is anything open that acts outwards: a letter, a referral? */
export const hasOpenAction = (file: CaseFile): boolean => open(file.letters) || open(file.referrals);
const approved = (file: CaseFile): boolean => isApproval(file.advice);

/** The stage is never stored by hand: it follows from what has happened. Source: product, the stages. */
export const stageOf = (file: CaseFile): Stage => {
  if (isClosed(file)) return 'CLOSED';
  if (hasOpenAction(file)) return 'IN_ACTION';
  if (file.at.acted !== null) return 'MONITORING';
  if (open(file.consultations)) return 'CONSULTING';
  if (file.advice !== null) return approved(file) ? 'APPROVED' : 'DECLINED';
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
      return !file.needsAdvice || file.at.advised !== null || open(file.consultations);
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

/** Which ways of acting speak through letters. Source: product rule 4. */
const SPEAKS_BY_LETTER: ReadonlySet<ActionMode> = new Set<ActionMode>([
  'NETWORK_VOICE',
  'NAMED_ENDORSEMENTS',
  'MEMBER_PETITION_CIRCULATION',
]);

/** Why a case under this mode of action has no letter, or null; asked again before every step towards the public. */
export const letterModeRefusal = (mode: ActionMode | null): Refusal | null =>
  mode !== null && SPEAKS_BY_LETTER.has(mode)
    ? null
    : refuse('MODE_FORBIDS_LETTER', 'The mode of action decided for this case has no letter: decide another mode first.');

/** Has the Advisory Group said yes? */
export const isApproval = (result: string | null): boolean =>
  result === 'APPROVED' || result === 'APPROVED_AS_AMENDED' || result === 'EMERGENCY_APPROVED' || result === 'RATIFIED';

type Rule = (file: CaseFile) => Refusal | null;

const when =
  (ok: (file: CaseFile) => boolean, code: string, say: string): Rule =>
  (file) =>
    ok(file) ? null : refuse(code, say);

const acknowledgedFirst = when(
  (f) => f.at.acknowledged !== null,
  'NOT_ACKNOWLEDGED',
  'Acknowledge the request first: the requester is waiting to hear.',
);
const verifiedFirst = when(
  (f) => f.verified === true,
  'NOT_VERIFIED',
  'Conclude the verification first; in a CRITICAL case a trusted first-hand report allows a provisional conclusion.',
);
const assessedFirst = when(
  (f) => f.at.assessed !== null && f.at.worsened === null,
  'NOT_ASSESSED',
  'Assess the risk first, the risk of acting included.',
);
const decidedFirst = when((f) => f.mode !== null, 'NOT_DECIDED', 'Decide the mode of action first.');
const consentedFirst = when((f) => f.consents > 0, 'NO_CONSENT', 'Record what the person agreed to first.');
const advisedFirst = when(
  (f) => !f.needsAdvice || approved(f),
  'NOT_ADVISED',
  'This mode of action needs the approval of the Advisory Group: open a consultation, or choose another mode.',
);

/** What must hold before each command. The first rule that does not hold answers. Source: product, the stages and rules 1, 3, 4. */
const RULES: { readonly [N in CaseCommandName]: readonly Rule[] } = {
  acknowledge: [
    when((f) => f.at.acknowledged === null, 'ALREADY_ACKNOWLEDGED', 'The request was acknowledged already; nothing more to do.'),
  ],
  recordConsent: [],
  addSource: [acknowledgedFirst],
  concludeVerification: [
    acknowledgedFirst,
    when((f) => f.sources > 0, 'NO_SOURCE', 'Add at least one source before concluding the verification.'),
  ],
  // the risk is assessed before the facts are settled where waiting is the danger: it sets the band, and the band opens the provisional way
  assessRisk: [acknowledgedFirst],
  decideAction: [
    assessedFirst,
    verifiedFirst,
    when((f) => !open(f.consultations), 'CONSULTING', 'A consultation is open on the earlier decision: wait for it to end.'),
  ],
  openConsultation: [
    assessedFirst,
    decidedFirst,
    consentedFirst,
    when((f) => f.needsAdvice, 'NO_ADVICE_NEEDED', 'This mode of action needs no consultation.'),
    when((f) => !open(f.consultations), 'ALREADY_CONSULTING', 'A consultation is open already: wait for it to end.'),
  ],
  draftLetter: [assessedFirst, decidedFirst, consentedFirst, verifiedFirst, (f) => letterModeRefusal(f.mode), advisedFirst],
  // a person in immediate danger does not wait for the letter, nor for the Advisory Group: only for consent and the risk picture
  refer: [assessedFirst, consentedFirst],
  endConsultation: [when((f) => open(f.consultations), 'NOT_CONSULTING', 'No consultation of this case is open.')],
  endReferral: [when((f) => open(f.referrals), 'NO_REFERRAL', 'No referral of this case is open.')],
  askReview: [
    when((f) => f.at.assessed !== null, 'NOT_ASSESSED', 'Assess the risk first: it sets how often the person is asked.'),
    when((f) => f.openReview === null, 'REVIEW_OPEN', 'A review is being asked already: wait for the answer.'),
  ],
  closeCase: [
    when((f) => f.at.worsened === null, 'WORSE', 'The person said that things got worse: assess the risk again before closing.'),
    when((f) => !open(f.letters), 'LETTER_OPEN', 'A letter is still open: publish it or halt it.'),
    when(
      (f) => !open(f.referrals),
      'REFERRAL_OPEN',
      'A referral is still open: it ends with the person’s own confirmation or a recorded reason.',
    ),
    when((f) => !open(f.consultations), 'CONSULTING', 'A consultation is still open: wait for it to end.'),
    when((f) => f.reviews.length > 0, 'NEVER_REVIEWED', 'Ask the person at least once how things are before closing.'),
  ],
  cancelCase: [],
  reopenCase: [when(isClosed, 'NOT_CLOSED', 'This case is open.')],
};

/**
 * Why the case refuses this command now, or null. Synchronous and pure: it serves the update's validator and is asked again when the command's turn comes.
 */
export const refusalOf = (file: CaseFile, order: Order<CaseCommandName>): Refusal | null => {
  if (isClosed(file) && order.name !== 'reopenCase') return refuse('CASE_CLOSED', 'This case is closed. Reopen it, or open a new case.');
  for (const rule of RULES[order.name]) {
    const refusal = rule(file);
    if (refusal !== null) return refusal;
  }
  return null;
};

const later = (instant: number | null, than: number): number | null => (instant !== null && instant > than ? instant : null);

const begin = (children: readonly ChildState[], id: string): readonly ChildState[] => [...children, { id, open: true, outcome: null }];

/** The case after an accepted command. Total: refusals were asked before. */
export const afterCommand = (file: CaseFile, order: Order<CaseCommandName>, effects: Effects, at: number): CaseFile => {
  switch (order.name) {
    case 'acknowledge':
      return { ...file, at: { ...file.at, acknowledged: at } };
    case 'recordConsent':
      return { ...file, consents: file.consents + 1 };
    case 'addSource':
      return { ...file, sources: file.sources + 1 };
    case 'concludeVerification': {
      const verified = effects.verified ?? false;
      return {
        ...file,
        verified,
        provisional: effects.provisional ?? false,
        at: { ...file.at, verified: verified ? at : file.at.verified },
      };
    }
    case 'assessRisk':
      return {
        ...file,
        band: effects.band ?? file.band,
        // what came in while the assessment was being written down is not answered by it
        at: { ...file.at, assessed: at, worsened: later(file.at.worsened, at) },
        nextReviewAt: later(file.nextReviewAt, at),
      };
    case 'decideAction':
      return {
        ...file,
        mode: order.what.mode,
        needsAdvice: effects.needsAdvice ?? false,
        advice: null,
        at: { ...file.at, decided: at, advised: null },
      };
    case 'openConsultation':
      return { ...file, consultations: begin(file.consultations, order.what.consultationId) };
    case 'draftLetter':
      return { ...file, letters: begin(file.letters, order.what.letterId), at: { ...file.at, acted: file.at.acted ?? at } };
    case 'refer':
      return { ...file, referrals: begin(file.referrals, order.what.referralId), at: { ...file.at, acted: file.at.acted ?? at } };
    case 'endConsultation':
    case 'endReferral':
      return file;
    case 'askReview':
      return { ...file, nextReviewAt: at };
    case 'closeCase':
      return { ...file, at: { ...file.at, closed: at } };
    case 'cancelCase':
      return { ...file, at: { ...file.at, cancelled: at } };
    case 'reopenCase':
      // whatever brought the case back, its risk is looked at first
      return { ...file, at: { ...file.at, closed: null, cancelled: null, settled: null, worsened: at } };
  }
};

const end = (children: readonly ChildState[], id: string, outcome: string): readonly ChildState[] =>
  children.map((child) => (child.id === id ? { ...child, open: false, outcome } : child));

/** What a child reports when it ends (or, for a letter, when it is published). */
export type ChildReport =
  | { readonly kind: 'consultation'; readonly id: string; readonly outcome: AgResult }
  | { readonly kind: 'letter'; readonly id: string; readonly outcome: string }
  | { readonly kind: 'referral'; readonly id: string; readonly outcome: string }
  /** null: the case ended before anybody had answered */
  | { readonly kind: 'review'; readonly number: number; readonly answer: ReviewAnswer | null };

/** The case after a child's report. A report that was heard before changes nothing. */
export const afterReport = (file: CaseFile, report: ChildReport, at: number): CaseFile => {
  switch (report.kind) {
    case 'consultation': {
      if (!file.consultations.some((c) => c.id === report.id && c.open)) return file;
      return {
        ...file,
        consultations: end(file.consultations, report.id, report.outcome),
        advice: report.outcome,
        at: { ...file.at, advised: at },
      };
    }
    case 'letter':
      return {
        ...file,
        letters: end(file.letters, report.id, report.outcome),
        nextReviewAt: report.outcome === 'PUBLISHED' ? at : file.nextReviewAt,
      };
    case 'referral':
      return { ...file, referrals: end(file.referrals, report.id, report.outcome) };
    case 'review': {
      if (file.openReview?.number !== report.number) return file;
      const { number, answer } = report;
      if (answer === null) return { ...file, openReview: null };
      // an answer from before the closing is no check made after it, yet a grave word is heeded
      const given = file.at.settled === null ? (file.at.closed ?? at) : at;
      return {
        ...file,
        openReview: null,
        nextReviewAt: null,
        reviews: [...file.reviews, { number, answer, at: given }],
        at: { ...file.at, worsened: answer === 'WORSE' ? at : file.at.worsened },
      };
    }
  }
};

/** A consent was withdrawn; the records have closed what rested on it. Heard twice, it changes nothing more. */
export const afterWithdrawal = (file: CaseFile, consentId: string): CaseFile =>
  file.withdrawn.includes(consentId) ? file : { ...file, consents: file.consents - 1, withdrawn: [...file.withdrawn, consentId] };

/** A review is planned before it is asked, so that a restart asks the same one. */
export const withReviewPlanned = (file: CaseFile, id: string): CaseFile =>
  file.openReview === null ? { ...file, openReview: { number: file.reviews.length + 1, id } } : file;

export const withRung = (file: CaseFile, key: string): CaseFile => ({ ...file, rung: [...file.rung, key] });

/** The chapters of a case; its workflow continues as new at each boundary, so that histories stay short and code changes can be retired. */
export type Chapter = 'REQUEST' | 'ACTION' | 'FOLLOW_UP' | 'AFTERCARE';

export const chapterOf = (file: CaseFile): Chapter => {
  if (isClosed(file)) return 'AFTERCARE';
  if (file.at.assessed === null && file.at.acted === null) return 'REQUEST';
  return stageOf(file) === 'MONITORING' ? 'FOLLOW_UP' : 'ACTION';
};

export const remember = (file: CaseFile, receipt: Receipt): CaseFile => ({
  ...file,
  recent: [...file.recent, receipt].slice(-RECENT_KEPT),
});

export const heard = (file: CaseFile, commandId: string): Receipt | null => file.recent.find((r) => r.commandId === commandId) ?? null;
