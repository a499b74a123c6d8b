import type { Language } from '../../domain/vocabulary.ts';

/** A passphrase drawn by chance, and what that is worth. */
export interface Suggestion {
  readonly passphrase: string;
  /** Exact, for it was drawn evenly. */
  readonly bits: number;
}

// Invented words of three syllables can be said, remembered and typed; letters that look or sound alike are left out.
const LATIN = { consonants: [...'bdfgklmnprstvz'], vowels: [...'aeiou'], words: 4 };
const ARABIC = { consonants: [...'بتجدرزسفقكلمنه'], vowels: [...'اوي'], words: 5 };
const SYLLABLES = 3;

/** A number from 0 to `below` - 1, each as likely: what would favour the first ones is drawn again. */
function drawn(below: number, random: (into: Uint8Array<ArrayBuffer>) => unknown): number {
  const byte = new Uint8Array(1);
  const limit = 256 - (256 % below);
  do random(byte);
  while ((byte[0] ?? 0) >= limit);
  return (byte[0] ?? 0) % below;
}

/** Invented words in letters that the reader's keyboard has, worth 73 bits or more. @param random fills an array with random bytes */
export function suggest(
  language: Language,
  random: (into: Uint8Array<ArrayBuffer>) => unknown = (into) => crypto.getRandomValues(into),
): Suggestion {
  const { consonants, vowels, words } = language === 'ar' ? ARABIC : LATIN;
  const one = (of: readonly string[]): string => of[drawn(of.length, random)] ?? '';
  const word = (): string => Array.from({ length: SYLLABLES }, () => one(consonants) + one(vowels)).join('');
  return {
    passphrase: Array.from({ length: words }, word).join(' '),
    bits: Math.floor(words * SYLLABLES * Math.log2(consonants.length * vowels.length)),
  };
}
