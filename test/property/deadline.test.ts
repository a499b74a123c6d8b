import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Duty } from '../../domain/case.ts';
import { type DutyMoment, dutyMoments } from '../../domain/deadline.ts';
import { durationMs, durationText } from '../../domain/duration.ts';
import { DEFAULT_POLICY } from '../../domain/policies/default.ts';
import { type Policy, parsePolicy } from '../../domain/policy.ts';
import { BANDS } from '../../domain/vocabulary.ts';
import { policyFrom } from '../support/policies.ts';
import { catches, holds } from '../support/properties.ts';

const DUTIES: readonly Duty[] = ['ACKNOWLEDGE', 'VERIFY', 'ASSESS', 'DECIDE', 'CONSULT', 'ACT', 'REASSESS'];
const shares = fc.array(
  fc.integer({ min: 0, max: 120 }).map((hundredths) => hundredths / 100),
  { maxLength: 3 },
);
const windowLength = fc.integer({ min: 1, max: 30 * 86_400_000 });
const clocks = fc.record({ reminders: shares, later: shares, length: windowLength });

/** The default policy with these reminders, escalations and one length of window. */
const documentOf = ({ reminders, later, length }: { reminders: number[]; later: number[]; length: number }) => {
  const time = durationText(length);
  const targets = ['BACKUP_COORDINATOR', 'ADMINISTRATOR'];
  return {
    ...DEFAULT_POLICY,
    reminders,
    escalation: later.map((afterShare, i) => ({ to: targets[i % 2], afterShare })),
    windows: Object.fromEntries(
      Object.keys(DEFAULT_POLICY.windows).map((step) => [step, Object.fromEntries(BANDS.map((band) => [band, time]))]),
    ),
  };
};

const isOrdered = (moments: readonly DutyMoment[], beganAt: number): boolean => {
  const due = moments.findIndex((moment) => moment.what === 'DUE');
  return (
    moments.every((moment, i) => moment.at >= (moments[i - 1]?.at ?? beganAt)) &&
    moments.every((moment, i) => (moment.what === 'REMIND') === i < due && (moment.what !== 'REMIND' || moment.at <= moment.dueAt)) &&
    moments.filter((moment) => moment.what === 'DUE').length === 1 &&
    new Set(moments.map((moment) => `${moment.what}:${moment.share}`)).size === moments.length
  );
};

const began = fc.integer({ min: 0, max: 4_102_444_800_000 });
const momentsAreOrdered = (read: (document: ReturnType<typeof documentOf>) => Policy | null) =>
  fc.property(clocks, fc.constantFrom(...DUTIES), fc.constantFrom(...BANDS), began, (clock, duty, band, beganAt) => {
    const policy = read(documentOf(clock));
    return policy === null || isOrdered(dutyMoments(policy, band, duty, beganAt), beganAt);
  });

const strict = (document: ReturnType<typeof documentOf>): Policy | null => {
  const parsed = parsePolicy(document);
  return 'problems' in parsed ? null : parsed.policy;
};

/** wrong: takes the clocks as they are written, without asking whether they make sense */
const careless = (document: ReturnType<typeof documentOf>): Policy => {
  const { reminders, escalation } = document;
  return { ...policyFrom(DEFAULT_POLICY), reminders, escalation: escalation as Policy['escalation'] };
};

const durationsReadBack = (write: typeof durationText) =>
  fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (ms) => durationMs(write(ms)) === ms);

describe('the moments of a clock, for any policy that is accepted', { timeout: 60_000 }, () => {
  it('come in order: reminders, then the deadline, then the escalations, none twice', () => {
    holds('deadline: moments are ordered', momentsAreOrdered(strict), 10_000);
    catches('deadline: order', momentsAreOrdered(careless));
  });

  it('are measured in durations that read back exactly', () => {
    holds('deadline: durations read back', durationsReadBack(durationText), 10_000);
    // wrong: seconds rounded
    catches(
      'deadline: durations',
      durationsReadBack((ms) => durationText(Math.round(ms / 1_000) * 1_000)),
    );
  });
});
