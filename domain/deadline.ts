// From a window to instants: when whoever has not answered is reminded, when the time is over, and whom it goes to then. All instants are
// epoch ms and absolute, so a workflow that was away recomputes the same ones. Source: product stage 2 (clocks), vocabulary 11.
import type { Duty } from './case.ts';
import { type EscalationTarget, type Policy, type Step, windowMs } from './policy.ts';
import type { Band } from './vocabulary.ts';

export type ReminderMoment = { readonly at: number; readonly share: number };

/** `share` is the part of the window that is over by then; above 1 after the deadline. */
export type DutyMoment = {
  readonly at: number;
  readonly what: 'REMIND' | 'DUE' | 'ESCALATE_BACKUP' | 'ESCALATE_ADMINISTRATOR';
  readonly share: number;
  readonly dueAt: number;
};

const ESCALATES: { readonly [T in EscalationTarget]: DutyMoment['what'] } = {
  BACKUP_COORDINATOR: 'ESCALATE_BACKUP',
  ADMINISTRATOR: 'ESCALATE_ADMINISTRATOR',
};

/** To open a consultation is a duty of the desk; the time the advisors then have to answer is another window. */
const STEP_OF: { readonly [D in Duty]: Step } = {
  ACKNOWLEDGE: 'ACKNOWLEDGE',
  VERIFY: 'VERIFY',
  ASSESS: 'ASSESS',
  DECIDE: 'DECIDE',
  CONSULT: 'OPEN_CONSULTATION',
  ACT: 'ACT',
  REASSESS: 'REASSESS',
};

/** When those who have not answered an open question are reminded, in order. */
export const reminderMoments = (openedAt: number, closesAt: number, reminders: readonly number[]): readonly ReminderMoment[] =>
  reminders.map((share) => ({ at: openedAt + Math.round((closesAt - openedAt) * share), share }));

/** Every moment of a window in order of time, the deadline before the escalation that falls on it. */
const clockOf = (startMs: number, lengthMs: number, rules: Pick<Policy, 'reminders' | 'escalation'>): readonly DutyMoment[] => {
  const dueAt = startMs + lengthMs;
  return [
    ...reminderMoments(startMs, dueAt, rules.reminders).map(({ at, share }) => ({ at, what: 'REMIND' as const, share, dueAt })),
    { at: dueAt, what: 'DUE', share: 1, dueAt },
    ...rules.escalation.map(({ to, afterShare }) => ({
      at: dueAt + Math.round(lengthMs * afterShare),
      what: ESCALATES[to],
      share: 1 + afterShare,
      dueAt,
    })),
  ];
};

/** The moments of a duty of the desk that began at this instant, in this band. */
export const dutyMoments = (policy: Policy, band: Band, duty: Duty, beganAt: number): readonly DutyMoment[] =>
  clockOf(beganAt, windowMs(policy, band, STEP_OF[duty]), policy);

/** When a question closes after one more extension; null when the policy allows no further one. Extensions so far are counted from 0. */
export const extendedClose = (
  policy: Policy,
  question: 'CONSULT' | 'SIGN_ON',
  band: Band,
  closesAt: number,
  extensionsSoFar: number,
): number | null => {
  const { times, share } = policy.extensions[question];
  return extensionsSoFar >= times ? null : closesAt + Math.round(windowMs(policy, band, question) * share[band]);
};
