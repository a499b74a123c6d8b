import type { Tx } from './store.ts';
import { finishTasks } from './tasks.ts';

/** Answers that count: an answer that somebody else may have given does not, until the person has said by a safe way that it is theirs. */
export const COUNTED = { OR: [{ quarantinedAt: null }, { confirmedAt: { not: null } }] };

/** Answers that wait for that word. */
export const QUARANTINED = { quarantinedAt: { not: null }, confirmedAt: null };

/** Somebody has to ask the person whether an answer is theirs. */
export const ANSWER_TO_CONFIRM = 'ANSWER_TO_CONFIRM';

/** A new answer by a safe way settles the question of the doubtful ones before it. */
export const supersedeQuarantined = async (tx: Tx, caseId: string, invitationId: string): Promise<void> => {
  for (const { id } of await tx.db.answer.findMany({ where: { invitationId, ...QUARANTINED }, select: { id: true } }))
    await finishTasks(tx, { caseId, kind: ANSWER_TO_CONFIRM, subjectId: id });
};
