import { type CaseFile, openCaseFile, stageOf } from '../../domain/case.ts';
import type { Constraint, Intake, PersonOfCase } from '../../domain/content.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Band } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import { join } from '../access/joining.ts';
import { documentsOf, fileNewDocument, latestOf } from '../documents.ts';
import { currentPolicy } from '../policies.ts';
import { found } from '../record-error.ts';
import type { Sealing } from '../sealing.ts';
import type { Store, Tx } from '../store.ts';
import { addCaseContact, type Card, type ContactRole } from './contacts.ts';

/**
 * Writes a new case: its key, its people, what was told. The workflow is started afterwards, by whoever called; when that fails the sweep does it,
 * so a case that was accepted is never lost. The same command finds the case that it opened before.
 */
export const openCase = async (
  store: Store,
  opening: { readonly commandId: string; readonly caseId: string; readonly by: string; readonly at: number; readonly intake: Intake },
): Promise<CaseFile> => {
  const { caseId, by, at, intake, commandId } = opening;
  return store.transact(by, at, async (tx) => {
    const there = await tx.db.case.findUnique({ where: { id: caseId } });
    const { version, policy } = await currentPolicy(tx.db);
    const band = bandAtFirst(policy, intake);
    if (there !== null) return openCaseFile(caseId, there.openedAt.getTime(), band);
    const openedAt = new Date(at);
    await tx.db.case.create({ data: { id: caseId, state: 'RECEIVED', band, policyVersion: version, openedBy: by, openedAt } });
    await store.caseKeys.create(tx.db, caseId, openedAt);
    await fileNewDocument(tx, { caseId, kind: 'INTAKE', commandId, content: intake });
    await addPeople(tx, caseId, intake);
    await join(tx, caseId, by, 'OPENED');
    tx.audit.append({ action: 'case.opened', caseId, subjectId: null });
    return openCaseFile(caseId, at, band);
  });
};

/** What is about to happen counts as critical until somebody has assessed it; for the rest the policy says. */
const bandAtFirst = (policy: Policy, intake: Intake): Band =>
  intake.incidents.some(({ urgencyBasis }) => urgencyBasis === 'IMMINENT') ? 'CRITICAL' : policy.bandUntilAssessed;

/** As what a person of a case is written to. */
export const ROLE_OF: Readonly<Record<Intake['persons'][number]['kind'], ContactRole>> = {
  DEFENDER: 'DEFENDER',
  TRUSTED_CONTACT: 'TRUSTED_CONTACT',
  LAWYER: 'OTHER_PERSON',
  FAMILY: 'OTHER_PERSON',
  OTHER: 'OTHER_PERSON',
};

const addPeople = async (tx: Tx, caseId: string, intake: Intake): Promise<void> => {
  for (const person of intake.persons)
    await addCaseContact(tx, caseId, { role: ROLE_OF[person.kind], language: person.language, card: cardOf(person) });
  const { name, email, language } = intake.requester;
  await addCaseContact(tx, caseId, { role: 'REQUESTER', language, card: { name, email: email ?? null } });
};

/** What is needed to reach a person of a case, and to name them. */
export const cardOf = ({ kind: _kind, role: _role, language: _language, email, ...person }: PersonOfCase): Card => ({
  ...person,
  email: email ?? null,
});

/** The workflow has taken the case up. */
export const markStarted = async (tx: Tx, caseId: string): Promise<void> => {
  await tx.db.case.updateMany({ where: { id: caseId, startedAt: null }, data: { startedAt: tx.at } });
};

/** Brings the lists in step with what the workflow decided. */
export const projectCase = async (db: Db, file: CaseFile): Promise<void> => {
  const ended = file.at.closed ?? file.at.cancelled;
  await db.case.updateMany({
    where: { id: file.caseId, seq: { lt: file.seq } },
    data: { seq: file.seq, state: stageOf(file), band: file.band, mode: file.mode, closedAt: ended === null ? null : new Date(ended) },
  });
};

/** What was told at intake, word for word. */
export const toldAtIntake = async (db: Db, seals: Sealing, caseId: string): Promise<Intake> =>
  found(await latestOf<Intake>(db, seals, caseId, 'INTAKE')).content;

/**
 * What is known of a case: what was told at intake, with the people and the constraints that came later. A name that was put right since stays
 * among the names, because it may still point at the person.
 */
export const intakeOf = async (db: Db, seals: Sealing, caseId: string): Promise<Intake> => {
  const told = await toldAtIntake(db, seals, caseId);
  const persons = await documentsOf<PersonOfCase>(db, seals, caseId, 'PERSON');
  const constraints = await documentsOf<Constraint>(db, seals, caseId, 'CONSTRAINT');
  return {
    ...told,
    persons: [...told.persons, ...persons.map(({ content }) => content)],
    mustNotBeDone: [...told.mustNotBeDone, ...constraints.map(({ content }) => content)],
  };
};

/** Cases that were accepted but that no workflow has taken up, older than `before`. */
export const unstarted = async (db: Db, before: Date, limit: number): Promise<readonly CaseFile[]> => {
  const rows = await db.case.findMany({ where: { startedAt: null, openedAt: { lt: before } }, orderBy: { openedAt: 'asc' }, take: limit });
  return rows.map((row) => openCaseFile(row.id, row.openedAt.getTime(), row.band as Band));
};

export type ListedCase = {
  readonly id: string;
  readonly state: string;
  readonly band: string | null;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
};

type Filter = {
  readonly state?: string | undefined;
  readonly after?: { at: Date; id: string } | undefined;
  readonly limit: number;
  /** only the cases that this person is a member of; null: all, for whoever sees that something is there and nothing of its content */
  readonly memberId: string | null;
};

/** The cases, newest first, `after` the last one of the page before. */
export const listCases = async (db: Db, filter: Filter): Promise<readonly ListedCase[]> =>
  db.case.findMany({
    where: {
      ...(filter.memberId === null ? {} : { members: { some: { personId: filter.memberId, endedAt: null } } }),
      ...(filter.state === undefined ? {} : { state: filter.state }),
      ...(filter.after === undefined
        ? {}
        : { OR: [{ openedAt: { lt: filter.after.at } }, { openedAt: filter.after.at, id: { lt: filter.after.id } }] }),
    },
    orderBy: [{ openedAt: 'desc' }, { id: 'desc' }],
    take: filter.limit,
    select: { id: true, state: true, band: true, openedAt: true, closedAt: true },
  });
