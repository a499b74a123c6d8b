import { describe, expect, it } from 'vitest';
import {
  DAY_MS,
  ENDINGS,
  entersAs,
  isCheap,
  isFingerprint,
  type KeyAlgorithm,
  strengthOf,
  takesAlong,
  WARN_DAYS,
  warnedFromTheStart,
  warningDue,
} from '../../domain/recipient-key.ts';
import { figure } from '../support/figures.ts';

const END = Date.UTC(2031, 4, 1);
const HOUR_MS = 3_600_000;

type Rule = typeof warningDue;

/** Looks every hour of the last forty days, but for the hours in which nobody looks; returns the warnings in the order they were given. */
const given = (rule: Rule, away: (daysLeft: number) => boolean = () => false): number[] => {
  const warnings: number[] = [];
  let warned: number | null = null;
  for (let at = END - 40 * DAY_MS; at < END + DAY_MS; at += HOUR_MS) {
    if (away((END - at) / DAY_MS)) continue;
    const due = rule(END, warned, at);
    if (due === null) continue;
    warned = due;
    warnings.push(due);
  }
  return warnings;
};

describe('the warnings before the end of a key', () => {
  it('are given once each at 30, 7 and 1 days, whoever is away for a week in between', () => {
    const aways = [() => false, ...Array.from({ length: 22 }, (_, day) => (left: number) => left <= 8 + day + 7 && left > 8 + day)];
    const runs = aways.map((away) => given(warningDue, away));
    expect(runs.every((warnings) => warnings.join() === WARN_DAYS.join())).toBe(true);
    const wrong = runs.filter((warnings) => warnings.join() !== '30,7,1').length;
    expect(figure({ name: 'key.warnings-not-once-each', value: wrong, unit: 'runs', bound: '== 0', seed: null })).toBe(true);
  });

  it('would be counted as wrong by a rule that forgets what it said (twin)', () => {
    expect(given((expiresAt, _warned, at) => warningDue(expiresAt, null, at)).length).toBeGreaterThan(3);
  });

  it('are not made up for by two at once, nor given after the end', () => {
    expect(given(warningDue, (left) => left > 3)).toEqual([7, 1]);
    expect(warningDue(END, null, END)).toBeNull();
    expect(warningDue(END, 1, END - HOUR_MS)).toBeNull();
  });

  it('start with what the holder has just seen', () => {
    expect([40, 20, 8, 5].map((days) => warnedFromTheStart(END, END - days * DAY_MS))).toEqual([null, 30, 30, 7]);
    expect(warnedFromTheStart(null, END)).toBeNull();
  });
});

describe('a key', () => {
  it('is a change as soon as there was one before', () => {
    const role = 'ADVISOR';
    const first = { hadKey: false, role, readdressed: false };
    expect([entersAs(first), entersAs({ ...first, hadKey: true })]).toEqual(['ACTIVE', 'PENDING']);
  });

  it('is a change too where it comes from another address, of those who are asked with words of a case', () => {
    const of = (role: string) => entersAs({ hadKey: false, role, readdressed: true });
    expect(['ADVISOR', 'PARTNER_DESK', 'SIGNATORY', 'STAFF', 'DEFENDER'].map(of)).toEqual([
      ...['PENDING', 'PENDING', 'ACTIVE', 'ACTIVE', 'ACTIVE'],
    ]);
  });

  it.each<[KeyAlgorithm, ReturnType<typeof strengthOf>]>([
    [{ algorithm: 'rsaEncryptSign', bits: 4_096 }, 'STRONG'],
    [{ algorithm: 'rsaEncryptSign', bits: 3_072 }, 'STRONG'],
    [{ algorithm: 'rsaEncryptSign', bits: 3_071 }, 'WEAK'],
    [{ algorithm: 'rsaEncryptSign', bits: 2_048 }, 'WEAK'],
    [{ algorithm: 'rsaEncryptSign', bits: 2_047 }, 'REFUSED'],
    [{ algorithm: 'rsaEncryptSign', bits: 8_192 }, 'STRONG'],
    [{ algorithm: 'rsaEncryptSign', bits: 8_193 }, 'REFUSED'],
    [{ algorithm: 'rsaEncryptSign' }, 'REFUSED'],
    [{ algorithm: 'ecdh', curve: 'curve25519Legacy' }, 'STRONG'],
    [{ algorithm: 'ecdh', curve: 'nistP256' }, 'STRONG'],
    [{ algorithm: 'ecdh', curve: 'brainpoolP256r1' }, 'UNKNOWN'],
    [{ algorithm: 'ecdh', curve: 'secp256k1' }, 'UNKNOWN'],
    [{ algorithm: 'ecdh' }, 'UNKNOWN'],
    [{ algorithm: 'x25519' }, 'STRONG'],
    [{ algorithm: 'elgamal', bits: 4_096 }, 'REFUSED'],
    [{ algorithm: 'dsa', bits: 3_072 }, 'REFUSED'],
    [{ algorithm: 'of tomorrow' }, 'UNKNOWN'],
  ])('of %o is %s', (algorithm, strength) => {
    expect(strengthOf(algorithm)).toBe(strength);
  });

  it('takes along what was sealed to it when another may have it, or nobody knows whose it was', () => {
    const taken = ENDINGS.filter((ending) => takesAlong(ending, true));
    expect(taken).toEqual(['LOST', 'NOT_THEIRS']);
    expect(ENDINGS.every((ending) => takesAlong(ending, false))).toBe(true);
  });

  it('is cheap to guess when one of the two costs is low', () => {
    const memLimitBytes = 64 * 1024 * 1024;
    expect(isCheap({ opsLimit: 3, memLimitBytes })).toBe(false);
    expect(isCheap({ opsLimit: 2, memLimitBytes: 1024 * memLimitBytes })).toBe(true);
    expect(isCheap({ opsLimit: 16, memLimitBytes: memLimitBytes - 1024 })).toBe(true);
  });
});

describe('a fingerprint that is read out', () => {
  const ID = `x25519:${'0123456789abcdef'.repeat(3).slice(0, 40)}`;

  it('is the same in groups, in capitals, and without the word before it', () => {
    const digits = ID.slice('x25519:'.length);
    for (const read of [ID, digits, digits.toUpperCase(), ` ${digits.replaceAll(/.{4}/g, '$& ')}`])
      expect(isFingerprint(read, ID)).toBe(true);
  });

  it('is another with one digit missing, added or changed, or where nothing was read', () => {
    const digits = ID.slice('x25519:'.length);
    const others = [digits.slice(1), digits.slice(0, -1), `${digits}0`, `f${digits.slice(1)}`, '', ' ', digits.slice(-8), `${ID}${digits}`];
    for (const read of others) expect(isFingerprint(read, ID)).toBe(false);
  });
});
