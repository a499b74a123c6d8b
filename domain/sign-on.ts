// Signing a letter: by the organisation's own act, on exactly this text. Source: product rule 2 and stage 7, vocabulary 8.
import { type Refusal, refuse } from './refusal.ts';
import { REGIONS, type Region } from './vocabulary.ts';

export type SignOnTally = {
  /** named on the letter */
  readonly named: number;
  /** counted, not named */
  readonly countOnly: number;
  readonly declined: number;
  readonly undecided: number;
  readonly withdrawn: number;
  /** what the minimum to publish is compared with: named and count-only together */
  readonly signatures: number;
};

/** The tally of live answers, one per organisation, from how often each answer was given. */
export const tallySignOn = (counts: Readonly<Record<string, number>>): SignOnTally => {
  const of = (answer: string): number => (Object.hasOwn(counts, answer) ? (counts[answer] ?? 0) : 0);
  const named = of('SIGN_PUBLIC');
  const countOnly = of('SIGN_COUNT_ONLY');
  return {
    named,
    countOnly,
    declined: of('DECLINE'),
    undecided: of('DECIDE_LATER'),
    withdrawn: of('WITHDRAWN'),
    signatures: named + countOnly,
  };
};

export type SignOnAttempt = {
  readonly organisationActive: boolean;
  /** the organisation speaks through its authorised signatory or their deputy */
  readonly authorised: boolean;
  /** the digest of the text that was read, and of the text that is frozen */
  readonly digestRead: string;
  readonly digestFrozen: string;
  readonly closesAt: number;
};

/** Why this organisation may not answer now, or null. The end of the window belongs to the closed side. */
export const signOnRefusal = (attempt: SignOnAttempt, atMs: number): Refusal | null => {
  if (!attempt.organisationActive) return refuse('INELIGIBLE', 'Only member organisations sign this letter. Write to the network to join.');
  if (!attempt.authorised) return refuse('NOT_AUTHORISED', 'Only the authorised signatory or the deputy signs for an organisation.');
  if (attempt.digestRead !== attempt.digestFrozen)
    return refuse('TEXT_CHANGED', 'The text has changed since you read it: read it again, then decide.');
  return atMs < attempt.closesAt ? null : refuse('SIGN_ON_CLOSED', 'The sign-on has closed.');
};

/** Signing in public against a government or a company at home can cost more: the member is told before the choice. */
export const isTargetAtHome = (organisationCountry: string, targetCountries: readonly string[]): boolean =>
  targetCountries.includes(organisationCountry);

export type Signatory = { readonly name: string; readonly country: string; readonly region: Region };
export type SignatoryGroup<S extends Signatory> = {
  readonly region: Region;
  readonly countries: readonly { readonly country: string; readonly signatories: readonly S[] }[];
};

/** Signatories by region and country. Regions keep one order; countries and names come as given, to be sorted in the reader's language. */
export const groupSignatories = <S extends Signatory>(signatories: readonly S[]): readonly SignatoryGroup<S>[] =>
  REGIONS.flatMap((region) => {
    const here = signatories.filter((signatory) => signatory.region === region);
    const countries = [...new Set(here.map((signatory) => signatory.country))].map((country) => ({
      country,
      signatories: here.filter((signatory) => signatory.country === country),
    }));
    return countries.length === 0 ? [] : [{ region, countries }];
  });
