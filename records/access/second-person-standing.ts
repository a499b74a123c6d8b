import * as rules from '../../domain/second-person.ts';
import type { Db } from '../../prisma/client.ts';
import type { Viewer } from '../cases/task-list.ts';
import { mustNot } from '../deeds.ts';
import { found } from '../record-error.ts';
import { DESK, type Store, type Tx } from '../store.ts';
import { asRule, type Decided, openDecided, type SecondOrder } from './second-person.ts';

// What stands approved and was not carried out, because something was away at that instant: whoever comes by carries it out.

/** For whoever wants to carry it out; what was carried out before is found, too. Throws Refused for what the rules forbid, RecordError NOT_FOUND. */
export const approvedSecond = async (tx: Tx, id: string, by: Viewer): Promise<Decided> => {
  const row = found(await tx.db.secondPerson.findUnique({ where: { id } }));
  mustNot(rules.carryOutRefusal(await asRule(tx.db, row), by, tx.at.getTime()));
  return openDecided(tx, row);
};

/** Approved before this instant and not carried out, and not lapsed at `at`; the soonest to lapse first. For the sweep. */
export const approvedAndUnused = async (db: Db, before: Date, at: Date, limit: number): Promise<readonly string[]> => {
  const rows = await db.secondPerson.findMany({
    where: { act: { in: [...rules.CARRIED_OUT] }, decision: 'APPROVE', usedAt: null, decidedAt: { lt: before }, expiresAt: { gt: at } },
    orderBy: [{ expiresAt: 'asc' }, { id: 'asc' }],
    take: limit,
    select: { id: true },
  });
  return rows.map(({ id }) => id);
};

/** The same, opened by the desk itself. Throws RecordError NOT_FOUND. */
export const openApproved = (store: Store, id: string, at: number): Promise<Decided> =>
  store.transact(DESK, at, async (tx) => openDecided(tx, found(await tx.db.secondPerson.findUnique({ where: { id } }))));

/** Every order of this act about this subject that stands approved. */
export const approvedOrders = async (tx: Tx, act: rules.SecondAct, caseId: string, subjectId: string): Promise<readonly SecondOrder[]> => {
  const where = { act, caseId, subjectId, decision: 'APPROVE', usedAt: null, expiresAt: { gt: tx.at } };
  const rows = await tx.db.secondPerson.findMany({ where });
  return Promise.all(rows.map(async (row) => (await openDecided(tx, row)).order));
};
