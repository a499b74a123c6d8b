// The ledger of consent: what a person (or whoever may speak for them) agreed to, and what it permits at one instant. All instants are
// epoch ms. Source: product rule 1 (consent first), vocabulary 10.
import type { Policy } from './policy.ts';
import { type Refusal, refuse } from './refusal.ts';
import {
  CONSENT_EXPLAINED,
  type ConsentBasis,
  type ConsentExplained,
  type ConsentMethod,
  IDENTIFIABILITIES,
  type Identifiability,
  type Language,
  type Purpose,
} from './vocabulary.ts';

/** One statement about one person. Statements are added and withdrawn, never changed. */
export type ConsentEntry = {
  readonly id: string;
  readonly purpose: Purpose;
  /** whom it is for; null: anybody whom the purpose reaches */
  readonly recipientId: string | null;
  /** the most that may be shown */
  readonly identifiability: Identifiability;
  readonly basis: ConsentBasis;
  readonly method: ConsentMethod;
  readonly language: Language;
  readonly explained: readonly ConsentExplained[];
  /** who spoke: the person, or their proxy; with VITAL_INTEREST the member of staff who decided */
  readonly givenBy: string;
  /** the second member of staff who agreed; only with VITAL_INTEREST */
  readonly secondPersonId: string | null;
  /** where the reason of a proxy lies, sealed */
  readonly reasonDocumentId: string | null;
  /** when a proxy's consent has to be looked at again; from then on it permits nothing until somebody did */
  readonly reviewAt: number | null;
  readonly validFrom: number;
  readonly validTo: number | null;
  readonly withdrawnAt: number | null;
};

export type ConsentAsk = {
  readonly purpose: Purpose;
  readonly recipientId?: string;
  readonly identifiability: Identifiability;
  /** whose name it is: a community's decision does not replace the consent of a named individual */
  readonly about?: 'PERSON' | 'COMMUNITY';
};

export type ConsentRules = Policy['consent'];

const PROXY: ReadonlySet<ConsentBasis> = new Set(['PARENT_OR_GUARDIAN', 'FAMILY', 'LEGAL_REPRESENTATIVE', 'COLLECTIVE_DECISION']);
const PUBLIC: ReadonlySet<Purpose> = new Set(['PUBLIC_LETTER', 'MEDIA', 'UN_LETTER_TO_STATE', 'UN_PUBLIC_REPORT']);

const levelOf = (identifiability: Identifiability): number => IDENTIFIABILITIES.indexOf(identifiability);

const isWithdrawn = (entry: ConsentEntry, atMs: number): boolean => entry.withdrawnAt !== null && entry.withdrawnAt <= atMs;

/** A statement is heard from its first day on, and its withdrawal at once, even when that first day has not come. */
const isHeard = (entry: ConsentEntry, atMs: number): boolean => entry.validFrom <= atMs || isWithdrawn(entry, atMs);

/** When the word was last spoken that this entry stands for. */
const spokenAt = (entry: ConsentEntry, atMs: number): number =>
  isWithdrawn(entry, atMs) ? (entry.withdrawnAt ?? entry.validFrom) : entry.validFrom;

/**
 * The last word of one scope: whatever was said or taken back last replaces all that was said before, which does not come back to life when
 * the last word ends. What was said at the very same instant counts together: all of it must permit.
 */
const lastWords = (
  entries: readonly ConsentEntry[],
  atMs: number,
): { readonly words: readonly ConsentEntry[]; readonly spoken: number } => {
  const heard = entries.filter((entry) => isHeard(entry, atMs));
  const spoken = Math.max(...heard.map((entry) => spokenAt(entry, atMs)));
  return { words: heard.filter((entry) => spokenAt(entry, atMs) === spoken).sort((a, b) => (a.id < b.id ? -1 : 1)), spoken };
};

const refusalOf = (word: ConsentEntry, ask: ConsentAsk, atMs: number): Refusal | null => {
  if (isWithdrawn(word, atMs))
    return refuse('CONSENT_WITHDRAWN', 'Consent for this was withdrawn. Stop here, and ask the person only if they want to be asked.');
  if (word.validTo !== null && word.validTo <= atMs)
    return refuse('CONSENT_EXPIRED', 'Consent for this has run out. Ask the person again.');
  if (word.reviewAt !== null && word.reviewAt <= atMs) {
    return refuse(
      'CONSENT_REVIEW_DUE',
      'Consent was given for somebody else and its review is due. Try to ask the person, or confirm the reason again.',
    );
  }
  if (levelOf(ask.identifiability) > levelOf(word.identifiability)) {
    return refuse('CONSENT_TOO_NARROW', 'The person agreed to be shown less than this. Show less, or ask the person.');
  }
  if (word.basis === 'COLLECTIVE_DECISION' && ask.about !== 'COMMUNITY' && levelOf(ask.identifiability) > levelOf('ROLE_ONLY')) {
    return refuse('CONSENT_NOT_PERSONAL', 'A community’s decision does not cover the name of one of its people. Ask that person.');
  }
  return null;
};

/**
 * May this be disclosed now? Asked at the moment of disclosure, with the whole ledger of the one person concerned, in any order.
 * A word for the very recipient comes before a word for all; a later word for all can only take away from it. A withdrawal for one
 * recipient is not undone by agreeing for all.
 */
export const permits = (
  ledger: readonly ConsentEntry[],
  ask: ConsentAsk,
  atMs: number,
): { readonly permitted: true; readonly by: string } | Refusal => {
  if (ask.purpose === 'REFERRAL' && ask.recipientId === undefined) {
    return refuse('RECIPIENT_NOT_NAMED', 'Consent to a referral names the partner: say which partner this is for.');
  }
  const ofPurpose = ledger.filter((entry) => entry.purpose === ask.purpose);
  const wordsFor = (recipientId: string | null) =>
    lastWords(
      ofPurpose.filter((entry) => entry.recipientId === recipientId),
      atMs,
    );
  const forAll = ask.purpose === 'REFERRAL' ? lastWords([], atMs) : wordsFor(null);
  const forOne = ask.recipientId === undefined ? lastWords([], atMs) : wordsFor(ask.recipientId);
  const decisive = forOne.words.length > 0 ? [...forOne.words, ...(forAll.spoken >= forOne.spoken ? forAll.words : [])] : forAll.words;
  const [by] = decisive;
  if (by === undefined) return refuse('CONSENT_MISSING', 'The person has not agreed to this. Ask them first, or leave it.');
  for (const word of decisive) {
    const refusal = refusalOf(word, ask, atMs);
    if (refusal !== null) return refusal;
  }
  return { permitted: true, by: by.id };
};

/** Everything that keeps a statement from being recorded; empty when it may be. */
export const entryProblems = (entry: ConsentEntry, rules: ConsentRules): readonly Refusal[] => {
  const problems: Refusal[] = [];
  const add = (code: string, say: string): unknown => problems.push(refuse(code, say));
  if (entry.purpose === 'REFERRAL' && entry.recipientId === null)
    add('RECIPIENT_NOT_NAMED', 'Consent to a referral names the partner: choose one.');
  if (entry.validTo !== null && entry.validTo <= entry.validFrom) add('ENDS_BEFORE_IT_BEGINS', 'Consent must end after it begins.');
  if (
    PUBLIC.has(entry.purpose) &&
    entry.basis !== 'VITAL_INTEREST' &&
    !CONSENT_EXPLAINED.every((point) => entry.explained.includes(point))
  ) {
    add(
      'NOT_EXPLAINED',
      'Before anything public, explain the risks of publicity, of reprisal, and the limits of withdrawal; then record that you did.',
    );
  }
  if (PROXY.has(entry.basis)) {
    if (entry.reasonDocumentId === null)
      add('PROXY_WITHOUT_REASON', 'Write down why somebody else speaks for the person, or how the community decided.');
    if (entry.reviewAt === null || entry.reviewAt <= entry.validFrom || entry.reviewAt > entry.validFrom + rules.proxyReviewWithin) {
      add('PROXY_WITHOUT_REVIEW', 'Set a date, within the time that the policy allows, at which this consent is looked at again.');
    }
  }
  if (entry.basis === 'VITAL_INTEREST') {
    if (entry.secondPersonId === null || entry.secondPersonId === entry.givenBy) {
      add('SECOND_PERSON_MISSING', 'Acting in somebody’s vital interest takes two people: name the second.');
    }
    if (entry.validTo === null || entry.validTo > entry.validFrom + rules.vitalInterestAtMost) {
      add('TIME_LIMIT_MISSING', 'Acting in somebody’s vital interest is limited in time: set an end within what the policy allows.');
    }
  }
  return problems;
};
