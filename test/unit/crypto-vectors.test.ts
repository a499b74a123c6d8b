import { describe, expect, test } from 'vitest';
import { AUDIT_START, commitTo, isCommittedTo, nextHash } from '../../crypto/audit-chain.ts';
import { canonicalJson } from '../../crypto/canonical.ts';
import { unwrapCaseKey } from '../../crypto/case-keys.ts';
import { keyedDigest, letterDigest } from '../../crypto/digest.ts';
import { open } from '../../crypto/envelope.ts';
import { parseKeyring } from '../../crypto/keyring.ts';
import { readToken } from '../../crypto/link-token.ts';
import { SEAL_CODES, SealError } from '../../crypto/seal-error.ts';
import { figure } from '../support/figures.ts';
import { bytesOf, type EnvelopeVector, hexOf, lookup, vectors } from '../support/vectors.ts';

function outcomeOf(vector: EnvelopeVector): { opens: string } | { refused: string } {
  try {
    return { opens: hexOf(open(lookup(vector.keys), vector.place, bytesOf(vector.envelope))) };
  } catch (error) {
    if (error instanceof SealError) return { refused: error.code };
    throw error;
  }
}

function expectedOf(vector: EnvelopeVector): { opens: string } | { refused: string } {
  return vector.opens === undefined ? { refused: vector.refused ?? '' } : { opens: vector.opens };
}

describe('the published vectors, made by the independent implementation', () => {
  test.each(vectors.envelopes)('envelope: $name', (vector) => {
    expect(outcomeOf(vector)).toEqual(expectedOf(vector));
  });

  test('every refusal is one of the closed list of codes', () => {
    const codes = vectors.envelopes.flatMap((vector) => vector.refused ?? []);
    expect(SEAL_CODES).toEqual(expect.arrayContaining([...new Set(codes)]));
  });

  test('the outcomes are all as published', () => {
    const otherwise = vectors.envelopes.filter((vector) => JSON.stringify(outcomeOf(vector)) !== JSON.stringify(expectedOf(vector)));
    const kept = figure({
      name: 'envelope vectors with another outcome',
      value: otherwise.length,
      unit: 'vectors',
      bound: '== 0',
      seed: null,
    });
    expect(kept).toBe(true);
  });

  test.each(vectors.digests)('keyed digest: $purpose $parts', ({ keyId, key, purpose, parts, digest }) => {
    expect(keyedDigest({ id: keyId, key: bytesOf(key) }, purpose, ...parts.map(bytesOf))).toBe(digest);
  });

  test.each(vectors.letters)('letter $digest', ({ letter, canonical, digest }) => {
    expect(canonicalJson(letter)).toBe(canonical);
    expect(letterDigest(letter)).toBe(digest);
  });

  test('audit chain: every commitment and every hash', () => {
    let head = AUDIT_START;
    for (const { keyId, key, detail, entry, hash } of vectors.chain) {
      const named = { id: keyId, key: bytesOf(key) };
      expect(commitTo(named, entry, detail)).toBe(entry.commitment);
      expect(isCommittedTo(named, entry, detail)).toBe(true);
      head = nextHash(head, entry);
      expect(hexOf(head)).toBe(hash);
    }
  });

  test('keyring: every derived key, and the case key it wraps', () => {
    const keyring = parseKeyring(JSON.stringify(vectors.keyring.file));
    for (const [id, key] of Object.entries(vectors.keyring.keys)) expect(hexOf(keyring.byId(id)?.key ?? new Uint8Array())).toBe(key);
    const { caseId, version, key, wrapped } = vectors.keyring.caseKey;
    const unwrapped = unwrapCaseKey(keyring, caseId, version, bytesOf(wrapped));
    expect({ id: unwrapped.id, key: hexOf(unwrapped.key) }).toEqual({ id: `case:${caseId}:${version}`, key });
  });

  test.each(vectors.tokens)('token: $name', ({ kind, text, bytes }) => {
    const read = readToken(kind, text);
    expect(read === null ? null : hexOf(read)).toBe(bytes);
  });
});
