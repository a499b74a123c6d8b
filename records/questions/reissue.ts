import { randomUUID } from 'node:crypto';
import { tokenDigests } from '../../crypto/link-token.ts';
import type { ConsentAsk } from '../../domain/consent.ts';
import { type Refusal, refuse } from '../../domain/refusal.ts';
import type { Language } from '../../domain/vocabulary.ts';
import { disclosureRefusal } from '../cases/consents.ts';
import type { CaseOrder } from '../cases/constraints.ts';
import { openCard } from '../cases/contacts.ts';
import { finishTasks } from '../cases/tasks.ts';
import { type Done, doOnce, mustNot } from '../deeds.ts';
import { barRefusal } from '../erasure/erasure-bar.ts';
import { cancelNotices } from '../mail/outbox.ts';
import { askAnew } from '../mail/readdress.ts';
import { found, RecordError } from '../record-error.ts';
import type { Store, Tx } from '../store.ts';
import { COUNTED } from './counted.ts';
import { lockQuestion } from './questions.ts';

/**
 * Who asked for a fresh link, as it stands in the key of its mail. They are counted apart: whoever found an old link could otherwise use up what a
 * coordinator may send.
 */
type AskedBy = 'reissue' | 'ordered';

/** Whoever finds an old link must not be able to fill its owner's mailbox with it, nor to take one fresh link after the other away from them. */
const MOST_A_DAY = 3;
const MOST_A_DAY_FOR_ONE = 10;
const DAY_MS = 24 * 3_600_000;

const CLOSED = refuse('QUESTION_CLOSED', 'This question is closed: no answer to it counts any more.');
const ANSWERED = refuse('ALREADY_ANSWERED', 'This was answered, and is asked only once. Read the answer in the case.');
const UNSAFE = refuse(
  'CHANNEL_UNSAFE',
  'Mail to this person is not safe, or they are no longer written to. Ask them by the way that is known as safe, and record what they say.',
);
const NO_ADDRESS = refuse('NO_ADDRESS', 'No address is known: ask them by the way that is known as safe, and record what they say.');
const ENOUGH = refuse(
  'ENOUGH_LINKS',
  'Enough fresh links were sent within a day. Ask the person whether the mail arrives, and try tomorrow.',
);

type Invitation = NonNullable<Awaited<ReturnType<typeof locked>>>;

/** The case, the question, the invitation: the order in which withdrawing, closing and answering take them too, so that nobody waits for each other. */
const locked = async (
  tx: Tx,
  { id, question }: { readonly id: string; readonly question: { readonly id: string; readonly caseId: string } },
) => {
  await tx.db.$queryRaw`SELECT 1 FROM "Case" WHERE id = ${question.caseId}::uuid FOR SHARE`;
  await lockQuestion(tx, question.id, 'SHARE');
  await tx.db.$queryRaw`SELECT 1 FROM "Invitation" WHERE id = ${id}::uuid FOR UPDATE`;
  const answers = { where: COUNTED, select: { id: true } };
  return tx.db.invitation.findUnique({ where: { id }, include: { question: true, contact: true, answers } });
};

/** How many fresh links went to somebody within a day: to all questions together, or to one. */
const timesToday = (tx: Tx, contactId: string, keyHolds: string): Promise<number> =>
  tx.db.outbox.count({ where: { contactId, key: { contains: keyHolds }, createdAt: { gt: new Date(tx.at.getTime() - DAY_MS) } } });

const refusalOf = async (tx: Tx, { id, question, contact, answers }: Invitation, by: AskedBy): Promise<Refusal | null> => {
  if (question.closedAt !== null || question.closesAt <= tx.at) return CLOSED;
  if (answers.length > 0 && !question.changeable) return ANSWERED;
  if (!contact.active || contact.unsafeSince !== null) return UNSAFE;
  if ((await timesToday(tx, contact.id, `:${id}:${by}:`)) >= MOST_A_DAY) return ENOUGH;
  if ((await timesToday(tx, contact.id, `:${by}:`)) >= MOST_A_DAY_FOR_ONE) return ENOUGH;
  const barred = await barRefusal(tx.db, question.caseId);
  if (barred !== null) return barred;
  const needs = question.needs as ConsentAsk | null;
  return needs === null ? null : disclosureRefusal(tx, question.caseId, needs, tx.at.getTime());
};

const WAITING = ['queued', 'deferred', 'held', 'sending', 'unknown'];

/**
 * One fresh link in place of all that a person holds to a question: they die, with the mail that would still bring them, and the same notice as the first
 * time goes to the registered address, so what was sealed is sealed again.
 */
const renew = async (tx: Tx, invitation: Invitation, by: AskedBy, act: string): Promise<Refusal | null> => {
  const refused = await refusalOf(tx, invitation, by);
  if (refused !== null) return refused;
  const { id, contact, question } = invitation;
  const { caseId } = question;
  const card = await openCard(tx.seals, contact);
  if (card.email === null) return NO_ADDRESS;
  const living = { invitationId: id, revokedAt: null };
  await tx.db.link.updateMany({ where: living, data: { revokedAt: tx.at, replacedAt: tx.at } });
  // a mail about a question bears the id of the invitation in its key
  const waiting = { caseId, contactId: contact.id, state: { in: WAITING }, key: { contains: `:${id}` } };
  for (const mail of await tx.db.outbox.findMany({ where: waiting, select: { id: true }, orderBy: { id: 'asc' } })) {
    await cancelNotices(tx, { caseId, id: mail.id });
    await finishTasks(tx, { caseId, subjectId: mail.id });
  }
  await askAnew(tx, { cause: `${by}:${act}`, contactId: contact.id, language: contact.language as Language, card }, invitation);
  tx.audit.append({ action: 'link.replaced', caseId, subjectId: id });
  return null;
};

/**
 * Somebody who holds a link asks for a fresh one. It goes to the registered address and nowhere else, and only where the link was one of ours that died of
 * age or was replaced before: one that was revoked because a mailbox or a consent was lost stays dead. What became of it is not told to the one who asks.
 */
export const reissueByLink = async (store: Store, token: string, at: number): Promise<void> => {
  const digests = tokenDigests(store.keyring, 'link', token);
  if (digests.length === 0) return;
  const where = { digest: { in: [...digests] } };
  const link = await store.prisma.link.findFirst({ where, include: { invitation: { include: { question: true } } } });
  if (link === null) return;
  await byHolder(store, link.invitation, at, async (tx) => {
    const now = await tx.db.link.findUnique({ where: { id: link.id } });
    return now !== null && (now.revokedAt === null || now.replacedAt !== null);
  });
};

/** The invitation, if it is one, that a mail is about: the second word of its key, and of the same recipient. */
const invitationOf = ({ prisma }: Store, { key, contactId }: { readonly key: string; readonly contactId: string }) => {
  const [, id = ''] = key.split(':');
  return UUID.test(id) ? prisma.invitation.findFirst({ where: { id, contactId }, include: { question: true } }) : null;
};

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The same for whoever holds the way to a sealed message that brought a question, unless it was closed because a mailbox, a key or a consent was lost. */
export const reissueByMessage = async (store: Store, token: string, at: number): Promise<void> => {
  const digests = tokenDigests(store.keyring, 'message', token);
  if (digests.length === 0) return;
  const message = await store.prisma.sealedMessage.findFirst({ where: { digest: { in: [...digests] } } });
  const mail =
    message && (await store.prisma.outbox.findUnique({ where: { id: message.outboxId }, select: { key: true, contactId: true } }));
  const invitation = mail && (await invitationOf(store, mail));
  if (!message || !invitation || message.contactId !== invitation.contactId) return;
  await byHolder(store, invitation, at, async (tx) => {
    const now = await tx.db.sealedMessage.findUnique({ where: { id: message.id }, select: { revokedAt: true } });
    return now !== null && now.revokedAt === null;
  });
};

type Asked = { readonly id: string; readonly contactId: string; readonly question: { readonly id: string; readonly caseId: string } };

/** `entitled`: whether what was presented may still renew, asked under the locks. */
const byHolder = async (store: Store, asked: Asked, at: number, entitled: (tx: Tx) => Promise<boolean>): Promise<void> => {
  await store
    .transact(`contact:${asked.contactId}`, at, async (tx) => {
      const invitation = await locked(tx, asked);
      if (invitation !== null && (await entitled(tx))) await renew(tx, invitation, 'reissue', randomUUID());
    })
    .catch((error: unknown) => {
      // what was erased meanwhile is as absent as what never was
      if (!(error instanceof RecordError)) throw error;
    });
};

/** A coordinator sends somebody of the case's questions a fresh link. Throws RecordError NOT_FOUND. */
export const reissueByOrder = (store: Store, order: CaseOrder & { readonly invitationId: string }): Promise<Done> =>
  doOnce(store, order, async (tx) => {
    const { caseId, invitationId, commandId } = order;
    const asked = await tx.db.invitation.findFirst({ where: { id: invitationId, question: { caseId } }, include: { question: true } });
    mustNot(await renew(tx, found(await locked(tx, found(asked))), 'ordered', commandId));
    return {};
  });
