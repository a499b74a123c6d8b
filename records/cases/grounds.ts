import { isApproval } from '../../domain/case.ts';
import { consultationRule, needsAdvice } from '../../domain/policy.ts';
import { type Answer, judge, type Voice } from '../../domain/quorum.ts';
import { refuse } from '../../domain/refusal.ts';
import { tallySignOn } from '../../domain/sign-on.ts';
import type { ActionMode } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import { type Hand, mustNot } from '../deeds.ts';
import { advisorSeats } from '../directory/directory.ts';
import { latestOf } from '../documents.ts';
import type { ExactText } from '../letters/letters.ts';
import { answersTo } from '../questions/answers.ts';
import { doubtfulAnswers } from '../questions/counted.ts';
import { found } from '../record-error.ts';

// What people said and a letter rests on. The workflow counted it once; it is asked again before every step towards the public, because what somebody else may
// have said in their place stops counting later. Source: product rules 2, 4 and 6; security notes, Keys.

const WAITS = refuse(
  'ANSWER_WAITS',
  'An answer this rests on waits for its confirmation: have the person asked by a safe way whether it is theirs, and their word noted.',
);
const APPROVAL_GONE = refuse(
  'APPROVAL_GONE',
  'Not everybody who was asked has approved these words, as far as their answers count: revise the letter and ask for approval again. One that is frozen is halted and drafted anew.',
);
const ADVICE_GONE = refuse(
  'ADVICE_GONE',
  'The advice does not hold without an answer that was not the advisor’s own: open a consultation again.',
);
const SIGNATURES_GONE = refuse(
  'TOO_FEW_SIGNATURES',
  'Fewer organisations signed, as far as their answers count, than the policy asks for. Halt this letter and draft it anew.',
);

/** The question by which this letter was last put before the people of the case, or before the members. */
export const lastAsked = (db: Db, kind: 'LETTER_APPROVAL' | 'SIGN_ON', letterId: string) =>
  db.question.findFirst({ where: { kind, subjectId: letterId }, orderBy: [{ openedAt: 'desc' }, { id: 'desc' }] });

/** Is there an answer to this question that may still turn out to be the person's own? */
const waits = async (db: Db, caseId: string, questionId: string): Promise<boolean> =>
  (await doubtfulAnswers(db, caseId, { id: questionId })).some(({ disowned }) => !disowned);

/** Stops when the text is not, to the letter, the one that everybody who was asked has approved, by answers that count now. */
export const mustBeApproved = async ({ db, seals, caseId }: Hand, letterId: string, exact: ExactText): Promise<void> => {
  const { digest } = found(await db.letter.findUnique({ where: { id: letterId }, select: { digest: true } }));
  if (digest !== exact.digest) mustNot(refuse('TEXT_CHANGED', 'The text is not the one that was approved: ask for approval again.'));
  const asked = await lastAsked(db, 'LETTER_APPROVAL', letterId);
  if (asked === null || asked.documentId !== exact.documentId) return mustNot(APPROVAL_GONE);
  const { all } = await answersTo(db, seals, asked.id);
  if (all.length > 0 && all.every(({ answer }) => answer?.content.choice === 'APPROVE')) return;
  mustNot((await waits(db, caseId, asked.id)) ? WAITS : APPROVAL_GONE);
};

/** What the Advisory Group decided last; what lapsed has decided nothing. */
export const lastAdvice = (db: Db, caseId: string) =>
  db.consultation.findFirst({ where: { caseId, decidedAt: { not: null }, result: { not: 'LAPSED' } }, orderBy: { decidedAt: 'desc' } });

/** The network speaks as a whole only with the approval of its Advisory Group, given after the decision in force, by answers that carry it now. */
export const mustBeAdvised = async (hand: Hand, caseId: string, mode: ActionMode): Promise<void> => {
  const { db, policy } = hand;
  if (!needsAdvice(policy, mode)) return;
  const decision = await latestOf(db, hand.seals, caseId, 'DECISION');
  const last = await lastAdvice(db, caseId);
  if (last === null || !isApproval(last.result) || last.openedAt.getTime() < (decision?.at.getTime() ?? 0)) {
    return mustNot(refuse('NOT_ADVISED', 'The Advisory Group has not approved this: open a consultation first.'));
  }
  // as long as nothing is in doubt, what was decided stands, whoever has joined or left the group since
  if ((await doubtfulAnswers(db, caseId, { id: last.id })).length === 0) return;
  const { roll, answers } = await stillSaid(hand, last.id);
  if (isApproval(judge(consultationRule(policy, mode), roll, answers).result)) return;
  mustNot((await waits(db, caseId, last.id)) ? WAITS : ADVICE_GONE);
};

/** Everybody who was asked, and the answers that count. Whoever has no seat any more counts as asked and silent, which never helps. */
const stillSaid = async ({ db, seals }: Hand, questionId: string): Promise<{ roll: readonly Voice[]; answers: readonly Answer[] }> => {
  const { all } = await answersTo(db, seals, questionId);
  const who = { contactId: { in: all.map(({ contactId }) => contactId) } };
  const seats = new Map((await advisorSeats(db, seals, who)).map((seat) => [seat.contactId, seat]));
  return {
    roll: all.map(({ id, contactId }) => ({
      id,
      region: seats.get(contactId)?.region ?? '',
      gender: seats.get(contactId)?.gender ?? null,
    })),
    answers: all.flatMap(({ id, contactId, answer }) =>
      answer === null || !seats.has(contactId) ? [] : [{ id, choice: answer.content.choice }],
    ),
  };
};

/** Stops when fewer signatures count now than a letter must have. The number with which the sign-on closed may be higher. */
export const mustBeSigned = async ({ db, seals, caseId, policy }: Hand, letterId: string): Promise<void> => {
  const asked = await lastAsked(db, 'SIGN_ON', letterId);
  if (asked === null) return;
  const counts: Record<string, number> = {};
  for (const { answer } of (await answersTo(db, seals, asked.id)).all)
    if (answer !== null) counts[answer.content.choice] = (counts[answer.content.choice] ?? 0) + 1;
  if (tallySignOn(counts).signatures >= policy.signOn.minimumToPublish) return;
  mustNot((await waits(db, caseId, asked.id)) ? WAITS : SIGNATURES_GONE);
};
