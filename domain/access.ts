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

/** A task as far as it decides who may see it. */
type TaskPlace = { readonly caseId: string | null; readonly kind: string };

/** From this step on a task is shown, by its kind and its case alone, to those who stand in and to administrators, who must know that nobody has acted. */
export const SHOWN_BEYOND = 1;

/** That somebody stood in is for administrators to look into; everything else of a case is for its members. */
export const mayTickOff = ({ caseId, kind }: TaskPlace, held: readonly Role[], standing: Standing | null): boolean =>
  caseId === null || standing === 'MEMBER' || (held.includes('administrator') && kind === 'STOOD_IN');
