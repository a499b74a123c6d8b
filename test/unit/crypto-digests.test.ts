import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blindIndex, normaliseAddress, normaliseName } from '../../crypto/blind-index.ts';
import { type CanonicalValue, canonicalJson } from '../../crypto/canonical.ts';
import { digestKeyId, letterDigest, sameDigest } from '../../crypto/digest.ts';
import { newKeyringText, parseKeyring } from '../../crypto/keyring.ts';
import { mintToken, readToken, tokenDigests } from '../../crypto/link-token.ts';
import { fromBase64Url, toBase64Url } from '../../crypto/sodium.ts';
import { figure } from '../support/figures.ts';

const SEED = 20260118;
const keyring = parseKeyring(newKeyringText(new Date('2026-01-02T03:04:05.000Z')));
const other = parseKeyring(newKeyringText(new Date('2026-01-02T03:04:05.000Z')));
const refused = (code: string) => expect.objectContaining({ name: 'SealError', code });

describe('a name in the blind index', () => {
  test.each([
    ['Ana  María  Núñez', 'ana maria nunez'],
    ['O’Brien-Smith', "O'brien smith"],
    ['Straße', 'STRASSE'],
    ['ＡＮＡ', 'Ana'],
    ['Işık', 'IŞIK'],
    ['ΟΔΥΣΣΕΥΣ', 'Οδυσσεύς'],
    ['أحمد', 'احمد'],
    ['مُحَمَّد', 'محمد'],
    ['محمـــد', 'محمد'],
    ['\u200fمحمد\u200e', 'محمد'],
    ['Ёлкина', 'Елкина'],
    ['e\u0301lodie', 'Élodie'],
  ])('%s is %s', (a, b) => {
    expect(normaliseName(a)).toBe(normaliseName(b));
  });

  test.each([
    ['Ana', 'Anna'],
    ['Ana Maria', 'Maria Ana'],
    ['कि', 'कु'],
    ['はは', 'ばば'],
  ])('%s is not %s', (a, b) => {
    expect(normaliseName(a)).not.toBe(normaliseName(b));
  });

  test('is normal once normalised, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        if (!/[a-z]/i.test(name)) return;
        const once = normaliseName(name);
        expect(normaliseName(once)).toBe(once);
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  test.each(['', '   ', '--', '\u200f'])('is refused where nothing is left of it', (name) => {
    expect(() => normaliseName(name)).toThrow(refused('input'));
  });
});

describe('an address in the blind index', () => {
  test.each([
    [' Desk@Network.Example ', 'desk@network.example'],
    ['desk@bücher.example', 'desk@xn--bcher-kva.example'],
    ['Jose\u0301@network.example', 'josé@NETWORK.example'],
  ])('%s is %s', (a, b) => {
    expect(normaliseAddress(a)).toBe(normaliseAddress(b));
  });

  test.each([
    ['jose@network.example', 'josé@network.example'],
    ['desk+one@network.example', 'desk@network.example'],
  ])('%s is not %s', (a, b) => {
    expect(normaliseAddress(a)).not.toBe(normaliseAddress(b));
  });

  test.each([
    '',
    'desk',
    '@network.example',
    'desk@',
    'a@b@network.example',
    'de sk@network.example',
    'desk@network.example\r\nBcc: x@y.example',
  ])('is refused where it is not one: %j', (address) => {
    expect(() => normaliseAddress(address)).toThrow(refused('input'));
  });
});

describe('a blind index', () => {
  const key = keyring.active('blind-index');

  test('is equal for equal values only, per purpose and per key', () => {
    const name = normaliseName('Ana Núñez');
    expect(blindIndex(key, 'person-name', name)).toBe(blindIndex(key, 'person-name', normaliseName('ANA NUNEZ')));
    const others = [
      blindIndex(key, 'person-name', normaliseName('Ana Nuno')),
      blindIndex(key, 'organisation-name', name),
      blindIndex(other.active('blind-index'), 'person-name', name),
    ];
    expect(others).not.toContain(blindIndex(key, 'person-name', name));
  });

  test('names its key', () => {
    expect(digestKeyId(blindIndex(key, 'person-name', normaliseName('Ana')))).toBe('blind-index:1');
    for (const text of ['', 'blind-index:1', 'blind-index:1.x', `blind-index:1.${'A'.repeat(43)}.`, `BLIND:1.${'A'.repeat(43)}`]) {
      expect(digestKeyId(text)).toBeNull();
    }
  });
});

describe('a token', () => {
  const kinds = ['link', 'api', 'key-invitation'] as const;

  test.each(kinds)('of kind %s is found by its digest', (kind) => {
    const { token, digest } = mintToken(keyring, kind);
    expect(tokenDigests(keyring, kind, token)).toEqual([digest]);
    expect(digest).not.toContain(token.slice(4));
    expect(tokenDigests(other, kind, token)).not.toContain(digest);
  });

  test('of one kind has no digest of the other, even with the same bytes', () => {
    const { token, digest } = mintToken(keyring, 'link');
    expect(tokenDigests(keyring, 'api', token)).toEqual([]);
    expect(tokenDigests(keyring, 'api', `sos_${token}`)).not.toContain(digest);
  });

  test('has one spelling: nothing else of its length reads as the same bytes', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=. \n';
    const { token } = mintToken(keyring, 'link');
    const bytes = toBase64Url(readToken('link', token) ?? new Uint8Array());
    let same = 0;
    for (let at = 0; at < token.length; at++) {
      for (const character of alphabet) {
        const spelling = token.slice(0, at) + character + token.slice(at + 1);
        const read = readToken('link', spelling);
        if (spelling !== token && read !== null && toBase64Url(read) === bytes) same += 1;
      }
    }
    expect(figure({ name: 'other spellings of a link token accepted', value: same, unit: 'spellings', bound: '== 0', seed: null })).toBe(
      true,
    );
  });

  test('is refused unless it is text of the right length', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.anything()), (value) => {
        expect(readToken('link', value)).toBeNull();
      }),
      { seed: SEED, numRuns: 500 },
    );
    expect(readToken('link', 'A'.repeat(1_000_000))).toBeNull();
  });

  test('digests are compared whole', () => {
    const { digest } = mintToken(keyring, 'link');
    expect(sameDigest(digest, digest)).toBe(true);
    expect(sameDigest(digest, `${digest}A`)).toBe(false);
    expect(sameDigest(digest, mintToken(keyring, 'link').digest)).toBe(false);
  });
});

describe('base64url', () => {
  test('reads back what it writes, and only that', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes) => {
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
      }),
      { seed: SEED },
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,44}$/), (text) => {
        const bytes = fromBase64Url(text);
        expect(bytes === null ? text : toBase64Url(bytes)).toBe(text);
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });
});

const canonicalValues = fc.letrec<{ value: CanonicalValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'grapheme' }),
    fc.maxSafeInteger().map((number) => number + 0),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.stringMatching(/^[a-z\u00e0-\u00ff]{0,6}$/), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

describe('canonical JSON', () => {
  test('does not depend on the order of members or the form of accents', () => {
    expect(canonicalJson({ b: 1, a: 'e\u0301' })).toBe(canonicalJson({ a: 'é', b: 1 }));
    expect(letterDigest({ b: 1, a: 'e\u0301' })).toBe(letterDigest({ a: 'é', b: 1 }));
  });

  test('is JSON, and canonical once read', () => {
    fc.assert(
      fc.property(canonicalValues, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['a member that is undefined', { a: undefined }],
    ['a hole', new Array(1)],
    ['a fraction', 0.5],
    ['minus zero', -0],
    ['a number beyond exactness', 2 ** 53],
    ['not a number', Number.NaN],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a key', { '\udc00': 1 }],
    ['two keys that are one in NFC', { é: 1, 'e\u0301': 2 }],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value as CanonicalValue)).toThrow(refused('canonical'));
  });

  test('refuses what has no end', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(() => canonicalJson(circle as CanonicalValue)).toThrow(refused('canonical'));
  });
});

describe('the digest of a letter', () => {
  test('changes with any change of the text', () => {
    const letter = { en: 'The eviction must stop.', es: 'El desalojo debe cesar.' };
    const digest = letterDigest(letter);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(letterDigest({ ...letter, en: 'The eviction must stop' })).not.toBe(digest);
    expect(letterDigest({ es: letter.es })).not.toBe(digest);
  });
});
