import { config, enums, type Key, PrivateKey, readKeys, SecretKeyPacket, SecretSubkeyPacket, type Subkey, unarmor } from 'openpgp';
import { costsTooMuch, hasTooManyPackets, MOST_CHARACTERS } from '../../domain/certificate-bounds.ts';
import { type KeyFault, LEAST_LIFE_MS, strengthOf } from '../../domain/recipient-key.ts';
import { lightened, pruned } from './openpgp-pruning.ts';

/** What is kept of a certificate: its public parts, armored, with the newest signature of each that is valid and its revocations. */
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
 * sending an older copy. Nothing is verified before its cost is known: whoever has an invitation may send anything. Source: RFC 9580, security notes (Keys).
 */
export const readCertificate = async (text: string, at: number, known: string | null = null): Promise<ReadCertificate> => {
  const offered = await taken(text);
  if ('fault' in offered) return offered;
  const light = await verified(offered.key, new Date(at));
  if ('fault' in light) return light;
  const whole = known === null ? light : await withKnown(light.key, known, new Date(at));
  if ('fault' in whole) return whole;
  const read = await judged(whole.key, new Date(at));
  const nothingLeft = 'fault' in read && (read.fault === 'UNREADABLE' || read.fault === 'NO_ENCRYPTION');
  return nothingLeft && light.unread ? { fault: 'UNKNOWN_METHOD' } : read;
};

/** The fingerprint of what would be read as a certificate, unverified; null where there is none. For telling whether it is one that was taken before. */
export const fingerprintIn = async (text: string): Promise<string | null> => {
  const offered = await taken(text);
  return 'fault' in offered ? null : offered.key.getFingerprint();
};

type Fault = { readonly fault: KeyFault };

/** Takes the text apart, and verifies nothing. */
const taken = async (text: string): Promise<Fault | { readonly key: Key }> => {
  if (/PRIVATE KEY/i.test(text)) return { fault: 'SECRET_KEY' };
  if (text.length > MOST_CHARACTERS) return { fault: 'TOO_LARGE' };
  const bytes = await bytesIn(text).catch(() => null);
  if (bytes === null) return { fault: 'UNREADABLE' };
  if (hasTooManyPackets(bytes)) return { fault: 'TOO_LARGE' };
  const keys = await readKeys({ binaryKeys: bytes }).catch(() => null);
  if (keys === null) return { fault: 'UNREADABLE' };
  if (keys.some(holdsSecret)) return { fault: 'SECRET_KEY' };
  const [key, ...others] = keys;
  return key === undefined || others.length > 0 || !isOneBlock(text) ? { fault: 'NOT_ONE_CERTIFICATE' } : { key };
};

const bytesIn = async (text: string): Promise<Uint8Array | null> => {
  const { type, data } = await unarmor(text);
  // of a text that is there as a whole; the types of the library speak of streams only
  const bytes: unknown = data;
  return type === enums.armor.publicKey && bytes instanceof Uint8Array ? bytes : null;
};

const holdsSecret = (key: Key): boolean =>
  key instanceof PrivateKey ||
  key.keyPacket instanceof SecretKeyPacket ||
  key.subkeys.some(({ keyPacket }) => keyPacket instanceof SecretSubkeyPacket);

/** `unread`: there were signatures that are not verified here, so that what they held together may be missing. */
const verified = async (whole: Key, at: Date): Promise<Fault | { readonly key: Key; readonly unread: boolean }> => {
  const { key, unread } = lightened(whole);
  if (unread === 'REVOCATION') return { fault: 'UNKNOWN_METHOD' };
  if (costsTooMuch(key)) return { fault: 'TOO_COSTLY' };
  const fault = faultOfStrength([key]);
  return fault === null ? { key: await pruned(key, at), unread: unread === 'SIGNATURES' } : { fault };
};

/** What is held of it passed the same way, when the ways may have been wider. */
const withKnown = async (key: Key, known: string, at: Date): Promise<Fault | { readonly key: Key }> => {
  const before = await taken(known);
  const held = 'fault' in before ? before : await verified(before.key, at);
  return 'fault' in held ? held : verified(await key.update(held.key, at), at);
};

const judged = async (key: Key, at: Date): Promise<ReadCertificate> => {
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
