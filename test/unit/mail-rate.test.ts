import { describe, expect, it } from 'vitest';
import { createRateLimiter } from '../../mail/rate.ts';

/** A clock that moves only by sleeping, so that no test waits. */
function handClock() {
  let time = 0;
  const slept: number[] = [];
  return {
    slept,
    advance: (ms: number) => {
      time += ms;
    },
    now: () => time,
    sleep: async (ms: number) => {
      slept.push(ms);
    },
  };
}

describe('createRateLimiter', () => {
  it('lets the burst through and spaces the rest in the order they came', async () => {
    const clock = handClock();
    const limiter = createRateLimiter({ perSecond: 2, burst: 3 }, clock);
    await Promise.all([1, 2, 3, 4, 5, 6].map(() => limiter.take()));
    expect(clock.slept).toEqual([500, 1000, 1500]);
  });

  it('refills with time, never above the burst', async () => {
    const clock = handClock();
    const limiter = createRateLimiter({ perSecond: 1, burst: 2 }, clock);
    await limiter.take();
    clock.advance(3_600_000);
    await Promise.all([1, 2, 3].map(() => limiter.take()));
    expect(clock.slept).toEqual([1000]);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the rate %d', (perSecond) => {
    expect(() => createRateLimiter({ perSecond })).toThrow(RangeError);
  });

  it('refuses a burst below one message', () => {
    expect(() => createRateLimiter({ perSecond: 1, burst: 0.5 })).toThrow(RangeError);
  });

  it('runs on the clock of the machine when none is given', async () => {
    await expect(createRateLimiter({ perSecond: 1000, burst: 1 }).take()).resolves.toBeUndefined();
  });
});
