import { refuse } from '../domain/refusal.ts';
import type { Db } from '../prisma/client.ts';
import type { CaseOrder } from './constraints.ts';
import { type Done, doOnce, mustNot } from './deeds.ts';
import { found } from './record-error.ts';
import type { Store, Tx } from './store.ts';
import { finishTasks } from './tasks.ts';

/** Where a message waits for a person: put aside, refused for good, or of an unknown end. */
const STUCK = ['held', 'refused', 'unknown'];

/** The mail of a case that does not get on by itself, with the word or the reply for what stands in the way; oldest first. */
export const stuckMailOf = async (db: Db, caseId: string) => {
  const rows = await db.outbox.findMany({ where: { caseId, state: { in: STUCK } }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
  return rows.map(({ id, kind, contactId, state, lastCode }) => ({ mailId: id, kind, personId: contactId, state, code: lastCode }));
};

/** Sends a message that got stuck again, as the message that it was. Throws RecordError NOT_FOUND. */
export const resendMail = (store: Store, order: CaseOrder & { readonly mailId: string }): Promise<Done> =>
  doOnce(store, order, async (tx) => {
    const { caseId, mailId: id } = order;
    await tx.db.$queryRaw`SELECT 1 FROM "Outbox" WHERE id = ${id}::uuid FOR UPDATE`;
    const row = found(await tx.db.outbox.findFirst({ where: { id, caseId } }));
    if (!STUCK.includes(row.state) || row.sealed === null) {
      mustNot(
        refuse(
          'NOT_TO_RESEND',
          'This message cannot be sent again: it is not stuck, or its content is gone. Correct the address of the person; open questions are then asked anew.',
        ),
      );
    }
    await requeue(tx, caseId, id);
    return {};
  });

/** Puts a message back among those that wait, with all the time for trying that a new one has. */
export const requeue = async (tx: Tx, caseId: string | null, id: string): Promise<void> => {
  // `attempts` goes on counting: it is the fence against an attempt that comes back late
  const data = { state: 'queued', nextAt: tx.at, firstAt: null, endedAt: null, leaseUntil: null };
  await tx.db.outbox.update({ where: { id }, data });
  await finishTasks(tx, { caseId, subjectId: id });
  tx.audit.append({ action: 'mail.requeued', caseId, subjectId: id });
};
