import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AUDIT_START, commitTo, nextHash } from '../../crypto/audit-chain.ts';
import { keyedDigest, letterDigest } from '../../crypto/digest.ts';
import { seal } from '../../crypto/envelope.ts';
import { randomBytes } from '../../crypto/sodium.ts';
import { figure } from '../support/figures.ts';
import { askReader, runPython, withoutPython } from '../support/python.ts';
import { hexOf, vectors } from '../support/vectors.ts';

const SEED = 20260119;
const CASE = '00000000-0000-4000-8000-00000000c001';
const key = { id: `case:${CASE}:1`, key: randomBytes(32) };
const hexKey = { [key.id]: hexOf(key.key) };
const place = { table: 'Document', column: 'sealed', row: 'row-1', version: 3, owner: CASE };

describe.skipIf(withoutPython)('the independent reader (Python, PyNaCl; set SOS_PYTHON)', () => {
  test('gives every published vector its published outcome', () => {
    const answers = askReader(vectors.envelopes.map((vector) => ({ open: vector.envelope, keys: vector.keys, place: vector.place })));
    const expected = vectors.envelopes.map((vector) =>
      vector.opens === undefined ? { refused: vector.refused } : { opens: vector.opens },
    );
    expect(answers).toEqual(expected);
  });

  test('makes the published vectors again, exactly', () => {
    expect(JSON.parse(runPython('make_vectors.py', ''))).toEqual(vectors);
  });

  test('opens what this program seals today', () => {
    const plaintexts = [...fc.sample(fc.uint8Array({ maxLength: 3000 }), { seed: SEED, numRuns: 200 }), new Uint8Array(200_000)];
    const answers = askReader(plaintexts.map((plaintext) => ({ open: hexOf(seal(key, place, plaintext)), keys: hexKey, place })));
    const unread = plaintexts.filter((plaintext, at) => (answers[at] as { opens?: string }).opens !== hexOf(plaintext)).length;
    const name = 'envelopes that the independent reader does not open';
    expect(figure({ name, value: unread, unit: `of ${plaintexts.length}`, bound: '== 0', seed: SEED })).toBe(true);
  });

  test('refuses what this program refuses', () => {
    const envelope = hexOf(seal(key, place, randomBytes(10)));
    const altered = `${envelope.slice(0, -2)}${envelope.endsWith('00') ? '01' : '00'}`;
    expect(
      askReader([
        { open: envelope, keys: hexKey, place: { ...place, version: 4 } },
        { open: altered, keys: hexKey, place },
        { open: envelope, keys: {}, place },
      ]),
    ).toEqual([{ refused: 'refused' }, { refused: 'refused' }, { refused: 'key-unknown' }]);
  });

  test('makes the same digests of letters and tokens', () => {
    const letter = { texts: { ar: 'رسالة', fr: 'de\u0301jà', en: 'A letter' }, version: 2, signatories: [] };
    const parts = [randomBytes(32), randomBytes(3)];
    expect(askReader([{ letter }, { digest: 'link-token', keyId: key.id, key: hexOf(key.key), parts: parts.map(hexOf) }])).toEqual([
      { digest: letterDigest(letter) },
      { digest: keyedDigest(key, 'link-token', ...parts) },
    ]);
  });

  test('verifies an audit chain of this program, and finds its break', () => {
    let head: Uint8Array = AUDIT_START;
    const chain = [1, 2, 3, 4].map((seq) => {
      const act = { seq, at: `2026-01-01T00:00:0${seq}.000Z`, actor: 'person-1', action: 'read', caseId: CASE, subjectId: null };
      const entry = { ...act, commitment: commitTo(key, act, { seq }) };
      head = nextHash(head, entry);
      return { entry, hash: hexOf(head) };
    });
    const broken = chain.map((link, at) => (at === 2 ? { ...link, entry: { ...link.entry, actor: 'person-2' } } : link));
    expect(askReader([{ chain }, { chain: broken }])).toEqual([{ brokenAt: null }, { brokenAt: 3 }]);
  });
});
