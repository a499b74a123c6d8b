import type { Joined } from '../../domain/access.ts';
import type { Tx } from '../store.ts';

/** Makes somebody a member; who was one before is one again. False when they are one already. */
export const join = async (tx: Tx, caseId: string, personId: string, how: Joined): Promise<boolean> => {
  const member = { how, addedBy: tx.actor, addedAt: tx.at, endedAt: null };
  const { count } = await tx.db.caseMember.createMany({ data: [{ caseId, personId, ...member }], skipDuplicates: true });
  if (count === 1) return true;
  const again = await tx.db.caseMember.updateMany({ where: { caseId, personId, endedAt: { not: null } }, data: member });
  return again.count === 1;
};
