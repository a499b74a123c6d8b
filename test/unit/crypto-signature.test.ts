import { describe, expect, test } from 'vitest';
import { utf8 } from '../../crypto/bytes.ts';
import { newKeyringText, parseKeyring } from '../../crypto/keyring.ts';
import { isSignedBy, networkSigner } from '../../crypto/signature.ts';
import { signDetached } from '../../crypto/sodium.ts';
import { figure } from '../support/figures.ts';
import { everyBitFlipped, everyCut } from '../support/refusals.ts';

const keyring = parseKeyring(newKeyringText(new Date('2026-01-02T03:04:05.000Z')));
const signer = networkSigner(keyring);
const other = networkSigner(parseKeyring(newKeyringText(new Date('2026-01-02T03:04:05.000Z'))));
const message = utf8('sos/checkpoint/1\n{"seq":7}');
const signature = signer.sign(message);

describe('a signature of the network', () => {
  test('is its own, over that message, and the same each time', () => {
    expect(isSignedBy(signer.publicKey, message, signature)).toBe(true);
    expect(networkSigner(keyring).sign(message)).toEqual(signature);
    expect(signer.keyId).toBe('signature:1');
    expect([signer.publicKey.length, signature.length]).toEqual([32, 64]);
  });

  test('is none once anything is changed: message, signature or key, or when one of them is cut', () => {
    const forgeries: [Uint8Array, Uint8Array, Uint8Array][] = [
      ...[...everyBitFlipped(signature), ...everyCut(signature)].map((copy): [Uint8Array, Uint8Array, Uint8Array] => [
        signer.publicKey,
        message,
        copy,
      ]),
      ...[...everyBitFlipped(message), ...everyCut(message)].map((copy): [Uint8Array, Uint8Array, Uint8Array] => [
        signer.publicKey,
        copy,
        signature,
      ]),
      ...[...everyBitFlipped(signer.publicKey), ...everyCut(signer.publicKey)].map((copy): [Uint8Array, Uint8Array, Uint8Array] => [
        copy,
        message,
        signature,
      ]),
      [other.publicKey, message, signature],
      [signer.publicKey, message, other.sign(message)],
      [signer.publicKey, message, signDetached(keyring.active('signature').key, message)], // not as a signature of this format
      [new Uint8Array(32), message, new Uint8Array(64)],
    ];
    const value = forgeries.filter((forgery) => isSignedBy(...forgery)).length;
    expect(figure({ name: 'forged signatures accepted', value, unit: `of ${forgeries.length}`, bound: '== 0', seed: null })).toBe(true);
  });

  test('this check can fail: what is not altered is accepted', () => {
    expect([[signer.publicKey, message.slice(), signature.slice()] as const].filter((whole) => isSignedBy(...whole))).toHaveLength(1);
  });
});
