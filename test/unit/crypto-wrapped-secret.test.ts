import { describe, expect, test } from 'vitest';
import { newRecipientKeyPair } from '../../crypto/message.ts';
import { unwrapSecret, wrappedCost, wrapSecret } from '../../crypto/wrapped-secret.ts';
import { figure } from '../support/figures.ts';
import { accepted, everyCut, refusal, withBitFlipped } from '../support/refusals.ts';
import { hexOf } from '../support/vectors.ts';

const MIB = 1024 * 1024;
/** Where guessing is not what is tested, it need not cost anything. */
const CHEAP = { opsLimit: 1, memLimitBytes: 8 * 1024 };
const PASSPHRASE = 'seven wide rivers, déjà vu';
const MEMORY_FIELD = [9, 10, 11, 12];
const pair = newRecipientKeyPair();
const other = newRecipientKeyPair();
const wrapped = wrapSecret(PASSPHRASE, pair, CHEAP);

describe('a wrapped secret', () => {
  test('unwraps with its passphrase, at the cost a browser is asked to spend', () => {
    const costly = wrapSecret(PASSPHRASE, pair);
    expect(wrappedCost(costly)).toEqual({ opsLimit: 4, memLimitBytes: 128 * MIB });
    const started = performance.now();
    expect(hexOf(unwrapSecret(PASSPHRASE, pair.publicKey, costly).secretKey)).toBe(hexOf(pair.secretKey));
    const value = Math.round(performance.now() - started);
    // a lower bound only: it is the cost of every guess, on whatever machine this is
    expect(figure({ name: 'one guess of a passphrase', value, unit: 'ms', bound: '>= 100', seed: null })).toBe(true);
  });

  test('a cheap one shows that this bound can be missed', () => {
    const started = performance.now();
    unwrapSecret(PASSPHRASE, pair.publicKey, wrapped);
    expect(performance.now() - started).toBeLessThan(100);
  });

  test('has one size, and shows nothing of what it holds', () => {
    expect(wrapSecret('x', other, CHEAP)).toHaveLength(wrapped.length);
    expect(hexOf(wrapped)).not.toContain(hexOf(pair.secretKey));
    expect(hexOf(wrapped)).not.toContain(hexOf(pair.publicKey));
    expect(hexOf(wrapSecret(PASSPHRASE, pair, CHEAP))).not.toBe(hexOf(wrapped));
  });

  test.each([
    ['decomposed accents', PASSPHRASE.normalize('NFD')],
    ['blanks around and doubled', `  ${PASSPHRASE.replaceAll(' ', '  ')} \n`],
    ['wide and unbreakable blanks', PASSPHRASE.replace(' ', '\u3000').replace(' ', '\u00a0')],
    ['full-width letters', PASSPHRASE.replace('s', 'ｓ')],
  ])('takes its passphrase as another keyboard types it: %s', (_, typed) => {
    expect(hexOf(unwrapSecret(typed, pair.publicKey, wrapped).secretKey)).toBe(hexOf(pair.secretKey));
  });

  test('is refused with any other passphrase or public key', () => {
    const wrong = [
      `${PASSPHRASE}.`,
      PASSPHRASE.slice(1),
      PASSPHRASE.toUpperCase(),
      'seven wide rivers, deja vu',
      'x',
      PASSPHRASE.replaceAll(' ', ''),
    ];
    const attempts = [
      ...wrong.map((typed) => () => unwrapSecret(typed, pair.publicKey, wrapped)),
      () => unwrapSecret(PASSPHRASE, other.publicKey, wrapped),
      () => unwrapSecret(PASSPHRASE, pair.publicKey.subarray(1), wrapped),
    ];
    for (const attempt of attempts) expect(refusal(attempt)).toBe('refused');
    const outcome = accepted(attempts);
    const name = 'secrets unwrapped with another passphrase or public key';
    expect(figure({ name, value: outcome.accepted, unit: `of ${outcome.tried}`, bound: '== 0', seed: null })).toBe(true);
    for (const empty of ['', ' ', '\n\t']) expect(refusal(() => unwrapSecret(empty, pair.publicKey, wrapped))).toBe('input');
  });

  test('is refused once any bit of it is changed, or when it is cut', () => {
    const bits = Array.from({ length: wrapped.length * 8 }, (_, bit) => ({ at: Math.floor(bit / 8), bit: bit % 8 }));
    // of the memory that it asks for, only what does not make this machine give a gigabyte
    const changes = bits.filter(({ at, bit }) => !MEMORY_FIELD.includes(at) || bit < 1);
    const altered = changes.map(({ at, bit }) => withBitFlipped(wrapped, at, bit));
    const outcome = accepted([...altered, ...everyCut(wrapped)].map((copy) => () => unwrapSecret(PASSPHRASE, pair.publicKey, copy)));
    const name = 'wrapped secrets accepted after a changed bit or a cut';
    expect(figure({ name, value: outcome.accepted, unit: `of ${outcome.tried}`, bound: '== 0', seed: null })).toBe(true);
  });

  test('these checks can fail: what is not altered is accepted', () => {
    expect(accepted([() => unwrapSecret(PASSPHRASE, pair.publicKey, wrapped.slice())])).toEqual({ tried: 1, accepted: 1 });
  });

  test('is not made without a passphrase, of two halves of different keys, or at a cost out of range', () => {
    expect(refusal(() => wrapSecret(' ', pair, CHEAP))).toBe('input');
    expect(refusal(() => wrapSecret(PASSPHRASE, { publicKey: other.publicKey, secretKey: pair.secretKey }, CHEAP))).toBe('key-invalid');
    expect(refusal(() => wrapSecret(PASSPHRASE, { ...pair, secretKey: new Uint8Array(31) }, CHEAP))).toBe('key-invalid');
    for (const cost of [
      { opsLimit: 0, memLimitBytes: MIB },
      { opsLimit: 17, memLimitBytes: MIB },
      { opsLimit: 1.5, memLimitBytes: MIB },
      { opsLimit: 1, memLimitBytes: 4 * 1024 },
      { opsLimit: 1, memLimitBytes: MIB + 1 },
      { opsLimit: 1, memLimitBytes: 1025 * MIB },
    ]) {
      expect(refusal(() => wrapSecret(PASSPHRASE, pair, cost))).toBe('input');
    }
  });

  test('tells a server what it costs, and nothing that is not one does', () => {
    expect(wrappedCost(wrapped)).toEqual(CHEAP);
    const weak = { opsLimit: 2, memLimitBytes: 32 * MIB };
    const inAPage = new Uint8Array([0, 0, ...wrapSecret(PASSPHRASE, pair, weak)]).subarray(2);
    expect(wrappedCost(inAPage)).toEqual(weak);
    for (const copy of everyCut(wrapped)) expect(refusal(() => wrappedCost(copy))).toBe('malformed');
    expect(refusal(() => wrappedCost(withBitFlipped(wrapped, 4, 1)))).toBe('unsupported');
    expect(refusal(() => wrappedCost(withBitFlipped(wrapped, 5, 0)))).toBe('malformed');
  });
});
