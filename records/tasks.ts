import { randomUUID } from 'node:crypto';
import type { Db } from '../prisma/client.ts';
import { found } from './record-error.ts';
import type { Tx } from './store.ts';

export type NewTask = {
  readonly caseId: string | null;
  /** the domain key: the same thing to do is one task, however often it is raised */
  readonly key: string;
  readonly kind: string;
  /** 1 is most urgent, 4 least: the band of the case, or of the matter itself */
  readonly urgency: number;
  /** 0 the coordinator, 1 whoever stands in, 2 the administrator */
  readonly escalation: number;
  readonly subjectId: string | null;
  readonly dueAt: Date | null;
};

/** Raises a task; one that is there already is only escalated or given its new deadline, never lowered. */
export const raiseTask = async (tx: Tx, task: NewTask): Promise<void> => {
  await tx.db.task.createMany({ data: [{ id: randomUUID(), createdAt: tx.at, ...task }], skipDuplicates: true });
  await tx.db.task.updateMany({
    where: { key: task.key, escalation: { lt: task.escalation }, doneAt: null },
    data: { escalation: task.escalation, dueAt: task.dueAt },
  });
};

/** Marks open tasks done: by id when a person did it, by case and kind when the fact itself did. Returns how many. */
export const finishTasks = async (
  tx: Tx,
  where: { id: string } | { caseId: string; kind?: string | { notIn: string[] }; subjectId?: string },
): Promise<number> => {
  const { count } = await tx.db.task.updateMany({ where: { ...where, doneAt: null }, data: { doneAt: tx.at } });
  return count;
};

/** A person ticks a task off. One that was done already stays as it was. Returns when it was done; throws RecordError NOT_FOUND. */
export const completeTask = async (tx: Tx, id: string): Promise<Date> => {
  const row = found(await tx.db.task.findUnique({ where: { id }, select: { caseId: true, doneAt: true } }));
  if ((await finishTasks(tx, { id })) === 0) return row.doneAt ?? tx.at;
  tx.audit.append({ action: 'task.completed', caseId: row.caseId, subjectId: id });
  return tx.at;
};

/** What is to be done, most urgent first, then what is due first. `after` is the last one of the page before. */
export const openTasks = (db: Db, after: string | null, limit: number) =>
  db.task.findMany({
    where: { doneAt: null },
    orderBy: [{ escalation: 'desc' }, { urgency: 'asc' }, { dueAt: { sort: 'asc', nulls: 'last' } }, { id: 'asc' }],
    take: limit,
    ...(after === null ? {} : { cursor: { id: after }, skip: 1 }),
  });
