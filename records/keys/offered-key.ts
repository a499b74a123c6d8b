import { recipientKeyId } from '../../crypto/message.ts';
import { SealError } from '../../crypto/seal-error.ts';
import { fromBase64Url } from '../../crypto/sodium.ts';
import { wrappedCost } from '../../crypto/wrapped-secret.ts';
import { isCheap, KEY_LIVES_MS, type KeyFault } from '../../domain/recipient-key.ts';
import { fingerprintIn, readCertificate } from './openpgp-certificate.ts';
import type { KeyContent } from './recipient-keys.ts';

/** A key as it was sent: the two halves that a browser made (base64url), or an armored certificate. */
export type SentKey =
  | { readonly kind: 'X25519'; readonly publicKey: string; readonly wrapped: string }
  | { readonly kind: 'OPENPGP'; readonly certificate: string };

export type OfferedKey = { readonly content: KeyContent; readonly expiresAt: number | null };

/** Checks a key that somebody offers, as far as that can be done without its secret. `at` in epoch ms. `known`: see readCertificate. */
export const readOffer = async (
  sent: SentKey,
  at: number,
  known: string | null = null,
): Promise<{ readonly fault: KeyFault } | OfferedKey> => {
  if (sent.kind === 'X25519') return readX25519(sent.publicKey, sent.wrapped, at);
  const read = await readCertificate(sent.certificate, at, known);
  if ('fault' in read) return read;
  const { certificate, fingerprint, expiresAt, weak } = read;
  return { content: { kind: 'OPENPGP', certificate, fingerprint, weak }, expiresAt };
};

/** What the key would be called if it were good, without looking whether it is: for whoever sends again what was taken before. Null where there is none. */
export const fingerprintOf = async (sent: SentKey): Promise<string | null> => {
  if (sent.kind === 'OPENPGP') return fingerprintIn(sent.certificate);
  const bytes = fromBase64Url(sent.publicKey);
  return bytes === null ? null : nullIfBroken(() => recipientKeyId(bytes));
};

const nullIfBroken = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
};

/** The page measures the passphrase; here only what every guess at it costs can be seen. */
const readX25519 = (publicKey: string, wrapped: string, at: number): { readonly fault: KeyFault } | OfferedKey => {
  const [bytes, secret] = [fromBase64Url(publicKey), fromBase64Url(wrapped)];
  if (bytes === null || secret === null) return { fault: 'UNREADABLE' };
  const read = nullIfBroken(() => ({ fingerprint: recipientKeyId(bytes), cost: wrappedCost(secret) }));
  if (read === null) return { fault: 'UNREADABLE' };
  if (isCheap(read.cost)) return { fault: 'CHEAP_PASSPHRASE' };
  return { content: { kind: 'X25519', fingerprint: read.fingerprint, publicKey, wrapped }, expiresAt: at + KEY_LIVES_MS };
};
