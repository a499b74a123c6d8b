/** What a passphrase must be worth, in bits. Guessing it is slowed by Argon2id; 70 bits keep it out of reach of those who can pay for guessing. */
export const FLOOR_BITS = 70;

/** The passphrase that is meant: the same however it was composed or spaced by a keyboard. */
export const meant = (typed: string): string => typed.normalize('NFKC').trim().replaceAll(/\s+/g, ' ');

// What guessers try first. A word that is in here, or seen before in the same passphrase, adds next to nothing.
const COMMON = new Set(
  (
    'password passphrase passwort contrasena contraseña motdepasse mot passe secret secreto admin welcome login letmein iloveyou love amor amour habibi ' +
    'qwerty azerty qwertyuiop asdf asdfgh zxcv zxcvbn abc abcd abcdef monkey dragon master sunshine princess football hello hola bonjour marhaba salam ' +
    'solidarity solidaridad solidarité liberty libertad liberté freedom peace paz paix justice justicia human rights ' +
    'the and for you are this that with not my is to of in it be on at a i me we our your one two three ' +
    'el la los las un una de en y que es mi tu su con por no si uno dos tres le les des du et est je tu il ce mon ma ton pas sur un deux trois ' +
    'كلمة السر مرحبا سلام حبيبي في من على إلى هذا هذه أنا أنت هو هي و لا نعم يا الله'
  ).split(' '),
);

const ROWS = ['abcdefghijklmnopqrstuvwxyz', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'azertyuiop', 'qsdfghjklm', '01234567890', '09876543210'];

const WORD_BITS = 10;
const COMMON_BITS = 3;
const REPEATED_BITS = 1;
/** Scripts that write no spaces: a word is some two characters, not the whole run. */
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]+$/u;

const isRow = (text: string): boolean =>
  text.length > 2 && ROWS.some((row) => row.includes(text) || [...row].reverse().join('').includes(text));
const distinct = (text: string): number => new Set(text).size;

function wordBits(word: string): number {
  const letters = word.toLowerCase();
  if (COMMON.has(letters) || isRow(letters)) return COMMON_BITS;
  if (UNSPACED.test(letters)) return Math.ceil(distinct(letters) / 2) * WORD_BITS;
  // A word is chosen from those that come to mind, however long it is; capitals inside it are worth a bit each, up to three.
  const capitals = [...word.slice(1)].filter((letter) => letter !== letter.toLowerCase()).length;
  return Math.min(distinct(letters) * 4.7, WORD_BITS) + Math.min(capitals, 3);
}

function digitBits(digits: string): number {
  if (isRow(digits) || distinct(digits) === 1) return COMMON_BITS;
  // A year, or a day: of a hundred years, or of all days in them.
  if (/^(?:19|20)\d\d$/.test(digits)) return 6.6;
  if (/^\d{6}$|^\d{8}$/.test(digits)) return 15;
  return distinct(digits) > 3 ? digits.length * 3.3 : distinct(digits) * 3.3;
}

/**
 * How many bits a passphrase that a person chose is worth, on the low side: words count as words that come to mind, not as letters; repeats, keyboard
 * rows and what guessers try first count next to nothing. Random letters are therefore undervalued; what this page suggested is known exactly, and
 * does not come here.
 */
export function estimatedBits(passphrase: string): number {
  const seen = new Set<string>();
  let bits = 0;
  for (const [part] of meant(passphrase).matchAll(/[\p{L}\p{M}]+|\p{Nd}+|[^\p{L}\p{M}\p{Nd}]+/gu)) {
    const key = part.toLowerCase();
    if (seen.has(key)) bits += /^\s+$/.test(part) ? 0 : REPEATED_BITS;
    else if (/^\p{Nd}/u.test(part)) bits += digitBits(part);
    else if (/^[\p{L}\p{M}]/u.test(part)) bits += wordBits(part);
    else bits += /^[ \-_.]+$/.test(part) ? 1 : Math.min(distinct(part) * 4, 8);
    seen.add(key);
  }
  return Math.floor(bits);
}
