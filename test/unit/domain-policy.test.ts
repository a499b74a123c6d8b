import { describe, expect, it } from 'vitest';
import { durationMs, durationText } from '../../domain/duration.ts';
import { COMPRESSED_POLICY } from '../../domain/policies/compressed.ts';
import { DEFAULT_POLICY } from '../../domain/policies/default.ts';
import { consultationRule, linkDiesAt, needsAdvice, parsePolicy, patienceOf, STEPS, windowMs } from '../../domain/policy.ts';
import { BANDS } from '../../domain/vocabulary.ts';
import { compressedPolicy, defaultPolicy } from '../support/policies.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const problemsOf = (document: unknown): Record<string, string> => {
  const parsed = parsePolicy(document);
  return 'problems' in parsed ? Object.fromEntries(parsed.problems.map(({ at, say }) => [at, say])) : {};
};

describe('a duration', () => {
  it.each([
    ['PT2H', 2 * HOUR],
    ['PT72H', 72 * HOUR],
    ['P5D', 5 * DAY],
    ['P1DT2H3M4S', DAY + 2 * HOUR + 3 * 60_000 + 4_000],
    ['PT0.5S', 500],
    ['PT1.25S', 1_250],
    ['PT0S', 0],
  ])('%s is read to the millisecond', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
    expect(durationMs(durationText(ms))).toBe(ms);
  });

  it.each([
    '',
    'P',
    'PT',
    'P1DT',
    '5D',
    'P1M',
    'P1Y',
    'P1W',
    'PT5',
    'PT.5S',
    'PT1.0005S',
    '-PT1S',
    'PT1S ',
    'pt1s',
    'PT1M1H',
    'P99999999999999999D',
  ])('%j is no duration: nothing whose length depends on a calendar, no signs, nothing left open', (text) => {
    expect(durationMs(text)).toBeNull();
  });

  it('is never written for something that is not a whole number of milliseconds', () => {
    for (const ms of [-1, 0.5, Number.NaN, Infinity]) expect(() => durationText(ms)).toThrow(RangeError);
  });
});

describe('the default policy', () => {
  it('has the deadlines that the field proposes', () => {
    expect(BANDS.map((band) => windowMs(defaultPolicy, band, 'ACKNOWLEDGE') / HOUR)).toEqual([48, 48, 12, 2]);
    expect(BANDS.map((band) => windowMs(defaultPolicy, band, 'VERIFY') / HOUR)).toEqual([120, 120, 24, 6]);
    expect(BANDS.map((band) => windowMs(defaultPolicy, band, 'CONSULT') / HOUR)).toEqual([120, 120, 24, 12]);
    expect(BANDS.map((band) => windowMs(defaultPolicy, band, 'SIGN_ON') / HOUR)).toEqual([168, 168, 48, 24]);
    expect(BANDS.map((band) => windowMs(defaultPolicy, band, 'REFERRAL') / HOUR)).toEqual([72, 72, 24, 6]);
    expect(BANDS.map((band) => defaultPolicy.reviews.every[band] / DAY)).toEqual([60, 14, 3, 1]);
    expect(defaultPolicy.reminders).toEqual([0.5, 0.85]);
    expect(defaultPolicy.reviews.afterClosing.map((ms) => ms / DAY)).toEqual([7, 30, 90]);
  });

  it('asks the Advisory Group when the network speaks, and only then', () => {
    expect(needsAdvice(defaultPolicy, 'NETWORK_VOICE')).toBe(true);
    for (const mode of ['NAMED_ENDORSEMENTS', 'MEMBER_PETITION_CIRCULATION', 'CONFIDENTIAL_ADVOCACY', 'REFERRAL_ONLY'] as const) {
      expect(needsAdvice(defaultPolicy, mode)).toBe(false);
    }
    expect(consultationRule(defaultPolicy, 'REFERRAL_ONLY')).toBe(consultationRule(defaultPolicy, 'NETWORK_VOICE'));
  });

  it('tries mail again after five minutes, then ever more slowly, for five days', () => {
    const patience = { firstRetryMs: 300_000, capMs: 4 * HOUR, giveUpMs: 5 * DAY };
    expect(patienceOf(defaultPolicy, 'ADVICE_ASKED')).toEqual(patience);
    expect(patienceOf(defaultPolicy, 'toString')).toEqual(patience);
  });

  it('lets a link show its receipt for a while after the question has closed', () => {
    expect(linkDiesAt(defaultPolicy, 1_000, 5_000)).toBe(5_000 + 14 * DAY);
    expect(linkDiesAt(defaultPolicy, 1_000, null)).toBe(1_000 + 30 * DAY);
  });
});

describe('the compressed policy', () => {
  it('has windows of seconds, long enough for whoever answers promptly', () => {
    for (const step of STEPS) {
      for (const band of BANDS) {
        expect(windowMs(compressedPolicy, band, step)).toBeGreaterThanOrEqual(10_000);
        expect(windowMs(compressedPolicy, band, step)).toBeLessThanOrEqual(90_000);
      }
    }
    expect(compressedPolicy.reviews.every.CRITICAL).toBe(3_000);
  });

  it('decides by the same rules as the default one', () => {
    expect(compressedPolicy.consultation).toEqual(defaultPolicy.consultation);
    expect(compressedPolicy.reminders).toEqual(defaultPolicy.reminders);
  });
});

describe('reading a policy document', () => {
  it('survives the journey through JSON', () => {
    expect(parsePolicy(JSON.parse(JSON.stringify(COMPRESSED_POLICY)))).toEqual({ policy: compressedPolicy });
    expect(JSON.parse(JSON.stringify(defaultPolicy))).toEqual(defaultPolicy);
  });

  it('names everything that is wrong at once, and where', () => {
    const { retention: _gone, ...rest } = DEFAULT_POLICY;
    const document = {
      ...rest,
      quorums: 3,
      reminders: [0.5, 'late'],
      windows: { ...DEFAULT_POLICY.windows, VERIFY: { ...DEFAULT_POLICY.windows.VERIFY, HIGH: 'P1M', LOW: 'PT0S' } },
    };
    expect(Object.keys(problemsOf(document)).sort()).toEqual([
      'quorums',
      'reminders[1]',
      'retention',
      'windows.VERIFY.HIGH',
      'windows.VERIFY.LOW',
    ]);
  });

  it.each([null, 'PT2H', [], 7])('refuses %j, which is no document', (document) => {
    expect(problemsOf(document)).toHaveProperty('');
  });

  it('takes no name of the language for a rule of the network', () => {
    expect(problemsOf(JSON.parse(`{"__proto__": {"form": "1"}}`))['form']).toBe('This is missing.');
  });

  const voice = DEFAULT_POLICY.consultation.NETWORK_VOICE;
  const withVoice = (change: object) => ({
    ...DEFAULT_POLICY,
    consultation: { ...DEFAULT_POLICY.consultation, NETWORK_VOICE: { ...voice, ...change } },
  });

  it.each([
    ['more answers than advisors', { quorum: { share: { parts: 3, of: 2 }, count: null } }, 'quorum.share', /never pass/],
    ['more approvals than answers', { pass: { parts: 5, of: 4 } }, 'pass', /never pass/],
    ['more regions than there are', { minimumRegions: 7 }, 'minimumRegions', /never pass: there are only 6 regions/],
    ['no quorum at all', { quorum: { share: null, count: null } }, 'quorum', /either a share or a count/],
    ['a decision before everybody was heard', { decided: 'MET' }, 'decided', /Only an emergency/],
  ])('refuses a rule set that asks for %s, and says why', (_name, change, at, why) => {
    expect(problemsOf(withVoice(change))[`consultation.NETWORK_VOICE.${at}`]).toMatch(why);
  });

  it('refuses a network that speaks without its Advisory Group', () => {
    const document = { ...DEFAULT_POLICY, consultation: { ...DEFAULT_POLICY.consultation, NETWORK_VOICE: null } };
    expect(problemsOf(document)['consultation.NETWORK_VOICE']).toMatch(/does not speak without/);
  });

  it('refuses clocks that contradict each other', () => {
    const document = {
      ...DEFAULT_POLICY,
      windows: { ...DEFAULT_POLICY.windows, REFERRAL: { ...DEFAULT_POLICY.windows.REFERRAL, CRITICAL: 'P9D' } },
      reminders: [0.85, 0.5],
      escalation: [],
      reviews: { ...DEFAULT_POLICY.reviews, afterClosing: ['P30D', 'P7D'] },
      mail: { DEFAULT: { firstRetry: 'PT5H', cap: 'PT4H', giveUp: 'P5D' } },
    };
    expect(Object.keys(problemsOf(document)).sort()).toEqual([
      'escalation',
      'mail.DEFAULT',
      'reminders',
      'reviews.afterClosing',
      'windows.REFERRAL.CRITICAL',
    ]);
  });
});
