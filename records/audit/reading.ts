import type { Actor, Store, Tx } from '../store.ts';

/** Who reads, and when (epoch ms). */
export type Reader = { readonly store: Store; readonly by: Actor; readonly at: number };

/** Reads, and notes that it was read. Throws RecordError NOT_FOUND, and then nothing was read. */
export const noting = <T>(
  { store, by, at }: Reader,
  action: string,
  caseId: string,
  subjectId: string | null,
  read: (tx: Tx) => Promise<T>,
): Promise<T> =>
  store.transact(by, at, async (tx) => {
    const seen = await read(tx);
    tx.audit.append({ action, caseId, subjectId });
    return seen;
  });

/**
 * Notes that somebody was shown a list. A case that the list is about stands as the subject: an entry of the case itself would be the next line of its
 * timeline, and paging through that would never end.
 */
export const noteListing = (
  store: Store,
  at: number,
  { by, action, caseId }: { readonly by: Actor; readonly action: string; readonly caseId: string | null },
): Promise<void> => store.transact(by, at, async (tx) => tx.audit.append({ action, caseId: null, subjectId: caseId }));

export const iso = (at: Date): string => at.toISOString();
export const isoOrNull = (at: Date | null): string | null => at?.toISOString() ?? null;
