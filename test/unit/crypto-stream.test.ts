import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, utf8 } from '../../crypto/bytes.ts';
import { open, seal } from '../../crypto/envelope.ts';
import type { NamedKey } from '../../crypto/key-id.ts';
import type { Place } from '../../crypto/place.ts';
import { openStream, sealStream } from '../../crypto/stream.ts';
import { contentOf, inPieces, piecesOf } from '../support/byte-sources.ts';
import { figure } from '../support/figures.ts';
import { everyBitFlipped, everyCut, refusal, refusalOf } from '../support/refusals.ts';
import { hexOf } from '../support/vectors.ts';

const SEED = 20261123;
const CASE = '00000000-0000-4000-8000-00000000c001';
const key: NamedKey = { id: `case:${CASE}:1`, key: new Uint8Array(randomBytes(32)) };
const place: Place = { table: 'File', column: 'sealed', row: 'row-1', version: 1, owner: CASE };
const START = 6 + key.id.length + 24 + 32 + 24;
const CHUNK = 65_536;

function sealed(content: Uint8Array, at: Place = place): Promise<Uint8Array> {
  return contentOf(sealStream(key, at, inPieces(content, 10_000)));
}

function opened(stream: Uint8Array, at: Place = place, keys: NamedKey = key): Promise<Uint8Array> {
  return contentOf(openStream(keys, at, inPieces(stream, 30_000)));
}

async function never(name: string, streams: readonly Uint8Array[], at: Place = place): Promise<boolean> {
  let value = 0;
  for (const stream of streams) if ((await refusalOf(() => opened(stream, at))) === 'accepted') value += 1;
  return figure({ name, value, unit: `of ${streams.length}`, bound: '== 0', seed: null });
}

describe('a sealed stream', () => {
  test('opens to what was sealed, whatever the pieces', async () => {
    const lengths = fc.oneof(fc.nat(600), fc.nat(200_000), fc.constantFrom(0, 254, 255, 256, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK));
    await fc.assert(
      fc.asyncProperty(
        lengths,
        fc.integer({ min: 100, max: 150_000 }),
        fc.integer({ min: 100, max: 150_000 }),
        async (length, into, out) => {
          const content = randomBytes(length);
          const stream = await contentOf(sealStream(key, place, inPieces(content, into)));
          expect(Buffer.from(content).equals(await contentOf(openStream(key, place, inPieces(stream, out))))).toBe(true);
        },
      ),
      { seed: SEED, numRuns: 40 },
    );
    const short = randomBytes(300);
    const stream = await contentOf(sealStream(key, place, inPieces(short, 1)));
    expect(hexOf(await contentOf(openStream({ byId: () => key }, place, inPieces(stream, 1))))).toBe(hexOf(short));
  });

  test('has the size of its step, not of its content', async () => {
    const sizes = await Promise.all(
      [0, 100, 255, 256, CHUNK - 1, CHUNK, 2 * CHUNK - 1].map(async (n) => (await sealed(new Uint8Array(n))).length - START),
    );
    expect(sizes).toEqual([273, 273, 273, 529, CHUNK + 17, 2 * CHUNK + 34, 2 * CHUNK + 34]);
  });

  test('does not open once any bit of it is changed, or when it is cut or lengthened', async () => {
    const stream = await sealed(utf8('a photograph of the place'));
    expect(await never('streams accepted after a changed bit', [...everyBitFlipped(stream)])).toBe(true);
    expect(await never('streams accepted after a cut', [...everyCut(stream)])).toBe(true);
  });

  test('does not open with chunks left out, doubled, moved, or taken from another stream', async () => {
    const content = randomBytes(4 * CHUNK + 10);
    const whole = await piecesOf(sealStream(key, place, inPieces(content, 50_000)));
    const other = await piecesOf(sealStream(key, place, inPieces(content, 50_000)));
    const [start = new Uint8Array(), ...chunks] = whole;
    expect(chunks).toHaveLength(5);
    const forgeries: Uint8Array[] = [];
    const orders: number[][] = [];
    for (let a = 0; a < 5; a++) {
      orders.push([0, 1, 2, 3, 4].slice(0, a)); // the final chunk and more are missing
      orders.push([0, 1, 2, 3, 4].filter((at) => at !== a));
      orders.push([0, 1, 2, 3, 4].flatMap((at) => (at === a ? [at, at] : [at])));
      for (let b = a + 1; b < 5; b++) orders.push([0, 1, 2, 3, 4].map((at) => (at === a ? b : at === b ? a : at)));
      forgeries.push(concat(start, ...chunks.map((chunk, at) => (at === a ? (other[at + 1] ?? chunk) : chunk))));
    }
    const chunk = (at: number) => chunks[at] ?? new Uint8Array();
    forgeries.push(...orders.map((order) => concat(start, ...order.map(chunk))));
    forgeries.push(concat(other[0] ?? start, ...chunks), concat(start, ...chunks, start, ...chunks));
    for (const cut of [1, 17, 18, CHUNK, CHUNK + 16, CHUNK + 18]) forgeries.push(concat(...whole).slice(0, -cut));
    expect(await never('streams accepted with chunks left out, doubled or moved', forgeries)).toBe(true);
    expect(await refusalOf(() => opened(concat(start, ...[0, 1, 2, 3].map(chunk))))).toBe('refused');
    expect(Buffer.from(content).equals(await opened(concat(start, ...chunks)))).toBe(true);
  });

  test('does not open at any other place, or with another key', async () => {
    const stream = await sealed(utf8('x'));
    const others: Partial<Place>[] = [{ table: 'Document' }, { column: 'other' }, { row: 'row-2' }, { version: 2 }, { owner: 'other' }];
    let value = 0;
    for (const change of others) if ((await refusalOf(() => opened(stream, { ...place, ...change }))) !== 'refused') value += 1;
    expect(figure({ name: 'streams accepted at another place', value, unit: `of ${others.length}`, bound: '== 0', seed: null })).toBe(true);
    expect(await refusalOf(() => opened(stream, place, { ...key, key: new Uint8Array(randomBytes(32)) }))).toBe('refused');
    expect(await refusalOf(() => opened(stream, place, { ...key, id: `case:${CASE}:2` }))).toBe('key-unknown');
  });

  test('these checks can fail: what is not altered is accepted', async () => {
    const stream = await sealed(utf8('x'));
    expect(await refusalOf(() => opened(stream.slice(), { ...place }))).toBe('accepted');
  });

  test('is no envelope, and an envelope is no stream', async () => {
    expect(refusal(() => open(key, place, new Uint8Array()))).toBe('malformed');
    const stream = await sealed(utf8('x'));
    const envelope = seal(key, place, utf8('x'));
    const disguised = [concat(utf8('SOSE'), stream.subarray(4)), concat(utf8('SOSF'), envelope.subarray(4))] as const;
    expect(refusal(() => open(key, place, disguised[0]))).not.toBe('accepted');
    expect(await refusalOf(() => opened(disguised[1]))).toBe('refused');
  });

  test('is new each time', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, async () => hexOf((await sealed(utf8('the same'))).subarray(START))));
    expect(new Set(all).size).toBe(20);
  });

  test('lets go of its source when its reader stops, and when it is refused', async () => {
    let closed = 0;
    async function* source(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
      try {
        yield* inPieces(bytes, 1000);
      } finally {
        closed += 1;
      }
    }
    const stream = await sealed(randomBytes(3 * CHUNK));
    for await (const piece of openStream(key, place, source(stream))) if (piece.length > 0) break;
    for await (const piece of sealStream(key, place, source(stream))) if (piece.length > START) break;
    expect(await refusalOf(() => contentOf(openStream(key, place, source(stream.subarray(1)))))).toBe('malformed');
    expect(closed).toBe(3);
  });

  test('is not made with an unfit key or for an ill-formed place', async () => {
    expect(await refusalOf(() => contentOf(sealStream({ id: 'desk', key: key.key }, place, inPieces(utf8('x'), 1))))).toBe('key-invalid');
    expect(await refusalOf(() => contentOf(sealStream(key, { ...place, row: '' }, inPieces(utf8('x'), 1))))).toBe('place');
  });
});
