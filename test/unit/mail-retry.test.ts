import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../mail/replies.ts';
import { mostCopies, nextAttempt, type RetryPolicy } from '../../mail/retry.ts';

const minute = 60_000;
const policy: RetryPolicy = { firstRetryMs: 5 * minute, capMs: 240 * minute, giveUpMs: 7200 * minute };
const deferred: Outcome = { state: 'deferred', code: '451' };
const unknown: Outcome = { state: 'unknown', code: 'CONNECTION' };
const resend = { onUnknown: 'RESEND', copies: 1 } as const;

describe('nextAttempt', () => {
  it('is done when accepted and stops when refused', () => {
    expect(nextAttempt(policy, 1, 0, 0, { state: 'accepted', code: '250' }, resend)).toEqual({ step: 'DONE' });
    expect(nextAttempt(policy, 1, 0, 0, { state: 'refused', code: '550' }, resend)).toEqual({ step: 'STOP', why: 'REFUSED' });
  });

  it('waits 5 minutes first, doubles, never more than 4 hours', () => {
    const spacings = [1, 2, 3, 4, 5, 6, 7, 8, 40].map((attempts) => {
      const next = nextAttempt(policy, attempts, 0, 0, deferred, resend);
      return next.step === 'RETRY' ? next.at / minute : next.step;
    });
    expect(spacings).toEqual([5, 10, 20, 40, 80, 160, 240, 240, 240]);
  });

  it('tries a last time at the very end and then gives up', () => {
    const end = policy.giveUpMs;
    expect(nextAttempt(policy, 30, 0, end - minute, deferred, resend)).toEqual({ step: 'RETRY', at: end });
    expect(nextAttempt(policy, 31, 0, end, deferred, resend)).toEqual({ step: 'STOP', why: 'GAVE_UP' });
  });

  it('follows the kind when nobody knows, and asks when copies pile up or time is over', () => {
    expect(nextAttempt(policy, 1, 0, 0, unknown, resend)).toEqual({ step: 'RETRY', at: 5 * minute });
    expect(nextAttempt(policy, 1, 0, 0, unknown, { onUnknown: 'ASK', copies: 1 })).toEqual({ step: 'ASK' });
    expect(nextAttempt(policy, 9, 0, 0, unknown, { onUnknown: 'RESEND', copies: mostCopies })).toEqual({ step: 'ASK' });
    expect(nextAttempt(policy, 9, 0, policy.giveUpMs, unknown, resend)).toEqual({ step: 'ASK' });
  });

  it('under any policy and clock always ends, never early, never past the end', () => {
    const policies = fc.record({
      firstRetryMs: fc.integer({ min: 1, max: 1e6 }),
      capMs: fc.integer({ min: 1, max: 1e7 }),
      giveUpMs: fc.integer({ min: 1, max: 1e8 }),
    });
    fc.assert(
      fc.property(policies, fc.nat(1e9), (any, firstAt) => {
        let now = firstAt;
        for (let attempts = 1; attempts < 1000; attempts += 1) {
          const next = nextAttempt(any, attempts, firstAt, now, deferred, resend);
          if (next.step !== 'RETRY') {
            expect(now).toBe(firstAt + any.giveUpMs);
            return;
          }
          expect(next.at).toBeGreaterThan(now);
          expect(next.at).toBeLessThanOrEqual(firstAt + any.giveUpMs);
          now = next.at;
        }
        expect(any.giveUpMs).toBeGreaterThan(900 * Math.min(any.capMs, any.firstRetryMs));
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});
