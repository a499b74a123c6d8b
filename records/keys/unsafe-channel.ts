import { LOOK_BACK_MS } from '../../domain/recipient-key.ts';
import { refuse } from '../../domain/refusal.ts';
import type { Language } from '../../domain/vocabulary.ts';
import { openCard } from '../cases/contacts.ts';
import { finishTasks, raiseTask } from '../cases/tasks.ts';
import { type Done, doOnce, mustNot } from '../deeds.ts';
import { fileNewDocument } from '../documents.ts';
import { openNotice, voidNotice } from '../mail/outbox.ts';
import { cutChannel, readdress } from '../mail/readdress.ts';
import { stuckMailTo } from '../mail/stuck-mail.ts';
import { ASK_BY_SAFE_WAY, isOfPersons } from '../questions/given-answers.ts';
import { found } from '../record-error.ts';
import type { Store, Tx } from '../store.ts';
import { finishComparing } from './key-tasks.ts';
import { lockMailbox, mailboxOf } from './mailbox.ts';
import { type Quarantined, quarantineAnswers, quarantinedOf } from './quarantine.ts';
import { releaseUnsafe } from './recipient-keys.ts';
import type { ContactOrder } from './recipient-keys-change.ts';

/** Somebody has to find a way to the person that is safe. */
const CHANNEL_UNSAFE = 'CHANNEL_UNSAFE';

/** The addresses of people of cases are in no index, so somebody has to think of who else is written to at this one. */
const MAILBOX_ELSEWHERE = 'MAILBOX_ELSEWHERE';
export const MAILBOX_HINT =
  'People of cases cannot be found by their address: if this mailbox also serves somebody of a case or, for a person of a case, of the network, have it marked there too.';

const NOT_YET = refuse(
  'SINCE_LIES_AHEAD',
  'The instant since when the channel is unsafe lies ahead: correct it, or leave it out where it is from now on.',
);

type Unsafe = ContactOrder & {
  readonly reason: string;
  /** since when somebody else may have been reading and answering; null: from now on */
  readonly since: Date | null;
  /** the machine with the keys is gone too, not the mailbox alone */
  readonly keysToo: boolean;
};

/**
 * Marks the way to somebody as read by others, for whatever they are written to at this address. In one transaction: every link dies, what was sealed for them is closed, nothing leaves any more, invitations
 * to make a key are void, keys that came since then end, and answers given since then no longer count until the person has confirmed them by a safe way.
 * Nothing is deleted. Throws RecordError NOT_FOUND. Source: security notes, Keys; product rule 3 (do no harm).
 */
export const markUnsafe = (store: Store, order: Unsafe): Promise<Done> =>
  doOnce(store, order, async (tx) => {
    const since = order.since ?? tx.at;
    if (since > tx.at) mustNot(NOT_YET);
    for (const contact of await lockMailbox(tx, order)) await close(tx, { ...order, since, contactId: contact.id }, contact.unsafeSince);
    await raiseTask(tx, {
      ...{ caseId: order.caseId, key: `${MAILBOX_ELSEWHERE}:${order.contactId}:${order.commandId}`, kind: MAILBOX_ELSEWHERE },
      ...{ urgency: 1, escalation: 0, subjectId: order.contactId, dueAt: null },
    });
    return {};
  });

/** `before`: since when it was unsafe already. */
const close = async (tx: Tx, order: Unsafe & { readonly since: Date }, before: Date | null): Promise<void> => {
  const { contactId, caseId, since, keysToo, reason } = order;
  const unsafeSince = before !== null && before < since ? before : since;
  await tx.db.contact.update({ where: { id: contactId }, data: { unsafeSince } });
  const { links } = await cutChannel(tx, contactId);
  await holdMail(tx, contactId);
  await endKeys(tx, { contactId, caseId, since, keysToo });
  await quarantineAnswers(tx, contactId, since);
  await raiseTasks(tx, order);
  await fileReason(tx, order);
  tx.audit.append({
    ...{ action: 'channel.unsafe', caseId, subjectId: contactId },
    detail: { reason, since: since.toISOString(), keysToo, links },
  });
};

/** Mail with a link is void, like the link, and so is what nobody can read; the rest waits until the channel is safe. What was being sent at this instant may still leave. */
const holdMail = async (tx: Tx, contactId: string): Promise<void> => {
  const waiting = { contactId, state: { in: ['queued', 'deferred', 'held', 'sending', 'unknown'] }, sealed: { not: null } };
  for (const { id, caseId, state, sealed } of await tx.db.outbox.findMany({ where: waiting, orderBy: { id: 'asc' } })) {
    if (sealed === null) continue;
    const notice = await openNotice(tx, { id, caseId, sealed });
    if (notice === null || notice.data.token !== undefined) {
      await voidNotice(tx, { id, caseId });
    } else if (state === 'queued' || state === 'deferred') {
      await tx.db.outbox.update({ where: { id }, data: { state: 'held', lastCode: 'UNSAFE' } });
      tx.audit.append({ action: 'mail.held', caseId, subjectId: id });
    }
  }
};

type KeysOf = { readonly contactId: string; readonly caseId: string | null; readonly since: Date; readonly keysToo: boolean };

/** A key that came while somebody else was reading may be theirs; one that nobody has confirmed yet waits for nothing any more. */
const endKeys = async (tx: Tx, { contactId, caseId, since, keysToo }: KeysOf): Promise<void> => {
  const doubtful = keysToo ? {} : { OR: [{ createdAt: { gte: since }, verifiedAt: null }, { state: 'PENDING' }] };
  const where = { contactId, state: { not: 'ENDED' }, ...doubtful };
  for (const { id } of await tx.db.recipientKey.findMany({ where, select: { id: true }, orderBy: { id: 'asc' } })) {
    await tx.db.recipientKey.update({ where: { id }, data: { state: 'ENDED', endedAt: tx.at, endedFor: 'UNSAFE' } });
    await finishComparing(tx, { keyId: id, caseId });
    tx.audit.append({ action: 'key.ended', caseId, subjectId: id, detail: { reason: 'UNSAFE' } });
  }
};

/** Silence is no answer: whoever can no longer be written to is asked by somebody who knows a safe way. */
const raiseTasks = async (tx: Tx, { contactId, caseId, commandId }: ContactOrder): Promise<void> => {
  const common = { urgency: 1, escalation: 0 } as const;
  const key = `${CHANNEL_UNSAFE}:${contactId}:${commandId}`;
  await raiseTask(tx, { ...common, caseId, key, kind: CHANNEL_UNSAFE, subjectId: contactId, dueAt: null });
  const open = { contactId, question: { closedAt: null, closesAt: { gt: tx.at } } };
  for (const { id, question } of await tx.db.invitation.findMany({ where: open, include: { question: true }, orderBy: { id: 'asc' } })) {
    if (!isOfPersons(question.kind)) continue;
    const asking = { caseId: question.caseId, key: `${ASK_BY_SAFE_WAY}:${id}:${commandId}`, kind: ASK_BY_SAFE_WAY };
    await raiseTask(tx, { ...common, ...asking, subjectId: id, dueAt: question.closesAt });
  }
};

/** Of a person of a case the reason can be read again, under the case's key; of everybody else the audit commits to it. */
const fileReason = async (tx: Tx, { caseId, commandId, contactId, reason }: ContactOrder & { readonly reason: string }): Promise<void> => {
  if (caseId === null) return;
  await fileNewDocument(tx, { caseId, kind: 'REASON', commandId, content: { text: reason } }, { subjectId: contactId });
};

const SAFE_ALREADY = refuse('CHANNEL_SAFE', 'This channel is not marked unsafe: there is nothing to take back.');

/**
 * Takes the mark back, for the whole mailbox: mail that waited leaves, and what is still open is asked anew, by fresh links. Keys that were ended stay ended, and answers wait on
 * for the word of the person. Throws RecordError NOT_FOUND.
 */
export const markSafe = (store: Store, order: ContactOrder & { readonly reason: string }): Promise<Done> =>
  doOnce(store, order, async (tx) => {
    const contacts = await lockMailbox(tx, order);
    const marked = contacts.filter(({ unsafeSince }) => unsafeSince !== null);
    if (!marked.some(({ id }) => id === order.contactId)) mustNot(SAFE_ALREADY);
    for (const contact of marked) {
      const { id: contactId, caseId, language } = contact;
      await tx.db.contact.update({ where: { id: contactId }, data: { unsafeSince: null } });
      for (const kind of [CHANNEL_UNSAFE, MAILBOX_ELSEWHERE]) await finishTasks(tx, { caseId, kind, subjectId: contactId });
      const card = await openCard(tx.seals, contact);
      await readdress(tx, { cause: order.commandId, contactId, language: language as Language, card });
      await releaseUnsafe(tx, contactId);
      await fileReason(tx, { ...order, contactId });
      tx.audit.append({ action: 'channel.safe', caseId, subjectId: contactId, detail: { reason: order.reason } });
    }
    return {};
  });

/** A message that went to somebody, or may have. */
type SentMail = {
  readonly mailId: string;
  readonly kind: string;
  readonly caseId: string | null;
  readonly state: string;
  readonly at: Date;
};

export type Channel = {
  readonly unsafeSince: Date | null;
  readonly sent: readonly SentMail[];
  /** what waits for a person to mend something, of this case or of none */
  readonly stuck: Awaited<ReturnType<typeof stuckMailTo>>;
  readonly quarantined: readonly Quarantined[];
};

/** Enough for a signatory of every letter of a busy month. */
const MOST_SENT = 1_000;

/**
 * How the way to somebody stands, and what went to their mailbox in the last 30 days, newest first: kinds and instants, no content. Noted as read. Throws RecordError
 * NOT_FOUND.
 */
export const channelOf = (store: Store, { by, at, contactId, caseId }: Omit<ContactOrder, 'commandId'>): Promise<Channel> =>
  store.transact(by, at, async (tx) => {
    const { unsafeSince } = found(await tx.db.contact.findFirst({ where: { id: contactId, caseId } }));
    const contacts = await mailboxOf(tx, { contactId, caseId });
    const from = { gte: new Date(at - LOOK_BACK_MS) };
    const rows = await tx.db.outbox.findMany({
      where: { contactId: { in: [...contacts] }, attempts: { gt: 0 }, OR: [{ createdAt: from }, { endedAt: from }, { firstAt: from }] },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: MOST_SENT,
    });
    tx.audit.append({ action: 'channel.read', caseId, subjectId: contactId });
    return {
      unsafeSince,
      sent: rows.map(({ id, kind, state, ...row }) => ({
        ...{ mailId: id, kind, caseId: row.caseId, state },
        at: row.endedAt ?? row.firstAt ?? row.createdAt,
      })),
      stuck: await stuckMailTo(tx.db, { contactId, caseId }),
      quarantined: await quarantinedOf(tx.db, contacts),
    };
  });
