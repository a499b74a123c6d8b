import { setTimeout as delay } from 'node:timers/promises';

/** Something took longer than it was given; it may still go on, unwatched, and is found again at the next round. */
export class Overdue extends Error {
  readonly code = 'OVERDUE';
}

/** One round of work that may be done again: it has an end, at which whatever is left waits for the next one. */
export class Round {
  private readonly until: number;

  constructor(ms: number) {
    this.until = performance.now() + ms;
  }

  over(): boolean {
    return performance.now() >= this.until;
  }

  /** Waits for the work, for `ms` at most and never past the end of the round. Throws Overdue, and what the work throws. */
  async within<T>(work: Promise<T>, ms = Number.POSITIVE_INFINITY): Promise<T> {
    const given = new AbortController();
    const left = Math.max(0, Math.min(ms, this.until - performance.now()));
    const late = delay(left, undefined, { ref: false, signal: given.signal }).then(() => {
      throw new Overdue('OVERDUE');
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      given.abort();
      late.catch(() => undefined);
    }
  }
}
