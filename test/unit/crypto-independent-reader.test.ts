import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AUDIT_START, commitTo, nextHash } from '../../crypto/audit-chain.ts';
import { keyedDigest, letterDigest } from '../../crypto/digest.ts';
import { seal } from '../../crypto/envelope.ts';
import { newKeyringText, parseKeyring } from '../../crypto/keyring.ts';
import { newRecipientKeyPair, recipientKeyId, sealMessage } from '../../crypto/message.ts';
import { networkSigner } from '../../crypto/signature.ts';
import { blake2b, randomBytes, toHex } from '../../crypto/sodium.ts';
import { openStream, sealStream } from '../../crypto/stream.ts';
import { wrapSecret } from '../../crypto/wrapped-secret.ts';
import { contentOf, inPieces } from '../support/byte-sources.ts';
import { figure } from '../support/figures.ts';
import { askReader, runPython, withoutPython } from '../support/python.ts';
import { bytesOf, hexOf, lookup, published, vectors } from '../support/vectors.ts';

const SEED = 20260119;
const CASE = '00000000-0000-4000-8000-00000000c001';
const key = { id: `case:${CASE}:1`, key: randomBytes(32) };
const hexKey = { [key.id]: hexOf(key.key) };
const place = { table: 'Document', column: 'sealed', row: 'row-1', version: 3, owner: CASE };

describe.skipIf(withoutPython)('the independent reader (Python, PyNaCl; set SOS_PYTHON)', () => {
  test('gives every published vector its published outcome', () => {
    const { envelopes, messages, wrappedSecrets, streams } = vectors;
    const requests = [
      ...envelopes.map(({ envelope, keys, place }) => ({ open: envelope, keys, place })),
      ...messages.map(({ message, publicKey, secretKey, context }) => ({ message, publicKey, secretKey, context })),
      ...wrappedSecrets.map(({ wrapped, passphrase, publicKey }) => ({ wrapped, passphrase, publicKey })),
      ...streams.map(({ stream, keys, place }) => ({ stream, keys, place })),
    ];
    expect(askReader(requests)).toEqual([...envelopes, ...messages, ...wrappedSecrets, ...streams].map(published));
    const known = vectors.recipientKeys.map(({ id, refused }) => (refused === undefined ? { id } : { refused }));
    expect(askReader(vectors.recipientKeys.map(({ publicKey }) => ({ recipientKey: publicKey })))).toEqual(known);
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

  test('opens the messages, wrapped secrets and streams that this program makes today, and its signatures', async () => {
    const pairs = [newRecipientKeyPair(), newRecipientKeyPair()] as const;
    const plaintexts = fc.sample(fc.uint8Array({ maxLength: 1000 }), { seed: SEED, numRuns: 40 });
    const publicKeys = pairs.map((pair) => pair.publicKey);
    const requests: { ask: unknown; expected: unknown }[] = plaintexts.flatMap((plaintext) => {
      const message = hexOf(sealMessage(publicKeys, 'message/1', plaintext));
      return pairs.map((pair) => ({
        ask: { message, context: 'message/1', publicKey: hexOf(pair.publicKey), secretKey: hexOf(pair.secretKey) },
        expected: { opens: hexOf(plaintext) },
      }));
    });
    for (const pair of pairs) {
      const wrapped = hexOf(wrapSecret('  déjà  vu ', pair, { opsLimit: 3, memLimitBytes: 64 * 1024 }));
      const ask = { wrapped, passphrase: 'de\u0301ja\u0300 vu', publicKey: hexOf(pair.publicKey) };
      requests.push({ ask, expected: { opens: hexOf(pair.secretKey) } });
      requests.push({ ask: { recipientKey: hexOf(pair.publicKey) }, expected: { id: recipientKeyId(pair.publicKey) } });
    }
    for (const length of [0, 255, 65_535, 65_536, 150_000]) {
      const content = randomBytes(length);
      const stream = hexOf(await contentOf(sealStream(key, place, inPieces(content, 1000))));
      requests.push({ ask: { stream, keys: hexKey, place }, expected: { opens: hexOf(content) } });
    }
    const signer = networkSigner(parseKeyring(newKeyringText(new Date(0))));
    const [signed, other] = [randomBytes(50), randomBytes(50)];
    const signature = { publicKey: hexOf(signer.publicKey), signature: hexOf(signer.sign(signed)) };
    requests.push({ ask: { ...signature, signed: hexOf(signed) }, expected: { valid: true } });
    requests.push({ ask: { ...signature, signed: hexOf(other) }, expected: { valid: false } });

    const answers = askReader(requests.map(({ ask }) => ask));
    const value = requests.filter(({ expected }, at) => JSON.stringify(answers[at]) !== JSON.stringify(expected)).length;
    const name = 'messages, wrapped secrets, streams and signatures that the independent reader reads otherwise';
    expect(figure({ name, value, unit: `of ${requests.length}`, bound: '== 0', seed: SEED })).toBe(true);
  });

  test('makes the long streams again, to the byte, and this program opens them', async () => {
    for (const { keyId, key: secret, place: at, nonce, header, byte, length, digest } of vectors.longStreams) {
      const content = Buffer.alloc(length, byte);
      const recipe = { keyId, key: secret, place: at, nonce, header, content: hexOf(content) };
      const [{ stream }] = askReader([{ makeStream: recipe }]) as [{ stream: string }];
      expect(toHex(blake2b(32, bytesOf(stream), null))).toBe(digest);
      const opened = await contentOf(openStream(lookup({ [keyId]: secret }), at, inPieces(bytesOf(stream), 60_000)));
      expect(content.equals(opened)).toBe(true);
    }
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
