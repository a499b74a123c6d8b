import { randomUUID } from 'node:crypto';
import type { ConsentAsk } from '../../domain/consent.ts';
import { type NoticeKind, ruleOf } from '../../domain/notices.ts';
import type { Language } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import { finishTasks } from '../cases/tasks.ts';
import { readable } from '../sealing.ts';
import type { Tx } from '../store.ts';

/** What the template needs. A link travels as its token: the address is put together when the message leaves. */
export type NoticeData = {
  readonly token?: string;
  readonly path?: string;
  readonly deadline?: number;
  readonly timeZone?: string;
};

/** What lies sealed in an outbox row. `needs` is asked of the consent ledger again at the moment of sending. */
export type Notice = {
  readonly language: Language;
  readonly data: NoticeData;
  readonly needs: ConsentAsk | null;
  /** of ADDRESS_CHANGED alone: where it goes, because what is registered is another address already */
  readonly to?: string;
};

export type NoticeToPut = Notice & {
  /** the domain key: the same step, recipient and kind are one message, however often the step is repeated */
  readonly key: string;
  readonly kind: NoticeKind;
  readonly contactId: string;
  readonly caseId: string | null;
};

/** Writes a message beside the fact it tells. A key that is there already writes nothing: the message was promised before. */
export const putNotice = (tx: Tx, notice: NoticeToPut): Promise<void> => putNotices(tx, [notice]);

/** The same for many, in few statements: a letter may go to thousands. */
export const putNotices = async (tx: Tx, notices: readonly NoticeToPut[]): Promise<void> => {
  const rows = await Promise.all(notices.map((notice) => rowOf(tx, notice)));
  for (let from = 0; from < rows.length; from += CHUNK) {
    await tx.db.outbox.createMany({ skipDuplicates: true, data: rows.slice(from, from + CHUNK) });
  }
};

const CHUNK = 500;

const rowOf = async (tx: Tx, { key, kind, contactId, caseId, ...notice }: NoticeToPut) => {
  const id = randomUUID();
  return {
    id,
    key,
    kind,
    contactId,
    caseId,
    urgent: ruleOf(kind).urgent,
    // fixed for good, so that a second copy is recognised as the same message; its left half says nothing and its right half is the sender's
    messageId: randomUUID(),
    sealed: await tx.seals.seal('Outbox', id, caseId, notice),
    nextAt: tx.at,
    createdAt: tx.at,
  };
};

const UNSENT = ['queued', 'deferred', 'held', 'sending', 'unknown'];

/** Unsent mail of a case that must not leave any more. A row that is being sent at this instant may still
 * leave, and is then noted as accepted; it is not tried again. */
export const cancelNotices = async (
  tx: Tx,
  where: { readonly caseId: string; readonly id?: string; readonly kind?: { in: NoticeKind[] } },
): Promise<number> => {
  const { count } = await tx.db.outbox.updateMany({
    where: {
      ...where,
      state: { in: UNSENT },
    },
    data: { state: 'cancelled', sealed: null, endedAt: tx.at },
  });
  return count;
};

type Written = { readonly id: string; readonly caseId: string | null; readonly sealed: Uint8Array };

/** What a message would say, or null where nobody can read that any more: it will never leave, and is as good as void. */
export const openNotice = (tx: Tx, { id, caseId, sealed }: Written): Promise<Notice | null> =>
  readable(tx.seals.open<Notice>('Outbox', id, caseId, sealed));

/** Takes one message back for good, of whomever it is, and what somebody was to do about it. A row that is being sent may still leave, as above. */
export const voidNotice = async (tx: Tx, { id, caseId }: Pick<Written, 'id' | 'caseId'>): Promise<void> => {
  const { count } = await tx.db.outbox.updateMany({
    where: { id, state: { in: UNSENT } },
    data: { state: 'cancelled', sealed: null, endedAt: tx.at },
  });
  if (count === 0) return;
  await finishTasks(tx, { caseId, subjectId: id });
  tx.audit.append({ action: 'mail.cancelled', caseId, subjectId: id });
};

export type OutboxCounts = Readonly<Record<string, number>>;

/** How many messages stand in each state, of a case or of the whole desk. */
export const outboxCounts = async (db: Db, caseId?: string): Promise<OutboxCounts> => {
  const rows = await db.outbox.groupBy({ by: ['state'], _count: true, ...(caseId === undefined ? {} : { where: { caseId } }) });
  return Object.fromEntries(rows.map((row) => [row.state, row._count]));
};
