import { randomUUID } from 'node:crypto';
import { canonicalJson } from '../../crypto/canonical.ts';
import type { NoticeKind } from '../../domain/notices.ts';
import type { ConsentMethod, Language } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import { openCard } from '../cases/contacts.ts';
import { raiseTask } from '../cases/tasks.ts';
import { putNotice } from '../mail/outbox.ts';
import { policyOfCase } from '../policies.ts';
import { found } from '../record-error.ts';
import type { Sealing } from '../sealing.ts';
import type { Tx } from '../store.ts';
import { COUNTED, supersedeQuarantined } from './counted.ts';
import { newLink } from './questions.ts';

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

type AnswerRow = { readonly id: string; readonly version: number; readonly answeredAt: Date; readonly sealed: Uint8Array };

export const openAnswer = async (seals: Sealing, caseId: string, row: AnswerRow): Promise<LiveAnswer> => ({
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
  const row = await tx.db.answer.findFirst({ where: { invitationId, ...COUNTED }, orderBy: { version: 'desc' } });
  const last = row === null ? null : await openAnswer(tx.seals, question.caseId, row);
  if (last !== null && (!question.changeable || last.version >= MOST_CHANGES || same(last.content, content))) {
    return { given: 'REPEATED', answer: last, workflowId: question.workflowId, answerId: null };
  }
  if (question.closedAt !== null || question.closesAt <= tx.at) return { given: 'CLOSED', answer: last };
  // one that does not count keeps its number
  const { _max } = await tx.db.answer.aggregate({ where: { invitationId }, _max: { version: true } });
  return record(tx, question, { invitationId, contactId }, content, (_max.version ?? 0) + 1);
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
  await supersedeQuarantined(tx, question.caseId, who.invitationId);
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

const RECEIPTS: Readonly<Record<string, NoticeKind>> = {
  SIGN_ON: 'SIGN_ON_RECEIPT',
  ADVICE: 'ADVICE_RECEIPT',
  REFERRAL: 'REFERRAL_RECEIPT',
};

const receiptOf = (kind: string): NoticeKind => RECEIPTS[kind] ?? 'ANSWER_RECEIPT';

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
