import type { Constraint, RiskText } from '../../domain/content.ts';
import { type Done, doOnce } from '../deeds.ts';
import { fileNewDocument, latestOf } from '../documents.ts';
import { found } from '../record-error.ts';
import type { Actor, Store, Tx } from '../store.ts';
import { intakeOf } from './cases.ts';

/** An order that no workflow has to decide: which act, by whom, when, in which case. `at` in epoch ms. */
export type CaseOrder = { readonly commandId: string; readonly by: Actor; readonly at: number; readonly caseId: string };

/**
 * Adds something that must not be done and that came up after intake. Constraints are added, never taken away; from the next step on every
 * outgoing text has to meet it. Throws RecordError NOT_FOUND.
 */
export const addConstraint = (store: Store, order: CaseOrder & { readonly constraint: Constraint }): Promise<Done> =>
  doOnce(store, order, async (tx) => {
    const { caseId, commandId, constraint } = order;
    found(await tx.db.case.findUnique({ where: { id: caseId }, select: { id: true } }));
    await fileNewDocument(tx, { caseId, kind: 'CONSTRAINT', commandId, content: constraint });
    tx.audit.append({ action: 'case.constraint-added', caseId, subjectId: commandId });
    return {};
  });

/** What has to lie before the eyes of whoever decides about a text that goes out. Source: product rule 3 (do no harm). */
export const heedOf = async ({ db, seals }: Pick<Tx, 'db' | 'seals'>, caseId: string) => {
  const { mustNotBeDone } = await intakeOf(db, seals, caseId);
  const risk = await latestOf<RiskText>(db, seals, caseId, 'RISK');
  return { mustNotBeDone, riskOfActing: risk?.content.acting ?? null };
};
