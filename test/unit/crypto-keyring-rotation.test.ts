import { describe, expect, test } from 'vitest';
import { utf8 } from '../../crypto/bytes.ts';
import { envelopeKeyId, open, seal } from '../../crypto/envelope.ts';
import { newKeyringText, parseKeyring, rotatedKeyringText, withoutKeyVersion } from '../../crypto/keyring.ts';
import { KeyringError } from '../../crypto/keyring-error.ts';
import { derivedToken, mintToken, tokenDigests } from '../../crypto/link-token.ts';
import { isSignedBy, networkPublicKeys, networkSigner } from '../../crypto/signature.ts';
import { hexOf } from '../support/vectors.ts';

const CREATED = new Date('2026-01-02T03:04:05.000Z');
const PLACE = { table: 'Contact', column: 'sealed', row: 'row-1', version: 1 };
const TEXT = newKeyringText(CREATED);

function code(attempt: () => unknown): string {
  try {
    attempt();
    return 'accepted';
  } catch (error) {
    if (error instanceof KeyringError) return error.code;
    throw error;
  }
}

async function _refusal(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'accepted',
    (error) => (error instanceof KeyringError ? error.code : String(error)),
  );
}

describe('the text of a keyring', () => {
  const old = parseKeyring(TEXT);

  test('gets a version that is in force, and keeps the old one to open with', () => {
    const sealed = seal(old.active('directory'), PLACE, utf8('a name'));
    const now = parseKeyring(rotatedKeyringText(TEXT, 'wrapping', CREATED));
    expect(envelopeKeyId(seal(now.active('directory'), PLACE, utf8('a name')))).toBe('directory:2');
    expect(hexOf(open(now, PLACE, sealed))).toBe(hexOf(utf8('a name')));
    expect(now.active('audit')).toEqual(old.active('audit'));
    expect(hexOf(now.active('wrap').key)).not.toBe(hexOf(old.active('wrap').key));
  });

  test('is rotated again and again, one root at a time', () => {
    let text = TEXT;
    for (let round = 0; round < 3; round++) text = rotatedKeyringText(text, 'lasting', CREATED);
    const now = parseKeyring(text);
    expect(now.all('blind-index').map((key) => key.id)).toEqual(['blind-index:4', 'blind-index:1', 'blind-index:2', 'blind-index:3']);
    expect(now.all('wrap').map((key) => key.id)).toEqual(['wrap:1']);
  });

  test('lets go of an old version, and never gives its number again to another key', () => {
    const twice = rotatedKeyringText(rotatedKeyringText(TEXT, 'wrapping', CREATED), 'wrapping', CREATED);
    const without = withoutKeyVersion(twice, 'wrapping', 2);
    expect(parseKeyring(without).byId('wrap:2')).toBeNull();
    expect(parseKeyring(without).byId('wrap:1')).toEqual(old.byId('wrap:1'));
    expect(parseKeyring(rotatedKeyringText(without, 'wrapping', CREATED)).active('wrap').id).toBe('wrap:4');
  });

  test('keeps the version in force, and has no other than those it has', () => {
    expect(code(() => withoutKeyVersion(TEXT, 'wrapping', 1))).toBe('in-force');
    expect(code(() => withoutKeyVersion(TEXT, 'wrapping', 2))).toBe('no-version');
    expect(code(() => withoutKeyVersion('{}', 'wrapping', 1))).toBe('malformed');
    expect(code(() => rotatedKeyringText('{"secret":"canary"', 'wrapping', CREATED))).toBe('malformed');
  });
});

describe('what the lasting root makes', () => {
  const old = parseKeyring(TEXT);
  const now = parseKeyring(rotatedKeyringText(TEXT, 'lasting', CREATED));

  test('a signature is checked with the key that it names, before a rotation and after it', () => {
    const message = utf8('sos/checkpoint/1\n');
    const [before, after] = [networkSigner(old), networkSigner(now)];
    expect(networkPublicKeys(now).map((key) => key.keyId)).toEqual(['signature:2', 'signature:1']);
    const checked = [before, after].map((signer) => {
      const key = networkPublicKeys(now).find((each) => each.keyId === signer.keyId);
      return isSignedBy(key?.publicKey ?? new Uint8Array(), message, signer.sign(message));
    });
    expect(checked).toEqual([true, true]);
  });

  test('the link of a sealed message is the same each time, also after a rotation, and only the keyring knows it', () => {
    const first = derivedToken(old, 'message', 'row-1');
    expect(derivedToken(old, 'message', 'row-1')).toEqual(first);
    expect(derivedToken(now, 'message', 'row-1', first.digest)).toEqual(first);
    expect(tokenDigests(now, 'message', first.token)).toContain(first.digest);
    const others = [
      derivedToken(now, 'message', 'row-1'),
      derivedToken(old, 'message', 'row-2'),
      derivedToken(parseKeyring(newKeyringText(CREATED)), 'message', 'row-1'),
    ];
    expect(new Set([first, ...others].map(({ token }) => token)).size).toBe(4);
    const retired = parseKeyring(withoutKeyVersion(rotatedKeyringText(TEXT, 'lasting', CREATED), 'lasting', 1));
    for (const digest of [first.digest, 'nothing']) {
      expect(() => derivedToken(retired, 'message', 'row-1', digest)).toThrow(expect.objectContaining({ code: 'key-unknown' }));
    }
  });

  test('a token of one kind is none of another', () => {
    const { token, digest } = derivedToken(old, 'message', 'row-1');
    const invitation = mintToken(old, 'key-invitation');
    expect(tokenDigests(old, 'message', token)).toEqual([digest]);
    expect(tokenDigests(old, 'key-invitation', invitation.token)).toEqual([invitation.digest]);
    for (const kind of ['link', 'key-invitation'] as const) expect(tokenDigests(old, kind, token)).not.toContain(digest);
    for (const kind of ['link', 'message'] as const) expect(tokenDigests(old, kind, invitation.token)).not.toContain(invitation.digest);
  });
});
