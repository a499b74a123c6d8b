import { refuse } from '../../domain/refusal.ts';
import type { Db } from '../../prisma/client.ts';
import type { CaseOrder } from '../cases/constraints.ts';
import { finishTasks } from '../cases/tasks.ts';
import { advisorsAmong } from '../cases/unnamed.ts';
import { type Done, doOnce, mustNot } from '../deeds.ts';
import { found } from '../record-error.ts';
import type { Store, Tx } from '../store.ts';

/** Where a message waits for a person: put aside, refused for good, or of an unknown end. */
const STUCK = ['held', 'refused', 'unknown'];

/**
 * The mail of a case that does not get on by itself, with the word or the reply for what stands in the way; oldest first. `personId` is null for an advisor:
 * a reminder would tell who is silent, and a receipt who is not.
 */
export const stuckMailOf = async (db: Db, caseId: string) => {
  const rows = await db.outbox.findMany({ where: { caseId, state: { in: STUCK } }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
  const advisors = await advisorsAmong(
    db,
    rows.map(({ contactId }) => contactId),
  );
  return rows.map(({ id, kind, contactId, state, lastCode }) => ({
    ...{ mailId: id, kind, state, code: lastCode },
    personId: kind.startsWith('ADVICE_') || advisors.has(contactId) ? null : contactId,
  }));
};

/** Sends a message that got stuck again, as the message that it was. Throws RecordError NOT_FOUND. */
export const resendMail = (store: Store, order: CaseOrder & { readonly mailId: string }): Promise<Done> =>
  doOnce(store, order, async (tx) => {
    await sendAgain(tx, { id: order.mailId, caseId: order.caseId });
    return {};
  });

const sendAgain = async (
  tx: Tx,
  where: { readonly id: string; readonly caseId: string | null; readonly contactId?: string },
): Promise<void> => {
  const { id, caseId } = where;
  await tx.db.$queryRaw`SELECT 1 FROM "Outbox" WHERE id = ${id}::uuid FOR UPDATE`;
  const row = found(await tx.db.outbox.findFirst({ where }));
  if (!STUCK.includes(row.state) || row.sealed === null) mustNot(NOT_TO_RESEND);
  await requeue(tx, caseId, id);
};

const NOT_TO_RESEND = refuse(
  'NOT_TO_RESEND',
  'This message cannot be sent again: it is not stuck, or its content is gone. Correct the address of the person; open questions are then asked anew.',
);

type Place = { readonly contactId: string; readonly caseId: string | null };

/** What of it is for one person of the case; with `caseId` null for somebody of the network: invitations to make a key, and news of keys. Oldest first. */
export const stuckMailTo = async (db: Db, { contactId, caseId }: Place) => {
  const where = { contactId, caseId, state: { in: STUCK } };
  const rows = await db.outbox.findMany({ where, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
  return rows.map(({ id, kind, state, lastCode }) => ({ mailId: id, kind, state, code: lastCode }));
};

type MailOrder = Omit<CaseOrder, 'caseId'> & { readonly contactId: string; readonly mailId: string };

/** The same for mail of no case to somebody of the network. Throws RecordError NOT_FOUND. */
export const resendMailTo = (store: Store, { contactId, mailId, ...order }: MailOrder): Promise<Done> =>
  doOnce(store, order, async (tx) => {
    await sendAgain(tx, { id: mailId, caseId: null, contactId });
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
