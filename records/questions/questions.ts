import { randomUUID } from 'node:crypto';
import type { Keyring } from '../../crypto/keyring.ts';
import { mintToken } from '../../crypto/link-token.ts';
import type { ConsentAsk } from '../../domain/consent.ts';
import type { NoticeKind } from '../../domain/notices.ts';
import { linkDiesAt, type Policy } from '../../domain/policy.ts';
import type { Language } from '../../domain/vocabulary.ts';
import { raiseTask } from '../cases/tasks.ts';
import { putNotices } from '../mail/outbox.ts';
import { prolongMessagesAbout, revokeMessagesAbout } from '../mail/sealed-messages.ts';
import { found } from '../record-error.ts';
import type { Tx } from '../store.ts';

/** Somebody who is asked; without `byMail` a coordinator asks them by the way they know as safe, and records what they say. */
export type Asked = {
  readonly contactId: string;
  readonly language: Language;
  readonly byMail: boolean;
  readonly timeZone?: string | undefined;
};

export type NewQuestion = {
  readonly id: string;
  readonly caseId: string;
  readonly kind: string;
  readonly subjectId: string;
  readonly workflowId: string;
  readonly documentId: string | null;
  readonly needs: ConsentAsk | null;
  readonly changeable: boolean;
  readonly openedAt: number;
  readonly closesAt: number;
  readonly notice: NoticeKind;
  readonly people: readonly Asked[];
};

/**
 * Puts one text before several people: the question, an invitation and a link for each, and the mail that brings it, in one transaction.
 * A question that is there already is left as it is, because this step may be repeated.
 */
export const putQuestion = async (tx: Tx, keyring: Keyring, policy: Policy, question: NewQuestion): Promise<void> => {
  const { id, caseId, kind, subjectId, workflowId, documentId, changeable, needs } = question;
  const there = await tx.db.question.findUnique({ where: { id } });
  if (there !== null) return;
  await tx.db.question.create({
    data: {
      id,
      caseId,
      kind,
      subjectId,
      workflowId,
      documentId,
      changeable,
      ...(needs === null ? {} : { needs }),
      openedAt: new Date(question.openedAt),
      closesAt: new Date(question.closesAt),
    },
  });
  await invite(tx, keyring, policy, question);
  tx.audit.append({ action: `question.${kind.toLowerCase()}.put`, caseId, subjectId: id, detail: { invited: question.people.length } });
};

const CHUNK = 1_000;

const inChunks = async <T>(rows: readonly T[], write: (rows: T[]) => Promise<unknown>): Promise<void> => {
  for (let from = 0; from < rows.length; from += CHUNK) await write(rows.slice(from, from + CHUNK));
};

const invite = async (tx: Tx, keyring: Keyring, policy: Policy, question: NewQuestion): Promise<void> => {
  const { id: questionId, closesAt, caseId, notice, needs } = question;
  const expiresAt = new Date(linkDiesAt(policy, tx.at.getTime(), closesAt));
  const invited = question.people.map((person) => ({ person, invitationId: randomUUID(), ...mintToken(keyring, 'link') }));
  const byMail = invited.filter(({ person }) => person.byMail);
  await inChunks(invited, (rows) =>
    tx.db.invitation.createMany({
      data: rows.map(({ invitationId, person }) => ({ id: invitationId, questionId, contactId: person.contactId, createdAt: tx.at })),
    }),
  );
  await inChunks(byMail, (rows) =>
    tx.db.link.createMany({
      data: rows.map(({ invitationId, digest }) => ({ id: randomUUID(), invitationId, digest, createdAt: tx.at, expiresAt })),
    }),
  );
  await putNotices(
    tx,
    byMail.map(({ person, invitationId, token }) => ({
      key: `${notice}:${invitationId}`,
      kind: notice,
      contactId: person.contactId,
      caseId,
      language: person.language,
      data: { token, deadline: closesAt, ...(person.timeZone === undefined ? {} : { timeZone: person.timeZone }) },
      needs,
    })),
  );
  for (const { person, invitationId } of invited) if (!person.byMail) await askInPerson(tx, question, invitationId);
};

/** Somebody without an address is not left out: a coordinator has to ask them. */
const askInPerson = (tx: Tx, { caseId, closesAt }: NewQuestion, invitationId: string): Promise<void> =>
  raiseTask(tx, {
    caseId,
    key: `ASK_BY_SAFE_WAY:${invitationId}`,
    kind: 'ASK_BY_SAFE_WAY',
    urgency: 1,
    escalation: 0,
    subjectId: invitationId,
    dueAt: new Date(closesAt),
  });

/** Makes a link; the token is returned once, for the mail, and kept as a digest only. */
export const newLink = async (
  tx: Tx,
  keyring: Keyring,
  policy: Policy,
  { invitationId, closesAt }: { invitationId: string; closesAt: number },
): Promise<string> => {
  const { token, digest } = mintToken(keyring, 'link');
  const expiresAt = new Date(linkDiesAt(policy, tx.at.getTime(), closesAt));
  await tx.db.link.create({ data: { id: randomUUID(), invitationId, digest, createdAt: tx.at, expiresAt } });
  return token;
};

/** Gives a question that is still open more time; its links live on accordingly. */
export const extendQuestion = async (tx: Tx, policy: Policy, questionId: string, closesAt: number): Promise<void> => {
  const { count } = await tx.db.question.updateMany({ where: { id: questionId, closedAt: null }, data: { closesAt: new Date(closesAt) } });
  if (count === 0) return;
  const expiresAt = new Date(linkDiesAt(policy, tx.at.getTime(), closesAt));
  await tx.db.link.updateMany({ where: { invitation: { questionId }, revokedAt: null }, data: { expiresAt } });
  await prolongMessagesAbout(tx, questionId, expiresAt);
  const { caseId } = found(await tx.db.question.findUnique({ where: { id: questionId }, select: { caseId: true } }));
  tx.audit.append({ action: 'question.extended', caseId, subjectId: questionId });
};

/** Closes a question, kills its links and the sealed messages that brought them: for withdrawal and for cases that end, where not even a receipt may be shown. */
export const revokeQuestion = async (tx: Tx, questionId: string): Promise<void> => {
  await lockQuestion(tx, questionId, 'UPDATE');
  await tx.db.question.updateMany({ where: { id: questionId, closedAt: null }, data: { closedAt: tx.at } });
  await tx.db.link.updateMany({ where: { invitation: { questionId }, revokedAt: null }, data: { revokedAt: tx.at } });
  await revokeMessagesAbout(tx, questionId);
};

/** Answers hold the question in share, closing takes it alone: so that each answer lands on exactly one side of the close. */
export const lockQuestion = async (tx: Pick<Tx, 'db'>, questionId: string, how: 'SHARE' | 'UPDATE'): Promise<void> => {
  if (how === 'SHARE') await tx.db.$queryRaw`SELECT 1 FROM "Question" WHERE id = ${questionId}::uuid FOR SHARE`;
  else await tx.db.$queryRaw`SELECT 1 FROM "Question" WHERE id = ${questionId}::uuid FOR NO KEY UPDATE`;
};
