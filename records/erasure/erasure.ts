import { randomUUID } from 'node:crypto';
import { type ErasureBasis, type ErasureState, erasureRefusal, isErasureBasis, oneAndTheSame, UNFINISHED } from '../../domain/erasure.ts';
import type { Db } from '../../prisma/client.ts';
import { askSecond, type SecondOrder, useSecond } from '../access/second-person.ts';
import { iso, isoOrNull } from '../audit/reading.ts';
import { mustNot } from '../deeds.ts';
import { policyOfCase } from '../policies.ts';
import { found, RecordError } from '../record-error.ts';
import type { Actor, Tx } from '../store.ts';
import { erasureStateOf } from './erasure-bar.ts';
import type { Certificate } from './erasure-certificate.ts';
import { isHeld, lockCase } from './legal-hold.ts';

const ACT = 'ERASE';

/** What the second person approves: on which ground, and what was said for it. */
export type ErasureOrder = { readonly basis: ErasureBasis; readonly reason: string | null };

/** Looks at the case with its row in hand, so that no hold comes in between. */
const mayBeErased = async (tx: Tx, caseId: string, basis: ErasureBasis): Promise<void> => {
  await lockCase(tx.db, caseId);
  const { closedAt } = found(await tx.db.case.findUnique({ where: { id: caseId }, select: { closedAt: true } }));
  const { retention } = await policyOfCase(tx.db, caseId);
  const standing = {
    closedAt: closedAt?.getTime() ?? null,
    keptFor: retention.afterClosing,
    isHeld: await isHeld(tx.db, caseId),
    erasure: await erasureStateOf(tx.db, caseId),
    at: tx.at.getTime(),
  };
  mustNot(erasureRefusal({ basis, ...standing }));
};

/**
 * Asks for the erasure of a case, inside a transaction; nothing happens to the case until another person has approved exactly this. The same person asking
 * for the same finds the request that stands. Throws Refused for what the rules forbid or while another request stands, RecordError NOT_FOUND.
 */
export const askErasure = async (
  tx: Tx,
  { caseId, by, order }: { readonly caseId: string; readonly by: Actor; readonly order: ErasureOrder },
): ReturnType<typeof askSecond> => {
  await mayBeErased(tx, caseId, order.basis);
  return askSecond(tx, { act: ACT, caseId, subjectId: null, order, by });
};

/**
 * Accepts what a second person has approved: from here on it is carried to its end, whoever or whatever is away meanwhile. The approval is used up, and
 * how things stand is looked at once more. Returns the erasure's id, which says nothing of the case. Throws Refused, RecordError NOT_FOUND.
 */
export const acceptErasure = async (
  tx: Tx,
  { caseId, order }: { readonly caseId: string; readonly order: SecondOrder },
): Promise<string> => {
  const basis = order['basis'];
  if (!isErasureBasis(basis)) throw new RecordError('BAD_SHAPE');
  await mayBeErased(tx, caseId, basis);
  const { askedBy, secondBy } = await useSecond(tx, { act: ACT, caseId, subjectId: null, order });
  mustNot(oneAndTheSame(askedBy, secondBy));
  // one that a hold stopped is replaced: the audit keeps both
  await tx.db.erasure.deleteMany({ where: { caseId, state: 'STOPPED' satisfies ErasureState } });
  const id = randomUUID();
  await tx.db.erasure.create({
    data: { id, caseId, state: 'ACCEPTED' satisfies ErasureState, basis, askedBy, secondBy, startedAt: tx.at },
  });
  tx.audit.append({ action: 'erasure.accepted', caseId, subjectId: id, detail: { basis, askedBy, secondBy } });
  return id;
};

/** What was accepted and is not at its end, older than `before`; oldest first. */
export const unfinishedErasures = async (db: Db, before: Date, limit: number): Promise<readonly string[]> => {
  const rows = await db.erasure.findMany({
    where: { state: { in: [...UNFINISHED] }, startedAt: { lt: before } },
    orderBy: { startedAt: 'asc' },
    take: limit,
    select: { id: true },
  });
  return rows.map(({ id }) => id);
};

type Row = NonNullable<Awaited<ReturnType<Db['erasure']['findUnique']>>>;

const asEntry = ({ id, caseId, state, basis, askedBy, secondBy, startedAt, endedAt, certificate }: Row) => ({
  erasureId: id,
  caseId,
  state: state as ErasureState,
  basis: basis as ErasureBasis,
  askedBy,
  secondBy,
  acceptedAt: iso(startedAt),
  endedAt: isoOrNull(endedAt),
  // until the end the column holds what has been counted so far
  certificate: state === 'ENDED' ? (certificate as unknown as Certificate) : null,
});

export type ErasureEntry = ReturnType<typeof asEntry>;

/** Throws RecordError NOT_FOUND. */
export const erasureEntry = async (db: Db, id: string): Promise<ErasureEntry> =>
  asEntry(found(await db.erasure.findUnique({ where: { id } })));

/** All that were accepted, newest first, `after` the last one of the page before. */
export const listErasures = async (
  db: Db,
  after: { readonly at: Date; readonly id: string } | null,
  limit: number,
): Promise<readonly ErasureEntry[]> => {
  const rows = await db.erasure.findMany({
    where: after === null ? {} : { OR: [{ startedAt: { lt: after.at } }, { startedAt: after.at, id: { lt: after.id } }] },
    orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
    take: limit,
  });
  return rows.map(asEntry);
};

/** The erasure of a case, by its id. Throws RecordError NOT_FOUND where none was accepted. */
export const erasureIdOf = async (db: Db, caseId: string): Promise<string> =>
  found(await db.erasure.findUnique({ where: { caseId }, select: { id: true } })).id;
