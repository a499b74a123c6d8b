import type { CaseFile } from '../domain/case.ts';
import { openCaseFile } from '../domain/case.ts';
import type { Band } from '../domain/vocabulary.ts';
import type { Db } from '../prisma/client.ts';
import { found } from './record-error.ts';

export type Standing = {
  readonly state: string;
  readonly ended: boolean;
  /** what to start the workflow with; null once it has taken the case up */
  readonly toStart: CaseFile | null;
};

/** How far a case has come, without a look at its content. Throws RecordError NOT_FOUND. */
export const caseStanding = async (db: Db, caseId: string): Promise<Standing> => {
  const row = found(await db.case.findUnique({ where: { id: caseId } }));
  const toStart = row.startedAt === null ? openCaseFile(caseId, row.openedAt.getTime(), row.band as Band) : null;
  return { state: row.state, ended: row.closedAt !== null, toStart };
};

/** The state of a letter of this case. Throws RecordError NOT_FOUND for a letter of another. */
export const letterState = async (db: Db, caseId: string, id: string): Promise<{ state: string; closesAt: Date | null }> =>
  found(await db.letter.findFirst({ where: { id, caseId }, select: { state: true, closesAt: true } }));

export const consultationCloses = async (db: Db, caseId: string, id: string): Promise<Date> =>
  found(await db.consultation.findFirst({ where: { id, caseId }, select: { closesAt: true } })).closesAt;

/** Throws RecordError NOT_FOUND unless the statement is one of this case. */
export const consentOf = async (db: Db, caseId: string, id: string): Promise<void> => {
  found(await db.consent.findFirst({ where: { id, caseId }, select: { id: true } }));
};

/** Throws RecordError NOT_FOUND unless the referral is one of this case. */
export const referralOf = async (db: Db, caseId: string, id: string): Promise<void> => {
  found(await db.referral.findFirst({ where: { id, caseId }, select: { id: true } }));
};
