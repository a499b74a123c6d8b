import { caseWorkflowId, childWorkflowId } from '../../domain/ids.ts';
import type { Db } from '../../prisma/client.ts';
import type { Destroyed } from './erasure-certificate.ts';

/** The workflows that the rows of a case name, so that none is missed because a list of Temporal's is late. */
export const namedWorkflows = async (db: Db, caseId: string): Promise<readonly string[]> => {
  const of = { where: { caseId }, select: { id: true } } as const;
  const children = [
    ...(await db.consultation.findMany(of)).map(({ id }) => childWorkflowId(caseId, 'consultation', id)),
    ...(await db.letter.findMany(of)).map(({ id }) => childWorkflowId(caseId, 'letter', id)),
    ...(await db.referral.findMany(of)).map(({ id }) => childWorkflowId(caseId, 'referral', id)),
    ...(await db.review.findMany(of)).map(({ id }) => childWorkflowId(caseId, 'review', id)),
  ];
  const asking = await db.question.findMany({ where: { caseId }, select: { workflowId: true }, distinct: ['workflowId'] });
  return [...new Set([caseWorkflowId(caseId), ...children, ...asking.map(({ workflowId }) => workflowId)])];
};

/**
 * What has been destroyed, and every workflow that the case is known to have had. Until the end the column of the certificate holds this, in the
 * transactions of what it counts: a worker that dies loses none, and an erasure that begins anew still looks for what no row names any more.
 */
export type SoFar = Destroyed & { readonly workflows: readonly string[] };

const NOTHING: SoFar = { keys: 0, executions: 0, rows: {}, workflows: [] };

export const soFar = ({ certificate }: { readonly certificate: unknown }): SoFar => ({
  ...NOTHING,
  ...(certificate as Partial<SoFar> | null),
});
