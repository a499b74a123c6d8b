import type { Language } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import { putNotices } from '../mail/outbox.ts';
import { DESK, type Store, type Tx } from '../store.ts';
import { whoOversees } from './contacts.ts';
import { finishTasks, raiseTask } from './tasks.ts';

/** A case stands open and no workflow runs for it: no clock of it rings, and no command reaches it. */
const CASE_WITHOUT_STORY = 'CASE_WITHOUT_STORY';
/** A workflow runs for a case that the records do not know. */
const STORY_WITHOUT_CASE = 'STORY_WITHOUT_CASE';

const DAY_MS = 24 * 3_600_000;

/** Cases that a workflow has taken up and none has ended, but for those that are being erased; by id, from the one behind `after`, `limit` of them or all. */
export const casesInProgress = async (db: Db, after: string | null, limit: number | null): Promise<readonly string[]> => {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT c.id::text FROM "Case" c
    WHERE c."startedAt" IS NOT NULL AND c."closedAt" IS NULL AND (${after}::uuid IS NULL OR c.id > ${after}::uuid)
      AND NOT EXISTS (SELECT 1 FROM "Erasure" e WHERE e."caseId" = c.id AND e.state <> 'STOPPED')
    ORDER BY c.id LIMIT ${limit}::bigint`;
  return rows.map(({ id }) => id);
};

/** Which of these cases nobody ever opened here. */
export const unknownCases = async (db: Db, caseIds: readonly string[]): Promise<readonly string[]> => {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT asked.id::text FROM unnest(${[...caseIds]}::uuid[]) AS asked (id)
    WHERE NOT EXISTS (SELECT 1 FROM "Case" c WHERE c.id = asked.id)`;
  return rows.map(({ id }) => id);
};

/**
 * Tells the administrators that a case has no story, unless it has ended meanwhile: a task for each case, which comes back where it was ticked off a day ago
 * and nothing has changed, and one mail a day, because after the loss of Temporal it is all the cases at once.
 */
export const tellOfNoStory = (store: Store, caseId: string, at: number): Promise<void> =>
  store.transact(DESK, at, async (tx) => {
    if ((await tx.db.case.count({ where: { id: caseId, closedAt: null } })) === 0) return;
    await raise(tx, { caseId, key: `${CASE_WITHOUT_STORY}:${caseId}`, kind: CASE_WITHOUT_STORY, subjectId: null });
  });

/** The story of these cases runs (again): nobody has to do anything about it any more. */
export const finishNoStory = async (store: Store, caseIds: readonly string[], at: number): Promise<void> => {
  const where = { caseId: { in: [...caseIds] }, kind: CASE_WITHOUT_STORY, doneAt: null };
  for (const { caseId } of await store.prisma.task.findMany({ where, select: { caseId: true } }))
    await store.transact(DESK, at, (tx) => finishTasks(tx, { caseId, kind: CASE_WITHOUT_STORY }));
};

/** Tells the administrators of a story that belongs to no case: its clocks ring for nobody, and what it asks of the records fails. */
export const tellOfNoCase = (store: Store, caseId: string, at: number): Promise<void> =>
  store.transact(DESK, at, (tx) =>
    raise(tx, { caseId: null, key: `${STORY_WITHOUT_CASE}:${caseId}`, kind: STORY_WITHOUT_CASE, subjectId: caseId }),
  );

type Loss = { readonly caseId: string | null; readonly key: string; readonly kind: string; readonly subjectId: string | null };

const raise = async (tx: Tx, loss: Loss): Promise<void> => {
  await raiseTask(tx, { ...loss, urgency: 1, escalation: 2, dueAt: null });
  const doneAt = { lt: new Date(tx.at.getTime() - DAY_MS) };
  await tx.db.task.updateMany({ where: { key: loss.key, doneAt }, data: { doneAt: null } });
  const people = await whoOversees(tx.db, tx.at);
  const day = tx.at.toISOString().slice(0, 10);
  await putNotices(
    tx,
    people.map(({ id, language }) => ({
      ...{ key: `TASK_RAISED:${loss.kind}:${day}:${id}`, kind: 'TASK_RAISED', contactId: id, caseId: null },
      ...{ language: language as Language, data: {}, needs: null },
    })),
  );
};
