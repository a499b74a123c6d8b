import type { CanonicalValue } from '../../crypto/canonical.ts';
import { isNoticeKind, type NoticeKind } from '../../domain/notices.ts';
import { type MailPatience, patienceOf } from '../../domain/policy.ts';
import type { Db } from '../../prisma/client.ts';
import { raiseTask } from '../cases/tasks.ts';
import { currentPolicy, policyOfCase } from '../policies.ts';
import { DESK, type Store, type Tx } from '../store.ts';
import { tellOfHeld, wakesSomebody } from './held-mail.ts';
import { seekAnotherWay, wayFound } from './other-ways.ts';
import { lookAt, type OutboxRow, type Pen, type Ready } from './outbox-look.ts';

/** One attempt of one row. `attempts` is the fence: whoever comes back with an older number has been given up meanwhile. */
export type Claim = { readonly id: string; readonly caseId: string | null; readonly attempts: number };

/** What the rules for trying again are asked. Instants in epoch ms. */
type Tried = {
  readonly kind: NoticeKind;
  readonly attempts: number;
  readonly firstAt: number;
  /** attempts that may have arrived, this one included when its outcome is unknown */
  readonly copies: number;
  readonly patience: MailPatience;
};
export type Ending = { readonly state: 'accepted' | 'deferred' | 'refused' | 'unknown'; readonly code: string };
type Verdict =
  | { readonly step: 'DONE' }
  | { readonly step: 'RETRY'; readonly at: number }
  | { readonly step: 'STOP'; readonly why: 'REFUSED' | 'GAVE_UP' }
  | { readonly step: 'ASK' };
export type Judge = (tried: Tried, ending: Ending, at: number) => Verdict;

/**
 * Takes up the next due row, urgent ones first, then the oldest; null when there is none that nobody else holds. The lease is renewed as long as the
 * attempt is under way; whoever finds the row in `sending` after it has lapsed knows only that nobody knows.
 */
export const claimDue = async (store: Store, at: number, leaseMs: number): Promise<Claim | null> => {
  const now = new Date(at);
  const [claim] = await store.prisma.$queryRaw<Claim[]>`
    UPDATE "Outbox"
    SET state = 'sending', attempts = attempts + 1, "leaseUntil" = ${new Date(at + leaseMs)}, "firstAt" = COALESCE("firstAt", ${now})
    WHERE id = (
      SELECT id FROM "Outbox" WHERE state IN ('queued', 'deferred') AND "nextAt" <= ${now}
      ORDER BY urgent DESC, "createdAt", id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, "caseId", attempts`;
  return claim ?? null;
};

/** Says that the attempt is still under way. Only its own attempt prolongs a lease: one that lapsed is not taken back. */
export const renewLease = async (store: Store, { id, attempts }: Claim, until: number): Promise<void> => {
  await store.prisma.outbox.updateMany({ where: { id, attempts, state: 'sending' }, data: { leaseUntil: new Date(until) } });
};

/** When the next row is due or the next lease ends, epoch ms; null when nothing waits. */
export const nextDueAt = async (store: Store): Promise<number | null> => {
  const [row] = await store.prisma.$queryRaw<{ at: Date | null }[]>`
    SELECT MIN(CASE state WHEN 'sending' THEN "leaseUntil" ELSE "nextAt" END) AS at
    FROM "Outbox" WHERE state IN ('queued', 'deferred', 'sending')`;
  return row?.at?.getTime() ?? null;
};

/**
 * The last look before a message leaves: is the recipient still there, and may this still be disclosed? Null when not; the row is then held for
 * a coordinator or cancelled. Throws nothing that one bad row could stop all the others with.
 *
 * The message leaves after this transaction and not inside it: a server may take 25 minutes, and a lock on the case for so long would stop its
 * withdrawal too. A withdrawal that is committed between this look and the final dot comes too late for this one message, as it would for a
 * message that left a moment ago; `WITHDRAWN_NOTICE` is for those.
 */
export const prepare = (store: Store, claim: Claim, pen: Pen, at: number): Promise<Ready | null> =>
  store.transact(DESK, at, async (tx) => {
    const row = await lockRow(tx, claim);
    if (row === null || !isOurs(row, claim)) return null;
    const look = await lookAt(tx, row, pen);
    if ('ready' in look) {
      await wayFound(tx, row);
      return look.ready;
    }
    await (look.step === 'CANCEL' ? cancel(tx, row, look.code) : holdRow(tx, row, look.code));
    return null;
  });

/** Puts a row aside until a coordinator has mended what stands in the way. Used for what only shows when the message is written. */
export const hold = (store: Store, claim: Claim, code: string, at: number): Promise<void> =>
  store.transact(DESK, at, async (tx) => {
    const row = await lockRow(tx, claim);
    if (row !== null && isOurs(row, claim)) await holdRow(tx, row, code);
  });

/** Records how an attempt ended. That a message was accepted is true whatever was thought meanwhile; anything else only while the row is still ours. */
export const settle = (store: Store, claim: Claim, ending: Ending, judge: Judge, at: number): Promise<void> =>
  store.transact(DESK, at, async (tx) => {
    const row = await lockRow(tx, claim);
    // erased while it was being sent: there is nothing left that could be said of it
    if (row === null) return;
    const late = ending.state === 'accepted' && LATE_TRUTH.has(row.state);
    if (late || isOurs(row, claim)) await conclude(tx, row, ending, judge, at);
  });

/** Concludes the attempts whose lease ran out: whoever was sending has died, perhaps after the final dot. */
export const settleLapsed = async (store: Store, judge: Judge, at: number): Promise<void> => {
  const lapsed = { state: 'sending', leaseUntil: { lte: new Date(at) } };
  const rows = await store.prisma.outbox.findMany({ where: lapsed, select: { id: true, caseId: true, attempts: true }, take: 100 });
  for (const claim of rows) await settle(store, claim, { state: 'unknown', code: 'LEASE' }, judge, at);
};

const LATE_TRUTH: ReadonlySet<string> = new Set(['sending', 'deferred', 'unknown', 'cancelled']);

const isOurs = (row: OutboxRow, claim: Claim): boolean => row.state === 'sending' && row.attempts === claim.attempts;

/**
 * The case's row, the recipient's, then the message's: in the order in which a withdrawal takes them, and whoever changes an address or a key, so that
 * nobody waits for the other for ever. Null where the row was erased with its case while the attempt went on.
 */
const lockRow = async (tx: Tx, { id, caseId }: Claim): Promise<OutboxRow | null> => {
  if (caseId !== null) await tx.db.$queryRaw`SELECT 1 FROM "Case" WHERE id = ${caseId}::uuid FOR SHARE`;
  await tx.db.$queryRaw`SELECT 1 FROM "Contact" WHERE id = (SELECT "contactId" FROM "Outbox" WHERE id = ${id}::uuid) FOR SHARE`;
  await tx.db.$queryRaw`SELECT 1 FROM "Outbox" WHERE id = ${id}::uuid FOR UPDATE`;
  return tx.db.outbox.findUnique({ where: { id } });
};

const conclude = async (tx: Tx, row: OutboxRow, ending: Ending, judge: Judge, at: number): Promise<void> => {
  const { state, code } = ending;
  if (!isNoticeKind(row.kind)) return holdRow(tx, row, 'BAD_SHAPE');
  const copies = row.copies + (state === 'unknown' ? 1 : 0);
  const policy = row.caseId === null ? (await currentPolicy(tx.db)).policy : await policyOfCase(tx.db, row.caseId);
  const firstAt = row.firstAt?.getTime() ?? at;
  const verdict = judge({ kind: row.kind, attempts: row.attempts, firstAt, copies, patience: patienceOf(policy, row.kind) }, ending, at);
  switch (verdict.step) {
    case 'DONE':
      return change(tx, row, 'mail.accepted', { state: 'accepted', sealed: null, endedAt: tx.at, lastCode: code });
    case 'RETRY':
      return change(tx, row, `mail.${state}`, { state: 'deferred', nextAt: new Date(verdict.at), copies, lastCode: code });
    case 'STOP':
      await change(tx, row, verdict.why === 'REFUSED' ? 'mail.refused' : 'mail.given-up', {
        state: 'refused',
        sealed: null,
        endedAt: tx.at,
        lastCode: code,
      });
      // of an address that is no longer used nobody has to hear that it takes no mail
      return row.kind === 'ADDRESS_CHANGED' ? undefined : raise(tx, row, 'MAIL_REFUSED', 0);
    case 'ASK':
      await change(tx, row, 'mail.unknown', { state: 'unknown', copies, lastCode: code });
      return raise(tx, row, 'MAIL_UNKNOWN', 0);
  }
};

const cancel = (tx: Tx, row: OutboxRow, code: string): Promise<void> =>
  change(tx, row, 'mail.cancelled', { state: 'cancelled', sealed: null, endedAt: tx.at, lastCode: code });

const holdRow = async (tx: Tx, row: OutboxRow, code: string): Promise<void> => {
  await change(tx, row, 'mail.held', { state: 'held', lastCode: code });
  const wakes = wakesSomebody(row, code);
  if (wakes) await tellOfHeld(tx, row, code);
  await raise(tx, row, 'MAIL_HELD', wakes ? 1 : 0);
  await seekAnotherWay(tx, row, code);
};

type Change = Parameters<Db['outbox']['update']>[0]['data'] & { readonly lastCode: string };

const change = async (tx: Tx, row: OutboxRow, action: string, data: Change): Promise<void> => {
  await tx.db.outbox.update({ where: { id: row.id }, data: { ...data, leaseUntil: null } });
  const detail: CanonicalValue = { kind: row.kind, attempt: row.attempts, code: data.lastCode };
  tx.audit.append({ action, caseId: row.caseId, subjectId: row.id, detail });
};

/** One task for each time a message got stuck; mail that goes ahead of the others is as urgent here. */
const raise = (tx: Tx, row: OutboxRow, kind: 'MAIL_HELD' | 'MAIL_REFUSED' | 'MAIL_UNKNOWN', escalation: 0 | 1): Promise<void> =>
  raiseTask(tx, {
    caseId: row.caseId,
    key: `${kind}:${row.id}:${row.attempts}`,
    kind,
    urgency: row.urgent ? 1 : 3,
    escalation,
    subjectId: row.id,
    dueAt: null,
  });
