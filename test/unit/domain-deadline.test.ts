import { describe, expect, it } from 'vitest';
import { dutyMoments, extendedClose, reminderMoments } from '../../domain/deadline.ts';
import { defaultPolicy } from '../support/policies.ts';

const HOUR = 3_600_000;
const BEGAN = Date.UTC(2031, 2, 30, 0, 30);

describe('a clock', () => {
  it('reminds at half and at 85 %, is due, goes to the backup coordinator, then to the administrator', () => {
    const moments = dutyMoments(defaultPolicy, 'CRITICAL', 'ACKNOWLEDGE', BEGAN);
    expect(moments.map(({ at, what }) => [what, (at - BEGAN) / HOUR])).toEqual([
      ['REMIND', 1],
      ['REMIND', 1.7],
      ['DUE', 2],
      ['ESCALATE_BACKUP', 2],
      ['ESCALATE_ADMINISTRATOR', 2.5],
    ]);
    expect(new Set(moments.map((moment) => moment.dueAt))).toEqual(new Set([BEGAN + 2 * HOUR]));
  });

  it('counts hours that pass, so a change of summer time moves nothing', () => {
    // the night in which Europe loses an hour
    const [last] = dutyMoments(defaultPolicy, 'HIGH', 'VERIFY', BEGAN).filter((moment) => moment.what === 'DUE');
    expect(last?.at).toBe(BEGAN + 24 * HOUR);
  });

  it('of a consultation runs twice: for the desk to open it, and for the advisors to answer', () => {
    const due = dutyMoments(defaultPolicy, 'HIGH', 'CONSULT', BEGAN).find((moment) => moment.what === 'DUE');
    expect(due?.at).toBe(BEGAN + 12 * HOUR);
    expect(defaultPolicy.windows.CONSULT.HIGH).toBe(24 * HOUR);
  });

  it('of a question reminds within the question’s own window', () => {
    expect(reminderMoments(1_000, 21_000, defaultPolicy.reminders)).toEqual([
      { at: 11_000, share: 0.5 },
      { at: 18_000, share: 0.85 },
    ]);
  });
});

describe('an extension', () => {
  it('takes a critical consultation from 12 to its cap of 24 hours, once', () => {
    const closes = BEGAN + 12 * HOUR;
    expect(extendedClose(defaultPolicy, 'CONSULT', 'CRITICAL', closes, 0)).toBe(BEGAN + 24 * HOUR);
    expect(extendedClose(defaultPolicy, 'CONSULT', 'CRITICAL', closes, 1)).toBeNull();
  });

  it('takes a sign-on in a HIGH case from 48 to 72 hours', () => {
    expect(extendedClose(defaultPolicy, 'SIGN_ON', 'HIGH', BEGAN + 48 * HOUR, 0)).toBe(BEGAN + 72 * HOUR);
  });
});
