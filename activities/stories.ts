import type { CaseFile } from '../domain/case.ts';
import type { LetterFile } from '../domain/letter.ts';
import type { NoticeKind } from '../domain/notices.ts';
import type { Policy } from '../domain/policy.ts';
import type { ActionMode, Band } from '../domain/vocabulary.ts';
import { markStarted, projectCase } from '../records/cases/cases.ts';
import { courseOf, noteReferral } from '../records/cases/referrals.ts';
import { finishTasks } from '../records/cases/tasks.ts';
import { settleDeed } from '../records/deeds.ts';
import { projectLetter } from '../records/letters/letters.ts';
import { cancelNotices } from '../records/mail/outbox.ts';
import { policyOfCase } from '../records/policies.ts';
import { QUESTIONS } from '../records/questions/asking.ts';
import { revokeQuestion } from '../records/questions/questions.ts';
import { finishReaching } from '../records/questions/reach.ts';
import { found } from '../records/record-error.ts';
import { DESK, type Store } from '../records/store.ts';
import type { ConsultationPlan, DeskActivities } from './contract.ts';
import type { DeskDeps } from './deps.ts';

type Stories = Omit<
  DeskActivities,
  'recordCommand' | 'recordLetterCommand' | 'ring' | 'putQuestion' | 'readAnswers' | 'remindSilent' | 'extendQuestion' | 'closeQuestion'
>;

/** What the stories ask of the records beside commands and questions. Each step is the same however often it is repeated. */
export const storyActivities = ({ store }: DeskDeps): Stories => ({
  async takeUpCase(caseId) {
    await store.transact(DESK, Date.now(), (tx) => markStarted(tx, caseId));
    return { policy: await policyOfCase(store.prisma, caseId) };
  },

  takeUpLetter: ({ caseId }) => policyAndBand(store, caseId),
  policyOf: (caseId) => policyAndBand(store, caseId),

  settleDeed: async ({ commandId, at }) => ({ effects: await settleDeed(store, commandId, at) }),

  projectCase: (file: CaseFile) => projectCase(store.prisma, file),

  projectLetter: (letter: LetterFile, at: number) =>
    store.transact(DESK, at, async (tx) => {
      const { caseId, letterId, state } = letter;
      if (await projectLetter(tx.db, letter))
        tx.audit.append({ action: `letter.became-${state.toLowerCase()}`, caseId, subjectId: letterId });
    }),

  async startConsultation({ caseId, consultationId }): Promise<ConsultationPlan> {
    const { policy, band } = await policyAndBand(store, caseId);
    const { mode } = found(await store.prisma.case.findUnique({ where: { id: caseId }, select: { mode: true } }));
    const { openedAt, closesAt } = found(await store.prisma.consultation.findUnique({ where: { id: consultationId } }));
    return { policy, band, mode: found(mode) as ActionMode, openedAt: openedAt.getTime(), closesAt: closesAt.getTime() };
  },

  async recordAdvice({ caseId, consultationId, result, conditions, tally, at }) {
    await store.transact(DESK, at, async (tx) => {
      const sealed = await tx.seals.seal('Consultation', consultationId, caseId, { conditions, tally });
      const data = { state: 'DECIDED', result, decidedAt: tx.at, sealed };
      const { count } = await tx.db.consultation.updateMany({ where: { id: consultationId, decidedAt: null }, data });
      if (count === 1) tx.audit.append({ action: 'consultation.decided', caseId, subjectId: consultationId, detail: { result } });
      await finishReaching(tx, { caseId, id: consultationId });
    });
  },

  async startReferral({ caseId, referralId }) {
    return { partnerIds: [...(await courseOf(store.prisma, store.seals, caseId, referralId)).partnerIds] };
  },

  async recordReferral({ caseId, referralId, state, partnerId, at }) {
    await store.transact(DESK, at, (tx) => noteReferral(tx, caseId, referralId, { state, partnerId, at }));
  },

  async recordReview({ caseId, reviewId, number, answer, at }) {
    await store.transact(DESK, at, async (tx) => {
      if ((await tx.db.review.count({ where: { id: reviewId } })) > 0) return;
      const sealed = await tx.seals.seal('Review', reviewId, caseId, { answer });
      const state = answer === 'CANNOT_REACH' ? 'SILENT' : 'ANSWERED';
      await tx.db.review.create({ data: { id: reviewId, caseId, number, state, dueAt: tx.at, endedAt: tx.at, sealed } });
      tx.audit.append({ action: 'review.ended', caseId, subjectId: reviewId });
    });
  },

  async settleCase({ caseId, at }) {
    await store.transact(DESK, at, async (tx) => {
      const open = await tx.db.question.findMany({ where: { caseId, closedAt: null }, select: { id: true } });
      for (const { id } of open) await revokeQuestion(tx, id);
      const cancelled = await cancelNotices(tx, { caseId, kind: { in: [...ASKING] } });
      await finishTasks(tx, { caseId, kind: { notIn: [...STAYS_OPEN] } });
      if (open.length + cancelled > 0) tx.audit.append({ action: 'case.settled', caseId, subjectId: null });
    });
  },
});

/** A closed case still owes these: what is public stays public until somebody takes it down, and a grave word stays to be looked at. */
const STAYS_OPEN: readonly string[] = [
  'TAKE_DOWN',
  'WORSE',
  'CHANGED',
  'CONSENT_WITHDRAWN',
  'RESTS_ON_DOUBT',
  'MAIL_HELD',
  'MAIL_REFUSED',
  'MAIL_UNKNOWN',
  'STOOD_IN',
  'MEMBERS_CHANGED',
  'SECOND_PERSON_NEEDED',
];

/** Mail that asks for something has no sense any more; what only tells, a receipt or an outcome, still leaves. */
const ASKING: readonly NoticeKind[] = [
  ...Object.values(QUESTIONS).flatMap(({ ask, remind }) => [ask, remind]),
  'TASK_DUE',
  'TASK_ESCALATED',
];

const policyAndBand = async (store: Store, caseId: string): Promise<{ policy: Policy; band: Band }> => {
  const policy = await policyOfCase(store.prisma, caseId);
  const { band } = found(await store.prisma.case.findUnique({ where: { id: caseId }, select: { band: true } }));
  return { policy, band: (band ?? policy.bandUntilAssessed) as Band };
};
