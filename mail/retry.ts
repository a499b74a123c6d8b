import type { OnUnknown } from '../domain/notices.ts';
import type { Outcome } from './replies.ts';

/** Milliseconds, from the policy in force. Defaults of the field: 5 minutes, 4 hours, 5 days (RFC 5321 4.5.4.1; engineering notes B3). */
export type RetryPolicy = { readonly firstRetryMs: number; readonly capMs: number; readonly giveUpMs: number };

export type Next =
  | { readonly step: 'DONE' }
  | { readonly step: 'RETRY'; readonly at: number }
  /** Never again for this recipient: refused for good, or not taken until the end of the time for trying. */
  | { readonly step: 'STOP'; readonly why: 'REFUSED' | 'GAVE_UP' }
  /** A coordinator decides whether to send again. */
  | { readonly step: 'ASK' };

/** What a kind says about unknown outcomes, and how many attempts of this row, the last included, may have arrived. */
export type Doubt = { readonly onUnknown: OnUnknown; readonly copies: number };

/** After so many copies that may have arrived, the fault is not one lost reply, and a person looks at it instead of a sixth copy. */
export const mostCopies = 5;

/**
 * What to do after an attempt. Pure; times in epoch milliseconds. `attempts` counts this one; `firstAt` is when the first began.
 * The spacing doubles from `firstRetryMs` up to `capMs`; the last attempt falls exactly at the end of `giveUpMs`.
 */
export function nextAttempt(policy: RetryPolicy, attempts: number, firstAt: number, now: number, outcome: Outcome, doubt: Doubt): Next {
  if (outcome.state === 'accepted') return { step: 'DONE' };
  if (outcome.state === 'refused') return { step: 'STOP', why: 'REFUSED' };
  const unknown = outcome.state === 'unknown';
  if (unknown && (doubt.onUnknown === 'ASK' || doubt.copies >= mostCopies)) return { step: 'ASK' };
  const end = firstAt + policy.giveUpMs;
  // A message that may have arrived is not reported as lost.
  if (now >= end) return unknown ? { step: 'ASK' } : { step: 'STOP', why: 'GAVE_UP' };
  const spacing = Math.min(policy.capMs, policy.firstRetryMs * 2 ** (Math.max(1, attempts) - 1));
  return { step: 'RETRY', at: Math.min(now + spacing, end) };
}
