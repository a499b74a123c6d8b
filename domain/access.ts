import { type Refusal, refuse } from './refusal.ts';
import type { Role } from './roles.ts';

/**
 * How somebody of the secretariat stands to a case. MEMBER: works on it. STAND_IN: marked as one who may take up a case alone when its members do not
 * answer, and has not done so here. OUTSIDE: knows that there is a case of this id, and nothing more. Source: security notes, API (need-to-know per case).
 */
export type Standing = 'MEMBER' | 'STAND_IN' | 'OUTSIDE';

/** How somebody came to be a member. */
export type Joined = 'OPENED' | 'ADDED' | 'STOOD_IN';

/**
 * May somebody with these roles use an operation that concerns a case? A coordinator as a member only. Administrators and auditors reach exactly the
 * operations that name their role, because those show them nothing of what a case says.
 */
export const mayReach = (named: readonly Role[], held: readonly Role[], standing: Standing, forStandIns: boolean): boolean => {
  const allowed = held.filter((role) => named.includes(role));
  if (allowed.some((role) => role !== 'coordinator')) return true;
  if (allowed.length === 0) return false;
  return standing === 'MEMBER' || (standing === 'STAND_IN' && forStandIns);
};

/** Why somebody may not take a case up alone, or null. At night nobody must be locked out, so no one is asked first; everybody concerned is told. */
export const standInRefusal = (standing: Standing): Refusal | null => {
  if (standing === 'MEMBER') return refuse('ALREADY_MEMBER', 'You are a member of this case already: there is nothing to take up.');
  return standing === 'STAND_IN'
    ? null
    : refuse('NOT_A_STAND_IN', 'You are not one of those who stand in: ask a member of this case to add you.');
};

/** Why a member may not be taken out, or null. `others`: members beside this one who can still act. */
export const removalRefusal = (others: number): Refusal | null =>
  others > 0
    ? null
    : refuse(
        'LAST_MEMBER',
        'This is the last member who can act, and a case is never left alone: add somebody first, then take this one out.',
      );

/** What of a membership decides whom it may end; `since` in epoch ms. */
type Membership = { readonly personId: string; readonly how: Joined; readonly since: number };

/** Why this member may not take that one out, or null. Whoever let themselves in does not put out those who would have noticed. */
export const seniorityRefusal = (by: Membership, of: Membership): Refusal | null =>
  by.how === 'STOOD_IN' && by.personId !== of.personId && of.since <= by.since
    ? refuse(
        'THERE_BEFORE_YOU',
        'You stood in, and they were a member before you: somebody who was let in has to take them out. Ask one, or an administrator to add one.',
      )
    : null;

/** Why somebody may not let this person in, or null: standing in tells everybody concerned and asks for a reason, and there is no quieter way. */
export const lettingInRefusal = (by: string, personId: string): Refusal | null =>
  by === personId
    ? refuse('NOT_YOURSELF', 'Nobody lets themselves in: where the case cannot wait, stand in instead, with the reason.')
    : null;

/** A task as far as it decides who may see it or tick it off. */
type TaskPlace = { readonly caseId: string | null; readonly kind: string; readonly subjectId: string | null };

/** What somebody did to the circle of those who read a case; the subject of such a task is whoever did it. */
const OF_THE_CIRCLE: readonly string[] = ['STOOD_IN', 'MEMBERS_CHANGED'];

/** What the machines have lost: whoever runs them deals with it, whoever's case it is. */
const OF_THE_MACHINES: readonly string[] = ['CASE_WITHOUT_STORY'];

/** From this step on a task is shown, by its kind and its case alone, to those who stand in and to administrators, who must know that nobody has acted. */
export const SHOWN_BEYOND = 1;

/**
 * Who sees a case is for its members and for administrators to look into, and for whoever changed it to leave alone: by person, not by token, and though
 * standing in has made them a member. Everything else of a case is for its members.
 */
export const mayTickOff = (
  { caseId, kind, subjectId }: TaskPlace,
  { personId, roles }: { readonly personId: string; readonly roles: readonly Role[] },
  standing: Standing | null,
): boolean => {
  if (caseId === null) return true;
  if (OF_THE_MACHINES.includes(kind)) return standing === 'MEMBER' || roles.includes('administrator');
  if (!OF_THE_CIRCLE.includes(kind)) return standing === 'MEMBER';
  return subjectId !== personId && (standing === 'MEMBER' || roles.includes('administrator'));
};
