// When a case may be erased, on which ground, and what an erasure that is under way still lets happen.
// Source: product stage 10 (retention, erasure, second person), security notes (Keys, API).
import { type Refusal, refuse } from './refusal.ts';

/** The closed list of grounds. What is erased on none of them is not erased at all. */
export const ERASURE_BASES = ['REQUEST_OF_PERSON', 'RETENTION_ENDED', 'RECORDED_IN_ERROR', 'COURT_ORDER'] as const;
export type ErasureBasis = (typeof ERASURE_BASES)[number];
export const isErasureBasis = (value: unknown): value is ErasureBasis => ERASURE_BASES.some((basis) => basis === value);

/**
 * ACCEPTED: two persons want it, no workflow has taken it up yet. STARTED: the case is being taken apart. DESTROYED: its keys are gone, nothing leads
 * back. ENDED: proved. STOPPED: a legal hold came before the keys were destroyed.
 */
export const ERASURE_STATES = ['ACCEPTED', 'STARTED', 'DESTROYED', 'ENDED', 'STOPPED'] as const;
export type ErasureState = (typeof ERASURE_STATES)[number];

/** Those that have still to be carried to their end. */
export const UNFINISHED: readonly ErasureState[] = ['ACCEPTED', 'STARTED', 'DESTROYED'];

/** How things stand when somebody asks, decides or begins. Instants in epoch ms. */
export type ErasureStanding = {
  readonly basis: ErasureBasis;
  /** when the case was closed or cancelled; null while it goes on */
  readonly closedAt: number | null;
  /** how long a closed case is kept, by the policy it was opened under; ms */
  readonly keptFor: number;
  readonly isHeld: boolean;
  /** an erasure of this case that was accepted before */
  readonly erasure: ErasureState | null;
  readonly at: number;
};

/** Why the case may not be erased so, or null. A running case is erased only on a ground that says why it must not go on. */
export const erasureRefusal = ({ basis, closedAt, keptFor, isHeld, erasure, at }: ErasureStanding): Refusal | null => {
  if (erasure !== null && erasure !== 'STOPPED')
    return refuse('ERASURE_ACCEPTED', 'The erasure of this case was accepted before: see how far it is.');
  if (isHeld) return refuse('LEGAL_HOLD', 'A legal hold keeps this case: an administrator lifts it first, or nothing is erased.');
  if (basis !== 'RETENTION_ENDED') return null;
  if (closedAt === null)
    return refuse('CASE_RUNS', 'This case is not closed: close it first, or say on which other ground it must be erased.');
  return closedAt + keptFor <= at
    ? null
    : refuse('STILL_KEPT', 'The time that the policy keeps closed cases for is not over: wait, or say on which other ground.');
};

/** Whoever asked may not be the one who decides. Source: security notes, API (erase needs a second person). */
export const oneAndTheSame = (askedBy: string, secondBy: string): Refusal | null =>
  askedBy === secondBy ? refuse('SAME_PERSON', 'Another person has to decide this: ask somebody who did not ask for it.') : null;

/** From the acceptance on nothing is ordered any more: a command could only be half done. */
export const barsCommands = (state: ErasureState | null): boolean => state !== null && state !== 'STOPPED';

/** From the beginning on nothing is sealed under the key of the case any more, or it would have to be removed again. */
export const barsSealing = (state: ErasureState | null): boolean => barsCommands(state) && state !== 'ACCEPTED';

/** From here on nothing can be held back: there is nothing left to hold. */
export const isBeyondHold = (state: ErasureState | null): boolean => state === 'DESTROYED' || state === 'ENDED';

/**
 * Does a published letter stay when its case is erased? It was made public with consent, and a case whose time is over takes nothing of that back; on
 * every other ground what is known of the person has to go.
 */
export const lettersStay = (basis: ErasureBasis): boolean => basis === 'RETENTION_ENDED';

/** The first instant of the month in UTC: enough for counting, too little to tell one case from another. */
export const monthOf = (at: Date): Date => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1));
