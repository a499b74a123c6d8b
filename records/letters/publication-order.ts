import { refuse } from '../../domain/refusal.ts';
import { type SecondMatter, type SecondOrder, useSecond } from '../access/second-person.ts';
import { approvedOrders } from '../access/second-person-standing.ts';
import { mustNot } from '../deeds.ts';
import { found } from '../record-error.ts';
import type { Tx } from '../store.ts';
import type { ExactText } from './letters.ts';
import { namesDigest, type Signed } from './signatures.ts';

/** What a second person approves: exactly these words, in this version, with exactly these names and so many who are counted, at this address. */
export const publicationMatter = (
  caseId: string,
  letterId: string,
  { digest, version }: ExactText,
  signed: Signed,
  slug: string,
): SecondMatter => ({
  act: 'PUBLISH',
  caseId,
  subjectId: letterId,
  order: { digest, version, slug, ...signaturesIn(signed) },
});

const signaturesIn = (signed: Signed) => ({ names: namesDigest(signed), countOnly: signed.countOnly });

/** Whether the signatures that were approved are those that stand under the letter now. */
export const isSignedAs = (order: SecondOrder, signed: Signed): boolean => {
  const { names, countOnly } = signaturesIn(signed);
  return order['names'] === names && order['countOnly'] === countOnly;
};

/** Takes up the approval of exactly this. Throws Refused, and says so where the same was approved with other signatures. */
export const usePublication = async (tx: Tx, matter: SecondMatter): Promise<void> => {
  const { order, caseId } = matter;
  for (const approved of await approvedOrders(tx, 'PUBLISH', caseId, found(matter.subjectId))) {
    if (approved['slug'] !== order['slug']) continue;
    if (approved['names'] !== order['names'] || approved['countOnly'] !== order['countOnly'])
      mustNot(
        refuse(
          'SIGNATURES_CHANGED',
          'Who signs this letter has changed since it was approved: look again, ask anew, and let it be decided.',
        ),
      );
  }
  await useSecond(tx, matter);
};
