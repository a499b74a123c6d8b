import { createHash, generatePrimeSync, randomBytes } from 'node:crypto';
import { armor, enums } from 'openpgp';

// Certificates as somebody would write them byte by byte who wants to keep the desk busy; no program makes them.

const bitsOf = (number: bigint): number => number.toString(2).length;
const bytesOf = (number: bigint): Buffer => {
  const digits = number.toString(16);
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
};
const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
const octets = (value: number, length: number): Buffer => {
  const buffer = Buffer.alloc(length);
  buffer.writeUIntBE(value, 0, length);
  return buffer;
};
const mpi = (number: bigint): Buffer => Buffer.concat([octets(bitsOf(number), 2), bytesOf(number)]);
const subpacket = (type: number, data: Uint8Array): Buffer => Buffer.concat([Buffer.from([data.length + 1, type]), data]);

export const packet = (tag: number, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([0xc0 | tag, 255]), octets(body.length, 4), body]);
export const armored = (...packets: readonly Uint8Array[]): string => armor(enums.armor.publicKey, Buffer.concat(packets));

/** Written as the library does it that the desk reads certificates with. */
export const power = (base: bigint, exponent: bigint, modulus: bigint): bigint => {
  let [result, x] = [1n, base % modulus];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * x) % modulus;
    x = (x * x) % modulus;
  }
  return result;
};

/** The inverse by which to exponent and modulus are undone, or null where there is none. */
const inverse = (number: bigint, modulus: bigint): bigint | null => {
  let [x, next, rest, divisor] = [0n, 1n, modulus, number % modulus];
  while (divisor > 0n) {
    const times = rest / divisor;
    [x, next, rest, divisor] = [next, x - times * next, divisor, rest - times * divisor];
  }
  return rest === 1n ? ((x % modulus) + modulus) % modulus : null;
};

const MADE = Math.floor(Date.now() / 1000) - 86_400;
const HASHES = {
  'SHA-1': [2, 'sha1', ''],
  'SHA-256': [8, 'sha256', '3031300d060960864801650304020105000420'],
  'SHA-512': [10, 'sha512', ''],
  'SHA-224': [11, 'sha224', ''],
  'SHA3-256': [12, 'sha3-256', ''],
} as const;
export type Hash = keyof typeof HASHES;

/** The body of a key packet, and how to sign by it: without a secret a signature is a number that only has to be refuted. */
export type Holder = {
  readonly algorithm: number;
  readonly body: Buffer;
  readonly sign: (prefixed: Buffer) => Buffer;
};

const rsaBody = (modulus: bigint, exponent: bigint): Buffer =>
  Buffer.concat([Buffer.from([4]), octets(MADE, 4), Buffer.from([1]), mpi(modulus), mpi(exponent)]);

/** An odd number of so many bits. */
export const odd = (bits: number): bigint => numberOf(randomBytes(bits / 8)) | 1n | (1n << BigInt(bits - 1));

/** An RSA key that nobody has the secret of. */
export const rsaOfNobody = (bits: number, exponentBits: number): Holder => {
  const exponent = exponentBits < 32 ? 65_537n : odd(exponentBits);
  return { algorithm: 1, body: rsaBody(odd(bits), exponent), sign: () => mpi(3n) };
};

/** An RSA key of many short primes, which is quickly made; its holder signs by each of them. */
export const rsaOfManyPrimes = (bits: number, exponent: bigint): Holder => {
  const primes: bigint[] = [];
  while (primes.length < bits / 512) {
    const prime = generatePrimeSync(512, { bigint: true });
    if (inverse(exponent, prime - 1n) !== null && !primes.includes(prime)) primes.push(prime);
  }
  const modulus = primes.reduce((product, prime) => product * prime, 1n);
  const sign = (prefixed: Buffer): Buffer => {
    const length = bytesOf(modulus).length;
    const filled = [Buffer.from([0, 1]), Buffer.alloc(length - prefixed.length - 3, 0xff), Buffer.from([0]), prefixed];
    const message = numberOf(Buffer.concat(filled));
    const shares = primes.map((prime) => {
      const others = modulus / prime;
      const share = power(message, inverse(exponent, prime - 1n) ?? 0n, prime);
      return share * others * (inverse(others % prime, prime) ?? 0n);
    });
    return mpi(shares.reduce((sum, share) => sum + share, 0n) % modulus);
  };
  return { algorithm: 1, body: rsaBody(modulus, exponent), sign };
};

type Signature = {
  readonly type: number;
  readonly hash: Hash;
  /** what is signed after the key: a user id or a subkey */
  readonly of?: Buffer;
  readonly created?: number;
  /** made with the secret; else it is a number */
  readonly valid?: boolean;
  /** one that begins in this way, so that the library tries a second reading */
  readonly startingWith?: number;
};

const keyForHash = (body: Buffer): Buffer => Buffer.concat([Buffer.from([0x99]), octets(body.length, 2), body]);

/** A signature of the holder of a key, over the right hash, with the right first two octets: everything else about it has to be computed. */
export const signature = (holder: Holder, { type, hash, of, created = MADE, valid = false, startingWith }: Signature): Buffer => {
  const [id, name, prefix] = HASHES[hash];
  const fingerprint = createHash('sha1').update(keyForHash(holder.body)).digest();
  for (let salt = 0; ; salt += 1) {
    const fields = [subpacket(2, octets(created, 4)), subpacket(27, Buffer.from([0x0f])), subpacket(100, octets(salt, 4))];
    const hashed = Buffer.concat([...fields, subpacket(33, Buffer.concat([Buffer.from([4]), fingerprint]))]);
    const head = Buffer.concat([Buffer.from([4, type, holder.algorithm, id]), octets(hashed.length, 2), hashed]);
    const whole = [keyForHash(holder.body), of ?? Buffer.alloc(0), head, Buffer.from([4, 0xff]), octets(head.length, 4)];
    const digest = createHash(name).update(Buffer.concat(whole)).digest();
    if (startingWith !== undefined && digest[0] !== startingWith) continue;
    const issuer = subpacket(16, fingerprint.subarray(12));
    const value = valid ? holder.sign(Buffer.concat([Buffer.from(prefix, 'hex'), digest])) : holder.sign(Buffer.alloc(0));
    return packet(2, Buffer.concat([head, octets(issuer.length, 2), issuer, digest.subarray(0, 2), value]));
  }
};

export const userId = (text: string): { readonly packet: Buffer; readonly signed: Buffer } => {
  const bytes = Buffer.from(text);
  return { packet: packet(13, bytes), signed: Buffer.concat([Buffer.from([0xb4]), octets(bytes.length, 4), bytes]) };
};

export const subkey = ({ body }: Holder): { readonly packet: Buffer; readonly signed: Buffer } => ({
  packet: packet(14, body),
  signed: keyForHash(body),
});

export const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
