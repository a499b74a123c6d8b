import type { ConsentAsk } from '../../domain/consent.ts';
import type { Language } from '../../domain/vocabulary.ts';
import type { Card } from '../cases/contacts.ts';
import { finishTasks, raiseTask } from '../cases/tasks.ts';
import { inviteAnew, revokeKeyInvitations } from '../keys/key-invitations.ts';
import { policyOfCase } from '../policies.ts';
import { QUESTIONS, type QuestionKind } from '../questions/asking.ts';
import { COUNTED } from '../questions/counted.ts';
import { ASK_BY_SAFE_WAY } from '../questions/given-answers.ts';
import { lockQuestion, newLink } from '../questions/questions.ts';
import type { Tx } from '../store.ts';
import { openNotice, putNotice, voidNotice } from './outbox.ts';
import { revokeMessagesTo } from './sealed-messages.ts';
import { requeue } from './stuck-mail.ts';

type Readdressed = {
  /** names the change, so that its repeat sends nothing twice */
  readonly cause: string;
  readonly contactId: string;
  readonly language: Language;
  readonly card: Card;
};

const order = { questionId: 'asc' } as const;
const askedOpenly = (contactId: string) => ({ contactId, question: { closedAt: null } });

/**
 * What was sent to somebody leads nowhere any more: links, messages sealed to them, and invitations, because whoever reads the old mailbox must not make the
 * key that new messages are sealed to. Nor does a link that was replaced before renew what comes after it: it lies in the same mailbox.
 */
export const cutChannel = async (tx: Tx, contactId: string): Promise<{ readonly links: number; readonly invitations: number }> => {
  // questions before links, as in answering and closing, so that nobody waits for each other
  for (const { questionId } of await tx.db.invitation.findMany({ where: askedOpenly(contactId), orderBy: order }))
    await lockQuestion(tx, questionId, 'SHARE');
  const living = { invitation: { contactId }, revokedAt: null };
  const { count: links } = await tx.db.link.updateMany({ where: living, data: { revokedAt: tx.at } });
  await tx.db.link.updateMany({ where: { invitation: { contactId }, replacedAt: { not: null } }, data: { replacedAt: null } });
  await revokeMessagesTo(tx, contactId);
  return { links, invitations: await revokeKeyInvitations(tx, contactId) };
};

/**
 * Somebody's address has changed. Whoever reads the old mailbox may not be them: every link that went there dies, and what is still open is asked
 * anew at the new address.
 */
export const readdress = async (tx: Tx, person: Readdressed): Promise<void> => {
  const { contactId } = person;
  const asking = { question: true, answers: { where: COUNTED, select: { id: true } } } as const;
  const { invitations } = await cutChannel(tx, contactId);
  await sortMail(tx, person);
  if (invitations > 0) await inviteAnew(tx, contactId, 'READDRESSED');
  for (const invitation of await tx.db.invitation.findMany({ where: askedOpenly(contactId), orderBy: order, include: asking })) {
    const { question, answers } = invitation;
    // a word that is given once was given: its page shows the receipt and takes nothing more
    const spoken = answers.length > 0 && !question.changeable;
    if (question.closesAt > tx.at && !spoken) await askAnew(tx, person, invitation);
  }
};

/** Mail that holds a link which has just died is void, and so is what nobody can read; what was put aside for want of an address may leave. */
const sortMail = async (tx: Tx, { contactId, card }: Readdressed): Promise<void> => {
  const waiting = { contactId, state: { in: ['queued', 'deferred', 'held', 'sending', 'unknown'] } };
  for (const { id, caseId, state, sealed } of await tx.db.outbox.findMany({ where: waiting, orderBy: { id: 'asc' } })) {
    if (sealed === null || caseId === null) continue;
    const notice = await openNotice(tx, { id, caseId, sealed });
    if (notice === null || notice.data.token !== undefined) await voidNotice(tx, { id, caseId });
    else if (state === 'held' && card.email !== null) await requeue(tx, caseId, id);
  }
};

type Invited = {
  readonly id: string;
  readonly question: { readonly caseId: string; readonly kind: string; readonly closesAt: Date; readonly needs: unknown };
};

/** Asks once more, by a link of its own; by a safe way where there is no address. */
export const askAnew = async (tx: Tx, { cause, contactId, language, card }: Readdressed, { id, question }: Invited): Promise<void> => {
  const { email, timeZone } = card;
  const { caseId } = question;
  if (email === null) {
    await raiseTask(tx, {
      ...{ caseId, key: `${ASK_BY_SAFE_WAY}:${id}:${cause}`, kind: ASK_BY_SAFE_WAY },
      ...{ urgency: 1, escalation: 0, subjectId: id, dueAt: question.closesAt },
    });
    return;
  }
  const closesAt = question.closesAt.getTime();
  const token = await newLink(tx, tx.keyring, await policyOfCase(tx.db, caseId), { invitationId: id, closesAt });
  const kind = QUESTIONS[question.kind as QuestionKind].ask;
  await putNotice(tx, {
    key: `${kind}:${id}:${cause}`,
    kind,
    contactId,
    caseId,
    language,
    data: { token, deadline: closesAt, ...(timeZone === undefined ? {} : { timeZone }) },
    needs: question.needs as ConsentAsk | null,
  });
  await finishTasks(tx, { caseId, kind: ASK_BY_SAFE_WAY, subjectId: id });
};
