import { type ErasureBasis, type ErasureState, isBeyondHold, lettersStay, UNFINISHED } from '../../domain/erasure.ts';
import type { Db } from '../../prisma/client.ts';
import { iso } from '../audit/reading.ts';
import { finishTasks } from '../cases/tasks.ts';
import { cancelNotices } from '../mail/outbox.ts';
import { revokeQuestion } from '../questions/questions.ts';
import { DESK, type Store, type Tx } from '../store.ts';
import { type Certificate, signCertificate } from './erasure-certificate.ts';
import { namedWorkflows, type SoFar, soFar } from './erasure-known.ts';
import { finishLateErasure } from './erasure-late.ts';
import { leftOf, purge } from './erasure-purge.ts';
import { tellWhoLentAHand } from './erasure-told.ts';
import { isHeld, lockCase } from './legal-hold.ts';

// The steps of an erasure that the database knows of. Each is one transaction and can be repeated without doing anything twice. A hold that comes in time
// stops the erasure, as long as there is something to hold: at once where nothing was done, else as soon as nothing of the case runs any more.

type Erasure = NonNullable<Awaited<ReturnType<Db['erasure']['findUnique']>>>;

/** Null when the erasure has ended or was stopped. */
const underWay = <T>(store: Store, erasureId: string, work: (tx: Tx, erasure: Erasure) => Promise<T>): Promise<T | null> =>
  store.transact(DESK, Date.now(), async (tx) => {
    const named = await tx.db.erasure.findUnique({ where: { id: erasureId } });
    if (named === null) return null;
    await lockCase(tx.db, named.caseId);
    // read again, now that nobody else changes it
    const erasure = await tx.db.erasure.findUnique({ where: { id: erasureId } });
    return erasure !== null && UNFINISHED.includes(erasure.state as ErasureState) ? work(tx, erasure) : null;
  });

/** Null also when something holds the case. */
const step = <T>(store: Store, erasureId: string, work: (tx: Tx, erasure: Erasure) => Promise<T>): Promise<T | null> =>
  underWay(store, erasureId, async (tx, erasure) => ((await isHeldBack(tx, erasure)) ? null : work(tx, erasure)));

const isHeldBack = async ({ db }: Tx, { caseId, state }: Erasure): Promise<boolean> =>
  !isBeyondHold(state as ErasureState) && (await isHeld(db, caseId));

const become = async (tx: Tx, id: string, state: ErasureState, more: { endedAt?: Date; certificate?: object } = {}): Promise<void> => {
  await tx.db.erasure.update({ where: { id }, data: { state, ...more } });
  if (!UNFINISHED.includes(state)) await finishLateErasure(tx, id);
};

/** A case that is being taken apart, and every workflow of it that the records know of, or knew. */
export type ErasureOfCase = { readonly caseId: string; readonly workflows: readonly string[] };

const ofCase = async ({ db }: Tx, erasure: Erasure): Promise<ErasureOfCase> => {
  const { caseId } = erasure;
  return { caseId, workflows: [...new Set([...(await namedWorkflows(db, caseId)), ...soFar(erasure).workflows])] };
};

/** Null once it has ended or was stopped, whether or not something holds the case. For what has to end in any case. */
export const erasureUnderWay = (store: Store, erasureId: string): Promise<ErasureOfCase | null> => underWay(store, erasureId, ofCase);

/** Does it still go on? For the steps that happen elsewhere. */
export const erasureGoesOn = (store: Store, erasureId: string): Promise<ErasureOfCase | null> => step(store, erasureId, ofCase);

/** From here on nothing is written to the case any more, and nobody starts its workflow again. False where a hold came before: the case just goes on. */
export const barCase = async (store: Store, erasureId: string): Promise<boolean> =>
  (await underWay(store, erasureId, async (tx, erasure) => {
    const { id, caseId, state } = erasure;
    if (state !== 'ACCEPTED') return true;
    if (await isHeldBack(tx, erasure)) {
      await stop(tx, erasure);
      return false;
    }
    await become(tx, id, 'STARTED');
    await tx.db.case.updateMany({ where: { id: caseId, startedAt: null }, data: { startedAt: tx.at } });
    tx.audit.append({ action: 'erasure.started', caseId, subjectId: id });
    return true;
  })) ?? false;

const stop = async (tx: Tx, { id, caseId }: Erasure): Promise<void> => {
  await become(tx, id, 'STOPPED', { endedAt: tx.at });
  tx.audit.append({ action: 'erasure.stopped', caseId, subjectId: id });
};

/**
 * Ends an erasure that a hold has stopped after it had begun. Only now does the case take commands by the rules again, and there is no workflow left that
 * would carry one out: what is left is a closed case that can be read. Once the keys are destroyed this does nothing.
 */
export const stopErasure = async (store: Store, erasureId: string): Promise<void> => {
  await underWay(store, erasureId, async (tx, erasure) => {
    if (isBeyondHold(erasure.state as ErasureState)) return;
    await tx.db.case.updateMany({ where: { id: erasure.caseId, closedAt: null }, data: { state: 'CLOSED', closedAt: tx.at } });
    await stop(tx, erasure);
  });
};

/**
 * Ends all that could still reach somebody or be reached: links, mail that waits, messages that can be opened, tasks. A hold changes nothing of this: the
 * workflows that would answer are about to end.
 */
export const settleForErasure = async (store: Store, erasureId: string): Promise<void> => {
  await underWay(store, erasureId, async (tx, erasure) => {
    const { id, caseId, basis } = erasure;
    // of a case that is held the letters stay public
    const letters = !lettersStay(basis as ErasureBasis) && !(await isHeldBack(tx, erasure));
    await tellWhoLentAHand(tx, { erasureId: id, caseId, letters });
    const open = await tx.db.question.findMany({ where: { caseId, closedAt: null }, select: { id: true }, orderBy: { id: 'asc' } });
    for (const question of open) await revokeQuestion(tx, question.id);
    // the receipts of questions that closed long ago
    await tx.db.link.updateMany({ where: { invitation: { question: { caseId } }, revokedAt: null }, data: { revokedAt: tx.at } });
    await tx.db.sealedMessage.updateMany({ where: { caseId, revokedAt: null }, data: { revokedAt: tx.at } });
    await tx.db.keyInvitation.updateMany({ where: { contact: { caseId }, revokedAt: null }, data: { revokedAt: tx.at } });
    await cancelNotices(tx, { caseId });
    await finishTasks(tx, { caseId });
    tx.audit.append({ action: 'erasure.settled', caseId, subjectId: id });
  });
};

/**
 * Notes how many executions were found at once, and which workflows were looked for. A later look finds fewer, because some are gone, so the most counts;
 * and a workflow that was named once stays known, though the rows that named it go.
 */
export const noteExecutions = async (
  store: Store,
  erasureId: string,
  { found, workflows }: { readonly found: number; readonly workflows: readonly string[] },
): Promise<void> => {
  await underWay(store, erasureId, async (tx, erasure) => {
    const before = soFar(erasure);
    const all = [...new Set([...before.workflows, ...workflows])];
    if (found > before.executions || all.length > before.workflows.length)
      await note(tx, erasure.id, { ...before, executions: Math.max(found, before.executions), workflows: all });
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
      const before = soFar(erasure);
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
    const { rows, ...before } = soFar(erasure);
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
    const { workflows: _known, ...destroyed } = soFar(erasure);
    const left = await leftOf(tx.db, caseId);
    if (executions + left.keys + left.rows > 0) return false;
    const head = await tx.db.audit.findFirst({ orderBy: { seq: 'desc' } });
    const certificate: Certificate = signCertificate(tx.keyring, {
      format: 'sos-erasure/1',
      ...{ erasureId: id, caseId, basis: basis as ErasureBasis, askedBy, secondBy },
      acceptedAt: iso(startedAt),
      endedAt: iso(tx.at),
      destroyed,
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

const note = async (tx: Tx, id: string, certificate: SoFar): Promise<void> => {
  await tx.db.erasure.update({ where: { id }, data: { certificate: certificate as object } });
};
