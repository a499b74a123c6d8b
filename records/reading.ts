import type { Actor, Store, Tx } from './store.ts';

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

export const iso = (at: Date): string => at.toISOString();
export const isoOrNull = (at: Date | null): string | null => at?.toISOString() ?? null;
