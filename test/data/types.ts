// The shapes of the fictional cases in ./cases: what a coordinator would type at intake and at each later step.
// Every person, organisation and place in this folder is invented; addresses end in .example, countries have user-assigned codes.
// Where a text ends up in the file of a case it has the shape of domain/content.ts, with keys of the CSV files in place of ids.
import type { Brief, ClosingText, Conclusion, DecisionText, Intake, LetterText, RiskText, SourceNote, Text } from '../../domain/content.ts';
import type * as v from '../../domain/vocabulary.ts';

type CaseConsent = {
  /** key of a person of the intake */
  readonly person: string;
  readonly purpose: v.Purpose;
  /** partner_key of partners.csv, for REFERRAL */
  readonly recipient?: string;
  readonly identifiability: v.Identifiability;
  readonly basis: v.ConsentBasis;
  readonly method: v.ConsentMethod;
  readonly language: v.Language;
  readonly explained: readonly v.ConsentExplained[];
  /** the name of who spoke: the person, or whoever speaks for them */
  readonly givenBy: string;
  /** why somebody else speaks, and in how many days this is looked at again; both where the basis is a proxy's */
  readonly reason?: string;
  readonly reviewInDays?: number;
  /** YYYY-MM-DD */
  readonly validTo?: string;
};

export type CaseFixture = {
  /** the requester's `organisation` is an organisation_key of members.csv */
  readonly intake: Intake;
  readonly consents: readonly CaseConsent[];
  readonly sources: readonly SourceNote[];
  readonly conclusion: Conclusion;
  readonly risk: RiskText;
  readonly plan: { readonly actionMode: v.ActionMode } & Pick<DecisionText, 'kinds' | 'text'>;
  /** in English, as the Advisory Group reads it */
  readonly brief: Brief;
  readonly letter: Pick<LetterText, 'kind'> & {
    /** target_key of targets.csv */
    readonly addressees: readonly string[];
    /** paragraphs, bold and lists only */
    readonly texts: Readonly<Record<v.Language, Text>>;
  };
  readonly referral: {
    readonly language: v.Language;
    /** index into the needs of the intake */
    readonly needIndex: number;
    /** partner_key of partners.csv, in the order in which they are asked */
    readonly partnerKeys: readonly string[];
    readonly brief: string;
  };
  readonly closing: ClosingText;
};

/** A country of the fictional world: ./countries.json holds them all. */
export type FictionalCountry = { readonly code: string; readonly region: v.Region; readonly names: Readonly<Record<v.Language, string>> };
