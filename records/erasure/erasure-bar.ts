import { barsCommands, barsSealing, type ErasureState } from '../../domain/erasure.ts';
import { type Refusal, refuse } from '../../domain/refusal.ts';
import type { Db } from '../../prisma/client.ts';
import { RecordError } from '../record-error.ts';

/** How far the erasure of a case has come; null when nobody has accepted one. */
export const erasureStateOf = async (db: Db, caseId: string): Promise<ErasureState | null> => {
  const row = await db.erasure.findUnique({ where: { caseId }, select: { state: true } });
  return row === null ? null : (row.state as ErasureState);
};

/** Why nothing may be ordered in this case any more, or null. */
export const barRefusal = async (db: Db, caseId: string): Promise<Refusal | null> =>
  barsCommands(await erasureStateOf(db, caseId))
    ? refuse('CASE_ERASED', 'The erasure of this case was accepted: nothing is done in it any more.')
    : null;

/**
 * Stops whoever would still seal something under the key of a case that is being erased: it is as if the key were gone already. Throws RecordError
 * KEY_DESTROYED, at which every story ends.
 */
export const mayBeSealed = async (db: Db, caseId: string): Promise<void> => {
  if (barsSealing(await erasureStateOf(db, caseId))) throw new RecordError('KEY_DESTROYED');
};
