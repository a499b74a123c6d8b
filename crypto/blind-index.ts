import { domainToASCII } from 'node:url';
import { utf8 } from './bytes.ts';
import { keyedDigest } from './digest.ts';
import type { NamedKey } from './key-id.ts';
import { SealError } from './seal-error.ts';

/** A value that went through one of the normalisations below: only such a value is indexed, or equal things would not be found equal. */
export type Normalised = string & { readonly __normalised: unique symbol };

/** What is looked up. Two purposes never share an index, even for the same text. */
export type IndexPurpose = 'person-name' | 'organisation-name' | 'mail-address';

// Accents of alphabets that are read without them. Vowel signs of Indic and South-East Asian scripts are letters and stay, as do the kana voicing marks.
const ACCENT = /(?=\p{M})(?![\u3099\u309a])[\p{Script=Inherited}\p{Script=Arabic}\p{Script=Cyrillic}\p{Script=Hebrew}\p{Script=Syriac}]/gu;
const INVISIBLE = /[\p{Cf}\u0640]/gu;
const BETWEEN_WORDS = /[^\p{L}\p{M}\p{N}]+/gu;

function withoutAccents(text: string): string {
  return text.normalize('NFKD').replace(ACCENT, '');
}

/**
 * A name as it is compared: compatibility forms, case, accents, invisible characters, the Arabic tatweel, punctuation and repeated spaces make no
 * difference. The order of the names does. Refuses (`input`) a name of which nothing is left.
 */
export function normaliseName(name: string): Normalised {
  // Upper case first folds what has no single lower case (ß and ss, the two Greek final sigmas, the Turkish dotless i).
  const folded = withoutAccents(withoutAccents(name.replace(INVISIBLE, '')).toUpperCase().toLowerCase());
  const words = folded.normalize('NFKC').replace(BETWEEN_WORDS, ' ').trim();
  if (words === '') throw new SealError('input');
  return words as Normalised;
}

/**
 * An address as it is compared: case makes no difference, an international domain equals its ASCII form. Accents and everything before a plus sign
 * stay, because they tell mailboxes apart. Refuses (`input`) what is not one local part and one domain; it is no check that mail can be sent there.
 */
export function normaliseAddress(address: string): Normalised {
  const trimmed = address.trim().normalize('NFC');
  const at = trimmed.lastIndexOf('@');
  const local = trimmed.slice(0, Math.max(at, 0));
  const domain = domainToASCII(trimmed.slice(at + 1));
  if (local === '' || domain === '' || local.includes('@') || /[\s\p{Cc}\p{Cf}]/u.test(trimmed)) throw new SealError('input');
  return `${local.toUpperCase().toLowerCase().normalize('NFC')}@${domain}` as Normalised;
}

/**
 * The value of a blind index column: equal for equal values, telling nothing else to whom lacks the key. Names are few and guessable, so that whoever
 * holds the key can test guesses; that is why the key is in the keyring file and never in the database.
 */
export function blindIndex(key: NamedKey, purpose: IndexPurpose, value: Normalised): string {
  return keyedDigest(key, `index-${purpose}`, utf8(value));
}
