import { type Refusal, refuse } from './refusal.ts';
import type { Role } from './roles.ts';

/** Acts that nobody does alone, because they cannot be called back. Taking down is none of them: it must be quick. */
export type SecondAct = 'PUBLISH' | 'EXPORT' | 'ERASE';

type Roles = readonly [Role, ...Role[]];

/**
 * Who may ask for each act, and who may decide; a coordinator only as a member of the case. What becomes public must be read by somebody who works on
 * the case. For what leaves or destroys the file an administrator can judge by the reason alone, without a look at the content.
 * Source: security notes, API (publish, deliver, erase and export need a second person).
 */
export const SECOND_PERSON = {
  PUBLISH: { asks: ['coordinator'], decides: ['coordinator'] },
  EXPORT: { asks: ['coordinator'], decides: ['coordinator', 'administrator'] },
  ERASE: { asks: ['coordinator', 'administrator'], decides: ['coordinator', 'administrator'] },
} as const satisfies Readonly<Record<SecondAct, { readonly asks: Roles; readonly decides: Roles }>>;

/** What is carried out as soon as it is approved, by the desk itself; an export waits for whoever asked. */
export const CARRIED_OUT: readonly SecondAct[] = ['PUBLISH', 'ERASE'];

export const SECOND_ACTS = Object.keys(SECOND_PERSON) as [SecondAct, ...SecondAct[]];
export const isSecondAct = (value: string): value is SecondAct => Object.hasOwn(SECOND_PERSON, value);

/**
 * How long a request stands, the approval included. A day, for every act and band: whoever is asked has had their working hours in any time zone, and what
 * was true of the person when it was asked for is hardly older than that. Whoever needs longer asks again.
 */
export const STANDS_MS = 24 * 3_600_000;

/** How long an approved export waits for whoever asked: they sit there and wait, and an open door is closed soon. */
export const EXPORT_WAITS_MS = 3_600_000;

/** One request as the rules see it; instants are epoch ms. */
export type Asked = {
  readonly act: SecondAct;
  readonly askedBy: string;
  /** a request of somebody who has left the secretariat since is nobody's any more */
  readonly askerActive: boolean;
  readonly expiresAt: number;
  readonly decision: Decision | null;
  readonly decidedBy: string | null;
  readonly usedAt: number | null;
};

export const DECISIONS = ['APPROVE', 'REFUSE'] as const;
export type Decision = (typeof DECISIONS)[number];

type Decider = { readonly personId: string; readonly roles: readonly Role[] };

export const mayDecide = (act: SecondAct, roles: readonly Role[]): boolean => {
  const deciders: readonly Role[] = SECOND_PERSON[act].decides;
  return roles.some((role) => deciders.includes(role));
};

const nothingInTime = () => refuse('REQUEST_LAPSED', 'Nobody decided this in time: ask for it anew if it is still wanted.');

/** Why whoever asked may not take it back now, or null: until it is carried out they may, also when it was approved. */
const withdrawalRefusal = ({ decision, decidedBy, askedBy, usedAt, expiresAt }: Asked, at: number): Refusal | null => {
  if (usedAt !== null) return refuse('DONE_ALREADY', 'This was carried out already: there is nothing left to take back.');
  if (decision === 'REFUSE')
    return decidedBy === askedBy ? null : refuse('DECIDED_ALREADY', 'This was refused already: it does not stand.');
  return at >= expiresAt ? nothingInTime() : null;
};

/**
 * Why this person may not decide so now, or null. The same word by the same person again is a repeat, and no second decision. A refusal by whoever asked
 * takes the request back.
 */
export const decisionRefusal = (asked: Asked, decider: Decider, decision: Decision, at: number): Refusal | null => {
  // by person, not by token: whoever holds two roles holds two tokens
  if (asked.askedBy === decider.personId) {
    if (decision === 'REFUSE') return withdrawalRefusal(asked, at);
    return refuse('SAME_PERSON', 'You asked for this yourself: somebody else has to decide it.');
  }
  if (!mayDecide(asked.act, decider.roles)) {
    return refuse('NOT_YOURS_TO_DECIDE', 'This is decided by a member of the case: ask one of them.');
  }
  if (asked.decision !== null) {
    const repeat = asked.decision === decision && asked.decidedBy === decider.personId;
    return repeat ? null : refuse('DECIDED_ALREADY', 'This was decided already. What is wanted now has to be asked for anew.');
  }
  if (!asked.askerActive) {
    return refuse('ASKER_GONE', 'Whoever asked for this does not work here any more: ask for it anew if it is still wanted.');
  }
  return at >= asked.expiresAt ? nothingInTime() : null;
};

/** A request that still stands, as somebody finds it who asks about the same subject. */
type Standing = Pick<Asked, 'act' | 'askedBy' | 'decision'> & {
  /** for the same, wherever it is to appear */
  readonly isSame: boolean;
  /** nobody could carry it out any more: one of its two has left */
  readonly isOrphaned: boolean;
};

/**
 * What becomes of a request that stands when `by` asks about the same subject. FOUND: it is the one that is asked for. ENDED: the new one takes its place.
 * Or why nothing may be asked now: nobody ends what a colleague asked for, or what was approved, by asking beside it.
 */
export const meeting = ({ act, askedBy, decision, isSame, isOrphaned }: Standing, by: string): 'FOUND' | 'ENDED' | Refusal => {
  // a letter can be published in one way at a time, with the names that stand under it now: approved otherwise, it never goes out
  if (isOrphaned || (act === 'PUBLISH' && !isSame)) return 'ENDED';
  if (askedBy === by && isSame) return 'FOUND';
  if (askedBy === by && (decision === null || act === 'EXPORT')) return 'ENDED';
  return decision === null
    ? refuse('ASKED_ALREADY', 'A colleague has asked for this already: decide it, instead of asking beside them.')
    : refuse('APPROVED_ALREADY', 'This was approved and waits to be carried out: carry it out, or let whoever asked take it back first.');
};

export const SECOND_STATES = ['AWAITING_SECOND_PERSON', 'APPROVED', 'REFUSED', 'WITHDRAWN', 'LAPSED', 'DONE'] as const;
export type SecondState = (typeof SECOND_STATES)[number];

export const secondStateOf = (asked: Asked, at: number): SecondState => {
  if (asked.usedAt !== null) return 'DONE';
  if (asked.decision === 'REFUSE') return asked.decidedBy === asked.askedBy ? 'WITHDRAWN' : 'REFUSED';
  if (at >= asked.expiresAt) return 'LAPSED';
  return asked.decision === 'APPROVE' ? 'APPROVED' : 'AWAITING_SECOND_PERSON';
};

/** Why this person may not carry out now what others asked for and approved, or null; whoever could have decided may, and the asker. */
export const carryOutRefusal = (asked: Asked, { personId, roles }: Decider, at: number): Refusal | null => {
  if (asked.askedBy !== personId && !mayDecide(asked.act, roles)) {
    return refuse('NOT_YOURS_TO_DECIDE', 'This is for a member of the case: ask one of them.');
  }
  if (!CARRIED_OUT.includes(asked.act)) {
    return refuse('WAITS_FOR_ASKER', 'Whoever asked for this comes for it: there is nothing for others to carry out.');
  }
  const state = secondStateOf(asked, at);
  return state === 'APPROVED' || state === 'DONE' ? null : secondMissing();
};

/** What everybody hears who comes without the approval, or with one that is for something else, has lapsed or was used. */
export const secondMissing = (): Refusal =>
  refuse(
    'SECOND_PERSON_NEEDED',
    'Nobody else has approved exactly this, or the approval has lapsed or was used: ask for it, and let a second person decide.',
  );
