import type { ActionMode, Band } from './vocabulary.ts';

/**
 * What a coordinator can ask of a case. Commands carry ids and decisions only; every text lies sealed in the records and is named by its `documentId`.
 * The same list names the workflow updates, the recorders and the rules: one word for one act everywhere.
 */
export type CaseCommands = {
  acknowledge: Record<string, never>;
  recordConsent: { consentId: string; documentId: string };
  addSource: { documentId: string };
  concludeVerification: { documentId: string };
  assessRisk: { documentId: string };
  decideAction: { documentId: string; mode: ActionMode };
  openConsultation: { consultationId: string; documentId: string };
  /** ends a consultation that should not go on: a mistake in the brief, a decision that was taken back */
  endConsultation: { consultationId: string; documentId: string };
  draftLetter: { letterId: string; documentId: string };
  refer: { referralId: string; documentId: string };
  /** ends a referral that the person’s word cannot end; the document holds the reason */
  endReferral: { referralId: string; documentId: string };
  askReview: Record<string, never>;
  closeCase: { documentId: string };
  cancelCase: { documentId: string };
  /** takes a closed case up again, with its whole history; the document holds the reason */
  reopenCase: { documentId: string };
};

/** What a coordinator can ask of one letter. */
export type LetterCommands = {
  reviseLetter: { documentId: string; expectedVersion: number };
  askApproval: { expectedVersion: number };
  freezeLetter: { expectedVersion: number };
  openSignOn: { documentId: string };
  closeSignOn: Record<string, never>;
  publishLetter: { slug: string };
  haltLetter: Record<string, never>;
};

export type Commands = CaseCommands & LetterCommands;
export type CaseCommandName = keyof CaseCommands;
export type LetterCommandName = keyof LetterCommands;
type CommandName = keyof Commands;

/** A command on its way: who asked (opaque id), under which id (the same id is the same act), and what. */
export type Order<N extends CommandName = CommandName> = {
  [K in N]: { readonly name: K; readonly commandId: string; readonly by: string; readonly what: Commands[K] };
}[N];

/** What the records found out while they wrote the fact down, for the state to take up. */
export type Effects = {
  readonly band?: Band;
  /** verification: may the network act on it */
  readonly verified?: boolean;
  readonly provisional?: boolean;
  /** does the mode need the Advisory Group */
  readonly needsAdvice?: boolean;
  readonly version?: number;
  readonly closesAt?: number;
  readonly invited?: number;
  readonly questionId?: string;
  /** withdrawal: the consultations, letters and referrals whose open question was closed */
  readonly stopped?: readonly string[];
  /** fewest signatures that the policy asks for before publishing */
  readonly minimum?: number;
};

export const CASE_COMMANDS = [
  'acknowledge',
  'recordConsent',
  'addSource',
  'concludeVerification',
  'assessRisk',
  'decideAction',
  'openConsultation',
  'endConsultation',
  'draftLetter',
  'refer',
  'endReferral',
  'askReview',
  'closeCase',
  'cancelCase',
  'reopenCase',
] as const satisfies readonly CaseCommandName[];

export const LETTER_COMMANDS = [
  'reviseLetter',
  'askApproval',
  'freezeLetter',
  'openSignOn',
  'closeSignOn',
  'publishLetter',
  'haltLetter',
] as const satisfies readonly LetterCommandName[];

/** What a caller gets for an accepted command: where things stand now, nothing of the content. */
export type Receipt = {
  readonly commandId: string;
  readonly state: string;
  readonly at: number;
  readonly version?: number;
  readonly band?: Band;
};
