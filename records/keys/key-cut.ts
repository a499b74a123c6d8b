import { type Ending, takesAlong } from '../../domain/recipient-key.ts';
import type { Language } from '../../domain/vocabulary.ts';
import { openCard } from '../cases/contacts.ts';
import { readdress } from '../mail/readdress.ts';
import { readable } from '../sealing.ts';
import type { Tx } from '../store.ts';
import { inviteAnew } from './key-invitations.ts';
import { quarantineAnswers } from './quarantine.ts';
import { type KeyRow, type lockContact, openKey } from './recipient-keys.ts';

type Contact = NonNullable<Awaited<ReturnType<typeof lockContact>>>;
type Ended = { readonly contact: Contact; readonly row: KeyRow; readonly ending: Ending; readonly cause: string };

/**
 * What a key that a person ends takes along, where another may have read what was sealed to it: messages that wait are closed, links that lie in mail die,
 * open questions are asked anew (by mail that waits for a key that works). A key that was never its supposed holder's may have answered too: what came since
 * it was sealed to waits for the word of the person. Nothing of a key that was never sealed to.
 */
export const cutWithKey = async (tx: Tx, { contact, row, ending, cause }: Ended): Promise<void> => {
  const { id: contactId, language } = contact;
  if (row.activeAt === null) return;
  // before questions are asked anew: one that only an impostor has answered is open
  if (ending === 'NOT_THEIRS') await quarantineAnswers(tx, contactId, await sealedToSince(tx, contact, row));
  if (contact.unsafeSince !== null || !takesAlong(ending, row.verifiedAt !== null)) return;
  await readdress(tx, { cause, contactId, language: language as Language, card: await openCard(tx.seals, contact) });
  if (ending === 'LOST' || ending === 'NOT_THEIRS') await inviteAnew(tx, contactId, ending);
};

/** A certificate that was renewed is the same key since it first came. */
const sealedToSince = async (tx: Tx, { id: contactId, caseId }: Contact, row: KeyRow): Promise<Date> => {
  const fingerprintOf = async (key: KeyRow) => (await readable(openKey(tx.seals, caseId, key)))?.fingerprint;
  const ended = await fingerprintOf(row);
  const rows = await tx.db.recipientKey.findMany({ where: { contactId, activeAt: { not: null } }, orderBy: { activeAt: 'asc' } });
  for (const earlier of rows) if (earlier.activeAt !== null && (await fingerprintOf(earlier)) === ended) return earlier.activeAt;
  return row.activeAt ?? tx.at;
};
