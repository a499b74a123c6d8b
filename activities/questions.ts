import { ApplicationFailure } from '@temporalio/common';
import { type Refusal, refuse } from '../domain/refusal.ts';
import { policyOfCase } from '../records/policies.ts';
import { type AnswerOf, answersTo } from '../records/questions/answers.ts';
import {
  eligibleAdvisors,
  matterOf,
  matterRefusal,
  membersCalled,
  partnerDesk,
  peopleToAsk,
  QUESTIONS,
  type RollEntry,
} from '../records/questions/asking.ts';
import { COUNTED } from '../records/questions/counted.ts';
import { type Asked, extendQuestion, lockQuestion, putQuestion } from '../records/questions/questions.ts';
import { tellIfOutOfReach } from '../records/questions/reach.ts';
import { remindSilent } from '../records/questions/reminders.ts';
import { found } from '../records/record-error.ts';
import { DESK, type Store, type Tx } from '../records/store.ts';
import type { Answers, Audience, DeskActivities, PutQuestion, QuestionKind, QuestionToPut } from './contract.ts';
import type { DeskDeps } from './deps.ts';

type Questions = Pick<DeskActivities, 'putQuestion' | 'readAnswers' | 'remindSilent' | 'extendQuestion' | 'closeQuestion'>;

/** Asking people by e-mail link: one mechanism for advice, approval, signatures, referrals and reviews. */
export const questionActivities = ({ store, ringPostroom }: DeskDeps): Questions => ({
  async putQuestion(question: QuestionToPut): Promise<PutQuestion> {
    const put = await store.transact(DESK, question.openedAt, (tx) => put1(tx, question));
    await ringPostroom();
    return put;
  },

  readAnswers: ({ questionId, each }) => read(store, questionId, each),

  async remindSilent({ questionId, share, at }) {
    const { kind } = found(await store.prisma.question.findUnique({ where: { id: questionId }, select: { kind: true } }));
    const notice = QUESTIONS[kind as QuestionKind].remind;
    const { reminded, whole } = await remindSilent(store, { questionId, share, notice, at });
    await ringPostroom();
    // the next attempt goes on after what was written
    if (!whole) throw ApplicationFailure.retryable('UNFINISHED', 'UNFINISHED');
    return { reminded };
  },

  async extendQuestion({ questionId, closesAt, at }) {
    await store.transact(DESK, at, async (tx) => {
      const { caseId } = found(await tx.db.question.findUnique({ where: { id: questionId }, select: { caseId: true } }));
      await extendQuestion(tx, await policyOfCase(tx.db, caseId), questionId, closesAt);
    });
  },

  async closeQuestion({ questionId, ifFingerprint, each, at }) {
    const closed = await store.transact(DESK, at, async (tx) => {
      await lockQuestion(tx, questionId, 'UPDATE');
      const question = await tx.db.question.findUnique({ where: { id: questionId } });
      // asked for by a workflow that ends before its question was put
      if (question === null || question.closedAt !== null) return true;
      if (ifFingerprint !== null && ifFingerprint !== (await fingerprintOf(tx, questionId))) return false;
      await tx.db.question.update({ where: { id: questionId }, data: { closedAt: tx.at } });
      tx.audit.append({ action: 'question.closed', caseId: question.caseId, subjectId: questionId });
      return true;
    });
    return { ...(await read(store, questionId, each)), closed };
  },
});

const put1 = async (tx: Tx, question: QuestionToPut): Promise<PutQuestion> => {
  const over = await caseOver(tx, question.caseId, question.kind);
  if (over !== null) return { refused: over };
  const { caseId, kind, subjectId, audience } = question;
  const partnerId = audience.who === 'PARTNER' ? audience.partnerId : null;
  const matter = await matterOf(tx, kind, { caseId, subjectId, partnerId });
  const refused = await matterRefusal(tx, caseId, matter);
  if (refused !== null) return { refused };
  const policy = await policyOfCase(tx.db, caseId);
  const { people, roll } = await whom(tx, question, audience);
  const { ask, changeable } = QUESTIONS[kind];
  await putQuestion(tx, tx.keyring, policy, {
    id: question.questionId,
    caseId,
    kind,
    subjectId,
    workflowId: question.workflowId,
    ...matter,
    changeable,
    openedAt: question.openedAt,
    closesAt: question.closesAt,
    notice: ask,
    people,
  });
  // a repeat of this step answers from what was put the first time, not from today's directory
  const invited = await tx.db.invitation.findMany({ where: { questionId: question.questionId }, select: { id: true, contactId: true } });
  const voices = invited.flatMap(({ id, contactId }) => {
    const entry = roll.find((candidate) => candidate.contactId === contactId);
    return entry === undefined ? [] : [{ id, contactId, region: entry.region, gender: entry.gender }];
  });
  if (audience.who === 'ADVISORS')
    await tellIfOutOfReach(tx, policy, { caseId, id: question.questionId, closesAt: question.closesAt }, voices);
  return { refused: null, invited: invited.length, roll: voices.map(({ id, region, gender }) => ({ id, region, gender })) };
};

/** A case that has ended asks nobody anything, but how they are. An attempt of this step may come later than the end. */
const caseOver = async (tx: Tx, caseId: string, kind: QuestionKind): Promise<Refusal | null> => {
  const { closedAt } = found(await tx.db.case.findUnique({ where: { id: caseId }, select: { closedAt: true } }));
  return closedAt === null || kind === 'REVIEW' ? null : refuse('CASE_CLOSED', 'The case is closed.');
};

const whom = async (
  tx: Tx,
  { caseId, subjectId }: QuestionToPut,
  audience: Audience,
): Promise<{ people: readonly Asked[]; roll: readonly RollEntry[] }> => {
  switch (audience.who) {
    case 'ADVISORS': {
      const advisors = await eligibleAdvisors(tx.db, tx.seals);
      return { people: advisors, roll: advisors };
    }
    case 'DEFENDERS':
      return { people: await peopleToAsk(tx, caseId, ['DEFENDER']), roll: [] };
    case 'DEFENDERS_OR_TRUSTED': {
      // the trusted contact is asked where the person themselves cannot be written to
      const defenders = await peopleToAsk(tx, caseId, ['DEFENDER']);
      const trusted = defenders.some(({ byMail }) => byMail) ? [] : await peopleToAsk(tx, caseId, ['TRUSTED_CONTACT']);
      return { people: [...defenders, ...trusted.filter(({ byMail }) => byMail)], roll: [] };
    }
    case 'MEMBERS':
      return { people: await membersCalled(tx, caseId, subjectId), roll: [] };
    case 'PARTNER':
      return { people: [await partnerDesk(tx, audience.partnerId)], roll: [] };
  }
};

/** An answer that comes, one that stops counting and one that counts again each make it another. */
const fingerprintOf = async (tx: Pick<Tx, 'db'>, questionId: string): Promise<string> => {
  const where = { invitation: { questionId } };
  return `${await tx.db.answer.count({ where: { ...where, ...COUNTED } })}/${await tx.db.answer.count({ where })}`;
};

const read = async (store: Store, questionId: string, wantEach: boolean): Promise<Answers> => {
  const fingerprint = await fingerprintOf({ db: store.prisma }, questionId);
  const exists = await store.prisma.question.count({ where: { id: questionId } });
  const all: readonly AnswerOf[] = exists === 0 ? [] : (await answersTo(store.prisma, store.seals, questionId)).all;
  const counts: Record<string, number> = {};
  const each: { id: string; choice: string; version: number; amount: number | null }[] = [];
  for (const { id, answer } of all) {
    if (answer === null) continue;
    const { choice, amount } = answer.content;
    counts[choice] = (counts[choice] ?? 0) + 1;
    if (wantEach) each.push({ id, choice, version: answer.version, amount: amount ?? null });
  }
  return { invited: all.length, silent: all.filter(({ answer }) => answer === null).length, counts, each, fingerprint };
};
