import { refuse } from '../../domain/refusal.ts';
import { EXPORT_WAITS_MS } from '../../domain/second-person.ts';
import { askSecond, type SecondMatter, type SecondText, useSecond } from '../access/second-person.ts';
import { timelineOf } from '../audit/audit.ts';
import { iso, isoOrNull } from '../audit/reading.ts';
import { mustNot } from '../deeds.ts';
import { found, RecordError } from '../record-error.ts';
import type { Store, Tx } from '../store.ts';
import { askedAnswers } from './case-export-answers.ts';
import { ledgerOf } from './consents.ts';
import { openCard } from './contacts.ts';
import { courseOf } from './referrals.ts';
import { advisorsAmong } from './unnamed.ts';

/** Whoever asks gets it, and nobody else: two who ask for the same case ask for two things. */
const exportMatter = (caseId: string, askedBy: string, reason: string): SecondMatter => ({
  act: 'EXPORT',
  caseId,
  subjectId: askedBy,
  order: { reason },
});

/** Asks for a second person for the export of a case. Throws RecordError NOT_FOUND. */
export const askExport = (
  store: Store,
  { caseId, by, at, reason }: { readonly caseId: string; readonly by: string; readonly at: number; readonly reason: string },
): ReturnType<typeof askSecond> => store.transact(by, at, (tx) => askSecond(tx, { ...exportMatter(caseId, by, reason), by }));

/**
 * Hands an approved export out: to whoever asked for it, once, and within an hour of the approval. Noted with how much left. Throws RecordError NOT_FOUND
 * for everybody else, Refused where nobody has approved it, or it lapsed or was fetched before.
 */
export const collectExport = (store: Store, { secondPersonId: id, by, at }: { secondPersonId: string; by: string; at: number }) =>
  store.transact(by, at, async (tx) => {
    const row = found(await tx.db.secondPerson.findFirst({ where: { id, act: 'EXPORT', askedBy: by } }));
    const { caseId } = row;
    const { order } = await tx.seals.open<SecondText>('SecondPerson', id, caseId, row.sealed);
    const decidedAt = row.decidedAt?.getTime();
    if (row.decision === 'APPROVE' && decidedAt !== undefined && decidedAt + EXPORT_WAITS_MS <= at)
      mustNot(refuse('EXPORT_LAPSED', 'Nobody came for this export within an hour of its approval: ask for it anew.'));
    await useSecond(tx, exportMatter(caseId, by, String(order['reason'])));
    const content = await wholeCase(tx, caseId);
    const counts = Object.fromEntries(Object.entries(content).map(([part, items]) => [part, Array.isArray(items) ? items.length : 1]));
    const entries = Object.values(counts).reduce((sum, count) => sum + count, 0);
    tx.audit.append({ action: 'case.exported', caseId, subjectId: id, detail: { entries, counts } });
    return { format: 'system-of-solidarity/case' as const, version: 1 as const, exportedAt: iso(tx.at), entries, ...content };
  });

/**
 * Everything that is on file about a case, opened. What could open something is not among it: no link, no key, no token. What an advisor wrote stands
 * there without who wrote it, as it does for the desk itself. Source: product stage 6 (who said what stays confidential).
 */
const wholeCase = async (tx: Tx, caseId: string) => {
  const { db, seals } = tx;
  const row = await db.case.findUnique({ where: { id: caseId }, include: { members: true, holds: true } });
  if (row === null) throw new RecordError('NOT_FOUND');
  const of = { where: { caseId } };
  const { state, band, mode, openedBy, policyVersion } = row;
  return {
    case: { caseId, state, band, mode, openedBy, policyVersion, openedAt: iso(row.openedAt), closedAt: isoOrNull(row.closedAt) },
    members: row.members.map(({ personId, how, addedBy, addedAt, endedAt }) => ({
      ...{ personId, how, addedBy, addedAt: iso(addedAt), endedAt: isoOrNull(endedAt) },
    })),
    persons: await opened(await db.contact.findMany({ ...of, orderBy: { createdAt: 'asc' } }), async (contact) => {
      const { id: personId, role: kind, language } = contact;
      return { personId, kind, language, active: contact.active, card: { ...(await openCard(seals, contact)) } };
    }),
    documents: await opened(
      await db.document.findMany({ where: { caseId, state: 'FILED' }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] }),
      async ({ id, kind, subjectId, version, createdAt, sealed }) => ({
        ...{ documentId: id, kind, subjectId, version, at: iso(createdAt) },
        content: await seals.open<unknown>('Document', id, caseId, sealed),
      }),
    ),
    consents: await consentsOf(tx, caseId),
    consultations: await opened(
      await db.consultation.findMany({ ...of, orderBy: { openedAt: 'asc' } }),
      async ({ id, state: stands, result, openedAt, closesAt, decidedAt, sealed }) => ({
        ...{ consultationId: id, state: stands, result, openedAt: iso(openedAt), closesAt: iso(closesAt), decidedAt: isoOrNull(decidedAt) },
        outcome: sealed === null ? null : await seals.open<unknown>('Consultation', id, caseId, sealed),
      }),
    ),
    letters: (await db.letter.findMany({ ...of, include: { publication: true }, orderBy: { createdAt: 'asc' } })).map((letter) => ({
      ...{ letterId: letter.id, kind: letter.kind, state: letter.state, version: letter.version, digest: letter.digest },
      ...{ createdAt: iso(letter.createdAt), frozenAt: isoOrNull(letter.frozenAt), closesAt: isoOrNull(letter.closesAt) },
      slug: letter.publication?.slug ?? null,
      publishedAt: isoOrNull(letter.publishedAt),
      retractedAt: isoOrNull(letter.publication?.retractedAt ?? null),
    })),
    needs: await opened(await db.need.findMany({ ...of, orderBy: { createdAt: 'asc' } }), async ({ id, state: stands, sealed }) => ({
      ...{ needId: id, state: stands },
      need: await seals.open<unknown>('Need', id, caseId, sealed),
    })),
    referrals: await opened(
      await db.referral.findMany({ ...of, orderBy: { createdAt: 'asc' } }),
      async ({ id, needId, state: stands, createdAt, endedAt }) => ({
        ...{ referralId: id, needId, state: stands, createdAt: iso(createdAt), endedAt: isoOrNull(endedAt) },
        course: await courseOf(db, seals, caseId, id),
      }),
    ),
    reviews: await opened(
      await db.review.findMany({ ...of, orderBy: { number: 'asc' } }),
      async ({ id, number, state: stands, dueAt, endedAt, sealed }) => ({
        ...{ reviewId: id, number, state: stands, dueAt: iso(dueAt), endedAt: isoOrNull(endedAt) },
        outcome: sealed === null ? null : await seals.open<unknown>('Review', id, caseId, sealed),
      }),
    ),
    questions: await askedAnswers(tx, caseId),
    ...(await tracesOf(tx, caseId)),
    holds: await opened(row.holds, async ({ id, placedBy, placedAt, liftedBy, liftedAt, sealed }) => ({
      ...{ holdId: id, placedBy, placedAt: iso(placedAt), liftedBy, liftedAt: isoOrNull(liftedAt) },
      content: await seals.open<unknown>('LegalHold', id, caseId, sealed),
    })),
  };
};

const opened = <Row, Entry>(rows: readonly Row[], open: (row: Row) => Promise<Entry>): Promise<Entry[]> => Promise.all(rows.map(open));

const consentsOf = async ({ db, seals }: Tx, caseId: string) => {
  const people = await db.consent.findMany({ where: { caseId }, distinct: ['personId'], select: { personId: true } });
  const ledgers = await opened(people, async ({ personId }) =>
    (await ledgerOf(db, seals, caseId, personId)).map(({ id: consentId, ...entry }) => ({ consentId, personId, entry: { ...entry } })),
  );
  return ledgers.flat();
};

/** More than a case can come to: the limit of one statement. */
const MOST_ENTRIES = 1_000_000;

/** What was to be done, what was sent, who decided, and who did or read what. A receipt to an advisor would tell who answered when. */
const tracesOf = async ({ db }: Tx, caseId: string) => {
  const tasks = await db.task.findMany({ where: { caseId }, orderBy: { createdAt: 'asc' } });
  const mails = await db.outbox.findMany({ where: { caseId }, orderBy: { createdAt: 'asc' } });
  const seconds = await db.secondPerson.findMany({ where: { caseId }, orderBy: { askedAt: 'asc' } });
  const advisors = await advisorsAmong(
    db,
    mails.map(({ contactId }) => contactId),
  );
  return {
    tasks: tasks.map(({ id, kind, subjectId, createdAt, doneAt }) => ({
      ...{ taskId: id, kind, subjectId, createdAt: iso(createdAt), doneAt: isoOrNull(doneAt) },
    })),
    mails: mails.map(({ id, kind, contactId, state, createdAt, endedAt }) => ({
      ...{
        mailId: id,
        kind,
        contactId: advisors.has(contactId) ? null : contactId,
        state,
        createdAt: iso(createdAt),
        endedAt: isoOrNull(endedAt),
      },
    })),
    secondPersons: seconds.map(({ id, act, askedBy, askedAt, decision, decidedBy, decidedAt, usedAt }) => ({
      ...{ secondPersonId: id, act, askedBy, askedAt: iso(askedAt), decision, decidedBy },
      ...{ decidedAt: isoOrNull(decidedAt), usedAt: isoOrNull(usedAt) },
    })),
    timeline: (await timelineOf(db, caseId, 0, MOST_ENTRIES)).map(({ at, ...entry }) => ({ ...entry, at: iso(at) })),
  };
};
