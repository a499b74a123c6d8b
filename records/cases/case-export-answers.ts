import { iso, isoOrNull } from '../audit/reading.ts';
import { answersTo } from '../questions/answers.ts';
import type { Tx } from '../store.ts';
import { unattributedWords } from './words.ts';

type Said = { readonly contactId: string | null; readonly at: string | null; readonly content: Readonly<Record<string, unknown>> };

/** A question of a case and what was answered to it; `contactId` and `at` are null where nobody may know who said what. */
export type AskedAnswers = {
  readonly questionId: string;
  readonly kind: string;
  readonly subjectId: string;
  readonly openedAt: string;
  readonly closesAt: string;
  readonly closedAt: string | null;
  readonly invited: number;
  readonly answers: readonly Said[];
};

/** Every question of a case, with the answers that count. */
export const askedAnswers = async (tx: Tx, caseId: string): Promise<readonly AskedAnswers[]> => {
  const questions = await tx.db.question.findMany({
    where: { caseId },
    include: { _count: { select: { invitations: true } } },
    orderBy: [{ openedAt: 'asc' }, { id: 'asc' }],
  });
  return Promise.all(
    questions.map(async ({ id, kind, subjectId, openedAt, closesAt, closedAt, _count }) => ({
      ...{ questionId: id, kind, subjectId, openedAt: iso(openedAt), closesAt: iso(closesAt), closedAt: isoOrNull(closedAt) },
      invited: _count.invitations,
      answers: kind === 'ADVICE' ? await advice(tx, caseId, subjectId) : await attributed(tx, id),
    })),
  );
};

/** The words alone: the count stands with the consultation, and neither the order nor an instant may tell who. */
const advice = async (tx: Tx, caseId: string, consultationId: string): Promise<readonly Said[]> =>
  (await unattributedWords(tx, caseId, consultationId)).map((content) => ({ contactId: null, at: null, content }));

const attributed = async ({ db, seals }: Tx, questionId: string): Promise<readonly Said[]> =>
  (await answersTo(db, seals, questionId)).all.flatMap(({ contactId, answer }) =>
    answer === null ? [] : [{ contactId, at: iso(answer.at), content: { ...answer.content } }],
  );
