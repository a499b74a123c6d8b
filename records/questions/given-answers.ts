import { type Refusal, refuse } from '../../domain/refusal.ts';
import type { ConsentMethod } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import { iso } from '../audit/reading.ts';
import { finishTasks } from '../cases/tasks.ts';
import { latestText } from '../letters/letters.ts';
import { found } from '../record-error.ts';
import type { Actor, Store, Tx } from '../store.ts';
import type { QuestionKind } from './asking.ts';
import { COUNTED } from './counted.ts';
import { type AnswerText, type LiveAnswer, landAnswer, same } from './landing.ts';
import { lockQuestion } from './questions.ts';

/** Questions about a person's own case: that person may answer by telephone or in person. Everybody else answers by their own link. */
const OF_PERSONS = ['LETTER_APPROVAL', 'HELP_CONFIRMATION', 'REVIEW'] as const satisfies readonly QuestionKind[];
type OfPersons = (typeof OF_PERSONS)[number];

export const isOfPersons = (kind: string): boolean => OF_PERSONS.some((known) => known === kind);

/** Who is to do something because a person could not be written to. */
export const ASK_BY_SAFE_WAY = 'ASK_BY_SAFE_WAY';

type GivenAnswer = AnswerText & { readonly givenBy: string; readonly method: ConsentMethod };

/** The questions to people of the case that wait for an answer, the one that closes first before the others. */
export const openQuestionsOf = async (db: Db, caseId: string) => {
  const questions = await db.question.findMany({
    where: { caseId, closedAt: null, kind: { in: [...OF_PERSONS] } },
    include: { invitations: { include: { _count: { select: { answers: { where: COUNTED } } } }, orderBy: { createdAt: 'asc' } } },
    orderBy: [{ closesAt: 'asc' }, { id: 'asc' }],
  });
  return questions.map(({ id, kind, closesAt, invitations }) => ({
    questionId: id,
    kind,
    closesAt: iso(closesAt),
    invitations: invitations.map((invitation) => ({
      invitationId: invitation.id,
      personId: invitation.contactId,
      answered: invitation._count.answers > 0,
    })),
  }));
};

/** What an invitation of this case asks; null for one that only its own link may answer. Throws RecordError NOT_FOUND. */
export const askedOfPerson = async (db: Db, caseId: string, invitationId: string): Promise<OfPersons | null> => {
  const { question } = found(
    await db.invitation.findFirst({ where: { id: invitationId, question: { caseId } }, include: { question: true } }),
  );
  return OF_PERSONS.find((kind) => kind === question.kind) ?? null;
};

/** `answerId` is null for a repeat. */
type Landed =
  | { readonly refused: Refusal }
  | { readonly refused: null; readonly answer: LiveAnswer; readonly workflowId: string; readonly answerId: string | null };

const CHANGED = refuse('TEXT_CHANGED', 'The text is not the one that was asked about: ask for approval again.');
const CLOSED = refuse('QUESTION_CLOSED', 'This question is closed: no answer to it counts any more.');
const ANSWERED = refuse(
  'ALREADY_ANSWERED',
  'The person has answered this otherwise already, and is asked only once: read the case, and ask anew.',
);

type Recorded = {
  readonly caseId: string;
  readonly invitationId: string;
  /** who of the secretariat writes it down */
  readonly by: Actor;
  readonly content: GivenAnswer;
  readonly at: number;
};

/**
 * Writes down an answer that a person gave in another way than by link, exactly as if the link had brought it, and in the same order of locks: so it
 * lands on one side of the close too, and the same answer again is a repeat. Throws RecordError NOT_FOUND.
 */
export const recordGivenAnswer = (store: Store, { caseId, invitationId, by, content, at }: Recorded): Promise<Landed> =>
  store.transact(by, at, async (tx) => {
    const where = { id: invitationId, question: { caseId, kind: { in: [...OF_PERSONS] } } };
    const invitation = found(await tx.db.invitation.findFirst({ where, include: { question: true } }));
    await lockQuestion(tx, invitation.questionId, 'SHARE');
    if (!(await isAsPut(tx, invitation.question))) return { refused: CHANGED };
    const given = await landAnswer(tx, invitation, content);
    if (given.given === 'CLOSED' || given.given === 'GONE') return { refused: CLOSED };
    if (!same(given.answer.content, content)) return { refused: ANSWERED };
    if (given.given === 'RECORDED') await finishTasks(tx, { caseId, kind: ASK_BY_SAFE_WAY, subjectId: invitationId });
    return { refused: null, ...given };
  });

/** Whoever approves a text approves these words: an answer about an earlier version says nothing of the later one. */
const isAsPut = async (
  tx: Tx,
  question: { caseId: string; kind: string; subjectId: string; documentId: string | null },
): Promise<boolean> =>
  question.kind !== 'LETTER_APPROVAL' ||
  (await latestText(tx.db, tx.seals, question.caseId, question.subjectId)).id === question.documentId;
