import { config, type Key, PrivateKey, readKeys, SecretKeyPacket, SecretSubkeyPacket, type Subkey } from 'openpgp';
import { type KeyFault, LEAST_LIFE_MS, LONGEST_RSA, strengthOf } from '../domain/recipient-key.ts';

/** What is kept of a certificate: its public parts, armored, without what others have signed into it. */
type Certificate = {
  readonly certificate: string;
  /** lower-case hexadecimal, 40 digits, or 64 of a version 6 key */
  readonly fingerprint: string;
  /** until when there is something in it to encrypt to, epoch ms; null: without end */
  readonly expiresAt: number | null;
  /** works, but no longer for long */
  readonly weak: boolean;
};

export type ReadCertificate = { readonly fault: KeyFault } | Certificate;

/** Characters of an armored certificate. Those of people who were signed by many others are longer: they export a minimal one. */
const MOST_CHARACTERS = 64 * 1024;

/** One block and nothing around it: what stands before or after it was not looked at by whoever sent it. */
const isOneBlock = (text: string): boolean => {
  const block = text.trim();
  return (
    block.startsWith('-----BEGIN PGP PUBLIC KEY BLOCK-----') &&
    block.endsWith('-----END PGP PUBLIC KEY BLOCK-----') &&
    block.split('-----BEGIN').length === 2
  );
};

/** For telling what is wrong with a key that the library would only call unsuitable; nothing is ever encrypted by it. */
const LENIENT = { ...config, minRSABits: 0, rejectPublicKeyAlgorithms: new Set<never>(), rejectCurves: new Set<never>() } as typeof config;

/**
 * Reads a certificate that somebody offers, as it stands at this instant (epoch ms): exactly one, no secret part, alive for a while, strong enough in every
 * part that could be encrypted to. `known`, the certificate that is held of the same key, adds what it knows, so that a revocation cannot be taken back by
 * sending an older copy. Source: RFC 9580, security notes (Keys).
 */
export const readCertificate = async (text: string, at: number, known: string | null = null): Promise<ReadCertificate> => {
  if (/PRIVATE KEY/i.test(text)) return { fault: 'SECRET_KEY' };
  if (text.length > MOST_CHARACTERS) return { fault: 'TOO_LARGE' };
  const keys = await readKeys({ armoredKeys: text }).catch(() => null);
  if (keys === null) return { fault: 'UNREADABLE' };
  if (keys.some(holdsSecret)) return { fault: 'SECRET_KEY' };
  const [key, ...others] = keys;
  if (key === undefined || others.length > 0 || !isOneBlock(text)) return { fault: 'NOT_ONE_CERTIFICATE' };
  if (key.getKeys().some(isHuge)) return { fault: 'TOO_LARGE' };
  const whole = known === null ? key : await withKnown(key, known, new Date(at));
  return judged(stripped(whole), new Date(at));
};

const holdsSecret = (key: Key): boolean =>
  key instanceof PrivateKey ||
  key.keyPacket instanceof SecretKeyPacket ||
  key.subkeys.some(({ keyPacket }) => keyPacket instanceof SecretSubkeyPacket);

/** Whoever checks the signatures of such a key would be busy for minutes. */
const isHuge = (part: Key | Subkey): boolean => (part.getAlgorithmInfo().bits ?? 0) > LONGEST_RSA;

const withKnown = async (key: Key, known: string, at: Date): Promise<Key> => {
  const [before] = await readKeys({ armoredKeys: known });
  return before === undefined ? key : key.update(before, at);
};

/** Pictures, and what others have signed, say whom somebody knows and are of no use here. */
const stripped = (key: Key): Key => {
  key.users = key.users.filter(({ userID }) => userID !== null);
  for (const user of key.users) user.otherCertifications = [];
  return key;
};

const judged = async (key: Key, at: Date): Promise<ReadCertificate> => {
  const ofPrimary = faultOfStrength([key]);
  if (ofPrimary !== null) return { fault: ofPrimary };
  const fault = await faultOfPrimary(key, at);
  if (fault !== null) return { fault };
  const parts = await encryptable(key, at);
  if (parts.length === 0) return { fault: 'NO_ENCRYPTION' };
  const ofParts = faultOfStrength(parts);
  if (ofParts !== null) return { fault: ofParts };
  const chosen = await key.getEncryptionKey(undefined, at).catch(() => null);
  if (chosen === null) return { fault: 'NO_ENCRYPTION' };
  const ends = await Promise.all(parts.map((part) => (isKey(part) ? part.getExpirationTime() : part.getExpirationTime(at))));
  const expiresAt = Math.min(Number(await key.getExpirationTime()), Math.max(...ends.map(Number)));
  if (expiresAt < at.getTime() + LEAST_LIFE_MS) return { fault: 'ENDS_SOON' };
  return {
    certificate: key.armor(),
    fingerprint: key.getFingerprint(),
    expiresAt: Number.isFinite(expiresAt) ? expiresAt : null,
    weak: strengthsOf([key, ...parts]).includes('WEAK'),
  };
};

const strengthsOf = (parts: readonly (Key | Subkey)[]) => parts.map((part) => strengthOf(part.getAlgorithmInfo()));

const faultOfStrength = (parts: readonly (Key | Subkey)[]): KeyFault | null => {
  const strengths = strengthsOf(parts);
  if (strengths.includes('REFUSED')) return 'TOO_WEAK';
  return strengths.includes('UNKNOWN') ? 'UNKNOWN_METHOD' : null;
};

const isKey = (part: Key | Subkey): part is Key => 'users' in part;

const faultOfPrimary = async (key: Key, at: Date): Promise<KeyFault | null> => {
  if (await key.isRevoked(undefined, undefined, at, LENIENT).catch(() => false)) return 'REVOKED';
  const end = await key.getExpirationTime(undefined, LENIENT).catch(() => null);
  if (end !== null && Number(end) <= at.getTime()) return 'EXPIRED';
  const valid = await key.verifyPrimaryKey(at, undefined, LENIENT).then(
    () => true,
    () => false,
  );
  return valid ? null : 'UNREADABLE';
};

/** Every part that a sender could encrypt to now, whatever its strength: which one is taken is the library's choice, and may change. */
const encryptable = async (key: Key, at: Date): Promise<readonly (Key | Subkey)[]> => {
  const tried = await Promise.all(
    key.getKeys().map((part) =>
      key.getEncryptionKey(part.getKeyID(), at, undefined, LENIENT).then(
        () => part,
        () => null,
      ),
    ),
  );
  return tried.filter((part) => part !== null);
};
