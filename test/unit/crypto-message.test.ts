import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, utf8 } from '../../crypto/bytes.ts';
import { newRecipientKeyPair, openMessage, type RecipientKeyPair, recipientKeyId, sealMessage } from '../../crypto/message.ts';
import { figure } from '../support/figures.ts';
import { accepted, everyBitFlipped, everyCut, refusal } from '../support/refusals.ts';
import { bytesOf, hexOf } from '../support/vectors.ts';

const SEED = 20261122;
const CONTEXT = 'message/00000000-0000-4000-8000-0000000000e1';
const TEXT = utf8('an eviction is announced');
const ENTRY = 100;
const [mine, theirs, foreign] = [newRecipientKeyPair(), newRecipientKeyPair(), newRecipientKeyPair()] as const;
const sealed = sealMessage([mine.publicKey, theirs.publicKey], CONTEXT, TEXT);

function opens(pair: RecipientKeyPair, message: Uint8Array, context = CONTEXT): () => Uint8Array {
  return () => openMessage(pair, context, message);
}

function never(name: string, attempts: readonly (() => unknown)[]): boolean {
  const outcome = accepted(attempts);
  return figure({ name, value: outcome.accepted, unit: `of ${outcome.tried}`, bound: '== 0', seed: null });
}

/** A message with its list of recipients changed, and the number of them with it. */
function withEntries(message: Uint8Array, change: (entries: Uint8Array[]) => Uint8Array[]): Uint8Array {
  const count = message[5] ?? 0;
  const entries = change(Array.from({ length: count }, (_, at) => message.slice(6 + at * ENTRY, 6 + (at + 1) * ENTRY)));
  return concat(message.subarray(0, 5), Uint8Array.of(entries.length), ...entries, message.subarray(6 + count * ENTRY));
}

function idOf(entry: Uint8Array): string {
  return `x25519:${hexOf(entry.subarray(0, 20))}`;
}

describe('a message', () => {
  test('opens with each of its keys, whatever it says', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.integer({ min: 1, max: 5 }), (plaintext, count) => {
        const pairs = Array.from({ length: count }, newRecipientKeyPair);
        const message = sealMessage(
          pairs.map((pair) => pair.publicKey),
          CONTEXT,
          plaintext,
        );
        for (const pair of pairs) expect(hexOf(openMessage(pair, CONTEXT, message))).toBe(hexOf(plaintext));
      }),
      { seed: SEED, numRuns: 50 },
    );
  });

  test('does not open with a key it was not sealed to, nor with the wrong half under a right name', () => {
    const strangers = Array.from({ length: 50 }, newRecipientKeyPair);
    const attempts = strangers.flatMap((stranger) => [
      opens(stranger, sealed),
      opens({ publicKey: mine.publicKey, secretKey: stranger.secretKey }, sealed),
      opens({ publicKey: stranger.publicKey, secretKey: mine.secretKey }, sealed),
    ]);
    expect(never('messages opened by a key they were not sealed to', attempts)).toBe(true);
    expect(refusal(opens(foreign, sealed))).toBe('key-unknown');
    expect(refusal(opens({ publicKey: mine.publicKey, secretKey: mine.secretKey.subarray(1) as never }, sealed))).toBe('key-invalid');
  });

  test('does not open once any bit of it is changed, in whoever’s part', () => {
    const attempts = Array.from(everyBitFlipped(sealed), (copy) => opens(mine, copy));
    expect(attempts).toHaveLength(sealed.length * 8);
    expect(never('messages accepted after a changed bit', attempts)).toBe(true);
  });

  test('does not open when it is cut or lengthened anywhere', () => {
    const attempts = Array.from(everyCut(sealed), (copy) => opens(mine, copy));
    expect(never('messages accepted after a cut', attempts)).toBe(true);
  });

  test('does not open in another context', () => {
    const others = fc.sample(fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }), { seed: SEED, numRuns: 200 });
    const near = [CONTEXT.slice(0, -1), `${CONTEXT}0`, ` ${CONTEXT}`, CONTEXT.toUpperCase()];
    const attempts = [...others, ...near].map((context) => opens(mine, sealed, context));
    expect(never('messages accepted in another context', attempts)).toBe(true);
  });

  test('does not open once a recipient was added, taken away, exchanged or moved', () => {
    const other = sealMessage([mine.publicKey, theirs.publicKey, foreign.publicKey], CONTEXT, TEXT);
    const [ofForeign] = Array.from({ length: 3 }, (_, at) => other.slice(6 + at * ENTRY, 6 + (at + 1) * ENTRY)).filter(
      (entry) => idOf(entry) === recipientKeyId(foreign.publicKey),
    ) as [Uint8Array];
    const sorted = (entries: Uint8Array[]) => entries.sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
    const forgeries = [
      withEntries(sealed, (entries) => entries.filter((entry) => idOf(entry) === recipientKeyId(mine.publicKey))),
      withEntries(sealed, (entries) => sorted([...entries, ofForeign])),
      withEntries(sealed, (entries) => sorted([...entries.filter((entry) => idOf(entry) === recipientKeyId(mine.publicKey)), ofForeign])),
      withEntries(sealed, (entries) => entries.reverse()),
      withEntries(sealed, (entries) => entries.flatMap((entry) => [entry, entry])),
      withEntries(sealed, (entries) =>
        entries.map((entry, at) => concat(entry.subarray(0, 20), (entries.at(at - 1) ?? entry).subarray(20))),
      ),
      withEntries(sealed, () => []),
      concat(other.subarray(0, 6 + 3 * ENTRY), sealed.subarray(6 + 2 * ENTRY)),
    ];
    const attempts = forgeries.flatMap((forgery) => [mine, theirs, foreign].map((pair) => opens(pair, forgery)));
    expect(never('messages accepted with other recipients', attempts)).toBe(true);
    expect(
      hexOf(
        opens(
          mine,
          withEntries(sealed, (entries) => entries),
        )(),
      ),
    ).toBe(hexOf(TEXT));
  });

  test('these checks can fail: what is not altered is accepted', () => {
    expect(accepted([opens(mine, sealed.slice()), opens(theirs, sealed)])).toEqual({ tried: 2, accepted: 2 });
  });

  test('is new each time, under a data key of its own, and tells neither length nor order', () => {
    const again = Array.from({ length: 50 }, () => sealMessage([theirs.publicKey, mine.publicKey], CONTEXT, TEXT));
    expect(new Set(again.map((message) => hexOf(message.subarray(-272)))).size).toBe(50);
    expect(new Set(again.map((message) => hexOf(message.subarray(6, 26)))).size).toBe(1);
    const sizes = [0, 1, 252].map((length) => sealMessage([mine.publicKey], CONTEXT, new Uint8Array(length)).length);
    expect(new Set(sizes).size).toBe(1);
    expect(hexOf(sealed)).not.toContain(hexOf(TEXT));
  });

  test('is sealed once to a key that is named twice', () => {
    expect(sealMessage([mine.publicKey, mine.publicKey], CONTEXT, TEXT)[5]).toBe(1);
  });

  test.each<[string, () => unknown, string]>([
    ['nobody', () => sealMessage([], CONTEXT, TEXT), 'input'],
    [
      'more than 255 keys',
      () =>
        sealMessage(
          Array.from({ length: 256 }, () => newRecipientKeyPair().publicKey),
          CONTEXT,
          TEXT,
        ),
      'input',
    ],
    ['a short key', () => sealMessage([mine.publicKey.subarray(1)], CONTEXT, TEXT), 'key-invalid'],
    ['a key of low order among good ones', () => sealMessage([mine.publicKey, new Uint8Array(32)], CONTEXT, TEXT), 'key-invalid'],
    ['no context', () => sealMessage([mine.publicKey], '', TEXT), 'place'],
    ['an endless context', () => sealMessage([mine.publicKey], 'x'.repeat(1025), TEXT), 'place'],
    ['too much text', () => sealMessage([mine.publicKey], CONTEXT, new Uint8Array(16 * 1024 * 1024 + 1)), 'too-large'],
  ])('is not made for %s', (_, attempt, code) => {
    expect(refusal(attempt)).toBe(code);
  });
});

describe('the id of a recipient’s key', () => {
  test('is its own, and long enough to compare', () => {
    const ids = [mine, theirs, foreign].map((pair) => recipientKeyId(pair.publicKey));
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^x25519:[0-9a-f]{40}$/);
  });

  // the points whose shared secret with any key is zero, with their two other spellings
  test.each([
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ])('is refused to the key that anybody could open: %s', (publicKey) => {
    expect(refusal(() => recipientKeyId(bytesOf(publicKey)))).toBe('key-invalid');
    expect(refusal(() => sealMessage([bytesOf(publicKey)], CONTEXT, TEXT))).toBe('key-invalid');
  });

  test('is refused to what has not 32 bytes', () => {
    for (const length of [0, 31, 33]) expect(refusal(() => recipientKeyId(new Uint8Array(length).fill(9)))).toBe('key-invalid');
  });
});
