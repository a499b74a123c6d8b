import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newCaseKey, unwrapCaseKey, wrapCaseKey } from '../../crypto/case-keys.ts';
import { envelopeKeyId } from '../../crypto/envelope.ts';
import { type KeyUse, newKeyringText, parseKeyring } from '../../crypto/keyring.ts';
import { KeyringError } from '../../crypto/keyring-error.ts';
import { generateKeyringFile, loadKeyring } from '../../crypto/keyring-file.ts';
import { mintToken, tokenDigests } from '../../crypto/link-token.ts';
import { hexOf } from '../support/vectors.ts';

const CASE = '00000000-0000-4000-8000-00000000c001';
const OTHER = '00000000-0000-4000-8000-00000000c002';
const USES: readonly KeyUse[] = ['wrap', 'directory', 'desk', 'blind-index', 'link-digest', 'token-digest', 'audit'];
const CREATED = new Date('2026-01-02T03:04:05.000Z');

interface Entry {
  root: string;
  version: number;
  created: string;
  secret: string;
}

interface Document {
  format: string;
  active: { wrapping: number; lasting: number };
  keys: Entry[];
}

function freshDocument(): Document {
  return JSON.parse(newKeyringText(CREATED));
}

/** The keyring after a rotation of one root: a second version, in force; the first still there. */
function rotated(document: Document, root: 'wrapping' | 'lasting'): Document {
  const added = freshDocument().keys.filter((entry) => entry.root === root);
  const keys = [...document.keys, ...added.map((entry) => ({ ...entry, version: 2 }))];
  return { ...document, active: { ...document.active, [root]: 2 }, keys };
}

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sos-keyring-'));
  path = join(folder, 'keyring.json');
});

afterEach(() => rm(folder, { recursive: true }));

async function refusal(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'accepted',
    (error) => (error instanceof KeyringError ? error.code : String(error)),
  );
}

describe('the keyring file', () => {
  test('is made for its owner only, and loads', async () => {
    await generateKeyringFile(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const keyring = await loadKeyring(path);
    for (const use of USES) expect(keyring.active(use).id).toBe(`${use}:1`);
    expect(new Set(USES.map((use) => hexOf(keyring.active(use).key))).size).toBe(USES.length);
  });

  test('is never overwritten', async () => {
    await generateKeyringFile(path);
    const before = await readFile(path, 'utf8');
    expect(await refusal(generateKeyringFile(path))).toBe('exists');
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  test.each([0o640, 0o604, 0o660, 0o610, 0o602])('is refused when others have a right to it (mode %o)', async (mode) => {
    await generateKeyringFile(path);
    await chmod(path, mode);
    expect(await refusal(loadKeyring(path))).toBe('permissions');
  });

  test('is asked for where it is missing, and must be a file', async () => {
    expect(await refusal(loadKeyring(path))).toBe('missing');
    expect(await refusal(loadKeyring(folder))).toBe('unreadable');
    expect(await refusal(generateKeyringFile(join(folder, 'absent', 'keyring.json')))).toBe('missing');
  });

  test('is not quoted by the error about it', async () => {
    await writeFile(path, '{"format":"sos-keyring/1","secret-canary":', { mode: 0o600 });
    const error = await loadKeyring(path).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'malformed' });
    expect(String(error) + String((error as Error).cause)).not.toContain('canary');
  });

  test.each<[string, (document: Document) => unknown]>([
    ['an unknown field', (document) => ({ ...document, note: '' })],
    ['an unknown field of a key', (document) => ({ ...document, keys: document.keys.map((entry) => ({ ...entry, note: '' })) })],
    ['another format', (document) => ({ ...document, format: 'sos-keyring/2' })],
    ['an unknown root', (document) => ({ ...document, keys: [...document.keys, { ...document.keys[0], root: 'signing' }] })],
    ['an active version that is not there', (document) => ({ ...document, active: { ...document.active, wrapping: 2 } })],
    ['no lasting root', (document) => ({ ...document, keys: document.keys.filter((entry) => entry.root !== 'lasting') })],
    ['a version that comes twice', (document) => ({ ...document, keys: [...document.keys, ...freshDocument().keys] })],
    [
      'a secret that comes twice',
      (document) => ({ ...document, keys: document.keys.map((entry) => ({ ...entry, secret: 'A'.repeat(43) })) }),
    ],
    ['a short secret', (document) => ({ ...document, keys: document.keys.map((entry) => ({ ...entry, secret: entry.secret.slice(2) })) })],
    ['a version zero', (document) => ({ ...document, keys: [...document.keys, { ...freshDocument().keys[0], version: 0 }] })],
  ])('is refused with %s', (_, change) => {
    const attempt = () => parseKeyring(JSON.stringify(change(freshDocument())));
    expect(attempt).toThrow(expect.objectContaining({ name: 'KeyringError', code: 'malformed' }));
  });
});

describe('rotation of the wrapping root', () => {
  const before = freshDocument();
  const old = parseKeyring(JSON.stringify(before));
  const now = parseKeyring(JSON.stringify(rotated(before, 'wrapping')));

  test('seals with the new key and still opens what the old one sealed', () => {
    const key = newCaseKey();
    const wrapped = wrapCaseKey(old, CASE, 1, key);
    expect(hexOf(unwrapCaseKey(now, CASE, 1, wrapped).key)).toBe(hexOf(key));
    expect(envelopeKeyId(wrapped)).toBe('wrap:1');
    expect(envelopeKeyId(wrapCaseKey(now, CASE, 1, key))).toBe('wrap:2');
  });

  test('leaves every index and digest as it was', () => {
    for (const use of USES.slice(3)) expect(now.active(use)).toEqual(old.active(use));
  });
});

describe('rotation of the lasting root', () => {
  test('finds what was digested under either key', () => {
    const before = freshDocument();
    const minted = mintToken(parseKeyring(JSON.stringify(before)), 'link');
    const now = parseKeyring(JSON.stringify(rotated(before, 'lasting')));
    const digests = tokenDigests(now, 'link', minted.token);
    expect(digests.map((digest) => digest.split('.')[0])).toEqual(['link-digest:2', 'link-digest:1']);
    expect(digests).toContain(minted.digest);
  });
});

describe('a wrapped case key', () => {
  const keyring = parseKeyring(newKeyringText(CREATED));
  const wrapped = wrapCaseKey(keyring, CASE, 1, newCaseKey());

  test('unwraps under its name', () => {
    expect(unwrapCaseKey(keyring, CASE, 1, wrapped).id).toBe(`case:${CASE}:1`);
  });

  test('does not unwrap for another case, another version, or with another keyring', () => {
    const refused = expect.objectContaining({ name: 'SealError', code: 'refused' });
    expect(() => unwrapCaseKey(keyring, OTHER, 1, wrapped)).toThrow(refused);
    expect(() => unwrapCaseKey(keyring, CASE, 2, wrapped)).toThrow(refused);
    expect(() => unwrapCaseKey(parseKeyring(newKeyringText(CREATED)), CASE, 1, wrapped)).toThrow(refused);
  });

  test('is not made for what is no case, no version or no key', () => {
    const invalid = expect.objectContaining({ code: 'key-invalid' });
    expect(() => wrapCaseKey(keyring, CASE.toUpperCase(), 1, newCaseKey())).toThrow(invalid);
    expect(() => wrapCaseKey(keyring, CASE, 0, newCaseKey())).toThrow(invalid);
    expect(() => wrapCaseKey(keyring, CASE, 1, new Uint8Array(16))).toThrow(invalid);
  });
});
