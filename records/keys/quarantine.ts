import { isApproval } from '../../domain/case.ts';
import { needsAdvice } from '../../domain/policy.ts';
import { refuse } from '../../domain/refusal.ts';
import type { ActionMode } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import { lastAdvice, lastAsked } from '../cases/grounds.ts';
import { finishTasks, raiseTask } from '../cases/tasks.ts';
import { type Done, doOnce, mustNot } from '../deeds.ts';
import { policyOfCase } from '../policies.ts';
import { ANSWER_TO_CONFIRM, COUNTED, DISOWNED, disownedAmong, QUARANTINED } from '../questions/counted.ts';
import { openAnswer } from '../questions/landing.ts';
import { found } from '../record-error.ts';
import { readable } from '../sealing.ts';
import type { Actor, Store, Tx } from '../store.ts';

/** An answer that does not count for the time being, and the workflow that has to look again. */
export type Quarantined = {
  readonly answerId: string;
  /** whose it is: a mailbox may serve several */
  readonly contactId: string;
  readonly caseId: string;
  readonly kind: string;
  readonly answeredAt: Date;
  readonly workflowId: string;
};

const withQuestion = { invitation: { include: { question: true } } } as const;

/** A letter is before the members or before everybody, and something it rests on came by a channel that others read. */
const RESTS_ON_DOUBT = 'RESTS_ON_DOUBT';

/**
 * Puts aside what came by somebody's links since an instant: another may have given it. Each answer becomes a task of its own, for whoever asks the person by
 * a safe way: a coordinator the people of the case, an administrator those of the network, whom they alone can reach. What the secretariat wrote down itself
 * did not come by the channel, and stays. Whoever had counted one is told to look again, by the sweep at the latest.
 */
export const quarantineAnswers = async (tx: Tx, contactId: string, since: Date): Promise<void> => {
  const ofCase = found(await tx.db.contact.findUnique({ where: { id: contactId }, select: { caseId: true } })).caseId !== null;
  const where = { invitation: { contactId }, answeredAt: { gte: since }, ...COUNTED };
  for (const row of await tx.db.answer.findMany({ where, include: withQuestion, orderBy: { id: 'asc' } })) {
    const { question } = row.invitation;
    const { caseId } = question;
    // one that nobody can read any more is put aside like the others, and stops none of them
    const answer = await readable(openAnswer(tx.seals, caseId, row));
    if (answer?.content.givenBy !== undefined) continue;
    await tx.db.answer.update({ where: { id: row.id }, data: { quarantinedAt: tx.at, confirmedAt: null, toldAt: null } });
    await raiseTask(tx, {
      ...{ caseId, key: `${ANSWER_TO_CONFIRM}:${row.id}:${tx.at.getTime()}`, kind: ANSWER_TO_CONFIRM },
      ...{ urgency: 1, escalation: ofCase ? 0 : 2, subjectId: row.id, dueAt: null },
    });
    tx.audit.append({ action: 'answer.quarantined', caseId, subjectId: row.id });
    await warnWhereActed(tx, question, row.id);
  }
};

/** Stopping what is only prepared is not enough where others read it already: somebody has to look at it, and take it down if need be. */
const warnWhereActed = async (tx: Tx, question: Question, answerId: string): Promise<void> => {
  const { caseId } = question;
  for (const letterId of await actedOn(tx, question)) {
    const one = { caseId, kind: RESTS_ON_DOUBT, subjectId: letterId };
    if ((await tx.db.task.count({ where: { ...one, doneAt: null } })) > 0) continue;
    const key = `${RESTS_ON_DOUBT}:${letterId}:${answerId}:${tx.at.getTime()}`;
    await raiseTask(tx, { ...one, key, urgency: 1, escalation: 0, dueAt: null });
  }
};

type Question = { readonly id: string; readonly caseId: string; readonly kind: string; readonly subjectId: string };

/** The letters that others read already and that rest on the answers to this question. */
const actedOn = async ({ db }: Tx, question: Question): Promise<readonly string[]> => {
  if (!(await isGround(db, question))) return [];
  const { caseId, kind, subjectId } = question;
  const isPublic = { publishedAt: { not: null }, publication: { retractedAt: null } };
  const before = kind === 'SIGN_ON' ? isPublic : { OR: [isPublic, { publishedAt: null, state: { in: ['OPEN_FOR_SIGN_ON', 'CLOSED'] } }] };
  const letters = await db.letter.findMany({ where: { caseId, ...(kind === 'ADVICE' ? {} : { id: subjectId }), ...before } });
  return letters.map(({ id }) => id);
};

/** Is this the question on whose answers something rests now? */
const isGround = async (db: Db, { id, caseId, kind, subjectId }: Question): Promise<boolean> => {
  if (kind === 'LETTER_APPROVAL' || kind === 'SIGN_ON') return (await lastAsked(db, kind, subjectId))?.id === id;
  if (kind !== 'ADVICE') return false;
  const advice = await lastAdvice(db, caseId);
  const { mode } = found(await db.case.findUnique({ where: { id: caseId }, select: { mode: true } }));
  return advice?.id === id && isApproval(advice.result) && mode !== null && needsAdvice(await policyOfCase(db, caseId), mode as ActionMode);
};

/** What of somebody's answers waits for their word; oldest first. */
export const quarantinedOf = async (db: Db, contacts: readonly string[]): Promise<readonly Quarantined[]> => {
  const rows = await db.answer.findMany({
    where: { invitation: { contactId: { in: [...contacts] } }, ...QUARANTINED },
    include: withQuestion,
    orderBy: [{ answeredAt: 'asc' }, { id: 'asc' }],
  });
  const waiting: Quarantined[] = [];
  for (const { id, answeredAt, invitation } of rows) {
    const { caseId, kind, workflowId } = invitation.question;
    const { contactId } = invitation;
    if (!(await disownedAmong(db, caseId, [id])).has(id)) waiting.push({ answerId: id, contactId, caseId, kind, answeredAt, workflowId });
  }
  return waiting;
};

/** Whose answer may be confirmed by whoever asks: of a person of this case, or of this contact of the network. */
type Giver = { readonly caseId: string } | { readonly contactId: string };

type Confirmation = {
  readonly commandId: string;
  readonly by: Actor;
  readonly at: number;
  readonly of: Giver;
  readonly answerId: string;
  readonly theirs: boolean;
  readonly how: string;
};

const answerOf = async (db: Db, of: Giver, id: string) => {
  const invitation =
    'caseId' in of
      ? { question: { caseId: of.caseId }, contact: { caseId: of.caseId } }
      : { contactId: of.contactId, contact: { caseId: null } };
  return found(await db.answer.findFirst({ where: { id, invitation }, include: withQuestion }));
};

/** Where an answer is heard. Throws RecordError NOT_FOUND, also for one of somebody else. */
export const workflowOfAnswer = async (db: Db, of: Giver, id: string): Promise<string> =>
  (await answerOf(db, of, id)).invitation.question.workflowId;

const FINAL = refuse('ANSWER_DISOWNED', 'The person has said that this answer is not theirs, and that is the last word: ask them anew.');

/**
 * Notes what the person said, asked by a safe way: an answer that is theirs counts again, one that is not never will. Whoever waits for it is told by the
 * sweep at the latest. Throws RecordError NOT_FOUND.
 */
export const confirmAnswer = (store: Store, { of, answerId, theirs, how, ...order }: Confirmation): Promise<Done> =>
  doOnce(store, order, async (tx) => {
    // two who note opposite words take turns, and the second one hears of the first
    await tx.db.$queryRaw`SELECT 1 FROM "Answer" WHERE id = ${answerId}::uuid FOR UPDATE`;
    const row = await answerOf(tx.db, of, answerId);
    const { caseId } = row.invitation.question;
    if (row.quarantinedAt === null || row.confirmedAt !== null) {
      mustNot(refuse('NOT_QUARANTINED', 'This answer counts as it is: there is nothing to confirm.'));
    }
    if ((await disownedAmong(tx.db, caseId, [answerId])).has(answerId)) mustNot(FINAL);
    if (theirs) await tx.db.answer.update({ where: { id: answerId }, data: { confirmedAt: tx.at, toldAt: null } });
    await finishTasks(tx, { caseId, kind: ANSWER_TO_CONFIRM, subjectId: answerId });
    const doubtful = await tx.db.answer.count({ where: { invitation: { question: { caseId } }, ...QUARANTINED } });
    if (doubtful === 0) await finishTasks(tx, { caseId, kind: RESTS_ON_DOUBT });
    // whoever had ticked it off while it was only in doubt hears of it again
    if (!theirs) await warnWhereActed(tx, row.invitation.question, answerId);
    tx.audit.append({ action: theirs ? 'answer.confirmed' : DISOWNED, caseId, subjectId: answerId, detail: { how } });
    return {};
  });
