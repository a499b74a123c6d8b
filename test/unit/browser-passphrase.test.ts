import { describe, expect, it } from 'vitest';
import { readRecoveryCode, recoveryCode } from '../../api/browser/recovery-code.ts';
import { estimatedBits, FLOOR_BITS, meant } from '../../api/browser/strength.ts';
import { suggest } from '../../api/browser/suggestion.ts';
import { randomBytes } from '../../crypto/sodium.ts';
import { LANGUAGES } from '../../domain/vocabulary.ts';
import { figure } from '../support/figures.ts';

/** What guessers try, dressed up: each looks long or mixed, and none of it is hard to guess. */
const GUESSABLE = [
  'Password1234567890!',
  'passwordpasswordpasswordpassword',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwerty asdfgh zxcvbn azerty qwertyuiop',
  'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  'abcdefghijklmnopqrstuvwxyz0123456789',
  'abcabcabcabcabcabcabcabcabcabc',
  '1234567890 1234567890 1234567890',
  '01011990 24121985',
  'iloveyou iloveyou iloveyou iloveyou iloveyou',
  'the one and the two and the three and me and you',
  'solidarity solidaridad solidarité freedom libertad liberté peace paz paix',
  'mi contraseña es la contraseña de mi amor y de mi libertad',
  'je suis la liberté et la paix et la justice',
  'كلمة السر كلمة السر كلمة السر كلمة السر',
  'سلام مرحبا حبيبي الله نعم لا هذا هذه',
  'a!a!a!a!a!a!a!a!a!a!a!a!a!a!a!a!a!a!a!a!',
  'Monkey2019!',
  'correct horse battery staple',
  '.... .... .... .... .... .... ....',
];

const CHOSEN_WELL = [
  'umbrella tinsmith quarry lantern ferret marzipan oboe thimble',
  'paraguas hojalata cantera farol hurón mazapán oboe dedal',
  'مظلة فانوس محجر نمس مرزبان مزمار كشتبان سنونو',
  'x7#Qm2)vL9@rT4!wK8$zB3',
];

describe('the strength of a passphrase', () => {
  it('does not take length or mixture for strength', () => {
    const passed = GUESSABLE.filter((passphrase) => estimatedBits(passphrase) >= FLOOR_BITS);
    expect(passed).toEqual([]);
    expect(figure({ name: 'guessable passphrases taken as strong', value: passed.length, unit: 'of 20', bound: '== 0', seed: null })).toBe(
      true,
    );
  });

  it('can be reached: words that nobody would put together, and random characters', () => {
    for (const passphrase of CHOSEN_WELL) expect(estimatedBits(passphrase), passphrase).toBeGreaterThanOrEqual(FLOOR_BITS);
  });

  it('would take most of the guessable ones if it only counted characters (the twin)', () => {
    const byLength = GUESSABLE.filter((passphrase) => passphrase.length * Math.log2(26) >= FLOOR_BITS);
    expect(byLength.length).toBeGreaterThan(GUESSABLE.length / 2);
  });

  it('is that of what is meant, however it was typed', () => {
    expect(meant('  ﬁne \u00a0 cafe\u0301\n')).toBe('fine café');
    expect(estimatedBits('')).toBe(0);
    expect(estimatedBits(' ')).toBe(0);
  });
});

describe('a suggested passphrase', () => {
  it.each(LANGUAGES)('in %s is worth more than the floor, and is drawn evenly', (language) => {
    const { passphrase, bits } = suggest(language);
    expect(bits).toBeGreaterThanOrEqual(FLOOR_BITS);
    expect(meant(passphrase)).toBe(passphrase);
    expect(suggest(language).passphrase).not.toBe(passphrase);
    expect(/\p{Script=Arabic}/u.test(passphrase)).toBe(language === 'ar');
  });

  it('draws again where a byte would favour the first letters', () => {
    // 14 consonants: bytes from 252 on are drawn again; 5 vowels: 255 is.
    const bytes = [255, 252, 0, 255, 0];
    const { passphrase } = suggest('en', (into) => into.set([bytes.shift() ?? 0]));
    expect(passphrase).toBe('bababa bababa bababa bababa');
    expect(bytes).toEqual([]);
  });
});

describe('the code of a recovery sheet', () => {
  it('is read back however it was typed', () => {
    const secret = randomBytes(32);
    const code = recoveryCode(secret);
    expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4} ){13}[0-9A-HJKMNP-TV-Z]{4}$/);
    const forms = [
      code,
      code.toLowerCase(),
      code.replaceAll(' ', ''),
      code.replaceAll(' ', ' - '),
      code.replaceAll('0', 'o').replaceAll('1', 'l'),
    ];
    for (const typed of forms) expect(readRecoveryCode(typed)).toEqual(secret);
    expect(readRecoveryCode(recoveryCode(new Uint8Array(32)).replaceAll('0', '٠'))).toEqual(new Uint8Array(32));
  });

  it('tells every slip of one character, and every exchange of two neighbours', () => {
    const code = recoveryCode(randomBytes(32)).replaceAll(' ', '');
    let taken = 0;
    for (let at = 0; at < code.length; at += 1) {
      const [here = '', next = ''] = [code[at], code[at + 1]];
      const slips = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'].filter((character) => character !== here);
      const changed = slips.map((character) => code.slice(0, at) + character + code.slice(at + 1));
      if (next !== '' && next !== here) changed.push(code.slice(0, at) + next + here + code.slice(at + 2));
      taken += changed.filter((typed) => readRecoveryCode(typed) !== null).length;
    }
    expect(
      figure({ name: 'slips in a recovery code that were taken', value: taken, unit: 'of some 1790', bound: '== 0', seed: null }),
    ).toBe(true);
    for (const typed of ['', code.slice(1), `${code}0`, code.replace(/./, 'U'), 'x'.repeat(100_000)])
      expect(readRecoveryCode(typed)).toBeNull();
  });

  it('tells them by its check alone (the twin): with the check that belongs to it, the other key is read', () => {
    const other = randomBytes(32);
    expect(readRecoveryCode(recoveryCode(other))).toEqual(other);
  });
});
