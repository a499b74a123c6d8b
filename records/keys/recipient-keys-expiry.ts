import { DAY_MS, FIRST_WARNING_MS, LAST_WARNING, WARN_DAYS, type WarnDays, warningDue } from '../../domain/recipient-key.ts';
import type { Language } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import { raiseTask } from '../cases/tasks.ts';
import { putNotice } from '../mail/outbox.ts';
import { DESK, type Store, type Tx } from '../store.ts';
import { newKeyLink } from './key-invitations.ts';
import { finishComparing } from './key-tasks.ts';
import { lockContact } from './recipient-keys.ts';

/** Somebody can soon not be written to any more, and mail has not helped. */
const KEY_ENDS = 'KEY_ENDS';

/** The contacts who have a key that ends, or of which they are to be warned; few on any day, so this may be asked at every round. `at` in epoch ms. */
export const contactsWithEndingKeys = async (db: Db, at: number, limit: number): Promise<readonly string[]> => {
  const within = (days: number) => ({ expiresAt: { lte: new Date(at + days * DAY_MS) } });
  const unwarned = WARN_DAYS.map((days) => ({ state: 'ACTIVE', ...within(days), OR: [{ warned: null }, { warned: { gt: days } }] }));
  const rows = await db.recipientKey.findMany({
    where: { state: { not: 'ENDED' }, OR: [within(0), ...unwarned] },
    distinct: ['contactId'],
    select: { contactId: true },
    orderBy: { contactId: 'asc' },
    take: limit,
  });
  return rows.map(({ contactId }) => contactId);
};

/**
 * Ends the keys of one contact whose time is over, and warns of those whose time comes: once for each of the three moments, by one mail with a fresh
 * invitation, and at the last one by a task too. Returns whether there is mail. May be repeated.
 */
export const tendKeys = (store: Store, contactId: string, at: number): Promise<boolean> =>
  store.transact(DESK, at, async (tx) => {
    const { caseId } = (await tx.db.contact.findUnique({ where: { id: contactId }, select: { caseId: true } })) ?? { caseId: null };
    const contact = await lockContact(tx, { id: contactId, caseId });
    if (contact === null) return false;
    await endExpired(tx, contact);
    const due = await warn(tx, contactId);
    if (due === null || (await isProvided(tx, contactId))) return false;
    if (due.days <= LAST_WARNING) await askAPerson(tx, contact, due);
    return tellHolder(tx, contact, due);
  });

type Contact = NonNullable<Awaited<ReturnType<typeof lockContact>>>;
type Due = { readonly keyId: string; readonly days: WarnDays; readonly expiresAt: Date };

const endExpired = async (tx: Tx, { id: contactId, caseId }: Contact): Promise<void> => {
  const over = { contactId, state: { not: 'ENDED' }, expiresAt: { lte: tx.at } };
  for (const { id } of await tx.db.recipientKey.findMany({ where: over, select: { id: true }, orderBy: { id: 'asc' } })) {
    await tx.db.recipientKey.update({ where: { id }, data: { state: 'ENDED', endedAt: tx.at, endedFor: 'EXPIRED' } });
    await finishComparing(tx, { keyId: id, caseId });
    tx.audit.append({ action: 'key.ended', caseId, subjectId: id, detail: { reason: 'EXPIRED' } });
  }
};

/** Notes every warning that is due now; the most pressing is the one that is sent. */
const warn = async (tx: Tx, contactId: string): Promise<Due | null> => {
  const active = { contactId, state: 'ACTIVE', expiresAt: { not: null } };
  const rows = await tx.db.recipientKey.findMany({ where: active, orderBy: [{ expiresAt: 'asc' }, { id: 'asc' }] });
  const due = rows.flatMap(({ id, expiresAt, warned }): Due[] => {
    const days = expiresAt === null ? null : warningDue(expiresAt.getTime(), warned, tx.at.getTime());
    return expiresAt === null || days === null ? [] : [{ keyId: id, days, expiresAt }];
  });
  for (const { keyId, days } of due) await tx.db.recipientKey.update({ where: { id: keyId }, data: { warned: days } });
  return due[0] ?? null;
};

/** Whoever has another key that is sealed to has done what the warning asks for; one that waits to be confirmed may be anybody's, and silences nothing. */
const isProvided = async (tx: Tx, contactId: string): Promise<boolean> => {
  const later = { OR: [{ expiresAt: null }, { expiresAt: { gt: new Date(tx.at.getTime() + FIRST_WARNING_MS) } }] };
  return (await tx.db.recipientKey.count({ where: { contactId, state: 'ACTIVE', ...later } })) > 0;
};

const askAPerson = (tx: Tx, { caseId }: Contact, { keyId, expiresAt }: Due): Promise<void> =>
  raiseTask(tx, {
    ...{ caseId, key: `${KEY_ENDS}:${keyId}`, kind: KEY_ENDS },
    ...{ urgency: 2, escalation: 0, subjectId: keyId, dueAt: expiresAt },
  });

const tellHolder = async (tx: Tx, contact: Contact, { keyId, days, expiresAt }: Due): Promise<boolean> => {
  const { id: contactId, caseId, language } = contact;
  const link = await newKeyLink(tx, contactId);
  tx.audit.append({ action: 'key.warned', caseId, subjectId: keyId, detail: { days, told: link !== null } });
  if (link === null) return false;
  await putNotice(tx, {
    key: `KEY_EXPIRES:${keyId}:${days}`,
    kind: 'KEY_EXPIRES',
    contactId,
    caseId,
    language: language as Language,
    data: { path: `/k/${link.token}`, deadline: expiresAt.getTime() },
    needs: null,
  });
  return true;
};
