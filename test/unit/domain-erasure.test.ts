import { describe, expect, it } from 'vitest';
import {
  barsCommands,
  barsSealing,
  ERASURE_BASES,
  ERASURE_STATES,
  type ErasureStanding,
  erasureRefusal,
  isBeyondHold,
  lettersStay,
  monthOf,
  oneAndTheSame,
} from '../../domain/erasure.ts';

const DAY = 86_400_000;
const standing = (more: Partial<ErasureStanding> = {}): ErasureStanding => ({
  basis: 'REQUEST_OF_PERSON',
  closedAt: null,
  keptFor: 30 * DAY,
  isHeld: false,
  erasure: null,
  at: 100 * DAY,
  ...more,
});
const code = (more: Partial<ErasureStanding>) => erasureRefusal(standing(more))?.code ?? null;

describe('a case may be erased', () => {
  it('while it goes on, on any ground that says why it must not; for its age only once it is closed and kept for long enough', () => {
    for (const basis of ERASURE_BASES) expect(code({ basis }), basis).toBe(basis === 'RETENTION_ENDED' ? 'CASE_RUNS' : null);
    expect(code({ basis: 'RETENTION_ENDED', closedAt: 70 * DAY + 1 })).toBe('STILL_KEPT');
    expect(code({ basis: 'RETENTION_ENDED', closedAt: 70 * DAY })).toBeNull();
  });

  it('on no ground under a hold, and once only, unless a hold had stopped it', () => {
    for (const basis of ERASURE_BASES) expect(code({ basis, closedAt: 0, isHeld: true }), basis).toBe('LEGAL_HOLD');
    for (const erasure of ERASURE_STATES) expect(code({ erasure }), erasure).toBe(erasure === 'STOPPED' ? null : 'ERASURE_ACCEPTED');
  });

  it('by two persons', () => {
    expect(oneAndTheSame('a', 'a')?.code).toBe('SAME_PERSON');
    expect(oneAndTheSame('a', 'b')).toBeNull();
  });
});

describe('an erasure', () => {
  it('bars commands from its acceptance, sealing from its beginning, holds from the destruction of the keys', () => {
    const bars = ([null, ...ERASURE_STATES] as const).map((state) => [state, barsCommands(state), barsSealing(state), isBeyondHold(state)]);
    expect(bars).toEqual([
      [null, false, false, false],
      ['ACCEPTED', true, false, false],
      ['STARTED', true, true, false],
      ['DESTROYED', true, true, true],
      ['ENDED', true, true, true],
      ['STOPPED', false, false, false],
    ]);
  });

  it('leaves a public letter where only the time was over, and of dates the month', () => {
    expect(ERASURE_BASES.filter(lettersStay)).toEqual(['RETENTION_ENDED']);
    expect(monthOf(new Date('2031-12-31T23:59:59.999Z')).toISOString()).toBe('2031-12-01T00:00:00.000Z');
  });
});
