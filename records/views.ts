import type * as content from '../domain/content.ts';
import type { Condition, Tally } from '../domain/quorum.ts';
import { assess } from '../domain/risk.ts';
import type { Band } from '../domain/vocabulary.ts';
import type { Db } from '../prisma/client.ts';
import { intakeOf } from './cases.ts';
import { ledgerOf } from './consents.ts';
import { type ContactRole, caseContacts, openCard } from './contacts.ts';
import { documentsOf, type Filed, latestOf } from './documents.ts';
import { found } from './record-error.ts';
import type { Actor, Store, Tx } from './store.ts';
import { proposed } from './verification.ts';

// What a coordinator reads of a case, opened under its key. Every function here leaves an audit entry in the same transaction: whoever has seen
// content has been noted. Instants of rows are ISO 8601; sealed texts are as they were written. Source: security notes, Audit.

export type Reader = { readonly store: Store; readonly by: Actor; readonly at: number };

/** Reads, and notes that it was read. Throws RecordError NOT_FOUND, and then nothing was read. */
export const noting = <T>(
  { store, by, at }: Reader,
  action: string,
  caseId: string,
  subjectId: string | null,
  read: (tx: Tx) => Promise<T>,
): Promise<T> =>
  store.transact(by, at, async (tx) => {
    const seen = await read(tx);
    tx.audit.append({ action, caseId, subjectId });
    return seen;
  });

export const iso = (at: Date): string => at.toISOString();
export const isoOrNull = (at: Date | null): string | null => at?.toISOString() ?? null;
const filed = <T>({ id, at, content }: Filed<T>): { readonly documentId: string; readonly at: string; readonly content: T } => ({
  documentId: id,
  at: iso(at),
  content,
});

/** Everything that is on file about a case. What must not be done stands first, because every later decision has to meet it. */
export const caseView = (reader: Reader, caseId: string) =>
  noting(reader, 'case.read', caseId, null, async (tx) => {
    const { db, seals } = tx;
    const row = found(await db.case.findUnique({ where: { id: caseId } }));
    const intake = await intakeOf(db, seals, caseId);
    const sources = await documentsOf<content.SourceNote>(db, seals, caseId, 'SOURCE');
    const [conclusion, risk, decision, closing] = [
      await latestOf<content.Conclusion>(db, seals, caseId, 'CONCLUSION'),
      await latestOf<content.RiskText>(db, seals, caseId, 'RISK'),
      await latestOf<content.DecisionText>(db, seals, caseId, 'DECISION'),
      await latestOf<content.ClosingText>(db, seals, caseId, 'CLOSING'),
    ];
    const { mustNotBeDone, ...told } = intake;
    return {
      caseId,
      state: row.state,
      band: row.band as Band | null,
      mode: row.mode,
      openedAt: iso(row.openedAt),
      closedAt: isoOrNull(row.closedAt),
      policyVersion: row.policyVersion,
      mustNotBeDone,
      intake: told,
      persons: await personsOf(tx, caseId, intake),
      consents: await consentsOf(tx, caseId),
      sources: sources.map(filed),
      proposedStanding: sources.length === 0 ? null : proposed(sources),
      conclusion: conclusion && filed(conclusion),
      risk: risk && { ...filed(risk), ...scored(risk) },
      decision: decision && filed(decision),
      closing: closing && filed(closing),
      consultations: await consultationsOf(tx, caseId),
      ...(await workOf(db, caseId)),
      needs: await needsOf(tx, caseId),
      reviews: await reviewsOf(tx, caseId),
      tasks: await tasksOf(db, caseId),
    };
  });

/** What the method makes of the inputs, as it did when they were recorded. */
const scored = ({ content: text, at }: Filed<content.RiskText>) => {
  const grounds = text.grounds.map(({ floor, date }) => ({ floor, at: date === null ? null : Date.parse(date) }));
  const assessment = assess({ ...text, grounds, assessedAt: at.getTime() });
  return 'code' in assessment
    ? { score: null, band: null, why: [] }
    : { score: assessment.score, band: assessment.band, why: assessment.reasons };
};

const PEOPLE: readonly ContactRole[] = ['DEFENDER', 'TRUSTED_CONTACT', 'OTHER_PERSON', 'REQUESTER'];

/** The people with the ids that consents name, and the keys by which the intake named them. */
const personsOf = async ({ db, seals }: Tx, caseId: string, intake: content.Intake) => {
  const unnamed = [...intake.persons];
  const persons = [];
  for (const row of await caseContacts(db, caseId, PEOPLE)) {
    const { name, email, ...rest } = await openCard(seals, row);
    const place = row.role === 'REQUESTER' ? -1 : unnamed.findIndex((person) => person.name === name && (person.email ?? null) === email);
    const [person] = place < 0 ? [] : unnamed.splice(place, 1);
    persons.push({ personId: row.id, key: person?.key ?? null, kind: row.role, name, email, language: row.language, ...rest });
  }
  return persons;
};

const consentsOf = async ({ db, seals }: Tx, caseId: string) => {
  const people = await db.consent.findMany({
    where: { caseId },
    distinct: ['personId'],
    select: { personId: true },
    orderBy: { personId: 'asc' },
  });
  const ledgers = await Promise.all(
    people.map(async ({ personId }) =>
      (await ledgerOf(db, seals, caseId, personId)).map(({ id, ...entry }) => ({ consentId: id, personId, ...entry })),
    ),
  );
  return ledgers.flat().sort((a, b) => a.validFrom - b.validFrom || (a.consentId < b.consentId ? -1 : 1));
};

type Outcome = { readonly conditions: readonly Condition[]; readonly tally: Tally };

type ConsultationRow = NonNullable<Awaited<ReturnType<Db['consultation']['findFirst']>>>;

/** The outcome and the count, never who said what. Source: product stage 6. */
const consultation = async ({ db, seals }: Tx, row: ConsultationRow) => {
  const asked = { questionId: row.id };
  const outcome = row.sealed === null ? null : await seals.open<Outcome>('Consultation', row.id, row.caseId, row.sealed);
  return {
    consultationId: row.id,
    state: row.state,
    result: row.result,
    openedAt: iso(row.openedAt),
    closesAt: iso(row.closesAt),
    decidedAt: isoOrNull(row.decidedAt),
    invited: await db.invitation.count({ where: asked }),
    answered: await db.invitation.count({ where: { ...asked, answers: { some: {} } } }),
    conditions: outcome?.conditions ?? null,
    tally: outcome?.tally ?? null,
  };
};

const consultationsOf = async (tx: Tx, caseId: string) => {
  const rows = await tx.db.consultation.findMany({ where: { caseId }, orderBy: { openedAt: 'asc' } });
  return Promise.all(rows.map((row) => consultation(tx, row)));
};

/** One consultation, with the brief that was put before the advisors. */
export const consultationView = (reader: Reader, caseId: string, consultationId: string) =>
  noting(reader, 'consultation.read', caseId, consultationId, async (tx) => {
    const row = found(await tx.db.consultation.findFirst({ where: { id: consultationId, caseId } }));
    const brief = found(await latestOf<content.Brief>(tx.db, tx.seals, caseId, 'BRIEF', consultationId));
    return { ...(await consultation(tx, row)), brief: brief.content };
  });

const workOf = async (db: Db, caseId: string) => {
  const letters = await db.letter.findMany({ where: { caseId }, orderBy: { createdAt: 'asc' } });
  const referrals = await db.referral.findMany({ where: { caseId }, orderBy: { createdAt: 'asc' } });
  return {
    letters: letters.map(({ id, kind, state, version, closesAt, publishedAt }) => ({
      ...{ letterId: id, kind, state, version },
      closesAt: isoOrNull(closesAt),
      publishedAt: isoOrNull(publishedAt),
    })),
    referrals: referrals.map(({ id, needId, state, createdAt, endedAt }) => ({
      ...{ referralId: id, needId, state },
      createdAt: iso(createdAt),
      endedAt: isoOrNull(endedAt),
    })),
  };
};

const needsOf = async ({ db, seals }: Tx, caseId: string) => {
  const rows = await db.need.findMany({ where: { caseId }, orderBy: { createdAt: 'asc' } });
  return Promise.all(
    rows.map(async ({ id, state, sealed }) => ({
      needId: id,
      state,
      need: await seals.open<content.NeedText>('Need', id, caseId, sealed),
    })),
  );
};

const reviewsOf = async ({ db, seals }: Tx, caseId: string) => {
  const rows = await db.review.findMany({ where: { caseId }, orderBy: { number: 'asc' } });
  return Promise.all(
    rows.map(async ({ id, number, state, endedAt, sealed }) => {
      const answer = sealed === null ? null : (await seals.open<{ answer: string }>('Review', id, caseId, sealed)).answer;
      return { reviewId: id, number, state, endedAt: isoOrNull(endedAt), answer };
    }),
  );
};

const tasksOf = async (db: Db, caseId: string) => {
  const rows = await db.task.findMany({ where: { caseId, doneAt: null }, orderBy: [{ urgency: 'asc' }, { createdAt: 'asc' }] });
  return rows.map(({ id, kind, urgency, escalation, subjectId, dueAt }) => ({
    taskId: id,
    kind,
    urgency,
    escalation,
    subjectId,
    dueAt: isoOrNull(dueAt),
  }));
};
