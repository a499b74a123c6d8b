import type { Identifiability } from './vocabulary.ts';

/** What a text may give away about the people of a case: a name, the same name in other scripts and short forms, a pseudonym. */
export type Named = {
  readonly name: string;
  readonly otherNames?: readonly string[] | undefined;
  readonly pseudonym?: string | undefined;
};

/** Shorter words point at nobody; in scripts without capital letters a word of two letters may be a name. */
const SHORTEST = { latin: 3, other: 2 } as const;
const LATIN = /^\p{Script=Latin}+$/u;

/** Words that stand in names and everywhere else. */
// biome-ignore format: a list reads as a list
const PARTICLES = new Set([
  'del', 'der', 'des', 'dos', 'das', 'die', 'den', 'las', 'los', 'les', 'van', 'von', 'bin', 'ben', 'ibn', 'abu', 'mrs', 'miss', 'don', 'the', 'and', 'san',
  'sra', 'dra', 'بن', 'ابن', 'أبو', 'ابو', 'ام', 'عبد',
]);

const MARKS = /\p{M}/gu;
/** Joiners, direction marks and soft hyphens are not seen; tatweel only stretches an Arabic word. */
const UNSEEN = /[\p{Cf}\u0640]/gu;
/** Emphasis and escapes vanish when the page is drawn, and a name may be broken up by them. */
const MARKDOWN = /[*_~`\\]/g;
const NOT_A_LETTER = /[^\p{L}\p{N}]+/gu;
/** An entity is drawn as a letter that is not seen here: a text with one cannot be judged. */
const ENTITY = /&(?:#\d+|#x[0-9a-f]+|[a-z][a-z0-9]*);/i;
/** The Arabic article, with or without a conjunction or preposition written onto the word. */
const ATTACHED = /^[وفبلك]?ال(?=.{2})|^[وفبلك](?=.{2})|^لل(?=.{2})/u;

/** Letters only, without case, accents, marks or compatibility forms, words between single spaces: the same name however it is typed. */
const plain = (text: string): string =>
  ` ${text.replace(UNSEEN, '').replace(MARKDOWN, '').normalize('NFKD').replace(MARKS, '').toLowerCase().replace(NOT_A_LETTER, ' ').trim()} `;

/** The words of a text, those with something written onto them also without it. */
const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(
    text
      .trim()
      .split(' ')
      .flatMap((word) => [word, word.replace(ATTACHED, '')]),
  );

const holds = (text: string, words: string): boolean => words.trim() !== '' && text.includes(words);

const isTelling = (word: string): boolean =>
  !PARTICLES.has(word) && [...word].length >= (LATIN.test(word) ? SHORTEST.latin : SHORTEST.other);

/** Does the text hold the name, or any word of it that is long enough to point at somebody? */
const tells = (text: string, name: string): boolean => {
  const whole = plain(name);
  const seen = wordsOf(text);
  return holds(text, whole) || [...wordsOf(whole)].some((word) => isTelling(word) && seen.has(word));
};

/**
 * How much of these people the texts show: FULL_NAME as soon as one of them holds a telling part of a name, PSEUDONYM for a pseudonym, else ROLE_ONLY.
 * Deliberately strict: a word of a name that is also a common word counts as the name. Source: product rule 1, vocabulary 10 (identifiability).
 */
export const shownIn = (texts: readonly string[], people: readonly Named[]): Identifiability => {
  if (people.length > 0 && texts.some((text) => ENTITY.test(text))) return 'FULL_NAME';
  const all = texts.map(plain);
  const names = people.flatMap(({ name, otherNames }) => [name, ...(otherNames ?? [])]);
  if (names.some((name) => all.some((text) => tells(text, name)))) return 'FULL_NAME';
  const pseudonyms = people.flatMap(({ pseudonym }) => (pseudonym === undefined ? [] : [plain(pseudonym)]));
  return pseudonyms.some((pseudonym) => all.some((text) => holds(text, pseudonym))) ? 'PSEUDONYM' : 'ROLE_ONLY';
};

/** Does any of the texts name one of these others, by a word that is not also a name of the people it may speak of? */
export const namesAnother = (texts: readonly string[], others: readonly Named[], people: readonly Named[]): boolean => {
  const spokenOf = new Set(people.flatMap(({ name, otherNames }) => [name, ...(otherNames ?? [])].flatMap((n) => [...wordsOf(plain(n))])));
  const all = texts.map((text) => wordsOf(plain(text)));
  const words = others.flatMap(({ name, otherNames }) => [name, ...(otherNames ?? [])].flatMap((n) => [...wordsOf(plain(n))]));
  return words.some((word) => isTelling(word) && !spokenOf.has(word) && all.some((text) => text.has(word)));
};

/** Does any of the texts hold this place, as it was named at intake? */
export const namesPlace = (texts: readonly string[], place: string): boolean =>
  place.split(/[,;]/u).some((part) => part.trim().length > SHORTEST.latin && texts.some((text) => holds(plain(text), plain(part))));
