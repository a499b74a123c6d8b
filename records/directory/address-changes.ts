import { isAskedSealed } from '../../domain/recipient-key.ts';
import type { Language } from '../../domain/vocabulary.ts';
import { whoOversees } from '../cases/contacts.ts';
import { raiseTask } from '../cases/tasks.ts';
import { putNotice, putNotices } from '../mail/outbox.ts';
import type { Actor, Tx } from '../store.ts';

// Whoever may write the directory could turn somebody's mail to a mailbox of their own and have a key made there. So each change of an address is noted by
// contact, told to the address before and to the other administrators, and whoever made it does not confirm the keys that come afterwards.

/** In the audit, with the contact as its subject: who wrote them to another address than before. */
const READDRESSED = 'contact.readdressed';

/** Somebody has to ask the person, by another way than mail, whether they have moved. */
export const ADDRESS_CHANGED = 'ADDRESS_CHANGED';

type Moved = {
  readonly contact: { readonly id: string; readonly role: string; readonly language: string; readonly unsafeSince: Date | null };
  /** what was registered before: their own address, or that of whoever spoke for the organisation */
  readonly before: { readonly contactId: string; readonly language: string; readonly email: string | null };
  readonly now: string;
};

/** Notes that mail for somebody of the network goes to another address than before, and tells whoever would miss it. */
export const noteReaddressed = async (tx: Tx, { contact, before, now }: Moved): Promise<void> => {
  const { id: contactId, role, unsafeSince } = contact;
  tx.audit.append({ action: READDRESSED, caseId: null, subjectId: contactId, detail: { before: before.email, now } });
  const key = `${ADDRESS_CHANGED}:${contactId}:${before.contactId}:${tx.at.getTime()}`;
  if (before.email !== null && unsafeSince === null) {
    await putNotice(tx, {
      ...{ key, kind: 'ADDRESS_CHANGED', contactId, caseId: null, language: before.language as Language },
      ...{ data: {}, needs: null, to: before.email },
    });
  }
  if (isAskedSealed(role)) await askAdministrators(tx, contactId, key);
};

/** One task for each contact, but one mail for a whole file: whoever imported it is not told of what they did. */
const askAdministrators = async (tx: Tx, contactId: string, key: string): Promise<void> => {
  await raiseTask(tx, { caseId: null, key, kind: ADDRESS_CHANGED, urgency: 2, escalation: 2, subjectId: contactId, dueAt: null });
  const others = await whoOversees(tx.db, tx.at, tx.actor);
  await putNotices(
    tx,
    others.map(({ id, language }) => ({
      ...{ key: `TASK_RAISED:${ADDRESS_CHANGED}:${tx.at.getTime()}:${tx.actor}:${id}`, kind: 'TASK_RAISED', contactId: id, caseId: null },
      ...{ language: language as Language, data: {}, needs: null },
    })),
  );
};

/** Is somebody of the network written to at another address than at first? */
export const wasReaddressed = async (tx: Tx, contactId: string): Promise<boolean> =>
  (await tx.db.audit.count({ where: { caseId: null, action: READDRESSED, subjectId: contactId } })) > 0;

/**
 * Did this person end a key of somebody of the network, or change their address, since the newest key came that somebody has confirmed? Then the next key
 * could be their own. A certificate that was merely renewed is as old as its confirmation.
 */
export const hadAHand = async (tx: Tx, contactId: string, by: Actor): Promise<boolean> => {
  const keys = await tx.db.recipientKey.findMany({ where: { contactId }, select: { id: true, createdAt: true, verifiedAt: true } });
  const known = keys.flatMap(({ createdAt, verifiedAt }) =>
    verifiedAt === null ? [] : [Math.min(createdAt.getTime(), verifiedAt.getTime())],
  );
  const acts = [
    { action: READDRESSED, subjectId: contactId },
    { action: 'key.ended', subjectId: { in: keys.map(({ id }) => id) } },
  ];
  const since = known.length === 0 ? {} : { at: { gte: new Date(Math.max(...known)) } };
  return (await tx.db.audit.count({ where: { caseId: null, actor: by, ...since, OR: acts } })) > 0;
};
