import { iso } from '../audit/reading.ts';
import { type AnswerOf, answersTo } from '../questions/answers.ts';
import type { QuestionKind } from '../questions/asking.ts';
import type { LiveAnswer } from '../questions/landing.ts';
import type { Tx } from '../store.ts';

// What people wrote when they answered, for the coordinator to read. Called by views only, which note who read it.

type Answered = AnswerOf & { readonly answer: LiveAnswer };

/** The answers that count, to every question of this kind about this subject, in the order in which they were given. */
const answered = async ({ db, seals }: Tx, caseId: string, kind: QuestionKind, subjectId: string): Promise<readonly Answered[]> => {
  const questions = await db.question.findMany({ where: { caseId, kind, subjectId }, select: { id: true } });
  const lists = await Promise.all(questions.map(({ id }) => answersTo(db, seals, id)));
  return lists
    .flatMap(({ all }) => all)
    .filter((one): one is Answered => one.answer !== null)
    .sort((a, b) => a.answer.at.getTime() - b.answer.at.getTime());
};

/** What a coordinator has to answer while it is still being asked. */
const SPOKEN_TO_THE_DESK: ReadonlySet<string> = new Set(['NEED_INFO', 'OBJECT']);

/**
 * What the advisors wrote, and never who: sorted by the words themselves, so that not even the order tells. Until the question is closed only what waits for
 * a reply: words that came one by one would tell, read beside the hours at which people work, who wrote them. Source: product stage 6 (who said what stays
 * confidential).
 */
export const unattributedWords = async (tx: Tx, caseId: string, consultationId: string) => {
  const asking = (await tx.db.question.count({ where: { caseId, kind: 'ADVICE', subjectId: consultationId, closedAt: null } })) > 0;
  const words = (await answered(tx, caseId, 'ADVICE', consultationId)).flatMap(({ answer: { content } }) =>
    content.text === undefined || (asking && !SPOKEN_TO_THE_DESK.has(content.choice))
      ? []
      : [{ choice: content.choice, text: content.text }],
  );
  const order = ({ choice, text }: (typeof words)[number]): string => `${text}\n${choice}`;
  return words.sort((a, b) => (order(a) < order(b) ? -1 : 1));
};

/** What the people of the case answered about their own case, each with their name's id. */
export const personWords = async (tx: Tx, caseId: string, kind: 'LETTER_APPROVAL' | 'HELP_CONFIRMATION' | 'REVIEW', subjectId: string) =>
  (await answered(tx, caseId, kind, subjectId)).map(({ contactId, answer: { content, at } }) => ({
    personId: contactId,
    choice: content.choice,
    text: content.text ?? null,
    at: iso(at),
    method: content.method ?? null,
    givenBy: content.givenBy ?? null,
  }));

/** What each partner who was asked has answered. */
export const partnerAnswers = async (tx: Tx, caseId: string, referralId: string) => {
  const all = await answered(tx, caseId, 'REFERRAL', referralId);
  const partners = await tx.db.partner.findMany({
    where: { contactId: { in: all.map(({ contactId }) => contactId) } },
    select: { id: true, contactId: true },
  });
  return all.map(({ contactId, answer: { content, at } }) => ({
    partnerId: partners.find((partner) => partner.contactId === contactId)?.id ?? null,
    choice: content.choice,
    reason: content.reason ?? null,
    amount: content.amount ?? null,
    text: content.text ?? null,
    at: iso(at),
  }));
};
