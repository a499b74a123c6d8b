import { generateKey, type PublicKey, readKeys } from 'openpgp';
import { beforeAll, describe, expect, it } from 'vitest';
import { costsTooMuch, hasTooManyPackets } from '../../domain/certificate-bounds.ts';
import type { KeyFault } from '../../domain/recipient-key.ts';
import { newSigningKey, sealForPgp } from '../../mail/pgp.ts';
import { fingerprintIn, readCertificate } from '../../records/keys/openpgp-certificate.ts';
import { figure } from '../support/figures.ts';
import {
  armored,
  type Hash,
  type Holder,
  many,
  odd,
  packet,
  power,
  rsaOfManyPrimes,
  rsaOfNobody,
  signature,
  subkey,
  userId,
} from '../support/hostile-certificates.ts';

const ID = userId('Reader <reader@example.net>');
const REVOCATION = 0x20;
const CERTIFICATION = 0x13;
const BINDING = 0x18;

/** A certificate that would have to be verified: its self-signatures are numbers that nothing but the whole computation refutes. */
const of = (holder: Holder, hash: Hash, signatures = 3, ...more: readonly Uint8Array[]): string =>
  armored(
    packet(6, holder.body),
    ID.packet,
    ...many(signatures, () => signature(holder, { type: CERTIFICATION, hash, of: ID.signed })),
    ...more,
  );

const bound = (holder: Holder, other: Holder): readonly Uint8Array[] => {
  const { packet: part, signed } = subkey(other);
  return [part, signature(holder, { type: BINDING, hash: 'SHA-256', of: signed })];
};
const revoked = (holder: Holder, count: number): readonly Uint8Array[] =>
  many(count, () => signature(holder, { type: REVOCATION, hash: 'SHA-256' }));

const ordinary = rsaOfNobody(4_096, 17);
const costly = rsaOfNobody(4_096, 4_096);

const HOSTILE: readonly (readonly [string, KeyFault, () => string])[] = [
  ['an exponent as long as the modulus, over SHA-224', 'TOO_COSTLY', () => of(costly, 'SHA-224')],
  ['an exponent as long as the modulus, over SHA-256', 'TOO_COSTLY', () => of(costly, 'SHA-256')],
  ['an exponent of 33 bits', 'TOO_COSTLY', () => of(rsaOfNobody(4_096, 40), 'SHA-256')],
  ['a modulus of 16384 bits', 'TOO_COSTLY', () => of(rsaOfNobody(16_384, 17), 'SHA-256')],
  ['such a key among the subkeys', 'TOO_COSTLY', () => of(ordinary, 'SHA-256', 1, ...bound(ordinary, costly))],
  ['40 revocations', 'TOO_COSTLY', () => armored(packet(6, ordinary.body), ...revoked(ordinary, 40), ID.packet)],
  ['17 subkeys', 'TOO_COSTLY', () => of(ordinary, 'SHA-256', 1, ...many(17, () => subkey(rsaOfNobody(2_048, 17)).packet))],
  ['17 user ids', 'TOO_COSTLY', () => of(ordinary, 'SHA-256', 1, ...many(17, (index) => userId(`a${index}`).packet))],
  ['many digests that begin with zero', 'TOO_COSTLY', () => armored(packet(6, ordinary.body), ...zeros(ordinary), ID.packet)],
  ['signatures over SHA-224 only', 'UNKNOWN_METHOD', () => of(ordinary, 'SHA-224')],
  ['signatures over SHA3-256 only', 'UNKNOWN_METHOD', () => of(ordinary, 'SHA3-256')],
  ['signatures over SHA-1 only', 'UNKNOWN_METHOD', () => of(ordinary, 'SHA-1')],
  ['a revocation that is not verified here', 'UNKNOWN_METHOD', () => of(ordinary, 'SHA-256', 1, sha3Revocation(ordinary))],
  ['60 self-signatures, of which the newest are verified', 'UNREADABLE', () => of(ordinary, 'SHA-256', 60)],
  ['20000 packets', 'TOO_LARGE', () => of(ordinary, 'SHA-256', 1, ...many(20_000, () => Buffer.from([0xf2, 0])))],
];
const zeros = (holder: Holder) => many(3, () => signature(holder, { type: REVOCATION, hash: 'SHA-256', startingWith: 0 }));
const sha3Revocation = (holder: Holder) => signature(holder, { type: REVOCATION, hash: 'SHA3-256' });

/** What stood between a certificate and its verification before: its length, one key, no modulus beyond 16384 bits. */
const wasVerified = async (certificate: string): Promise<boolean> => {
  const [key, ...others] = await readKeys({ armoredKeys: certificate });
  const bits = key?.getKeys().map((part) => part.getAlgorithmInfo().bits ?? 0) ?? [];
  return certificate.length <= 64 * 1024 && key !== undefined && others.length === 0 && Math.max(...bits) <= 16_384;
};

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

/** One signature by a key that the old check let in: the computation that the library falls back to, on the loop that everything else waits for. */
const floor = (): Promise<number> => {
  const modulus = odd(8_192);
  return timed(async () => power(odd(8_000), modulus - 2n, modulus));
};

let signingKey = '';
beforeAll(async () => {
  signingKey = await newSigningKey('desk@example.org');
});
const sealing = (certificate: string) => sealForPgp(new Uint8Array(64), [certificate], signingKey);

describe('a certificate that is made to keep the desk busy', () => {
  it('is refused before anything in it is verified', async () => {
    const certificates = HOSTILE.map(([name, fault, make]) => [name, fault, make()] as const);
    const told: (readonly [string, string])[] = [];
    const spent = await timed(async () => {
      for (const [name, , certificate] of certificates) {
        const read = await readCertificate(certificate, Date.now());
        told.push([name, 'fault' in read ? read.fault : 'TAKEN']);
      }
    });
    expect(told).toEqual(certificates.map(([name, fault]) => [name, fault]));
    const value = spent / (await floor());
    expect(figure({ name: 'key.hostile-certificates-against-one-signature', value, unit: 'ratio', bound: '< 1', seed: null })).toBe(true);
  });

  it('would have been verified before (twin)', async () => {
    const let_in = await Promise.all(HOSTILE.map(([, , make]) => wasVerified(make())));
    expect(let_in.filter((taken) => !taken)).toEqual([]);
  });

  it('is not sealed to either, whenever it was registered', async () => {
    const stored = HOSTILE.filter(([, fault]) => fault === 'TOO_COSTLY').map(([, , make]) => make());
    const ended = stored.map((certificate) => async () => {
      await expect(sealing(certificate)).rejects.toThrow(/^SEAL_FAILED$/);
    });
    const spent = await timed(async () => {
      for (const end of ended) await end();
    });
    const value = spent / (await floor());
    expect(figure({ name: 'key.sealing-to-hostile-certificates', value, unit: 'ratio', bound: '< 1', seed: null })).toBe(true);
  });

  it('is told from the one that was taken without being verified', async () => {
    const certificate = of(costly, 'SHA-224', 20);
    const spent = await timed(async () => expect(await fingerprintIn(certificate)).toMatch(/^[0-9a-f]{40}$/));
    expect(spent / (await floor())).toBeLessThan(1);
    expect(await fingerprintIn('no certificate')).toBeNull();
  });
});

describe('the worst certificate within the bounds', () => {
  const EXPONENT = 4_294_967_291n;

  const worstRsa = (): string => {
    const holder = rsaOfManyPrimes(8_192, EXPONENT);
    const valid = signature(holder, { type: CERTIFICATION, hash: 'SHA-256', of: ID.signed, valid: true });
    return armored(packet(6, holder.body), ...revoked(holder, 31), ID.packet, valid);
  };

  /** The certificate of a program, with signatures put in that only verifying refutes. */
  const filled = async (options: object, hash: Hash, random: () => Buffer, slow: number): Promise<string> => {
    const made = { userIDs: { email: 'reader@example.net' }, format: 'object', date: new Date(Date.now() - 86_400_000), ...options };
    const { publicKey } = (await generateKey(made as never)) as unknown as { publicKey: PublicKey };
    const body = Buffer.from((publicKey.keyPacket as unknown as { write(): Uint8Array }).write());
    const whole = Buffer.from(publicKey.write());
    const holder: Holder = { algorithm: (publicKey.keyPacket as unknown as { algorithm: number }).algorithm, body, sign: random };
    const junk = many(29, (index) => signature(holder, { type: REVOCATION, hash, startingWith: index < slow ? 0 : 1 }));
    return armored(packet(6, body), ...junk, whole.subarray(whole.indexOf(body) + body.length));
  };
  const p521 = () => Buffer.concat(many(2, () => Buffer.concat([Buffer.from([2, 8]), Buffer.alloc(65, 0x8f)])));
  const ed448 = () => Buffer.concat([Buffer.alloc(57, 0x0f), Buffer.alloc(56, 0x0f), Buffer.alloc(1)]);

  it('is read, and sealed to, in less time than one signature of those that are refused would take', async () => {
    const certificates = {
      'RSA of 8192 bits': worstRsa(),
      'P-521': await filled({ type: 'ecc', curve: 'nistP521' }, 'SHA-512', p521, 2),
      Ed448: await filled({ type: 'curve448' }, 'SHA-512', ed448, 2),
    };
    for (const [name, certificate] of Object.entries(certificates)) {
      // once in the life of a process the library prepares a curve that it has no native code for
      await readCertificate(certificate, Date.now());
      let kept = '';
      const reading = await timed(async () => {
        const read = await readCertificate(certificate, Date.now());
        expect(read, name).not.toHaveProperty('fault');
        kept = 'certificate' in read ? read.certificate : '';
      });
      const every = await timed(async () => expect((await sealing(kept)).broken).toEqual([]));
      const one = await floor();
      const value = Math.max(reading, every) / one;
      expect(figure({ name: `key.worst-certificate-within-bounds (${name})`, value, unit: 'ratio', bound: '< 1', seed: null })).toBe(true);
      // what is kept has lost all that was put in to be refuted
      expect((await readKeys({ armoredKeys: kept }))[0]?.revocationSignatures, name).toEqual([]);
    }
  });
});

describe('a certificate as people have it', () => {
  it('is kept with the newest signature of each part, however often it was prolonged', async () => {
    const holder = rsaOfManyPrimes(3_072, 65_537n);
    const now = Math.floor(Date.now() / 1000) - 86_400;
    const renewed = many(25, (year) =>
      signature(holder, { type: CERTIFICATION, hash: 'SHA-256', of: ID.signed, created: now + year, valid: true }),
    );
    const read = await readCertificate(armored(packet(6, holder.body), ID.packet, ...renewed), Date.now());
    if ('fault' in read) throw new Error(read.fault);
    const [kept] = await readKeys({ armoredKeys: read.certificate });
    expect(kept?.users[0]?.selfCertifications.map(({ created }) => Number(created) / 1000)).toEqual([now + 24]);
  });

  it('is within the bounds, and a byte stream of other things is not counted for ever', async () => {
    const { publicKey } = await generateKey({ userIDs: { email: 'reader@example.net' }, format: 'object' });
    expect([costsTooMuch(publicKey), hasTooManyPackets(publicKey.write())]).toEqual([false, false]);
    expect([new Uint8Array(60_000), Uint8Array.of(0xc6, 0xe1, 0, 0), Uint8Array.of(0x9b, 0)].map(hasTooManyPackets)).toEqual([
      true,
      true,
      true,
    ]);
    expect(hasTooManyPackets(Uint8Array.of(0x99, 0, 1, 7, 0xc6, 192, 0, ...new Uint8Array(192)))).toBe(false);
  });
});
