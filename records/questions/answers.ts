import { tokenDigests } from '../../crypto/link-token.ts';
import type { Language } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import { found } from '../record-error.ts';
import type { Sealing } from '../sealing.ts';
import type { Store } from '../store.ts';
import { COUNTED } from './counted.ts';
import { type AnswerText, type Given, type LiveAnswer, landAnswer, openAnswer } from './landing.ts';
import { lockQuestion } from './questions.ts';

/** A link that still opens: its question, who was asked, what they answered so far. */
export type OpenedLink = {
  readonly linkId: string;
  readonly invitationId: string;
  readonly contactId: string;
  readonly language: Language;
  readonly question: {
    readonly id: string;
    readonly caseId: string;
    readonly kind: string;
    readonly subjectId: string;
    readonly documentId: string | null;
    readonly workflowId: string;
    readonly changeable: boolean;
    readonly closesAt: Date;
  };
  /** may an answer still land */
  readonly open: boolean;
  readonly answer: LiveAnswer | null;
};

const latest = { where: COUNTED, orderBy: { version: 'desc' }, take: 1 } as const;

/** What a link opens, or null: unknown, expired and revoked look the same from outside. Changes nothing. */
export const findLink = async (store: Store, token: string, at: number): Promise<OpenedLink | null> => {
  const digests = tokenDigests(store.keyring, 'link', token);
  if (digests.length === 0) return null;
  const link = await store.prisma.link.findFirst({
    where: { digest: { in: [...digests] }, revokedAt: null, expiresAt: { gt: new Date(at) } },
    include: {
      invitation: {
        include: { question: true, contact: { select: { language: true, active: true, unsafeSince: true } }, answers: latest },
      },
    },
  });
  if (link === null || !link.invitation.contact.active || link.invitation.contact.unsafeSince !== null) return null;
  const { question, contact, answers } = link.invitation;
  const last = answers[0];
  return {
    linkId: link.id,
    invitationId: link.invitationId,
    contactId: link.invitation.contactId,
    language: contact.language as Language,
    question,
    open: question.closedAt === null && question.closesAt.getTime() > at,
    answer: last === undefined ? null : await openAnswer(store.seals, question.caseId, last),
  };
};

/**
 * Takes an answer: the link is spent by one conditional update, the answer lands on exactly one side of the close, the same answer again is
 * the receipt, another one replaces it while the question is open and may be changed. The receipt goes to the registered address.
 */
export const giveAnswer = async (store: Store, token: string, content: AnswerText, at: number): Promise<Given> => {
  const digests = [...tokenDigests(store.keyring, 'link', token)];
  const seen = await store.prisma.link.findFirst({
    where: { digest: { in: digests } },
    include: { invitation: { include: { contact: true } } },
  });
  // what came into being while the channel was being closed opens nothing either
  if (seen === null || seen.invitation.contact.unsafeSince !== null) return { given: 'GONE' };
  const { invitation } = seen;
  return store.transact(`contact:${invitation.contactId}`, at, async (tx): Promise<Given> => {
    // the question before the link, as in closing and revoking, so that nobody waits for each other
    await lockQuestion(tx, invitation.questionId, 'SHARE');
    const spent = await tx.db.$executeRaw`
      UPDATE "Link" SET "spentAt" = COALESCE("spentAt", ${tx.at})
      WHERE id = ${seen.id}::uuid AND "revokedAt" IS NULL AND "expiresAt" > ${tx.at}`;
    if (spent !== 1) return { given: 'GONE' };
    return landAnswer(tx, invitation, content);
  });
};

export type AnswerOf = { readonly id: string; readonly contactId: string; readonly answer: LiveAnswer | null };

/** Everybody who was asked, with the answer that counts. */
export const answersTo = async (
  db: Db,
  seals: Sealing,
  questionId: string,
): Promise<{ caseId: string; closedAt: Date | null; all: readonly AnswerOf[] }> => {
  const { caseId, closedAt } = found(await db.question.findUnique({ where: { id: questionId } }));
  const invitations = await db.invitation.findMany({ where: { questionId }, include: { answers: latest }, orderBy: { createdAt: 'asc' } });
  const all = await Promise.all(
    invitations.map(async ({ id, contactId, answers: [last] }) => ({
      id,
      contactId,
      answer: last === undefined ? null : await openAnswer(seals, caseId, last),
    })),
  );
  return { caseId, closedAt, all };
};

/** Answers that no workflow was told of yet, with the workflow that waits; oldest first. */
export const untold = async (db: Db, before: Date, limit: number): Promise<readonly { answerId: string; workflowId: string }[]> => {
  const rows = await db.answer.findMany({
    where: { toldAt: null, answeredAt: { lt: before } },
    include: { invitation: { include: { question: { select: { workflowId: true } } } } },
    orderBy: { answeredAt: 'asc' },
    take: limit,
  });
  return rows.map((row) => ({ answerId: row.id, workflowId: row.invitation.question.workflowId }));
};

export const markTold = async (db: Db, answerIds: readonly string[], at: Date): Promise<void> => {
  await db.answer.updateMany({ where: { id: { in: [...answerIds] }, toldAt: null }, data: { toldAt: at } });
};
