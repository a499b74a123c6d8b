import { addressIndexes } from '../access/staff.ts';
import { openCard } from '../cases/contacts.ts';
import { found } from '../record-error.ts';
import { readable } from '../sealing.ts';
import type { Tx } from '../store.ts';
import { type ContactOrder, contactOf } from './recipient-keys-change.ts';

type Named = Pick<ContactOrder, 'contactId' | 'caseId'>;

/**
 * Somebody and, of the network, everybody else who is written to at the same address: whoever reads a mailbox reads it for each of its tasks. A person of a
 * case stands alone, because the addresses of people of cases are in no index. Throws RecordError NOT_FOUND.
 */
export const mailboxOf = async (tx: Tx, { contactId, caseId }: Named): Promise<readonly string[]> => {
  const named = found(await tx.db.contact.findFirst({ where: { id: contactId, caseId } }));
  if (caseId !== null) return [contactId];
  const email = (await readable(openCard(tx.seals, named)))?.email ?? null;
  // under every key of the index: rows are not written anew when it changes
  const indexes = [...(email === null ? [] : addressIndexes(tx.keyring, email)), ...(named.emailIndex === null ? [] : [named.emailIndex])];
  const sharing = await tx.db.contact.findMany({ where: { caseId: null, emailIndex: { in: indexes } }, select: { id: true } });
  return [...new Set([contactId, ...sharing.map(({ id }) => id)])].sort();
};

/** The same, each locked until the transaction ends; in one order, so that nobody waits for each other. */
export const lockMailbox = async (tx: Tx, named: Named): Promise<Awaited<ReturnType<typeof contactOf>>[]> => {
  const locked: Awaited<ReturnType<typeof contactOf>>[] = [];
  for (const contactId of await mailboxOf(tx, named)) locked.push(await contactOf(tx, { contactId, caseId: named.caseId }));
  return locked;
};
