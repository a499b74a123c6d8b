import { type ErasureBasis, type ErasureState, isBeyondHold, lettersStay } from '../domain/erasure.ts';
import { caseWorkflowId, childWorkflowId } from '../domain/ids.ts';
import type { Db } from '../prisma/client.ts';
import { type Certificate, type Destroyed, signCertificate } from './erasure-certificate.ts';
import { leftOf, purge } from './erasure-purge.ts';
import { tellWhoLentAHand } from './erasure-told.ts';
import { isHeld, lockCase } from './legal-hold.ts';
import { cancelNotices } from './outbox.ts';
import { revokeQuestion } from './questions.ts';
import { iso } from './reading.ts';
import { DESK, type Store, type Tx } from './store.ts';
import { finishTasks } from './tasks.ts';

// The steps of an erasure that the database knows of. Each is one transaction, can be repeated without doing anything twice, and begins with a look at
// whether the erasure still goes on: a hold that came meanwhile stops it, as long as there is something to hold.

type Erasure = NonNullable<Awaited<ReturnType<Db['erasure']['findUnique']>>>;

/** Null when the erasure has ended, or has just been stopped. */
const step = <T>(store: Store, erasureId: string, work: (tx: Tx, erasure: Erasure) => Promise<T>): Promise<T | null> =>
  store.transact(DESK, Date.now(), async (tx) => {
    const named = await tx.db.erasure.findUnique({ where: { id: erasureId } });
    if (named === null) return null;
    await lockCase(tx.db, named.caseId);
    // read again, now that nobody else changes it
    const erasure = await tx.db.erasure.findUnique({ where: { id: erasureId } });
    return erasure === null || !(await goesOn(tx, erasure)) ? null : work(tx, erasure);
  });

const goesOn = async (tx: Tx, { id, caseId, state }: Erasure): Promise<boolean> => {
  if (state === 'ENDED' || state === 'STOPPED') return false;
  if (isBeyondHold(state as ErasureState) || !(await isHeld(tx.db, caseId))) return true;
  await become(tx, id, 'STOPPED', { endedAt: tx.at });
  // its workflow was told to end, or is gone: what is left is a closed case that can be read
  if (state === 'STARTED')
    await tx.db.case.updateMany({ where: { id: caseId, closedAt: null }, data: { state: 'CLOSED', closedAt: tx.at } });
  tx.audit.append({ action: 'erasure.stopped', caseId, subjectId: id });
  return false;
};

const become = async (tx: Tx, id: string, state: ErasureState, more: { endedAt?: Date; certificate?: object } = {}): Promise<void> => {
  await tx.db.erasure.update({ where: { id }, data: { state, ...more } });
};

/** Does it still go on? For the steps that happen elsewhere. */
export const erasureGoesOn = async (store: Store, erasureId: string): Promise<{ readonly caseId: string } | null> =>
  step(store, erasureId, async (_tx, { caseId }) => ({ caseId }));

/** From here on nothing is written to the case any more, and nobody starts its workflow again. */
export const barCase = async (store: Store, erasureId: string): Promise<boolean> =>
  (await step(store, erasureId, async (tx, { id, caseId, state }) => {
    if (state !== 'ACCEPTED') return true;
    await become(tx, id, 'STARTED');
    await tx.db.case.updateMany({ where: { id: caseId, startedAt: null }, data: { startedAt: tx.at } });
    tx.audit.append({ action: 'erasure.started', caseId, subjectId: id });
    return true;
  })) ?? false;

/** Ends all that could still reach somebody or be reached: links, mail that waits, messages that can be opened, tasks. */
export const settleForErasure = async (store: Store, erasureId: string): Promise<boolean> =>
  (await step(store, erasureId, async (tx, { id, caseId, basis }) => {
    await tellWhoLentAHand(tx, { erasureId: id, caseId, letters: !lettersStay(basis as ErasureBasis) });
    const open = await tx.db.question.findMany({ where: { caseId, closedAt: null }, select: { id: true }, orderBy: { id: 'asc' } });
    for (const question of open) await revokeQuestion(tx, question.id);
    // the receipts of questions that closed long ago
    await tx.db.link.updateMany({ where: { invitation: { question: { caseId } }, revokedAt: null }, data: { revokedAt: tx.at } });
    await tx.db.sealedMessage.updateMany({ where: { caseId, revokedAt: null }, data: { revokedAt: tx.at } });
    await tx.db.keyInvitation.updateMany({ where: { contact: { caseId }, revokedAt: null }, data: { revokedAt: tx.at } });
    await cancelNotices(tx, { caseId });
    await finishTasks(tx, { caseId });
    tx.audit.append({ action: 'erasure.settled', caseId, subjectId: id });
    return true;
  })) ?? false;

/** The workflows that the records know of, so that none is missed because a list of Temporal's is late. */
export const knownWorkflows = async (db: Db, caseId: string): Promise<readonly string[]> => {
  const of = { where: { caseId }, select: { id: true } } as const;
  const children = [
    ...(await db.consultation.findMany(of)).map(({ id }) => childWorkflowId(caseId, 'consultation', id)),
    ...(await db.letter.findMany(of)).map(({ id }) => childWorkflowId(caseId, 'letter', id)),
    ...(await db.referral.findMany(of)).map(({ id }) => childWorkflowId(caseId, 'referral', id)),
    ...(await db.review.findMany(of)).map(({ id }) => childWorkflowId(caseId, 'review', id)),
  ];
  const asking = await db.question.findMany({ where: { caseId }, select: { workflowId: true }, distinct: ['workflowId'] });
  return [...new Set([caseWorkflowId(caseId), ...children, ...asking.map(({ workflowId }) => workflowId)])];
};

/** Notes how many executions were found at once. A later look finds fewer, because some are gone, so the most counts. */
export const noteExecutions = async (store: Store, erasureId: string, found: number): Promise<void> => {
  await step(store, erasureId, async (tx, erasure) => {
    const before = destroyedSoFar(erasure);
    if (found > before.executions) await note(tx, erasure.id, { ...before, executions: found });
  });
};

/** The point of no return: every version of the case's key is destroyed. Returns false when a hold was placed in time. */
export const destroyKeys = async (store: Store, erasureId: string): Promise<boolean> => {
  const destroyed = await step(store, erasureId, async (tx, erasure) => {
    const { id, caseId } = erasure;
    const keys = await tx.db.caseKey.updateMany({
      where: { caseId, wrapped: { not: null } },
      data: { wrapped: null, destroyedAt: tx.at },
    });
    if (erasure.state !== 'DESTROYED') {
      const before = destroyedSoFar(erasure);
      await become(tx, id, 'DESTROYED', { certificate: { ...before, keys: before.keys + keys.count } });
      tx.audit.append({ action: 'case.keys-destroyed', caseId, subjectId: id });
    }
    return caseId;
  });
  if (destroyed !== null) store.caseKeys.forget(destroyed);
  return destroyed !== null;
};

/** Removes what is left of the case. Done again after the keys are forgotten everywhere: somebody may have written with one they still knew. */
export const purgeCase = async (store: Store, erasureId: string): Promise<void> => {
  await step(store, erasureId, async (tx, erasure) => {
    const { id, caseId, basis, state } = erasure;
    if (state !== 'DESTROYED') return;
    const removed = await purge(tx, caseId, lettersStay(basis as ErasureBasis));
    const { rows, ...before } = destroyedSoFar(erasure);
    const sum: Record<string, number> = { ...rows };
    for (const [table, n] of Object.entries(removed)) sum[table] = (sum[table] ?? 0) + n;
    await note(tx, id, { ...before, rows: sum });
    const count = Object.values(removed).reduce((total, n) => total + n, 0);
    if (count > 0) tx.audit.append({ action: 'case.purged', caseId, subjectId: id });
  });
};

/**
 * Looks for everything once more, and ends the erasure with a signed certificate. `executions`: how many are still found in Temporal. False when anything
 * is left, and then nothing is certified.
 */
export const certifyErasure = async (store: Store, erasureId: string, executions: number): Promise<boolean> => {
  const certified = await step(store, erasureId, async (tx, erasure) => {
    const { id, caseId, basis, askedBy, secondBy, startedAt } = erasure;
    const left = await leftOf(tx.db, caseId);
    if (executions + left.keys + left.rows > 0) return false;
    const head = await tx.db.audit.findFirst({ orderBy: { seq: 'desc' } });
    const certificate: Certificate = signCertificate(tx.keyring, {
      format: 'sos-erasure/1',
      ...{ erasureId: id, caseId, basis: basis as ErasureBasis, askedBy, secondBy },
      acceptedAt: iso(startedAt),
      endedAt: iso(tx.at),
      destroyed: destroyedSoFar(erasure),
      left: { keys: 0, rows: 0, executions: 0 },
      audit: { seq: Number(head?.seq ?? 0n), hash: Buffer.from(head?.hash ?? []).toString('hex') },
    });
    await become(tx, id, 'ENDED', { endedAt: tx.at, certificate });
    tx.audit.append({ action: 'erasure.proved', caseId, subjectId: id, detail: { signature: certificate.signature.value } });
    return true;
  });
  // stopped or ended before: either way there is nothing more to do
  return certified ?? true;
};

const NOTHING: Destroyed = { keys: 0, executions: 0, rows: {} };

/** Until the end the certificate's column holds the counts, in the transactions of what they count: a worker that dies loses none. */
const destroyedSoFar = ({ certificate }: Erasure): Destroyed => (certificate as unknown as Destroyed | null) ?? NOTHING;

const note = async (tx: Tx, id: string, certificate: Destroyed): Promise<void> => {
  await tx.db.erasure.update({ where: { id }, data: { certificate: certificate as object } });
};
