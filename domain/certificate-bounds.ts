// What an OpenPGP certificate may consist of before anything in it is verified. Whoever is invited to make a key may send any certificate, and it is verified
// again at every message: an RSA exponent as long as its modulus takes seconds for each signature, and the library then computes where nothing else can run.
// Within these bounds the worst certificate takes about as long as some dozens of ordinary ones. Source: security notes, Keys; RFC 9580 (4.2, 5.2.3, 9.5).

/** Characters of an armored certificate. Those of people who were signed by many others are longer: they export a minimal one. */
export const MOST_CHARACTERS = 64 * 1024;

/** Whoever has signed a certificate is in it with a packet; more packets than that is no certificate, but work for whoever takes it apart. */
const MOST_PACKETS = 512;
const MOST_USER_IDS = 16;
const MOST_SUBKEYS = 16;
/** All that may have to be verified: of each user id and subkey the newest few, and every revocation. */
const MOST_SIGNATURES = 32;

/** As long as anybody's program makes them; longer ones protect no better, and cost whoever checks them more and more. Bits. */
export const LONGEST_RSA = 8_192;
/** Programs take 65537, or some number of its size. Bits. */
const LONGEST_EXPONENT = 32;

/** SHA-256, SHA-384 and SHA-512. Older ones are broken or too short, and for newer ones the library has no native code. Source: RFC 9580 (9.5). */
export const HASHES: ReadonlySet<number | null> = new Set([8, 9, 10]);

/**
 * Of the signatures, those over a digest that begins with a zero octet: one in 256 by chance. On the curves of NIST the library reads such a one that does not
 * fit a second time, by slow means. Of ten signatures of an honest holder more than these begin so once in a hundred thousand certificates.
 */
const MOST_ZEROS = 2;

type Signature = { readonly hashAlgorithm: number | null; readonly signedHashValue: Uint8Array | null };
type Part = { readonly keyPacket: { readonly publicParams: object } };

/** A certificate as the OpenPGP library reads it, as far as it has to be looked at here. */
export type CertificateParts = Part & {
  readonly revocationSignatures: readonly Signature[];
  /** there always; the types of the library leave them out */
  readonly directSignatures?: readonly Signature[];
  readonly users: readonly {
    readonly selfCertifications: readonly Signature[];
    readonly otherCertifications: readonly Signature[];
    readonly revocationSignatures: readonly Signature[];
  }[];
  readonly subkeys: readonly (Part & {
    readonly bindingSignatures: readonly Signature[];
    readonly revocationSignatures: readonly Signature[];
  })[];
};

/** Would verifying this certificate, or encrypting to it, keep a process busy for longer than a certificate may? Looks at sizes and numbers only. */
export const costsTooMuch = (certificate: CertificateParts): boolean => {
  const { users, subkeys } = certificate;
  const signatures = signaturesOf(certificate);
  return (
    users.length > MOST_USER_IDS ||
    subkeys.length > MOST_SUBKEYS ||
    signatures.length > MOST_SIGNATURES ||
    signatures.some(({ hashAlgorithm }) => !HASHES.has(hashAlgorithm)) ||
    signatures.filter(({ signedHashValue }) => signedHashValue?.[0] === 0).length > MOST_ZEROS ||
    [certificate, ...subkeys].some(isHuge)
  );
};

const signaturesOf = ({ revocationSignatures, directSignatures = [], users, subkeys }: CertificateParts): readonly Signature[] => [
  ...revocationSignatures,
  ...directSignatures,
  ...users.flatMap((user) => [...user.selfCertifications, ...user.otherCertifications, ...user.revocationSignatures]),
  ...subkeys.flatMap((subkey) => [...subkey.bindingSignatures, ...subkey.revocationSignatures]),
];

/** `e` is the public exponent of RSA; every other number of any method is as long as its modulus at most. */
const isHuge = ({ keyPacket: { publicParams } }: Part): boolean =>
  Object.entries(publicParams).some(
    ([name, value]) => value instanceof Uint8Array && bitsOf(value) > (name === 'e' ? LONGEST_EXPONENT : LONGEST_RSA),
  );

const bitsOf = (number: Uint8Array): number => {
  const first = number.findIndex((byte) => byte !== 0);
  return first === -1 ? 0 : (number.length - first) * 8 - Math.clz32(number[first] ?? 0) + 24;
};

/** Are there more packets in these bytes than a certificate has? Also where they cannot be counted. Reads the headers only. Source: RFC 9580 (4.2). */
export const hasTooManyPackets = (bytes: Uint8Array): boolean => {
  let at = 0;
  for (let packets = 0; packets < MOST_PACKETS; packets += 1) {
    if (at >= bytes.length) return false;
    const after = endOfPacket(bytes, at);
    if (after === null) return true;
    at = after;
  }
  return at < bytes.length;
};

/** Where the packet ends that begins here; null where that is not said: parts of a certificate have a length. */
const endOfPacket = (bytes: Uint8Array, at: number): number | null => {
  const [tag = 0, first = 0] = bytes.subarray(at, at + 2);
  const number = (octets: number, from: number) => bytes.subarray(from, from + octets).reduce((sum, byte) => sum * 256 + byte, 0);
  if ((tag & 0xc0) === 0xc0) {
    if (first < 192) return at + 2 + first;
    if (first < 224) return at + 3 + (first - 192) * 256 + 192 + number(1, at + 2);
    return first === 255 ? at + 6 + number(4, at + 2) : null;
  }
  const octets = { 0: 1, 1: 2, 2: 4 }[tag & 3];
  return (tag & 0x80) === 0 || octets === undefined ? null : at + 1 + octets + number(octets, at + 1);
};
