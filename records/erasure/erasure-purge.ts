import { monthOf } from '../../domain/erasure.ts';
import { type Db, Prisma } from '../../prisma/client.ts';
import { CONTENT_COLUMNS } from '../sealed-columns.ts';
import type { Tx } from '../store.ts';

/** The number that no picture of the case is newer than: whatever still comes late changes the lists no more. */
const LAST_SEQ = 2_147_483_647;

/**
 * Removes the rows of a case whose keys are destroyed, and leaves what can be counted and accounted for: that there was a case, in which month, and how
 * grave; who worked on it; the audit; the page of a letter that stays public, or the word that it was taken down. Returns how many rows of each table went.
 */
export const purge = async (tx: Tx, caseId: string, lettersStay: boolean): Promise<Readonly<Record<string, number>>> => {
  const { db } = tx;
  const commandIds = (await db.document.findMany({ where: { caseId }, select: { commandId: true } })).map(({ commandId }) => commandId);
  const ofCase = { caseId };
  const ofQuestion = { question: ofCase };
  const ofPeople = { contact: ofCase };
  const ofEither = { OR: [ofCase, ofPeople] };
  const removed: readonly (readonly [string, () => Promise<{ count: number }>])[] = [
    ['Link', () => db.link.deleteMany({ where: { invitation: ofQuestion } })],
    ['Answer', () => db.answer.deleteMany({ where: { invitation: ofQuestion } })],
    ['Invitation', () => db.invitation.deleteMany({ where: ofQuestion })],
    ['Question', () => db.question.deleteMany({ where: ofCase })],
    ['SealedMessage', () => db.sealedMessage.deleteMany({ where: ofEither })],
    ['RecipientKey', () => db.recipientKey.deleteMany({ where: ofPeople })],
    ['KeyInvitation', () => db.keyInvitation.deleteMany({ where: ofPeople })],
    ['Outbox', () => db.outbox.deleteMany({ where: ofEither })],
    ['Referral', () => db.referral.deleteMany({ where: ofCase })],
    ['Need', () => db.need.deleteMany({ where: ofCase })],
    ['Review', () => db.review.deleteMany({ where: ofCase })],
    ['Consent', () => db.consent.deleteMany({ where: ofCase })],
    ['Consultation', () => db.consultation.deleteMany({ where: ofCase })],
    ['Document', () => db.document.deleteMany({ where: ofCase })],
    ['Letter', () => db.letter.deleteMany({ where: { caseId, publication: null } })],
    ['Task', () => db.task.deleteMany({ where: ofCase })],
    ['Deed', () => deedsOf(db, caseId, commandIds)],
    ['Command', () => db.command.deleteMany({ where: ofCase })],
    ['SecondPerson', () => db.secondPerson.deleteMany({ where: ofCase })],
    ['LegalHold', () => db.legalHold.deleteMany({ where: ofCase })],
    ['Contact', () => db.contact.deleteMany({ where: ofCase })],
  ];
  const counts: Record<string, number> = {};
  for (const [table, remove] of removed) counts[table] = (await remove()).count;
  if (!lettersStay) counts['Publication'] = await takeDown(tx, caseId);
  await coarsen(tx, caseId);
  return counts;
};

/** What the commands of the case brought about; they are known by the requests, by the texts that came with them, and by the approvals that the sweep carried out. */
const deedsOf = async (db: Db, caseId: string, ofTexts: readonly string[]): Promise<{ count: number }> => {
  const ofRequests = (await db.command.findMany({ where: { caseId }, select: { id: true } })).map(({ id }) => id);
  const approved = await db.secondPerson.findMany({ where: { caseId }, select: { id: true } });
  const ofSweep = approved.map(({ id }) => ({ commandId: { startsWith: id } }));
  return db.deed.deleteMany({ where: { OR: [{ commandId: { in: [...new Set([...ofTexts, ...ofRequests])] } }, ...ofSweep] } });
};

/** Empties the pages. What remains says that a letter stood there and was taken down, and nothing of what it said. */
const takeDown = async ({ db, at }: Tx, caseId: string): Promise<number> => {
  const { count } = await db.publication.updateMany({
    where: { letter: { caseId }, retractedAt: null },
    data: { retractedAt: at, content: {}, needs: {} },
  });
  // the digest of a text can be tried out on guesses at the text
  await db.letter.updateMany({ where: { caseId, publication: { retractedAt: { not: null } } }, data: { digest: null } });
  return count;
};

const coarsen = async ({ db, at }: Tx, caseId: string): Promise<void> => {
  const { openedAt, closedAt } = await db.case.findUniqueOrThrow({ where: { id: caseId }, select: { openedAt: true, closedAt: true } });
  const months = { openedAt: monthOf(openedAt), closedAt: monthOf(closedAt ?? at), startedAt: monthOf(openedAt) };
  await db.case.update({ where: { id: caseId }, data: { state: 'PURGED', seq: LAST_SEQ, ...months } });
};

/** What of a case can still be found: keys that could be unwrapped, and rows with sealed content, whichever table they are in. */
export const leftOf = async (db: Db, caseId: string): Promise<{ readonly keys: number; readonly rows: number }> => {
  const keys = await db.caseKey.count({ where: { caseId, wrapped: { not: null } } });
  let rows = 0;
  for (const { table, column, caseId: owner } of CONTENT_COLUMNS) {
    const [found] = await db.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM ${Prisma.raw(`"${table}"`)} t
      WHERE ${Prisma.raw(`t."${column}"`)} IS NOT NULL AND ${Prisma.raw(owner)} = ${caseId}::uuid`;
    rows += found?.n ?? 0;
  }
  return { keys, rows };
};
