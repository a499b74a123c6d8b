import * as rules from '../../domain/second-person.ts';
import type { Db } from '../../prisma/client.ts';
import { iso, isoOrNull, noting, type Reader } from '../audit/reading.ts';
import { heedOf } from '../cases/constraints.ts';
import type { Viewer } from '../cases/task-list.ts';
import { liveTally } from '../cases/work-views.ts';
import { exactText } from '../letters/letters.ts';
import { isSignedAs } from '../letters/publication-order.ts';
import { signedFor } from '../letters/signatures.ts';
import { found, RecordError } from '../record-error.ts';
import type { Tx } from '../store.ts';
import { asRule, type SecondOrder, type SecondRow, type SecondText } from './second-person.ts';

/** The case that a request is about. Throws RecordError NOT_FOUND. */
export const caseOfSecond = async (db: Db, id: string): Promise<string> =>
  found(await db.secondPerson.findUnique({ where: { id }, select: { caseId: true } })).caseId;

const entry = (row: SecondRow, asked: rules.Asked, at: number) => ({
  secondPersonId: row.id,
  act: asked.act,
  caseId: row.caseId,
  subjectId: row.subjectId,
  state: rules.secondStateOf(asked, at),
  askedBy: row.askedBy,
  askedAt: iso(row.askedAt),
  expiresAt: iso(row.expiresAt),
});

/**
 * What stands: what waits for a decision that this person may take, what was approved and not carried out, and what they asked for themselves; the soonest
 * to lapse first. `after` is the last one of the page before.
 */
export const openSeconds = async (db: Db, { personId, roles }: Viewer, at: Date, after: string | null, limit: number) => {
  const acts = rules.SECOND_ACTS.filter((act) => rules.mayDecide(act, roles));
  const rows = await db.secondPerson.findMany({
    where: {
      act: { in: acts },
      usedAt: null,
      expiresAt: { gt: at },
      askedBy: { notIn: await goneFrom(db) },
      OR: [
        { askedBy: personId, OR: [{ decidedBy: null }, { decidedBy: { not: personId } }] },
        { decision: null },
        { act: { in: [...rules.CARRIED_OUT] }, decision: 'APPROVE' },
      ],
      ...(roles.includes('administrator') ? {} : { caseId: { in: await casesOf(db, personId) } }),
    },
    orderBy: [{ expiresAt: 'asc' }, { id: 'asc' }],
    take: limit,
    ...(after === null ? {} : { cursor: { id: after }, skip: 1 }),
  });
  return Promise.all(rows.map(async (row) => entry(row, await asRule(db, row), at.getTime())));
};

/** Nobody decides for those who have left the secretariat. */
const goneFrom = async (db: Db): Promise<string[]> =>
  (await db.person.findMany({ where: { disabledAt: { not: null } }, select: { id: true } })).map(({ id }) => id);

const casesOf = async (db: Db, personId: string): Promise<string[]> =>
  (await db.caseMember.findMany({ where: { personId, endedAt: null }, select: { caseId: true } })).map(({ caseId }) => caseId);

/**
 * Exactly what is to be done, who asked and why: for a publication the letter itself with its digest and those who sign, as they will appear. Noted like
 * every reading. Throws RecordError NOT_FOUND, also for whom the act gives nothing to decide.
 */
export const secondView = (reader: Reader, id: string, roles: Viewer['roles']) =>
  reader.store.prisma.secondPerson
    .findUnique({ where: { id } })
    .then(found)
    .then((row) => noting(reader, 'second-person.read', row.caseId, id, (tx) => viewOf(tx, row, roles)));

const viewOf = async (tx: Tx, row: SecondRow, roles: Viewer['roles']) => {
  const asked = await asRule(tx.db, row);
  if (!rules.mayDecide(asked.act, roles)) throw new RecordError('NOT_FOUND');
  const { order, said } = await tx.seals.open<SecondText>('SecondPerson', row.id, row.caseId, row.sealed);
  const { reason } = order;
  return {
    ...entry(row, asked, tx.at.getTime()),
    reason: typeof reason === 'string' ? reason : null,
    decision: asked.decision,
    decidedBy: row.decidedBy,
    decidedAt: isoOrNull(row.decidedAt),
    decisionReason: said,
    letter: asked.act === 'PUBLISH' ? await letterOf(tx, row, order) : null,
  };
};

const letterOf = async (tx: Tx, { caseId, subjectId }: SecondRow, order: SecondOrder) => {
  const letterId = found(subjectId);
  const slug = String(order['slug']);
  const { kind, date, digest, version, addressees, texts } = await exactText(tx.db, tx.seals, caseId, letterId);
  const tally = await liveTally(tx.db, tx.seals, letterId);
  const signed = await signedFor(tx, letterId);
  const { named, countOnly } = signed;
  const names = {
    signatories: named.map((one) => ({ ...one, names: { ...one.names } })),
    countOnly,
    asApproved: isSignedAs(order, signed),
  };
  return { letterId, slug, kind, date, digest, version, addressees, texts, ...(await heedOf(tx, caseId)), tally, ...names };
};
