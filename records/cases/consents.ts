import { type ConsentAsk, type ConsentEntry, permits } from '../../domain/consent.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { Db } from '../../prisma/client.ts';
import type { Sealing } from '../sealing.ts';
import type { Tx } from '../store.ts';
import { caseContacts } from './contacts.ts';

type Stored = Omit<ConsentEntry, 'id' | 'withdrawnAt'>;

/** Adds one statement to a person's ledger. Statements are never changed afterwards, only withdrawn. */
export const addConsent = async (
  tx: Tx,
  caseId: string,
  personId: string,
  { id, withdrawnAt: _, ...entry }: ConsentEntry,
): Promise<void> => {
  const sealed = await tx.seals.seal('Consent', id, caseId, entry satisfies Stored);
  const validTo = entry.validTo === null ? null : new Date(entry.validTo);
  await tx.db.consent.create({ data: { id, caseId, personId, sealed, recordedAt: tx.at, validTo } });
};

/** Every statement about one person, as the rules read them. */
export const ledgerOf = async (db: Db, seals: Sealing, caseId: string, personId: string): Promise<readonly ConsentEntry[]> => {
  const rows = await db.consent.findMany({ where: { caseId, personId }, orderBy: { recordedAt: 'asc' } });
  return Promise.all(
    rows.map(async (row) => ({
      ...(await seals.open<Stored>('Consent', row.id, caseId, row.sealed)),
      id: row.id,
      withdrawnAt: row.withdrawnAt?.getTime() ?? null,
    })),
  );
};

/**
 * Why this may not be disclosed now, or null. Asked inside the transaction that discloses; holding the case's row in share keeps a withdrawal
 * from slipping in between. Every defender of the case must have agreed: one person's consent does not speak for another.
 */
export const disclosureRefusal = async (
  tx: Pick<Tx, 'db' | 'seals'>,
  caseId: string,
  ask: ConsentAsk,
  at: number,
): Promise<Refusal | null> => {
  await tx.db.$queryRaw`SELECT 1 FROM "Case" WHERE id = ${caseId}::uuid FOR SHARE`;
  // the step may have been ordered a while ago: what counts is the ledger at this instant
  const now = Math.max(at, Date.now());
  const people = await caseContacts(tx.db, caseId, ['DEFENDER']);
  if (people.length === 0)
    return { code: 'NOBODY_TO_CONSENT', say: 'No defender is named in this case, so nobody has agreed to anything.' };
  for (const person of people) {
    const answer = permits(await ledgerOf(tx.db, tx.seals, caseId, person.id), ask, now);
    if (!('permitted' in answer)) return answer;
  }
  return null;
};

/**
 * Marks a statement withdrawn; false when it was withdrawn before. Takes the case's row, so that disclosures under way end first; not its
 * key, which every row written beside it refers to: an answer that is landing must not wait for this while this waits for the answer.
 */
export const markWithdrawn = async (tx: Tx, caseId: string, consentId: string): Promise<boolean> => {
  await tx.db.$queryRaw`SELECT 1 FROM "Case" WHERE id = ${caseId}::uuid FOR NO KEY UPDATE`;
  const { count } = await tx.db.consent.updateMany({ where: { id: consentId, caseId, withdrawnAt: null }, data: { withdrawnAt: tx.at } });
  return count === 1;
};
