import fc from 'fast-check';
import { describe, it } from 'vitest';
import { assess, bandMayBecome, FLOOR_KEYS, FLOORS, type Ground, type RiskInputs } from '../../domain/risk.ts';
import { BANDS, type Band } from '../../domain/vocabulary.ts';
import { catches, holds } from '../support/properties.ts';

const NOW = Date.UTC(2031, 4, 17);
const score = fc.integer({ min: 1, max: 5 });
const ground: fc.Arbitrary<Ground> = fc.record({
  floor: fc.constantFrom(...FLOOR_KEYS),
  at: fc.option(fc.integer({ min: NOW - 800 * 86_400_000, max: NOW }), { nil: null }),
});
const inputs: fc.Arbitrary<RiskInputs> = fc.record({
  threat: score,
  vulnerability: score,
  capacity: score,
  grounds: fc.array(ground, { maxLength: 4 }),
  assessedAt: fc.constant(NOW),
});

const rank = (band: Band): number => BANDS.indexOf(band);
const bandOf = (rule: typeof assess, given: RiskInputs): Band => {
  const assessed = rule(given);
  if ('code' in assessed) throw new Error(assessed.say);
  return assessed.band;
};

const noAverageLowersAFloor = (rule: typeof assess) =>
  fc.property(inputs, ground, (given, added) => {
    const { band, within } = FLOORS[added.floor];
    const isRecent = within === null || added.at === null || NOW - added.at < within;
    const after = bandOf(rule, { ...given, grounds: [...given.grounds, added] });
    return rank(after) >= rank(bandOf(rule, given)) && (!isRecent || rank(after) >= rank(band));
  });

const moreThreatIsNeverCalmer = (rule: typeof assess) =>
  fc.property(inputs, (given) => {
    const worse = { ...given, threat: Math.min(5, given.threat + 1), capacity: Math.max(1, given.capacity - 1) };
    return rank(bandOf(rule, worse)) >= rank(bandOf(rule, given));
  });

const band = fc.constantFrom(...BANDS);
const onlyReasonsLower = (rule: typeof bandMayBecome) =>
  fc.property(
    fc.option(band, { nil: null }),
    band,
    fc.constantFrom('SOFTWARE' as const, 'PERSON' as const),
    fc.boolean(),
    fc.array(ground),
    (current, proposed, by, reason, grounds) => {
      const floors = grounds.map(({ floor }) => floor);
      if (rule(current, proposed, by, reason, floors) !== null) return true;
      const isLower = current !== null && rank(proposed) < rank(current);
      return (!isLower || (by === 'PERSON' && reason)) && floors.every((floor) => rank(proposed) >= rank(FLOORS[floor].band));
    },
  );

describe('the risk band, for any scores and any grounds', { timeout: 60_000 }, () => {
  it('is never below a floor that holds, whatever the average', () => {
    holds('risk: no average lowers a floor', noAverageLowersAFloor(assess), 20_000);
    // wrong: a strong capacity outweighs the floors
    catches(
      'risk: floors',
      noAverageLowersAFloor((given) => assess(given.capacity >= 4 ? { ...given, grounds: [] } : given)),
    );
  });

  it('never falls when the threat grows or the capacity shrinks', () => {
    holds('risk: more threat is never calmer', moreThreatIsNeverCalmer(assess), 20_000);
    // wrong: threat and capacity taken for one another
    catches(
      'risk: threat',
      moreThreatIsNeverCalmer((given) => assess({ ...given, threat: given.capacity, capacity: given.threat })),
    );
  });

  it('is lowered only by a person, with a reason, and not beneath a floor', () => {
    holds('risk: only a person with a reason lowers', onlyReasonsLower(bandMayBecome), 20_000);
    // wrong: the software lowers as well
    catches(
      'risk: lowering',
      onlyReasonsLower((current, proposed, _by, reason, floors) => bandMayBecome(current, proposed, 'PERSON', reason, floors)),
    );
  });
});
