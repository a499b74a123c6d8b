// The course of a case: what each accepted command and each report of a child makes of it. What a case remembers and what follows from that stands in
// case-file.ts, what it refuses in case-rules.ts.
import type { CaseFile, ChildState } from './case-file.ts';
import type { CaseCommandName, Effects, Order, Receipt } from './commands.ts';
import type { AgResult, ReviewAnswer } from './vocabulary.ts';

export * from './case-file.ts';
export * from './case-rules.ts';

const RECENT_KEPT = 100;
const RUNG_KEPT = 200;

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
      const consultations = end(file.consultations, report.id, report.outcome);
      // what lapsed has decided nothing: the case stands where it stood before the question
      if (report.outcome === 'LAPSED') return { ...file, consultations };
      return { ...file, consultations, advice: report.outcome, at: { ...file.at, advised: at } };
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

export const withRung = (file: CaseFile, key: string): CaseFile => ({ ...file, rung: [...file.rung, key].slice(-RUNG_KEPT) });

export const remember = (file: CaseFile, receipt: Receipt): CaseFile => ({
  ...file,
  recent: [...file.recent, receipt].slice(-RECENT_KEPT),
});

export const heard = (file: CaseFile, commandId: string): Receipt | null => file.recent.find((r) => r.commandId === commandId) ?? null;
