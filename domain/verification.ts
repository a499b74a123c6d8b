// From sources to the standing of a fact. A rule proposes from the record, a person confirms. Source: product stage 4, vocabulary 5.
import type { Policy } from './policy.ts';
import { type Refusal, refuse } from './refusal.ts';
import {
  type Band,
  type EvidenceType,
  type FactStatus,
  type InformationValidity,
  type SourceReliability,
  VERIFICATION_CHECKS,
  type VerificationCheck,
} from './vocabulary.ts';

/** What one source says about one fact. */
export type FactSource = {
  readonly id: string;
  /** sources with the same origin share a group: two outlets repeating one report are one; null: independence was not stated */
  readonly independenceGroup: string | null;
  readonly reliability: SourceReliability;
  readonly validity: InformationValidity;
  readonly evidence: EvidenceType;
  readonly firstHand: boolean;
  readonly trustedMember: boolean;
};

type ProposedStatus = Exclude<FactStatus, 'RETRACTED'>;

export type Outcome = {
  readonly status: ProposedStatus;
  /** independent origins that support the fact */
  readonly independent: number;
  readonly documentary: number;
  readonly disputing: number;
  readonly say: string;
};

const DOCUMENTARY: ReadonlySet<EvidenceType> = new Set([
  'AFFIDAVIT',
  'MEDICAL',
  'COURT',
  'PHOTO',
  'VIDEO',
  'AUDIO',
  'CHAT_EXPORT',
  'GOVERNMENT_STATEMENT',
  'SATELLITE',
  'GEODATA',
]);

const isReliable = (source: FactSource): boolean => source.reliability === 'HIGHLY_RELIABLE' || source.reliability === 'LIKELY_RELIABLE';

/** Reliability and validity are judged apart, and a source counts only if neither speaks against it. */
const supports = (source: FactSource): boolean =>
  (isReliable(source) || source.reliability === 'UNSURE') && (source.validity === 'CONFIRMED' || source.validity === 'LIKELY');

const disputes = (source: FactSource): boolean =>
  isReliable(source) && (source.validity === 'CONTRADICTED' || source.validity === 'UNLIKELY');

/** Sources whose independence nobody stated may all be one, so together they are counted as one. */
const originsOf = (sources: readonly FactSource[]): number => new Set(sources.map((source) => source.independenceGroup)).size;

/** The standing that the rule proposes for one fact. */
export const proposeOutcome = (sources: readonly FactSource[]): Outcome => {
  const supporting = sources.filter(supports);
  const counts = {
    independent: originsOf(supporting),
    documentary: supporting.filter((source) => DOCUMENTARY.has(source.evidence) && source.validity === 'CONFIRMED' && isReliable(source))
      .length,
    disputing: sources.filter(disputes).length,
  };
  if (counts.disputing > 0) return { status: 'DISPUTED', ...counts, say: 'A reliable source contradicts it or doubts it.' };
  if (counts.documentary > 0) return { status: 'DOCUMENTED', ...counts, say: 'A reliable, confirmed document supports it.' };
  if (counts.independent >= 2 && supporting.some(isReliable)) {
    return { status: 'CORROBORATED', ...counts, say: `${counts.independent} independent origins support it.` };
  }
  return { status: 'ASSERTED', ...counts, say: 'Fewer than two independent origins, one of them reliable, support it.' };
};

/** A conclusion about one fact that somebody wants to record. */
export type Conclusion = { readonly outcome: Outcome; readonly chosen: FactStatus; readonly reasonGiven: boolean };

const conclusionRefusal = ({ outcome, chosen, reasonGiven }: Conclusion): Refusal | null => {
  if (chosen === 'CORROBORATED' && outcome.independent < 2) {
    return refuse('NOT_INDEPENDENT', 'Corroborated means two independent origins. State which sources are independent, or find a second.');
  }
  if (chosen === 'DOCUMENTED' && outcome.documentary === 0) {
    return refuse(
      'NO_DOCUMENT',
      'Documented means a document that was checked and confirmed. Add it as a source, or choose another standing.',
    );
  }
  return chosen === outcome.status || reasonGiven
    ? null
    : refuse('REASON_MISSING', 'You conclude other than the record suggests: give the reason.');
};

/** May the verification be concluded so? The rule only proposes: a person concludes, after the checks, and says why where they differ. */
export const mayConclude = (conclusion: {
  readonly by: 'SOFTWARE' | 'PERSON';
  readonly facts: readonly Conclusion[];
  readonly checks: readonly VerificationCheck[];
}): Refusal | null => {
  if (conclusion.by === 'SOFTWARE') return refuse('PERSON_NEEDED', 'A person concludes a verification: read the proposal and confirm it.');
  if (conclusion.facts.length === 0) return refuse('NO_FACT', 'Name at least one fact that was verified.');
  const missing = VERIFICATION_CHECKS.filter((check) => !conclusion.checks.includes(check));
  if (missing.length > 0)
    return refuse('CHECKS_MISSING', `Record these checks first, also when they found nothing: ${missing.join(', ')}.`);
  return conclusion.facts.map(conclusionRefusal).find((refusal) => refusal !== null) ?? null;
};

/**
 * May the network act before the verification is done? In the gravest band, on a trusted member's own observation; then the verification
 * is due at `verifyBy` (epoch ms).
 */
export const provisionalAction = (
  band: Band,
  sources: readonly FactSource[],
  atMs: number,
  policy: Pick<Policy, 'verification'>,
): { readonly verifyBy: number } | Refusal => {
  const { provisionalBands, provisionalWithin } = policy.verification;
  if (!provisionalBands.includes(band)) {
    return refuse('BAND_ALLOWS_NO_PROVISIONAL', `Provisional action is for ${provisionalBands.join(', ')} cases: verify first.`);
  }
  if (sources.some(disputes)) return refuse('DISPUTED', 'A reliable source contradicts the report: verify first.');
  if (!sources.some((source) => source.trustedMember && source.firstHand && supports(source))) {
    return refuse(
      'NO_FIRST_HAND_REPORT',
      'Provisional action needs the first-hand report of a trusted member: ask for one, or verify first.',
    );
  }
  return { verifyBy: atMs + provisionalWithin };
};

/** The six elements without which the United Nations cannot take up a disappearance. */
// biome-ignore format: a list reads as a list
export const DISAPPEARANCE_ELEMENTS = ['IDENTITY', 'DATE', 'PLACE', 'PRESUMED_RESPONSIBLE', 'STEPS_TAKEN', 'SUBMITTER_AND_CONSENT'] as const;
export type DisappearanceElement = (typeof DISAPPEARANCE_ELEMENTS)[number];

/** What is still missing of a report of disappearance, piece by piece. */
export const disappearanceMissing = (known: readonly DisappearanceElement[]): readonly DisappearanceElement[] =>
  DISAPPEARANCE_ELEMENTS.filter((element) => !known.includes(element));
