import type { Identifiability } from './vocabulary.ts';

/** What a text may give away about the people of a case. */
export type Named = { readonly name: string; readonly pseudonym?: string | undefined };

/** Shorter words are particles and initials (de, bin, ou): they point at nobody. */
const SHORTEST_TELLING = 4;

const MARKS = /\p{M}/gu;
const NOT_A_LETTER = /[^\p{L}\p{N}]+/gu;

/** Letters only, without case, accents or compatibility forms, words between single spaces: the same name however it is typed. */
const plain = (text: string): string => ` ${text.normalize('NFKD').replace(MARKS, '').toLowerCase().replace(NOT_A_LETTER, ' ').trim()} `;

const holds = (text: string, words: string): boolean => words.trim() !== '' && text.includes(words);

/** Does the text hold the name, or any word of it that is long enough to point at somebody? */
const tells = (text: string, name: string): boolean => {
  const whole = plain(name);
  const words = whole
    .trim()
    .split(' ')
    .filter((word) => word.length >= SHORTEST_TELLING);
  return holds(text, whole) || words.some((word) => holds(text, ` ${word} `));
};

/**
 * How much of these people the texts show: FULL_NAME as soon as one of them holds a telling part of a name, PSEUDONYM for a pseudonym, else ROLE_ONLY.
 * Deliberately strict: a word of a name that is also a common word counts as the name. Source: product rule 1, vocabulary 10 (identifiability).
 */
export const shownIn = (texts: readonly string[], people: readonly Named[]): Identifiability => {
  const all = texts.map(plain);
  if (people.some(({ name }) => all.some((text) => tells(text, name)))) return 'FULL_NAME';
  const pseudonyms = people.flatMap(({ pseudonym }) => (pseudonym === undefined ? [] : [plain(pseudonym)]));
  return pseudonyms.some((pseudonym) => all.some((text) => holds(text, pseudonym))) ? 'PSEUDONYM' : 'ROLE_ONLY';
};

/** Does any of the texts hold this place, as it was named at intake? */
export const namesPlace = (texts: readonly string[], place: string): boolean =>
  place.split(/[,;]/u).some((part) => part.trim().length >= SHORTEST_TELLING && texts.some((text) => holds(plain(text), plain(part))));
