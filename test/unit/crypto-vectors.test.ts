import { describe, expect, test } from 'vitest';
import { AUDIT_START, commitTo, isCommittedTo, nextHash } from '../../crypto/audit-chain.ts';
import { canonicalJson } from '../../crypto/canonical.ts';
import { unwrapCaseKey } from '../../crypto/case-keys.ts';
import { keyedDigest, letterDigest } from '../../crypto/digest.ts';
import { open } from '../../crypto/envelope.ts';
import { parseKeyring } from '../../crypto/keyring.ts';
import { derivedToken, readToken } from '../../crypto/link-token.ts';
import { openMessage, recipientKeyId } from '../../crypto/message.ts';
import { SEAL_CODES, SealError } from '../../crypto/seal-error.ts';
import { isSignedBy, networkSigner } from '../../crypto/signature.ts';
import { openStream } from '../../crypto/stream.ts';
import { unwrapSecret } from '../../crypto/wrapped-secret.ts';
import { contentOf, inPieces } from '../support/byte-sources.ts';
import { figure } from '../support/figures.ts';
import {
  bytesOf,
  type EnvelopeVector,
  hexOf,
  lookup,
  type MessageVector,
  type Outcome,
  published,
  type StreamVector,
  vectors,
  type WrappedVector,
} from '../support/vectors.ts';

type Found = { opens: string } | { refused: string };

function outcomeOf(open: () => Uint8Array): Found {
  try {
    return { opens: hexOf(open()) };
  } catch (error) {
    if (error instanceof SealError) return { refused: error.code };
    throw error;
  }
}

const found = {
  envelope: ({ keys, place, envelope }: EnvelopeVector) => outcomeOf(() => open(lookup(keys), place, bytesOf(envelope))),
  message: ({ publicKey, secretKey, context, message }: MessageVector) =>
    outcomeOf(() => openMessage({ publicKey: bytesOf(publicKey), secretKey: bytesOf(secretKey) }, context, bytesOf(message))),
  wrapped: ({ passphrase, publicKey, wrapped }: WrappedVector) =>
    outcomeOf(() => unwrapSecret(passphrase, bytesOf(publicKey), bytesOf(wrapped)).secretKey),
  async stream({ keys, place, stream }: StreamVector): Promise<Found> {
    const opened = await contentOf(openStream(lookup(keys), place, inPieces(bytesOf(stream), 100))).catch((error: unknown) => error);
    return outcomeOf(() => {
      if (opened instanceof Uint8Array) return opened;
      throw opened;
    });
  },
};

describe('the published vectors, made by the independent implementation', () => {
  test.each(vectors.envelopes)('envelope: $name', (vector) => {
    expect(found.envelope(vector)).toEqual(published(vector));
  });

  test.each(vectors.messages)('message: $name', (vector) => {
    expect(found.message(vector)).toEqual(published(vector));
  });

  test.each(vectors.wrappedSecrets)('wrapped secret: $name', (vector) => {
    expect(found.wrapped(vector)).toEqual(published(vector));
  });

  test.each(vectors.streams)('stream: $name', async (vector) => {
    expect(await found.stream(vector)).toEqual(published(vector));
  });

  test('every refusal is one of the closed list of codes', () => {
    const all: readonly Outcome[] = [...vectors.envelopes, ...vectors.messages, ...vectors.wrappedSecrets, ...vectors.streams];
    const codes = all.flatMap((vector) => vector.refused ?? []);
    expect(SEAL_CODES).toEqual(expect.arrayContaining([...new Set(codes)]));
  });

  test('the outcomes are all as published', async () => {
    const pairs: [Outcome, Found][] = [
      ...vectors.envelopes.map((vector): [Outcome, Found] => [vector, found.envelope(vector)]),
      ...vectors.messages.map((vector): [Outcome, Found] => [vector, found.message(vector)]),
      ...vectors.wrappedSecrets.map((vector): [Outcome, Found] => [vector, found.wrapped(vector)]),
      ...(await Promise.all(vectors.streams.map(async (vector): Promise<[Outcome, Found]> => [vector, await found.stream(vector)]))),
    ];
    const value = pairs.filter(([vector, outcome]) => JSON.stringify(outcome) !== JSON.stringify(published(vector))).length;
    expect(figure({ name: 'vectors with another outcome', value, unit: `of ${pairs.length}`, bound: '== 0', seed: null })).toBe(true);
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

  test.each(vectors.recipientKeys)('recipient key $publicKey', ({ publicKey, id, refused }) => {
    const attempt = () => recipientKeyId(bytesOf(publicKey));
    if (refused === undefined) expect(attempt()).toBe(id);
    else expect(attempt).toThrow(expect.objectContaining({ code: refused }));
  });

  test.each(vectors.signatures)('signature over $signed', ({ keyId, publicKey, signed, signature }) => {
    const signer = networkSigner(parseKeyring(JSON.stringify(vectors.keyring.file)));
    expect({ keyId: signer.keyId, publicKey: hexOf(signer.publicKey) }).toEqual({ keyId, publicKey });
    expect(hexOf(signer.sign(bytesOf(signed)))).toBe(signature);
    expect(isSignedBy(bytesOf(publicKey), bytesOf(signed), bytesOf(signature))).toBe(true);
  });

  test.each(vectors.derivedTokens)('derived token of $id', ({ kind, id, token, digest }) => {
    expect(derivedToken(parseKeyring(JSON.stringify(vectors.keyring.file)), kind, id)).toEqual({ token, digest });
  });

  test.each(vectors.tokens)('token: $name', ({ kind, text, bytes }) => {
    const read = readToken(kind, text);
    expect(read === null ? null : hexOf(read)).toBe(bytes);
  });
});
