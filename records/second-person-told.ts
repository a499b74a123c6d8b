import type { Language } from '../domain/vocabulary.ts';
import { whoIsTold } from './contacts.ts';
import { putNotice } from './outbox.ts';
import { found } from './record-error.ts';
import type { Actor, Tx } from './store.ts';
import { finishTasks, raiseTask, urgencyOf } from './tasks.ts';

const KIND = 'SECOND_PERSON_NEEDED';

/** A task for whoever may decide, and neutral mail to them: the other members; where there is none, whoever stands in; then administrators. */
export const tellSecondPersons = async (
  tx: Tx,
  { id, caseId, by, expiresAt }: { readonly id: string; readonly caseId: string; readonly by: Actor; readonly expiresAt: Date },
): Promise<void> => {
  const { band } = found(await tx.db.case.findUnique({ where: { id: caseId }, select: { band: true } }));
  const { people, escalation } = await whoIsTold(tx.db, 'MEMBERS', caseId, tx.at, by);
  const task = { caseId, kind: KIND, urgency: urgencyOf(band), escalation, subjectId: id, dueAt: expiresAt };
  await raiseTask(tx, { ...task, key: `${KIND}:${id}` });
  for (const person of people) {
    await putNotice(tx, {
      key: `TASK_RAISED:${KIND}:${id}:${person.id}`,
      kind: 'TASK_RAISED',
      contactId: person.id,
      caseId,
      language: person.language as Language,
      data: { deadline: expiresAt.getTime() },
      needs: null,
    });
  }
};

export const finishSecondTask = async (tx: Tx, caseId: string, id: string): Promise<void> => {
  await finishTasks(tx, { caseId, kind: KIND, subjectId: id });
};

/** Nobody can decide any more what nobody decided in time: its task ends. For the sweep. */
export const finishLapsedSeconds = async (db: Tx['db'], at: Date): Promise<void> => {
  await db.task.updateMany({ where: { kind: KIND, doneAt: null, dueAt: { lt: at } }, data: { doneAt: at } });
};
