import { UNFINISHED } from '../../domain/erasure.ts';
import type { Language } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import { whoOversees } from '../cases/contacts.ts';
import { finishTasks, raiseTask } from '../cases/tasks.ts';
import { putNotices } from '../mail/outbox.ts';
import type { Tx } from '../store.ts';

/** A person has to look why an erasure does not come to its end: Temporal or the folder of the backups is away, or there is no worker. */
const ERASURE_LATE = 'ERASURE_LATE';
/** Most take minutes; what takes longer waits for something that does not mend by itself. */
const LATE_MS = 3_600_000;

/** Erasures that should long have ended and of which nobody was told; oldest first. */
export const lateErasures = async (db: Db, at: Date, limit: number): Promise<readonly string[]> => {
  const late = { state: { in: [...UNFINISHED] }, startedAt: { lt: new Date(at.getTime() - LATE_MS) } };
  const ids = (await db.erasure.findMany({ where: late, orderBy: { startedAt: 'asc' }, select: { id: true } })).map(({ id }) => id);
  if (ids.length === 0) return [];
  const told = await db.task.findMany({ where: { kind: ERASURE_LATE, subjectId: { in: ids } }, select: { subjectId: true } });
  return ids.filter((id) => !told.some(({ subjectId }) => subjectId === id)).slice(0, limit);
};

/** One task for the administrators, with mail, and no second one for the same erasure. Of no case: what belongs to the case is about to go. */
export const tellLate = async (tx: Tx, erasureId: string): Promise<void> => {
  const key = `${ERASURE_LATE}:${erasureId}`;
  await raiseTask(tx, { caseId: null, key, kind: ERASURE_LATE, urgency: 2, escalation: 2, subjectId: erasureId, dueAt: null });
  const people = await whoOversees(tx.db, tx.at);
  await putNotices(
    tx,
    people.map(({ id, language }) => ({
      ...{ key: `TASK_RAISED:${key}:${id}`, kind: 'TASK_RAISED', contactId: id, caseId: null },
      ...{ language: language as Language, data: {}, needs: null },
    })),
  );
};

/** It has ended after all, or was stopped. */
export const finishLateErasure = async (tx: Tx, erasureId: string): Promise<void> => {
  await finishTasks(tx, { caseId: null, kind: ERASURE_LATE, subjectId: erasureId });
};
