import { describe, expect, it } from 'vitest';
import {
  DISAPPEARANCE_ELEMENTS,
  disappearanceMissing,
  type FactSource,
  mayConclude,
  proposeOutcome,
  provisionalAction,
} from '../../domain/verification.ts';
import { type FactStatus, VERIFICATION_CHECKS } from '../../domain/vocabulary.ts';
import { defaultPolicy } from '../support/policies.ts';

const source = (given: Partial<FactSource>): FactSource => ({
  id: 'source',
  independenceGroup: 'a',
  reliability: 'LIKELY_RELIABLE',
  validity: 'LIKELY',
  evidence: 'WITNESS_TESTIMONY',
  firstHand: false,
  trustedMember: false,
  ...given,
});

const statusOf = (...sources: Partial<FactSource>[]): FactStatus => proposeOutcome(sources.map(source)).status;

describe('the standing of a fact', () => {
  it('is asserted on one source, however reliable', () => {
    expect(statusOf()).toBe('ASSERTED');
    expect(statusOf({ reliability: 'HIGHLY_RELIABLE', validity: 'CONFIRMED' })).toBe('ASSERTED');
  });

  it('is corroborated by two independent origins', () => {
    expect(statusOf({}, { independenceGroup: 'b' })).toBe('CORROBORATED');
    expect(statusOf({}, { independenceGroup: 'b', reliability: 'UNSURE' })).toBe('CORROBORATED');
  });

  it('is not corroborated by two who repeat one report, nor by those whose independence nobody stated', () => {
    expect(statusOf({}, {})).toBe('ASSERTED');
    expect(statusOf({ independenceGroup: null }, { independenceGroup: null })).toBe('ASSERTED');
  });

  it('is not corroborated by the unreliable, nor by the unsure alone', () => {
    expect(statusOf({}, { independenceGroup: 'b', reliability: 'LIKELY_UNRELIABLE' })).toBe('ASSERTED');
    expect(statusOf({ reliability: 'UNSURE' }, { independenceGroup: 'b', reliability: 'UNSURE' })).toBe('ASSERTED');
    expect(statusOf({}, { independenceGroup: 'b', validity: 'POSSIBLE' })).toBe('ASSERTED');
  });

  it('is documented by a confirmed document, not by a report in the press', () => {
    expect(statusOf({ evidence: 'COURT', validity: 'CONFIRMED' })).toBe('DOCUMENTED');
    expect(statusOf({ evidence: 'COURT' })).toBe('ASSERTED');
    expect(statusOf({ evidence: 'PRESS', validity: 'CONFIRMED' })).toBe('ASSERTED');
  });

  it('is disputed when a reliable source doubts it, whatever supports it', () => {
    expect(statusOf({ evidence: 'PHOTO', validity: 'CONFIRMED' }, { independenceGroup: 'b', validity: 'CONTRADICTED' })).toBe('DISPUTED');
    expect(
      statusOf({}, { independenceGroup: 'b' }, { independenceGroup: 'c', validity: 'UNLIKELY', reliability: 'HIGHLY_UNRELIABLE' }),
    ).toBe('CORROBORATED');
  });
});

describe('concluding a verification', () => {
  const one = proposeOutcome([source({})]);
  const conclude = (chosen: FactStatus, reasonGiven = false, by: 'SOFTWARE' | 'PERSON' = 'PERSON', checks = VERIFICATION_CHECKS) =>
    mayConclude({ by, facts: [{ outcome: one, chosen, reasonGiven }], checks: [...checks] })?.code ?? null;

  it('is done by a person, after the checks', () => {
    expect(conclude('ASSERTED')).toBeNull();
    expect(conclude('ASSERTED', false, 'SOFTWARE')).toBe('PERSON_NEEDED');
    expect(mayConclude({ by: 'PERSON', facts: [], checks: VERIFICATION_CHECKS })?.code).toBe('NO_FACT');
    const missing = mayConclude({
      by: 'PERSON',
      facts: [{ outcome: one, chosen: 'ASSERTED', reasonGiven: false }],
      checks: ['TYPICALITY'],
    });
    expect(missing?.say).toBe(
      'Record these checks first, also when they found nothing: OTHER_ROLES, OTHER_MOTIVES, DISPROPORTION, TIMING_WITH_RIGHTS_WORK.',
    );
  });

  it('may differ from the proposal with a reason', () => {
    expect(conclude('DISPUTED')).toBe('REASON_MISSING');
    expect(conclude('DISPUTED', true)).toBeNull();
    expect(conclude('RETRACTED', true)).toBeNull();
  });

  it('never calls corroborated or documented what is not, whatever the reason', () => {
    expect(conclude('CORROBORATED', true)).toBe('NOT_INDEPENDENT');
    expect(conclude('DOCUMENTED', true)).toBe('NO_DOCUMENT');
  });
});

describe('acting before the verification is done', () => {
  const report = source({ trustedMember: true, firstHand: true });

  it('is allowed in a critical case on a trusted first-hand report, and verification is due in 72 hours', () => {
    expect(provisionalAction('CRITICAL', [report], 1_000, defaultPolicy)).toEqual({ verifyBy: 1_000 + 72 * 3_600_000 });
  });

  it('is not allowed otherwise', () => {
    expect(provisionalAction('HIGH', [report], 0, defaultPolicy)).toMatchObject({ code: 'BAND_ALLOWS_NO_PROVISIONAL' });
    expect(provisionalAction('CRITICAL', [{ ...report, firstHand: false }], 0, defaultPolicy)).toMatchObject({
      code: 'NO_FIRST_HAND_REPORT',
    });
    expect(provisionalAction('CRITICAL', [report, source({ validity: 'CONTRADICTED' })], 0, defaultPolicy)).toMatchObject({
      code: 'DISPUTED',
    });
  });
});

describe('a report of a disappearance', () => {
  it('names each of its six elements that is missing', () => {
    expect(DISAPPEARANCE_ELEMENTS).toHaveLength(6);
    expect(disappearanceMissing(['IDENTITY', 'DATE', 'PRESUMED_RESPONSIBLE', 'SUBMITTER_AND_CONSENT'])).toEqual(['PLACE', 'STEPS_TAKEN']);
  });
});
