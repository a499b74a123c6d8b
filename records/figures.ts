import { UNFINISHED } from '../domain/erasure.ts';
import type { Db } from '../prisma/client.ts';
import { outboxCounts } from './mail/outbox.ts';

/** How the desk stands, in counts only. */
export type DeskFigures = {
  readonly outbox: Readonly<Record<string, number>>;
  /** how long the oldest urgent message has been waiting beyond its time, in seconds; 0 when none is */
  readonly oldestUrgentSeconds: number;
  /** open tasks by urgency, 1 to 4 */
  readonly tasks: Readonly<Record<string, number>>;
  /** erasures that were accepted and are not at their end, and for how long the oldest has been wanted, in seconds; 0 when there is none */
  readonly erasures: { readonly unfinished: number; readonly oldestSeconds: number };
};

export const deskFigures = async (db: Db, at: number): Promise<DeskFigures> => {
  const waiting = { urgent: true, state: { in: ['queued', 'deferred'] }, nextAt: { lt: new Date(at) } };
  const oldest = await db.outbox.findFirst({ where: waiting, orderBy: { nextAt: 'asc' }, select: { nextAt: true } });
  const tasks = await db.task.groupBy({ by: ['urgency'], where: { doneAt: null }, _count: true });
  const erasures = await db.erasure.aggregate({ where: { state: { in: [...UNFINISHED] } }, _count: true, _min: { startedAt: true } });
  return {
    outbox: await outboxCounts(db),
    oldestUrgentSeconds: oldest === null ? 0 : (at - oldest.nextAt.getTime()) / 1_000,
    tasks: Object.fromEntries(tasks.map(({ urgency, _count }) => [String(urgency), _count])),
    erasures: {
      unfinished: erasures._count,
      oldestSeconds: erasures._min.startedAt === null ? 0 : (at - erasures._min.startedAt.getTime()) / 1_000,
    },
  };
};
