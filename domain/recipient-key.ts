import { LONGEST_RSA } from './certificate-bounds.ts';

// What holds for the keys that messages to people are sealed to. Source: security notes, Keys (Recipient keys).

export const DAY_MS = 24 * 3_600_000;

/** Long enough for whoever reads mail once a week or is on a journey; a link that nobody took up must not lie in a mailbox for ever. */
export const INVITATION_LIVES_MS = 14 * DAY_MS;

/** A key made in the browser: after two years its passphrase has been typed on many machines, and whoever has left should fall silent. */
export const KEY_LIVES_MS = 731 * DAY_MS;

/** A certificate that ends sooner would be out of date before what is sealed to it is answered. */
export const LEAST_LIFE_MS = 7 * DAY_MS;

/** For how long back a channel that has become unsafe is looked through: what was sent lately may have been read by somebody else. */
export const LOOK_BACK_MS = 30 * DAY_MS;

/** How many days before its end the holder of a key is warned, each time once. */
export const WARN_DAYS = [30, 7, 1] as const;
export type WarnDays = (typeof WARN_DAYS)[number];

/** The last warning: from here on a person sees to it, because mail does not. */
export const LAST_WARNING = 1 satisfies WarnDays;

/** The longest time before its end at which a key needs a look. */
export const FIRST_WARNING_MS = WARN_DAYS[0] * DAY_MS;

const reached = (expiresAt: number, at: number): WarnDays | null => WARN_DAYS.findLast((days) => expiresAt - at <= days * DAY_MS) ?? null;

/**
 * Which warning is to be given now, in days before the end; null when none is. `warned` is the last one given. Whoever looks late gives the one that fits
 * the time that is left, and never two. Instants in epoch ms.
 */
export const warningDue = (expiresAt: number, warned: number | null, at: number): WarnDays | null => {
  const days = expiresAt > at ? reached(expiresAt, at) : null;
  return days !== null && (warned === null || days < warned) ? days : null;
};

/** What counts as given when a key comes that ends soon: its holder has just seen until when it lives. */
export const warnedFromTheStart = (expiresAt: number | null, at: number): WarnDays | null =>
  expiresAt === null ? null : reached(expiresAt, at);

/** Of the network, those who are asked with words of a case: what is sealed to a key of theirs is worth taking their place for. */
export const isAskedSealed = (role: string): boolean => role === 'ADVISOR' || role === 'PARTNER_DESK';

/**
 * The first key ever comes by an invitation to the registered address, and is all there is to go by. Every other one is a change, also when the one before
 * has ended: whoever reads the mailbox could wait for that end, so a person confirms it by another way. The same holds for the first key of somebody who is
 * asked sealed and is written to elsewhere than at first: whoever changed the address could read the new mailbox.
 */
export const entersAs = ({
  hadKey,
  role,
  readdressed,
}: {
  readonly hadKey: boolean;
  readonly role: string;
  readonly readdressed: boolean;
}): 'ACTIVE' | 'PENDING' => (hadKey || (readdressed && isAskedSealed(role)) ? 'PENDING' : 'ACTIVE');

/**
 * Whether somebody can be written to sealed. KEY: now. PENDING: their key waits for a person to compare its fingerprint. EXPIRED: theirs has come to its
 * end. NONE: they never had one that works. UNSAFE: somebody else may be reading.
 */
export const SEALED_BY = ['KEY', 'PENDING', 'EXPIRED', 'NONE', 'UNSAFE'] as const;
export type SealedBy = (typeof SEALED_BY)[number];

/** Why a key ends. EXPIRED comes by itself, UNSAFE with the channel; the others are told by a person. NOT_THEIRS: somebody else registered it. */
export const ENDINGS = ['REPLACED', 'LOST', 'NOT_THEIRS', 'WITHDRAWN'] as const;
export type Ending = (typeof ENDINGS)[number];

/** Does what was sealed to a key end with it? Whenever another may have the secret part; of a key that nobody has confirmed nobody knows whose it was. */
export const takesAlong = (ending: Ending, verified: boolean): boolean => ending === 'LOST' || ending === 'NOT_THEIRS' || !verified;

export type KeyEnd = Ending | 'UNSAFE' | 'EXPIRED';

/** What is wrong with a key that was offered. The page says each in the reader's language. */
export const KEY_FAULTS = [
  /** not a key in the form that the page makes, or not readable as a certificate */
  'UNREADABLE',
  'TOO_LARGE',
  /** reading it or sealing to it would keep everybody else waiting */
  'TOO_COSTLY',
  /** the passphrase of this key could be guessed too cheaply */
  'CHEAP_PASSPHRASE',
  /** a secret key was sent: it has to be considered exposed */
  'SECRET_KEY',
  'NOT_ONE_CERTIFICATE',
  'EXPIRED',
  'REVOKED',
  /** ends within a week */
  'ENDS_SOON',
  'NO_ENCRYPTION',
  'TOO_WEAK',
  /** nobody here can check it: neither refuted nor trusted */
  'UNKNOWN_METHOD',
  /** registered already, or ended and not to be used again */
  'KNOWN_KEY',
] as const;
export type KeyFault = (typeof KEY_FAULTS)[number];

/** Guessing a passphrase must cost at least this: Argon2id, 3 passes over 64 MiB, the second choice of RFC 9106 for little memory. */
export const LEAST_WRAP_COST = { opsLimit: 3, memLimitBytes: 64 * 1024 * 1024 } as const;

export const isCheap = ({ opsLimit, memLimitBytes }: { readonly opsLimit: number; readonly memLimitBytes: number }): boolean =>
  opsLimit < LEAST_WRAP_COST.opsLimit || memLimitBytes < LEAST_WRAP_COST.memLimitBytes;

/** As an OpenPGP library names it; `bits` of RSA, `curve` of elliptic curves. */
export type KeyAlgorithm = { readonly algorithm: string; readonly bits?: number | undefined; readonly curve?: string | undefined };

const STRONG: ReadonlySet<string> = new Set(['x25519', 'x448', 'ed25519', 'ed448']);
const ON_CURVES: ReadonlySet<string> = new Set(['ecdh', 'ecdsa', 'eddsaLegacy']);
// Brainpool would be as good, but on Node the OpenPGP library cannot check its signatures without a package that it does not bring.
const CURVES: ReadonlySet<string> = new Set([...['ed25519Legacy', 'curve25519Legacy', 'nistP256', 'nistP384', 'nistP521']]);
const RSA: ReadonlySet<string> = new Set(['rsaEncryptSign', 'rsaEncrypt', 'rsaSign']);
const LEAST_RSA = 2_048;
const STRONG_RSA = 3_072;

const OUTDATED: ReadonlySet<string> = new Set(['dsa', 'elgamal']);

/** UNKNOWN is what cannot be checked here. Source: NIST SP 800-57 part 1, RFC 9580 section 12. */
export const strengthOf = ({ algorithm, bits = 0, curve = '' }: KeyAlgorithm): 'STRONG' | 'WEAK' | 'REFUSED' | 'UNKNOWN' => {
  if (STRONG.has(algorithm)) return 'STRONG';
  if (ON_CURVES.has(algorithm)) return CURVES.has(curve) ? 'STRONG' : 'UNKNOWN';
  if (!RSA.has(algorithm)) return OUTDATED.has(algorithm) ? 'REFUSED' : 'UNKNOWN';
  if (bits < LEAST_RSA || bits > LONGEST_RSA) return 'REFUSED';
  return bits < STRONG_RSA ? 'WEAK' : 'STRONG';
};

const bare = (fingerprint: string): string =>
  fingerprint
    .toLowerCase()
    .replace(/^\s*x25519:/, '')
    .replaceAll(/\s/g, '');

/** Whether what a person read out is this fingerprint, all of it: spaces, capitals and the word before it make no difference. */
export const isFingerprint = (read: string, fingerprint: string): boolean => {
  const digits = bare(read);
  return /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(digits) && digits === bare(fingerprint);
};
