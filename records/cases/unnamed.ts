import type { Db } from '../../prisma/client.ts';

/**
 * Which of these contacts advise. Who of them answered, when, or not at all, is told to nobody who reads a case: the timeline, its mail and its export all
 * ask here. Whoever has left the group is hidden as before. Source: product stage 6 (who said what stays confidential).
 */
export const advisorsAmong = async (db: Db, contactIds: readonly string[]): Promise<ReadonlySet<string>> => {
  const where = { id: { in: [...new Set(contactIds)] }, OR: [{ role: 'ADVISOR' }, { advisor: { isNot: null } }] };
  return new Set((await db.contact.findMany({ where, select: { id: true } })).map(({ id }) => id));
};
