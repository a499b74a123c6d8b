import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds on a clock that never goes back, and a wait on the same clock. */
export type Clock = { readonly now: () => number; readonly sleep: (ms: number) => Promise<void> };
export type RateLimiter = { take(): Promise<void> };

const machineClock: Clock = {
  now: () => performance.now(),
  sleep: async (ms) => {
    await delay(ms);
  },
};

/**
 * Token bucket: `perSecond` messages a second on the long run, at most `burst` at once. Callers are served in the order they came:
 * each one takes its token at once, going into debt, and sleeps until the debt of those before it is paid.
 *
 * Throws RangeError when the rate or the burst could never let a message through.
 */
export function createRateLimiter(rate: { readonly perSecond: number; readonly burst?: number }, clock: Clock = machineClock): RateLimiter {
  const { perSecond, burst = 1 } = rate;
  if (!(perSecond > 0 && Number.isFinite(perSecond) && burst >= 1)) throw new RangeError('RATE_INVALID');
  let tokens = burst;
  let at = clock.now();
  return {
    async take() {
      const now = clock.now();
      tokens = Math.min(burst, tokens + ((now - at) * perSecond) / 1000) - 1;
      at = now;
      if (tokens < 0) await clock.sleep((-tokens / perSecond) * 1000);
    },
  };
}
