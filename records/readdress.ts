import type { ConsentAsk } from '../domain/consent.ts';
import type { Language } from '../domain/vocabulary.ts';
import { QUESTIONS, type QuestionKind } from './asking.ts';
import type { Card } from './contacts.ts';
import { ASK_BY_SAFE_WAY } from './given-answers.ts';
import { cancelNotices, type Notice, putNotice } from './outbox.ts';
import { policyOfCase } from './policies.ts';
import { lockQuestion, newLink } from './questions.ts';
import type { Tx } from './store.ts';
import { requeue } from './stuck-mail.ts';
import { finishTasks, raiseTask } from './tasks.ts';

type Readdressed = {
  /** names the change, so that its repeat sends nothing twice */
  readonly cause: string;
  readonly contactId: string;
  readonly language: Language;
  readonly card: Card;
};

/**
 * Somebody's address has changed. Whoever reads the old mailbox may not be them: every link that went there dies, and what is still open is asked
 * anew at the new address.
 */
export const readdress = async (tx: Tx, person: Readdressed): Promise<void> => {
  const { contactId } = person;
  const asked = { contactId, question: { closedAt: null } };
  const order = { questionId: 'asc' } as const;
  const asking = { question: true, answers: { select: { id: true } } } as const;
  // questions before links, as in answering and closing, so that nobody waits for each other
  for (const { questionId } of await tx.db.invitation.findMany({ where: asked, orderBy: order }))
    await lockQuestion(tx, questionId, 'SHARE');
  await tx.db.link.updateMany({ where: { invitation: { contactId }, revokedAt: null }, data: { revokedAt: tx.at } });
  await sortMail(tx, person);
  for (const invitation of await tx.db.invitation.findMany({ where: asked, orderBy: order, include: asking })) {
    const { question, answers } = invitation;
    // a word that is given once was given: its page shows the receipt and takes nothing more
    const spoken = answers.length > 0 && !question.changeable;
    if (question.closesAt > tx.at && !spoken) await askAnew(tx, person, invitation);
  }
};

/** Mail that holds a link which has just died is void; what was put aside for want of an address may leave. */
const sortMail = async (tx: Tx, { contactId, card }: Readdressed): Promise<void> => {
  const waiting = { contactId, state: { in: ['queued', 'deferred', 'held', 'sending', 'unknown'] } };
  for (const { id, caseId, state, sealed } of await tx.db.outbox.findMany({ where: waiting, orderBy: { id: 'asc' } })) {
    if (sealed === null || caseId === null) continue;
    const { data } = await tx.seals.open<Notice>('Outbox', id, caseId, sealed);
    if (data.token !== undefined) {
      await cancelNotices(tx, { caseId, id });
      await finishTasks(tx, { caseId, subjectId: id });
    } else if (state === 'held' && card.email !== null) await requeue(tx, caseId, id);
  }
};

type Invited = {
  readonly id: string;
  readonly question: { readonly caseId: string; readonly kind: string; readonly closesAt: Date; readonly needs: unknown };
};

const askAnew = async (tx: Tx, { cause, contactId, language, card }: Readdressed, { id, question }: Invited): Promise<void> => {
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
