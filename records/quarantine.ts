import { refuse } from '../domain/refusal.ts';
import type { Db } from '../prisma/client.ts';
import type { CaseOrder } from './constraints.ts';
import { ANSWER_TO_CONFIRM, COUNTED, QUARANTINED } from './counted.ts';
import { type Done, doOnce, mustNot } from './deeds.ts';
import { openAnswer } from './landing.ts';
import { found } from './record-error.ts';
import type { Store, Tx } from './store.ts';
import { finishTasks, raiseTask } from './tasks.ts';

/** An answer that does not count for the time being, and the workflow that has to look again. */
export type Quarantined = {
  readonly answerId: string;
  readonly caseId: string;
  readonly kind: string;
  readonly answeredAt: Date;
  readonly workflowId: string;
};

const withQuestion = { invitation: { include: { question: true } } } as const;

/**
 * Puts aside what came by somebody's links since an instant: another may have given it. Each answer becomes a task of its own, for whoever asks the person by
 * a safe way. What the secretariat wrote down itself did not come by the channel, and stays. Whoever had counted one is told to look again, by the sweep at
 * the latest.
 */
export const quarantineAnswers = async (tx: Tx, contactId: string, since: Date): Promise<void> => {
  const where = { invitation: { contactId }, answeredAt: { gte: since }, ...COUNTED };
  for (const row of await tx.db.answer.findMany({ where, include: withQuestion, orderBy: { id: 'asc' } })) {
    const { caseId } = row.invitation.question;
    const { content } = await openAnswer(tx.seals, caseId, row);
    if (content.givenBy !== undefined) continue;
    await tx.db.answer.update({ where: { id: row.id }, data: { quarantinedAt: tx.at, confirmedAt: null, toldAt: null } });
    await raiseTask(tx, {
      ...{ caseId, key: `${ANSWER_TO_CONFIRM}:${row.id}:${tx.at.getTime()}`, kind: ANSWER_TO_CONFIRM },
      ...{ urgency: 1, escalation: 0, subjectId: row.id, dueAt: null },
    });
    tx.audit.append({ action: 'answer.quarantined', caseId, subjectId: row.id });
  }
};

/** What of somebody's answers waits for their word; oldest first. */
export const quarantinedOf = async (db: Db, contactId: string): Promise<readonly Quarantined[]> => {
  const rows = await db.answer.findMany({
    where: { invitation: { contactId }, ...QUARANTINED },
    include: withQuestion,
    orderBy: [{ answeredAt: 'asc' }, { id: 'asc' }],
  });
  return rows.map(({ id, answeredAt, invitation: { question } }) => ({
    answerId: id,
    caseId: question.caseId,
    kind: question.kind,
    answeredAt,
    workflowId: question.workflowId,
  }));
};

/** Where an answer of this case is heard. Throws RecordError NOT_FOUND. */
export const workflowOfAnswer = async (db: Db, caseId: string, id: string): Promise<string> => {
  const row = await db.answer.findFirst({ where: { id, invitation: { question: { caseId } } }, include: withQuestion });
  return found(row).invitation.question.workflowId;
};

/**
 * Notes what the person said, asked by a safe way: an answer that is theirs counts again, one that is not never will by itself. Whoever waits for it is told
 * by the sweep at the latest. Throws RecordError NOT_FOUND.
 */
export const confirmAnswer = (
  store: Store,
  order: CaseOrder & { readonly answerId: string; readonly theirs: boolean; readonly how: string },
): Promise<Done> =>
  doOnce(store, order, async (tx) => {
    const { caseId, answerId, theirs, how } = order;
    const where = { id: answerId, invitation: { question: { caseId } } };
    const row = found(await tx.db.answer.findFirst({ where }));
    if (row.quarantinedAt === null || row.confirmedAt !== null) {
      mustNot(refuse('NOT_QUARANTINED', 'This answer counts as it is: there is nothing to confirm.'));
    }
    if (theirs) await tx.db.answer.update({ where: { id: answerId }, data: { confirmedAt: tx.at, toldAt: null } });
    await finishTasks(tx, { caseId, kind: ANSWER_TO_CONFIRM, subjectId: answerId });
    tx.audit.append({ action: theirs ? 'answer.confirmed' : 'answer.disowned', caseId, subjectId: answerId, detail: { how } });
    return {};
  });
