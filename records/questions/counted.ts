import type { Db, Prisma } from '../../prisma/client.ts';
import { finishTasks } from '../cases/tasks.ts';
import type { Tx } from '../store.ts';

/** Answers that count: an answer that somebody else may have given does not, until the person has said by a safe way that it is theirs. */
export const COUNTED = { OR: [{ quarantinedAt: null }, { confirmedAt: { not: null } }] };

/** Answers that wait for that word. */
export const QUARANTINED = { quarantinedAt: { not: null }, confirmedAt: null };

/** What is noted when a person has said that an answer is not theirs. That is the last word about it. */
export const DISOWNED = 'answer.disowned';

/** Which of these answers of a case their givers have disowned. */
export const disownedAmong = async (db: Db, caseId: string, answerIds: readonly string[]): Promise<ReadonlySet<string>> => {
  const where = { caseId, action: DISOWNED, subjectId: { in: [...answerIds] } };
  return new Set((await db.audit.findMany({ where, select: { subjectId: true } })).map(({ subjectId }) => subjectId ?? ''));
};

/**
 * Answers to questions of a case that do not count, each with whether the person has said that it is not theirs; oldest first. One that a later answer has
 * replaced is not among them: it would not count if it were confirmed.
 */
export const doubtfulAnswers = async (db: Db, caseId: string, question: Prisma.QuestionWhereInput = {}) => {
  const newest = { where: COUNTED, orderBy: { version: 'desc' }, take: 1, select: { version: true } } as const;
  const rows = await db.answer.findMany({
    where: { ...QUARANTINED, invitation: { question: { ...question, caseId } } },
    include: { invitation: { include: { question: true, contact: { select: { caseId: true } }, answers: newest } } },
    orderBy: [{ answeredAt: 'asc' }, { id: 'asc' }],
  });
  const unreplaced = rows.filter(({ version, invitation }) => version > (invitation.answers[0]?.version ?? 0));
  const disowned = await disownedAmong(
    db,
    caseId,
    unreplaced.map(({ id }) => id),
  );
  return unreplaced.map(({ id, invitation: { contactId, contact, question: asked } }) => ({
    ...{ answerId: id, kind: asked.kind, subjectId: asked.subjectId, disowned: disowned.has(id) },
    personId: contact.caseId === caseId ? contactId : null,
  }));
};

/** Somebody has to ask the person whether an answer is theirs. */
export const ANSWER_TO_CONFIRM = 'ANSWER_TO_CONFIRM';

/** A new answer by a safe way settles the question of the doubtful ones before it. */
export const supersedeQuarantined = async (tx: Tx, caseId: string, invitationId: string): Promise<void> => {
  for (const { id } of await tx.db.answer.findMany({ where: { invitationId, ...QUARANTINED }, select: { id: true } }))
    await finishTasks(tx, { caseId, kind: ANSWER_TO_CONFIRM, subjectId: id });
};
