import { randomUUID } from 'node:crypto';
import { blindIndex, normaliseAddress } from '../../crypto/blind-index.ts';
import type { Keyring } from '../../crypto/keyring.ts';
import type { Language } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import { addressIndex, type Card, openCard } from '../cases/contacts.ts';
import { found, RecordError } from '../record-error.ts';
import type { Sealing } from '../sealing.ts';
import type { Tx } from '../store.ts';

/** Any number that names the one who adds staff: an address is looked for and taken in one step. */
const STAFF_LOCK = 7_033;

/** An address as it may stand in the index: under the active key, or under one that was active when the row was written. */
export const addressIndexes = (keyring: Keyring, email: string): string[] => {
  const address = normaliseAddress(email);
  return keyring.all('blind-index').map((key) => blindIndex(key, 'mail-address', address));
};

export type NewPerson = {
  readonly name: string;
  readonly email: string;
  readonly language: Language;
  /** stands in when a coordinator does not answer */
  readonly backup: boolean;
};

/** The person of the secretariat who has this address, or null. */
export const findPerson = async (db: Db, keyring: Keyring, email: string): Promise<string | null> => {
  const row = await db.person.findFirst({
    where: { contact: { role: 'STAFF', emailIndex: { in: addressIndexes(keyring, email) } } },
    select: { id: true },
  });
  return row?.id ?? null;
};

/** Adds somebody to the secretariat. Throws RecordError DUPLICATE when somebody there has the address already. */
export const addPerson = async (tx: Tx, keyring: Keyring, { name, email, language, backup }: NewPerson): Promise<string> => {
  await tx.db.$executeRaw`SELECT pg_advisory_xact_lock(${STAFF_LOCK})`;
  if ((await findPerson(tx.db, keyring, email)) !== null) throw new RecordError('DUPLICATE');
  const personId = randomUUID();
  const contactId = randomUUID();
  const card: Card = { name, email };
  const sealed = await tx.seals.seal('Contact', contactId, null, card);
  const emailIndex = addressIndex(keyring, email);
  await tx.db.contact.create({ data: { id: contactId, role: 'STAFF', language, sealed, emailIndex, createdAt: tx.at } });
  await tx.db.person.create({ data: { id: personId, contactId, backup } });
  tx.audit.append({ action: 'person.added', caseId: null, subjectId: personId, detail: { name, email, language, backup } });
  return personId;
};

export type PersonEntry = {
  readonly personId: string;
  readonly contactId: string;
  readonly name: string;
  readonly email: string | null;
  readonly language: string;
  readonly backup: boolean;
  readonly disabledAt: Date | null;
};

/** Everybody of the secretariat, those first who came first. */
export const listPeople = async (db: Db, seals: Sealing): Promise<readonly PersonEntry[]> => {
  const rows = await db.person.findMany({ include: { contact: true }, orderBy: [{ contact: { createdAt: 'asc' } }, { id: 'asc' }] });
  return Promise.all(
    rows.map(async ({ id, contact, backup, disabledAt }) => {
      const { name, email } = await openCard(seals, contact);
      return { personId: id, contactId: contact.id, name, email, language: contact.language, backup, disabledAt };
    }),
  );
};

/** Takes somebody out of the secretariat, from their next request on; false when they were out before. Throws RecordError NOT_FOUND. */
export const disablePerson = async (tx: Tx, personId: string): Promise<boolean> => {
  const { count } = await tx.db.person.updateMany({ where: { id: personId, disabledAt: null }, data: { disabledAt: tx.at } });
  if (count === 0) found(await tx.db.person.findUnique({ where: { id: personId }, select: { id: true } }));
  else {
    await tx.db.token.updateMany({ where: { personId, revokedAt: null }, data: { revokedAt: tx.at } });
    tx.audit.append({ action: 'person.disabled', caseId: null, subjectId: personId });
  }
  return count === 1;
};
