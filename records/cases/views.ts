import type * as content from '../../domain/content.ts';
import type { Condition, Tally } from '../../domain/quorum.ts';
import { assess } from '../../domain/risk.ts';
import type { Band } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import { iso, isoOrNull, noting, type Reader } from '../audit/reading.ts';
import { documentsOf, type Filed, latestOf, openDocument } from '../documents.ts';
import { holdsWithReasons } from '../erasure/legal-hold.ts';
import { stuckMailOf } from '../mail/stuck-mail.ts';
import { COUNTED, doubtfulAnswers } from '../questions/counted.ts';
import { openQuestionsOf } from '../questions/given-answers.ts';
import { notReached } from '../questions/reach.ts';
import { found } from '../record-error.ts';
import type { Tx } from '../store.ts';
import { intakeOf, toldAtIntake } from './cases.ts';
import { ledgerOf } from './consents.ts';
import { heedOf } from './constraints.ts';
import { type ContactRole, caseContacts, openCard } from './contacts.ts';
import { proposed } from './verification.ts';
import { personWords, unattributedWords } from './words.ts';

// What a coordinator reads of a case, opened under its key. Every view leaves an audit entry in the same transaction: whoever has seen
// content has been noted. Instants of rows are ISO 8601; sealed texts are as they were written. Source: security notes, Audit.

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
    const { mustNotBeDone } = await intakeOf(db, seals, caseId);
    const sources = await documentsOf<content.SourceNote>(db, seals, caseId, 'SOURCE');
    const [conclusion, risk, decision, closing] = [
      await latestOf<content.Conclusion>(db, seals, caseId, 'CONCLUSION'),
      await latestOf<content.RiskText>(db, seals, caseId, 'RISK'),
      await latestOf<content.DecisionText>(db, seals, caseId, 'DECISION'),
      await latestOf<content.ClosingText>(db, seals, caseId, 'CLOSING'),
    ];
    const { mustNotBeDone: _atFirst, ...told } = await toldAtIntake(db, seals, caseId);
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
      persons: await personsOf(tx, caseId),
      consents: await consentsOf(tx, caseId),
      sources: sources.map(filed),
      proposedStanding: sources.length === 0 ? null : proposed(sources),
      conclusion: conclusion && filed(conclusion),
      risk: risk && { ...filed(risk), ...scored(risk) },
      decision: decision && filed(decision),
      closing: closing && filed(closing),
      cancellation: await cancellationOf(tx, caseId),
      consultations: await consultationsOf(tx, caseId),
      ...(await workOf(db, caseId)),
      needs: await needsOf(tx, caseId),
      reviews: await reviewsOf(tx, caseId),
      openQuestions: await openQuestionsOf(db, caseId),
      doubtfulAnswers: (await doubtfulAnswers(db, caseId)).flatMap(({ disowned, ...answer }) => (disowned ? [] : [answer])),
      tasks: await tasksOf(db, caseId),
      legalHolds: await holdsWithReasons(tx, caseId),
      mail: await stuckMailOf(db, caseId),
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

/** The people with the ids that consents name, and the keys by which they were named. */
const personsOf = async ({ db, seals }: Tx, caseId: string) =>
  Promise.all(
    (await caseContacts(db, caseId, PEOPLE)).map(async (row) => {
      const { name, email, key, ...rest } = await openCard(seals, row);
      return { personId: row.id, key: key ?? null, kind: row.role, name, email, language: row.language, ...rest };
    }),
  );

const consentsOf = async ({ db, seals }: Tx, caseId: string) => {
  const reasonOf = async (id: string | null) =>
    id === null ? null : (await openDocument<content.ConsentText>(db, seals, caseId, id)).reason;
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
  const entries = await Promise.all(ledgers.flat().map(async (entry) => ({ ...entry, reason: await reasonOf(entry.reasonDocumentId) })));
  return entries.sort((a, b) => a.validFrom - b.validFrom || (a.consentId < b.consentId ? -1 : 1));
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
    answered: await db.invitation.count({ where: { ...asked, answers: { some: COUNTED } } }),
    notReached: await notReached(db, row),
    conditions: outcome?.conditions ?? null,
    tally: outcome?.tally ?? null,
  };
};

const consultationsOf = async (tx: Tx, caseId: string) => {
  const rows = await tx.db.consultation.findMany({ where: { caseId }, orderBy: { openedAt: 'asc' } });
  return Promise.all(rows.map((row) => consultation(tx, row)));
};

/** One consultation, with the brief that was put before the advisors and what they wrote, without who wrote it. */
export const consultationView = (reader: Reader, caseId: string, consultationId: string) =>
  noting(reader, 'consultation.read', caseId, consultationId, async (tx) => {
    const row = found(await tx.db.consultation.findFirst({ where: { id: consultationId, caseId } }));
    const brief = found(await latestOf<content.Brief>(tx.db, tx.seals, caseId, 'BRIEF', consultationId));
    const heed = await heedOf(tx, caseId);
    return { ...(await consultation(tx, row)), ...heed, brief: brief.content, words: await unattributedWords(tx, caseId, consultationId) };
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

const reviewsOf = async (tx: Tx, caseId: string) => {
  const { db, seals } = tx;
  const rows = await db.review.findMany({ where: { caseId }, orderBy: { number: 'asc' } });
  return Promise.all(
    rows.map(async ({ id, number, state, endedAt, sealed }) => {
      const answer = sealed === null ? null : (await seals.open<{ answer: string }>('Review', id, caseId, sealed)).answer;
      const words = await personWords(tx, caseId, 'REVIEW', id);
      return { reviewId: id, number, state, endedAt: isoOrNull(endedAt), answer, words };
    }),
  );
};

/** Why the case was stopped: the reason that came with the last command to stop it. */
const cancellationOf = async ({ db, seals }: Tx, caseId: string) => {
  const act = await db.audit.findFirst({ where: { caseId, action: 'case.cancelCase' }, orderBy: { seq: 'desc' } });
  const row = act?.subjectId && (await db.document.findFirst({ where: { caseId, kind: 'REASON', commandId: act.subjectId } }));
  if (!act || !row) return null;
  return { text: (await openDocument<content.Reason>(db, seals, caseId, row.id)).text, at: iso(act.at) };
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
