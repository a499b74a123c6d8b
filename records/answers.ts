import { randomUUID } from 'node:crypto';
import { canonicalJson } from '../crypto/canonical.ts';
import { tokenDigests } from '../crypto/link-token.ts';
import type { NoticeKind } from '../domain/notices.ts';
import type { ConsentMethod, Language } from '../domain/vocabulary.ts';
import type { Db } from '../prisma/client.ts';
import { openCard } from './contacts.ts';
import { putNotice } from './outbox.ts';
import { policyOfCase } from './policies.ts';
import { lockQuestion, newLink } from './questions.ts';
import { found } from './record-error.ts';
import type { Sealing } from './sealing.ts';
import type { Store, Tx } from './store.ts';
import { raiseTask } from './tasks.ts';

/** What somebody answered: one explicit choice and what belongs to it. */
export type AnswerText = {
  readonly choice: string;
  readonly text?: string | undefined;
  /** how the organisation wants its name to appear */
  readonly name?: string | undefined;
  readonly reason?: string | undefined;
  readonly amount?: number | undefined;
  /** who gave it, and how, where the secretariat wrote down what a person said in another way than by link */
  readonly givenBy?: string | undefined;
  readonly method?: ConsentMethod | undefined;
};

export type LiveAnswer = { readonly content: AnswerText; readonly at: Date; readonly version: number };

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

const latest = { orderBy: { version: 'desc' }, take: 1 } as const;

/** What a link opens, or null: unknown, expired and revoked look the same from outside. Changes nothing. */
export const findLink = async (store: Store, token: string, at: number): Promise<OpenedLink | null> => {
  const digests = tokenDigests(store.keyring, 'link', token);
  if (digests.length === 0) return null;
  const link = await store.prisma.link.findFirst({
    where: { digest: { in: [...digests] }, revokedAt: null, expiresAt: { gt: new Date(at) } },
    include: { invitation: { include: { question: true, contact: { select: { language: true, active: true } }, answers: latest } } },
  });
  if (link === null || !link.invitation.contact.active) return null;
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

type AnswerRow = { readonly id: string; readonly version: number; readonly answeredAt: Date; readonly sealed: Uint8Array };

const openAnswer = async (seals: Sealing, caseId: string, row: AnswerRow): Promise<LiveAnswer> => ({
  content: await seals.open<AnswerText>('Answer', row.id, caseId, row.sealed),
  at: row.answeredAt,
  version: row.version,
});

/** Changing one's mind is a right; a link that changes it without end is somebody else's hand, and would be heard by the whole desk. */
const MOST_CHANGES = 20;

export type Given =
  | { readonly given: 'RECORDED' | 'REPEATED'; readonly answer: LiveAnswer; readonly workflowId: string; readonly answerId: string | null }
  | { readonly given: 'CLOSED'; readonly answer: LiveAnswer | null }
  | { readonly given: 'GONE' };

/**
 * Takes an answer: the link is spent by one conditional update, the answer lands on exactly one side of the close, the same answer again is
 * the receipt, another one replaces it while the question is open and may be changed. The receipt goes to the registered address.
 */
export const giveAnswer = async (store: Store, token: string, content: AnswerText, at: number): Promise<Given> => {
  const digests = [...tokenDigests(store.keyring, 'link', token)];
  const seen = await store.prisma.link.findFirst({ where: { digest: { in: digests } }, include: { invitation: true } });
  if (seen === null) return { given: 'GONE' };
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

/**
 * Writes an answer to a question that the caller holds in share: the same answer again is a repeat, another one replaces it while the question is
 * open and may be changed. Whoever acts in this transaction is noted as the one who gave it.
 */
export const landAnswer = async (
  tx: Tx,
  { id: invitationId, questionId, contactId }: { readonly id: string; readonly questionId: string; readonly contactId: string },
  content: AnswerText,
): Promise<Given> => {
  // one person may hold several links to one question (a reminder brings another): they take turns here
  await tx.db.$queryRaw`SELECT 1 FROM "Invitation" WHERE id = ${invitationId}::uuid FOR UPDATE`;
  const question = found(await tx.db.question.findUnique({ where: { id: questionId } }));
  const row = await tx.db.answer.findFirst({ where: { invitationId }, orderBy: { version: 'desc' } });
  const last = row === null ? null : await openAnswer(tx.seals, question.caseId, row);
  if (last !== null && (!question.changeable || last.version >= MOST_CHANGES || same(last.content, content))) {
    return { given: 'REPEATED', answer: last, workflowId: question.workflowId, answerId: null };
  }
  if (question.closedAt !== null || question.closesAt <= tx.at) return { given: 'CLOSED', answer: last };
  return record(tx, question, { invitationId, contactId }, content, (last?.version ?? 0) + 1);
};

/** Do two answers say the same? */
export const same = (a: AnswerText, b: AnswerText): boolean => canonicalJson(plain(a)) === canonicalJson(plain(b));
const plain = (value: AnswerText): Record<string, string | number> =>
  Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string | number] => entry[1] !== undefined));

type QuestionRow = NonNullable<Awaited<ReturnType<Db['question']['findUnique']>>>;
type Who = { readonly invitationId: string; readonly contactId: string };

const record = async (tx: Tx, question: QuestionRow, who: Who, content: AnswerText, version: number): Promise<Given> => {
  const id = randomUUID();
  const sealed = await tx.seals.seal('Answer', id, question.caseId, content);
  await tx.db.answer.create({ data: { id, invitationId: who.invitationId, version, sealed, answeredAt: tx.at } });
  tx.audit.append({
    action: 'answer.given',
    caseId: question.caseId,
    subjectId: question.id,
    detail: { invitation: who.invitationId, version },
  });
  if (content.choice === 'ASK') await raisePartnerQuestion(tx, question, who, version);
  await putReceipt(tx, question, who, version);
  return { given: 'RECORDED', answer: { content, at: tx.at, version }, workflowId: question.workflowId, answerId: id };
};

/** Whoever cannot be written to gets no receipt, and no link that nobody would hold. */
const putReceipt = async (tx: Tx, question: QuestionRow, who: Who, version: number): Promise<void> => {
  const contact = found(await tx.db.contact.findUnique({ where: { id: who.contactId } }));
  if ((await openCard(tx.seals, contact)).email === null) return;
  const kind = receiptOf(question.kind);
  const policy = await policyOfCase(tx.db, question.caseId);
  const closesAt = question.closesAt.getTime();
  const token = await newLink(tx, tx.keyring, policy, { invitationId: who.invitationId, closesAt });
  await putNotice(tx, {
    key: `${kind}:${who.invitationId}:${version}`,
    kind,
    contactId: who.contactId,
    caseId: question.caseId,
    language: contact.language as Language,
    data: question.changeable ? { token, deadline: closesAt } : { token },
    needs: null,
  });
};

const receiptOf = (kind: string): NoticeKind =>
  kind === 'SIGN_ON' ? 'SIGN_ON_RECEIPT' : kind === 'ADVICE' ? 'ADVICE_RECEIPT' : 'ANSWER_RECEIPT';

/** A partner's question is answered by a person. */
const raisePartnerQuestion = (tx: Tx, question: QuestionRow, who: Who, version: number): Promise<void> =>
  raiseTask(tx, {
    caseId: question.caseId,
    key: `REFERRAL_QUESTION:${who.invitationId}:${version}`,
    kind: 'REFERRAL_QUESTION',
    urgency: 2,
    escalation: 0,
    subjectId: question.subjectId,
    dueAt: question.closesAt,
  });

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
