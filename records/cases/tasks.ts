import { randomUUID } from 'node:crypto';
import type { Band } from '../../domain/vocabulary.ts';
import type { Tx } from '../store.ts';

const URGENCY: { readonly [B in Band]: number } = { CRITICAL: 1, HIGH: 2, MODERATE: 3, LOW: 4 };

/** How urgent what belongs to a case of this band is; one that nobody has assessed counts as HIGH. */
export const urgencyOf = (band: string | null): number => URGENCY[(band ?? 'HIGH') as Band];

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
  where: { id: string } | { caseId: string | null; kind?: string | { notIn: string[] }; subjectId?: string },
): Promise<number> => {
  const { count } = await tx.db.task.updateMany({ where: { ...where, doneAt: null }, data: { doneAt: tx.at } });
  return count;
};
