import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Keyring } from '../../crypto/keyring.ts';
import { isAskedSealed } from '../../domain/recipient-key.ts';
import type { Language } from '../../domain/vocabulary.ts';
import { addressIndexes } from '../access/staff.ts';
import { addressIndex, type Card, type ContactRole, openCard } from '../cases/contacts.ts';
import { inviteToKey } from '../keys/key-invitations.ts';
import { readdress } from '../mail/readdress.ts';
import { found } from '../record-error.ts';
import type { SealedTable } from '../sealed-columns.ts';
import type { Tx } from '../store.ts';
import { noteReaddressed } from './address-changes.ts';
import type { OrganisationCard } from './directory-cards.ts';

/** What became of one row, or the sentence that says why nothing did. */
export type Outcome = 'added' | 'changed' | 'unchanged';
export type Conflict = { readonly say: string };

/** One batch of an import: its transaction, and the contact keys of the whole file, whose mailboxes the file settles by itself. */
export type Import = { readonly tx: Tx; readonly keyring: Keyring; readonly fileContacts: ReadonlySet<string> };

type Sealed = { readonly id: string; readonly sealed: Uint8Array };

/** Does the stored row say anything else than what is to be stored? Sealed content is opened for this: equal texts never seal equally. */
export const differs = async (tx: Tx, table: SealedTable, row: Sealed, clear: object, content: object): Promise<boolean> => {
  const stored: Readonly<Record<string, unknown>> = { ...row };
  return (
    Object.entries(clear).some(([column, value]) => !isDeepStrictEqual(stored[column], value)) ||
    !isDeepStrictEqual(await tx.seals.open<object>(table, row.id, null, row.sealed), content)
  );
};

export const gravest = (...outcomes: readonly Outcome[]): Outcome =>
  outcomes.find((outcome) => outcome === 'added') ?? outcomes.find((outcome) => outcome === 'changed') ?? 'unchanged';

export type OrganisationToPut = {
  readonly key: string;
  readonly role: 'MEMBER' | 'PARTNER';
  readonly region: string;
  readonly country: string;
  readonly language: string;
  readonly themes: readonly string[];
  readonly card: OrganisationCard;
};

/** Stores an organisation under its key. Whether it is active is not the import's to say. */
export const putOrganisation = async (
  tx: Tx,
  { key, role, card, themes, ...place }: OrganisationToPut,
): Promise<{ readonly id: string; readonly outcome: Outcome }> => {
  const there = await tx.db.organisation.findUnique({ where: { key } });
  const id = there?.id ?? randomUUID();
  const clear = { ...place, themes: [...themes] };
  if (there !== null && !(await differs(tx, 'Organisation', there, clear, card))) return { id, outcome: 'unchanged' };
  const data = { ...clear, sealed: await tx.seals.seal('Organisation', id, null, card) };
  if (there === null) await tx.db.organisation.create({ data: { id, key, roles: [role], ...data, createdAt: tx.at } });
  else await tx.db.organisation.update({ where: { id }, data });
  return { id, outcome: there === null ? 'added' : 'changed' };
};

export type ContactToPut = {
  readonly key: string;
  readonly role: ContactRole;
  readonly language: Language;
  readonly name: string;
  readonly email: string;
  readonly timeZone?: string;
};

/**
 * Why this contact cannot be stored, or null. `organisationId` is null for an organisation that is new itself. An advisor may change the organisation;
 * a signatory or a partner's desk may not, because answers under way would be counted for another.
 */
export const contactConflict = async (
  { tx, keyring, fileContacts }: Import,
  contact: ContactToPut,
  organisationId: string | null,
): Promise<Conflict | null> => {
  const there = await tx.db.contact.findUnique({ where: { key: contact.key } });
  if (there !== null && there.role !== contact.role)
    return { say: 'This contact key stands for somebody with another task: give this contact a key of its own.' };
  const moves = contact.role === 'ADVISOR';
  if (there !== null && !moves && there.organisationId !== organisationId)
    return { say: 'This contact key belongs to another organisation: give this contact a key of its own.' };
  const holders = await tx.db.contact.findMany({
    where: { role: contact.role, active: true, caseId: null, emailIndex: { in: addressIndexes(keyring, contact.email) } },
    select: { key: true, organisationId: true },
  });
  const taken = holders.some(
    (holder) =>
      holder.key !== contact.key &&
      !(holder.key !== null && fileContacts.has(holder.key)) &&
      // whoever held this task in the same organisation is replaced by this very row
      (moves || holder.organisationId !== organisationId),
  );
  return taken
    ? { say: 'Another contact with the same task has this mailbox: two contacts with one mailbox could answer for each other.' }
    : null;
};

/**
 * Stores a contact under its key; the row that names it makes it active again. Who is asked with words of cases is invited to make a key at once: without
 * one they would look reachable until the first case waits for them.
 */
export const putContact = async (
  { tx, keyring }: Import,
  { key, role, language, ...known }: ContactToPut,
  organisationId: string,
): Promise<{ readonly id: string; readonly outcome: Outcome }> => {
  const there = await tx.db.contact.findUnique({ where: { key } });
  const id = there?.id ?? randomUUID();
  const card: Card = known;
  const clear = { organisationId, language, emailIndex: addressIndex(keyring, known.email), active: true };
  if (there !== null && !(await differs(tx, 'Contact', there, clear, card))) return { id, outcome: 'unchanged' };
  const data = { ...clear, sealed: await tx.seals.seal('Contact', id, null, card) };
  if (there === null) await tx.db.contact.create({ data: { id, key, role, ...data, createdAt: tx.at } });
  else await tx.db.contact.update({ where: { id }, data });
  if (there !== null && there.emailIndex !== clear.emailIndex) {
    const { email } = await openCard(tx.seals, there);
    await noteReaddressed(tx, { contact: there, before: { contactId: id, language: there.language, email }, now: known.email });
    await readdress(tx, { cause: `import:${tx.at.getTime()}`, contactId: id, language, card });
  }
  if (isAskedSealed(role) && !(await hasKey(tx, id))) await inviteToKey(tx, id, 'IMPORTED');
  return { id, outcome: there === null ? 'added' : 'changed' };
};

/** One that waits to be confirmed is ours to look after, and no reason to ask for another. */
const hasKey = async (tx: Tx, contactId: string): Promise<boolean> =>
  (await tx.db.recipientKey.count({ where: { contactId, state: { not: 'ENDED' } } })) > 0;

/**
 * An organisation speaks through one contact: whoever had the task before loses it. Its mail goes to another mailbox from now on, as if an address had been
 * changed, and is looked at like that.
 */
export const retireOthers = async (tx: Tx, organisationId: string, role: ContactRole, contactId: string): Promise<Outcome> => {
  const others = await tx.db.contact.findMany({ where: { organisationId, role, active: true, id: { not: contactId } } });
  if (others.length === 0) return 'unchanged';
  const contact = found(await tx.db.contact.findUnique({ where: { id: contactId } }));
  const now = (await openCard(tx.seals, contact)).email;
  for (const other of others) {
    const { id, language, emailIndex } = other;
    await tx.db.contact.update({ where: { id }, data: { active: false } });
    if (now === null || emailIndex === contact.emailIndex) continue;
    const { email } = await openCard(tx.seals, other);
    await noteReaddressed(tx, { contact, before: { contactId: id, language, email }, now });
  }
  return 'changed';
};
