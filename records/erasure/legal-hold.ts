import { isBeyondHold } from '../../domain/erasure.ts';
import { refuse } from '../../domain/refusal.ts';
import type { Db } from '../../prisma/client.ts';
import { iso, isoOrNull } from '../audit/reading.ts';
import { type Done, doOnce, mustNot } from '../deeds.ts';
import { found } from '../record-error.ts';
import type { Actor, Store, Tx } from '../store.ts';
import { erasureStateOf } from './erasure-bar.ts';

/** Why a case must be kept, and later why it need not be any more. */
type Reasons = { readonly placed: string; readonly lifted: string | null };

type HoldOrder = {
  readonly commandId: string;
  readonly by: Actor;
  readonly at: number;
  readonly caseId: string;
  readonly holdId: string;
  readonly reason: string;
};

/**
 * Whoever erases and whoever holds take the case's row before they look at each other's: so one of them always sees the other. Throws RecordError NOT_FOUND.
 */
export const lockCase = async (db: Db, caseId: string): Promise<void> => {
  const rows = await db.$queryRaw<unknown[]>`SELECT 1 FROM "Case" WHERE id = ${caseId}::uuid FOR UPDATE`;
  found(rows[0]);
};

/** Is there anything that keeps this case? */
export const isHeld = async (db: Db, caseId: string): Promise<boolean> =>
  (await db.legalHold.count({ where: { caseId, liftedAt: null } })) > 0;

/**
 * Keeps a case from being erased, from this instant on and until it is lifted. An erasure that has begun stops before the keys are destroyed; once they
 * are, there is nothing left to hold, and the hold is refused. Throws RecordError NOT_FOUND.
 */
export const placeHold = (store: Store, { commandId, by, at, caseId, holdId, reason }: HoldOrder): Promise<Done> =>
  doOnce(store, { commandId, by, at }, async (tx) => {
    await lockCase(tx.db, caseId);
    if (isBeyondHold(await erasureStateOf(tx.db, caseId)))
      mustNot(refuse('ALREADY_ERASED', 'The keys of this case are destroyed: there is nothing left that a hold could keep.'));
    const sealed = await tx.seals.seal('LegalHold', holdId, caseId, { placed: reason, lifted: null } satisfies Reasons);
    await tx.db.legalHold.create({ data: { id: holdId, caseId, sealed, placedBy: by, placedAt: tx.at } });
    tx.audit.append({ action: 'legal-hold.placed', caseId, subjectId: holdId });
    return {};
  });

/** Lets a case go. Throws RecordError NOT_FOUND. */
export const liftHold = (store: Store, { commandId, by, at, caseId, holdId, reason }: HoldOrder): Promise<Done> =>
  doOnce(store, { commandId, by, at }, async (tx) => {
    await lockCase(tx.db, caseId);
    const row = found(await tx.db.legalHold.findFirst({ where: { id: holdId, caseId } }));
    if (row.liftedAt !== null) mustNot(refuse('HOLD_LIFTED', 'This hold was lifted before.'));
    const { placed } = await tx.seals.open<Reasons>('LegalHold', holdId, caseId, row.sealed);
    const sealed = await tx.seals.seal('LegalHold', holdId, caseId, { placed, lifted: reason } satisfies Reasons);
    await tx.db.legalHold.update({ where: { id: holdId }, data: { sealed, liftedBy: by, liftedAt: tx.at } });
    tx.audit.append({ action: 'legal-hold.lifted', caseId, subjectId: holdId });
    return {};
  });

type Row = NonNullable<Awaited<ReturnType<Db['legalHold']['findUnique']>>>;

const bare = ({ id, placedBy, placedAt, liftedBy, liftedAt }: Row) => ({
  holdId: id,
  placedBy,
  placedAt: iso(placedAt),
  liftedBy,
  liftedAt: isoOrNull(liftedAt),
});

const rowsOf = (db: Db, caseId: string) => db.legalHold.findMany({ where: { caseId }, orderBy: [{ placedAt: 'asc' }, { id: 'asc' }] });

/** The holds of a case, those that were lifted too, for whoever may not read why. */
export const holdsOf = async (db: Db, caseId: string) => (await rowsOf(db, caseId)).map(bare);

/** The same with the reasons, for whoever reads the case. */
export const holdsWithReasons = async ({ db, seals }: Tx, caseId: string) =>
  Promise.all(
    (await rowsOf(db, caseId)).map(async (row) => {
      const { placed, lifted } = await seals.open<Reasons>('LegalHold', row.id, caseId, row.sealed);
      return { ...bare(row), reason: placed, liftedBecause: lifted };
    }),
  );
