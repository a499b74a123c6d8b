import { refuse } from '../../domain/refusal.ts';
import type { Band } from '../../domain/vocabulary.ts';
import { askSecond } from '../access/second-person.ts';
import type { CaseOrder } from '../cases/constraints.ts';
import { mustNot } from '../deeds.ts';
import { policyOfCase } from '../policies.ts';
import { found } from '../record-error.ts';
import type { Store } from '../store.ts';
import { publicationMatter } from './publication-order.ts';
import { mustGoPublic } from './record-letter.ts';
import { signedFor } from './signatures.ts';

/**
 * Asks for a second person for the publication of a letter as it stands. All that stands in the way now is said now, and asked again when it is carried
 * out: nobody is called to approve what could not be published anyway. Throws Refused, RecordError NOT_FOUND.
 */
export const askPublication = (
  store: Store,
  { caseId, letterId, slug, ...order }: CaseOrder & { readonly letterId: string; readonly slug: string },
): ReturnType<typeof askSecond> =>
  store.transact(order.by, order.at, async (tx) => {
    const { state } = found(await tx.db.letter.findFirst({ where: { id: letterId, caseId }, select: { state: true } }));
    if (state !== 'CLOSED') mustNot(refuse('WRONG_LETTER_STATE', 'Publish when the sign-on is closed.'));
    const { band } = found(await tx.db.case.findUnique({ where: { id: caseId }, select: { band: true } }));
    const hand = { ...tx, policy: await policyOfCase(tx.db, caseId), band: band as Band, by: order.by, caseId, commandId: order.commandId };
    const exact = await mustGoPublic(hand, caseId, letterId);
    const signed = await signedFor(tx, letterId);
    return askSecond(tx, { ...publicationMatter(caseId, letterId, exact, signed, slug), by: order.by });
  });
