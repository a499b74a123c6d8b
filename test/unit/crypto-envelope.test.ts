import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../crypto/bytes.ts';
import { envelopeKeyId, open, openJson, seal, sealJson } from '../../crypto/envelope.ts';
import type { NamedKey } from '../../crypto/key-id.ts';
import { bucketFor, PLAINTEXT_MAX_BYTES } from '../../crypto/padding.ts';
import { type Place, placeBytes } from '../../crypto/place.ts';
import { randomBytes } from '../../crypto/sodium.ts';
import { figure } from '../support/figures.ts';
import { accepted, everyBitFlipped, everyCut, refusal } from '../support/refusals.ts';
import { hexOf } from '../support/vectors.ts';

const SEED = 20260117;
const CASE = '00000000-0000-4000-8000-00000000c001';
const key: NamedKey = { id: `case:${CASE}:1`, key: randomBytes(32) };
const place: Place = { table: 'Document', column: 'sealed', row: 'row-1', version: 1, owner: CASE };

const names = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,20}$/);
const ids = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
const places: fc.Arbitrary<Place> = fc.record(
  { table: names, column: names, row: ids, version: fc.nat(), owner: ids },
  { requiredKeys: ['table', 'column', 'row', 'version'] },
);

describe('an envelope', () => {
  test('opens to what was sealed, at its place, with its key', () => {
    fc.assert(
      fc.property(places, fc.uint8Array({ maxLength: 2000 }), (at, plaintext) => {
        expect(hexOf(open(key, at, seal(key, at, plaintext)))).toBe(hexOf(plaintext));
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('does not open once any bit of it is changed', () => {
    const envelope = seal(key, place, utf8('an eviction is announced'));
    const outcome = accepted(Array.from(everyBitFlipped(envelope), (copy) => () => open(key, place, copy)));
    expect(outcome.tried).toBe(envelope.length * 8);
    const name = 'envelopes accepted after a changed bit';
    expect(figure({ name, value: outcome.accepted, unit: `of ${outcome.tried}`, bound: '== 0', seed: null })).toBe(true);
  });

  test('does not open when it is cut or lengthened anywhere', () => {
    const envelope = seal(key, place, utf8('an eviction is announced'));
    const outcome = accepted(Array.from(everyCut(envelope), (copy) => () => open(key, place, copy)));
    const name = 'envelopes accepted after a cut';
    expect(figure({ name, value: outcome.accepted, unit: `of ${outcome.tried}`, bound: '== 0', seed: null })).toBe(true);
  });

  test('does not open at any other place', () => {
    let moved = 0;
    let opened = 0;
    fc.assert(
      fc.property(places, places, fc.uint8Array({ maxLength: 300 }), (from, to, plaintext) => {
        if (hexOf(placeBytes(from)) === hexOf(placeBytes(to))) return;
        moved += 1;
        if (refusal(() => open(key, to, seal(key, from, plaintext))) !== 'refused') opened += 1;
      }),
      { seed: SEED, numRuns: 500 },
    );
    expect(figure({ name: 'envelopes accepted at another place', value: opened, unit: `of ${moved}`, bound: '== 0', seed: SEED })).toBe(
      true,
    );
  });

  test('does not open with any other key, not even one of the same id', () => {
    const envelope = seal(key, place, utf8('x'));
    const others = Array.from(everyBitFlipped(key.key), (bytes) => ({ id: key.id, key: bytes }));
    const outcome = accepted(others.map((other) => () => open(other, place, envelope)));
    const name = 'envelopes accepted with another key';
    expect(figure({ name, value: outcome.accepted, unit: `of ${outcome.tried}`, bound: '== 0', seed: null })).toBe(true);
    expect(refusal(() => open({ ...key, id: `case:${CASE}:2` }, place, envelope))).toBe('key-unknown');
  });

  test('these checks can fail: what is not altered is accepted', () => {
    const envelope = seal(key, place, utf8('x'));
    expect(accepted([() => open(key, { ...place }, envelope.slice())])).toEqual({ tried: 1, accepted: 1 });
  });

  test('is new each time, and names its key', () => {
    const sealed = Array.from({ length: 200 }, () => hexOf(seal(key, place, utf8('the same'))));
    expect(new Set(sealed).size).toBe(200);
    expect(envelopeKeyId(seal(key, place, utf8('the same')))).toBe(key.id);
  });

  test('has one size for all texts of a bucket', () => {
    const sizes = [0, 1, 100, 252].map((length) => seal(key, place, new Uint8Array(length)).length);
    expect(new Set(sizes).size).toBe(1);
    expect([253, 65_532, 65_533, 200_000].map(bucketFor)).toEqual([512, 65_536, 131_072, 262_144]);
  });

  test('holds at most 16 MiB', () => {
    const largest = new Uint8Array(PLAINTEXT_MAX_BYTES);
    expect(open(key, place, seal(key, place, largest)).length).toBe(PLAINTEXT_MAX_BYTES);
    expect(refusal(() => seal(key, place, new Uint8Array(PLAINTEXT_MAX_BYTES + 1)))).toBe('too-large');
  });

  test.each<[string, Partial<Place>]>([
    ['an empty row', { row: '' }],
    ['an empty owner', { owner: '' }],
    ['a table that is not a name', { table: 'Document|sealed' }],
    ['a version below zero', { version: -1 }],
    ['a version that is no whole number', { version: 1.5 }],
  ])('is not made for %s', (_, change) => {
    expect(refusal(() => seal(key, { ...place, ...change }, utf8('x')))).toBe('place');
  });

  test.each([
    ['a short key', { id: key.id, key: new Uint8Array(31) }],
    ['a key id without a version', { id: 'desk', key: key.key }],
    ['a key id with capitals', { id: 'Desk:1', key: key.key }],
    ['a key version with a leading zero', { id: 'desk:01', key: key.key }],
  ])('is not made with %s', (_, unfit) => {
    expect(refusal(() => seal(unfit, place, utf8('x')))).toBe('key-invalid');
  });
});

describe('places', () => {
  test('differ in their bytes whenever they differ', () => {
    fc.assert(
      fc.property(places, places, (a, b) => {
        const same = a.table === b.table && a.column === b.column && a.row === b.row && a.version === b.version && a.owner === b.owner;
        expect(hexOf(placeBytes(a)) === hexOf(placeBytes(b))).toBe(same);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('with a lone surrogate are refused, because they would share their bytes with others', () => {
    expect(refusal(() => placeBytes({ ...place, row: 'a\ud800' }))).toBe('input');
  });
});

describe('JSON in an envelope', () => {
  test('comes back as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(openJson(key, place, sealJson(key, place, value))).toEqual(JSON.parse(text));
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('is refused where JSON has no form for it', () => {
    expect(refusal(() => sealJson(key, place, undefined))).toBe('json');
    expect(refusal(() => sealJson(key, place, { amount: 1n }))).toBe('json');
  });

  test('is refused, without being quoted, where the text is not JSON', () => {
    for (const content of [utf8('secret-canary'), Uint8Array.of(0xff, 0xfe)]) {
      const attempt = () => openJson(key, place, seal(key, place, content));
      expect(refusal(attempt)).toBe('json');
      expect(attempt).toThrow(expect.not.objectContaining({ message: expect.stringContaining('canary') }));
    }
  });
});
