import type { Floor } from './risk.ts';
import type * as v from './vocabulary.ts';

/**
 * The sealed texts of a case, as they are stored: what the API accepts is checked against these shapes before it is sealed, and nothing else is ever
 * written into a document. Dates are YYYY-MM-DD (or YYYY-MM where the precision is MONTH); sums are whole units of the currency.
 */
export type PersonOfCase = {
  readonly key: string;
  readonly kind: 'DEFENDER' | 'TRUSTED_CONTACT' | 'LAWYER' | 'FAMILY' | 'OTHER';
  readonly name: string;
  readonly pseudonym?: string | undefined;
  /** the same name in other scripts and spellings, and other names by which the person is known */
  readonly otherNames?: readonly string[] | undefined;
  readonly role: v.DefenderRole;
  readonly language: v.Language;
  readonly email?: string | undefined;
  readonly safeWay?: string | undefined;
  readonly safeHours?: string | undefined;
  readonly timeZone?: string | undefined;
  /** was told what a watched mailbox means, and chose links in mail for what only they can answer: silence for want of a key can be the greater danger */
  readonly choseLinks?: boolean | undefined;
  readonly gender?: string | undefined;
};

/** Something that must not be done, in the words of whoever asked for it. */
export type Constraint = { readonly what: MustNot; readonly text: string };

export type MustNot = 'PUBLISH_NAME' | 'PUBLISH_PLACE' | 'CONTACT_AUTHORITIES' | 'OTHER';

export type NeedText = {
  readonly category: v.NeedCategory;
  readonly text: string;
  readonly amount?: number | undefined;
  readonly currency?: string | undefined;
};

export type Intake = {
  readonly language: v.Language;
  readonly subjectKind: v.SubjectKind;
  readonly requester: {
    readonly relation: v.SubmitterRelation;
    readonly name: string;
    readonly email?: string | undefined;
    readonly language: v.Language;
    readonly organisation?: string | undefined;
  };
  readonly persons: readonly PersonOfCase[];
  readonly country: string;
  readonly place: string;
  readonly incidents: readonly {
    readonly types: readonly v.Violation[];
    readonly urgencyBasis: v.UrgencyBasis;
    readonly date: string;
    readonly datePrecision: 'DAY' | 'MONTH' | 'YEAR';
    readonly place: string;
    readonly what: string;
  }[];
  readonly perpetrators: readonly { readonly kind: v.Perpetrator; readonly involvement: v.Involvement; readonly text: string }[];
  readonly workLink: string;
  readonly stepsTaken: readonly string[];
  readonly context: string;
  readonly rightsDefended: readonly v.RightDefended[];
  readonly factors: readonly v.IntersectionalFactor[];
  readonly needs: readonly NeedText[];
  readonly mustNotBeDone: readonly Constraint[];
};

export type SourceNote = {
  readonly reliability: v.SourceReliability;
  readonly validity: v.InformationValidity;
  readonly relation: v.SubmitterRelation;
  /** sources of one group repeat one another, and count once */
  readonly independentGroup: string | null;
  readonly evidenceType: v.EvidenceType;
  /** saw or lived it, rather than heard of it */
  readonly firstHand: boolean;
  readonly text: string;
};

export type Conclusion = {
  readonly proofStandard: v.ProofStandard;
  readonly outcome: 'VERIFIED' | 'PROVISIONAL' | 'NOT_VERIFIED';
  /** how well the account as a whole stands, chosen by a person */
  readonly standing: v.FactStatus;
  readonly checks: readonly v.VerificationCheck[];
  /** why; owed where the chosen standing differs from what the rule proposes */
  readonly text: string;
};

export type RiskText = {
  readonly threat: number;
  readonly vulnerability: number;
  readonly capacity: number;
  readonly reasons: string;
  readonly grounds: readonly { readonly floor: Floor; readonly date: string | null }[];
  /** how dangerous it is to act, and not to, 1 to 5; must exist before any public step */
  readonly acting: { readonly score: number; readonly text: string };
  readonly notActing: { readonly score: number; readonly text: string };
};

/** The text of one language version. Markdown: paragraphs, headings, emphasis, lists, quotations. */
export type Text = { readonly title: string; readonly body: string };

export type Brief = { readonly language: v.Language; readonly title: string; readonly text: string };

export type LetterText = {
  readonly kind: v.LetterKind;
  /** ids of targets of the directory */
  readonly addressees: readonly string[];
  readonly texts: { readonly [L in v.Language]?: Text | undefined };
};

export type DecisionText = {
  readonly mode: v.ActionMode;
  readonly kinds: readonly v.LetterKind[];
  readonly text: string;
  /** the coordinator has read what must not be done; asked for at every decision */
  readonly constraintsRead: boolean;
};

export type ReferralText = {
  /** of the brief */
  readonly language: v.Language;
  readonly need: NeedText;
  /** all that the partner is shown */
  readonly brief: string;
  /** in the order in which they are asked */
  readonly partnerIds: readonly string[];
};

export type ClosingText = {
  readonly outcomes: readonly v.CaseOutcome[];
  readonly impact: v.Impact;
  readonly contribution: v.Contribution;
  readonly remainingRisk: v.Band;
  readonly remainingRiskText: string;
  readonly lesson?: string | undefined;
  readonly waiver?: string | undefined;
};

export type ConsentText = {
  readonly personId: string;
  readonly purpose: v.Purpose;
  readonly recipientId: string | null;
  readonly identifiability: v.Identifiability;
  readonly basis: v.ConsentBasis;
  readonly method: v.ConsentMethod;
  readonly language: v.Language;
  readonly explained: readonly v.ConsentExplained[];
  /** the person's own word, or the name of who spoke for them */
  readonly givenBy: string;
  readonly secondPersonId: string | null;
  readonly reason: string | null;
  readonly reviewAt: number | null;
  readonly validTo: number | null;
};

export type Reason = { readonly text: string };

/** Whom a sign-on is put to; empty lists leave nobody out. */
export type SignOnCall = { readonly regions: readonly v.Region[]; readonly excludedOrganisationIds: readonly string[] };
