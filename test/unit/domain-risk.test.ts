import { describe, expect, it } from 'vitest';
import { assess, bandMayBecome, FLOOR_KEYS, FLOORS, isFloor, type RiskInputs } from '../../domain/risk.ts';

const NOW = Date.UTC(2031, 4, 17);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const assessed = (given: Partial<RiskInputs>) => {
  const result = assess({ threat: 1, vulnerability: 1, capacity: 5, grounds: [], assessedAt: NOW, ...given });
  if ('code' in result) throw new Error(result.code);
  return result;
};

describe('the score', () => {
  it.each([
    [1, 1, 5, 0.2, 'LOW'],
    [2, 2, 2, 2, 'MODERATE'],
    [5, 1, 1, 5, 'MODERATE'],
    [3, 2, 1, 6, 'HIGH'],
    [4, 3, 1, 12, 'CRITICAL'],
    [5, 5, 1, 25, 'CRITICAL'],
  ])('threat %i × vulnerability %i ÷ capacity %i = %d is %s', (threat, vulnerability, capacity, score, band) => {
    expect(assessed({ threat, vulnerability, capacity })).toMatchObject({ score, band, floors: [], methodVersion: '1' });
  });

  it.each([0, 6, 2.5, Number.NaN])('of %d is refused', (threat) => {
    expect(assess({ threat, vulnerability: 1, capacity: 1, grounds: [], assessedAt: NOW })).toMatchObject({ code: 'SCORE_OUT_OF_RANGE' });
  });

  it('gives its reasons', () => {
    expect(assessed({ grounds: [{ floor: 'HOME_DOXXED', at: null }] }).reasons).toEqual([
      'Threat 1 × vulnerability 1 ÷ capacity 5 = 0.2: LOW.',
      'At least HIGH: a home address made public.',
    ]);
  });
});

describe('the floors', () => {
  it.each(FLOOR_KEYS.map((floor) => [floor, FLOORS[floor].band] as const))('%s sets %s however strong the person is', (floor, band) => {
    expect(assessed({ grounds: [{ floor, at: NOW - HOUR }] }).band).toBe(band);
  });

  it('of a disappearance holds for 72 hours, that of an attack for twelve months', () => {
    expect(assessed({ grounds: [{ floor: 'ENFORCED_DISAPPEARANCE', at: NOW - 71 * HOUR }] }).band).toBe('CRITICAL');
    expect(assessed({ grounds: [{ floor: 'ENFORCED_DISAPPEARANCE', at: NOW - 72 * HOUR }] }).band).toBe('LOW');
    expect(assessed({ grounds: [{ floor: 'EARLIER_ATTACK', at: NOW - 364 * DAY }] }).band).toBe('HIGH');
    expect(assessed({ grounds: [{ floor: 'EARLIER_ATTACK', at: NOW - 366 * DAY }] }).band).toBe('LOW');
  });

  it('without a date count as recent', () => {
    expect(assessed({ grounds: [{ floor: 'ENFORCED_DISAPPEARANCE', at: null }] }).floors).toEqual(['ENFORCED_DISAPPEARANCE']);
  });

  it('are known by name', () => {
    expect(isFloor('HOME_DOXXED')).toBe(true);
    expect(isFloor('toString')).toBe(false);
  });
});

describe('a change of band', () => {
  it('upwards may be made by the software alone', () => {
    expect(bandMayBecome('LOW', 'CRITICAL', 'SOFTWARE', false, [])).toBeNull();
    expect(bandMayBecome(null, 'LOW', 'SOFTWARE', false, [])).toBeNull();
    expect(bandMayBecome('HIGH', 'HIGH', 'SOFTWARE', false, [])).toBeNull();
  });

  it('downwards takes a person with a reason', () => {
    expect(bandMayBecome('HIGH', 'LOW', 'SOFTWARE', true, [])).toMatchObject({ code: 'BAND_LOWERED_BY_SOFTWARE' });
    expect(bandMayBecome('HIGH', 'LOW', 'PERSON', false, [])).toMatchObject({ code: 'BAND_LOWERED_WITHOUT_REASON' });
    expect(bandMayBecome('HIGH', 'LOW', 'PERSON', true, [])).toBeNull();
  });

  it('never goes beneath a floor that holds', () => {
    expect(bandMayBecome('CRITICAL', 'MODERATE', 'PERSON', true, ['THREAT_TO_CHILDREN'])).toMatchObject({ code: 'BELOW_FLOOR' });
    expect(bandMayBecome('CRITICAL', 'HIGH', 'PERSON', true, ['THREAT_TO_CHILDREN'])).toBeNull();
  });
});
