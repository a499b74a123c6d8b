import type { NoticeKind } from '../../domain/notices.ts';
import type { Language } from '../../domain/vocabulary.ts';
import { putNotices } from '../mail/outbox.ts';
import type { Tx } from '../store.ts';

/**
 * Those of the network who were asked to help, or had lent their word to something that is still open or public, learn that it has stopped, as after a
 * withdrawal. The messages say nothing of the case and belong to none, or they would be erased with it. Source: product rule 1.
 */
export const tellWhoLentAHand = async (
  tx: Tx,
  { erasureId, caseId, letters }: { readonly erasureId: string; readonly caseId: string; readonly letters: boolean },
): Promise<void> => {
  const helpers = { question: { caseId, kind: 'REFERRAL', closedAt: null } };
  const lent = { question: { caseId, kind: { not: 'REFERRAL' }, closedAt: null }, answers: { some: {} } };
  await tell(tx, erasureId, 'REFERRAL_REVOKED', await asked(tx, helpers));
  await tell(tx, erasureId, 'WITHDRAWN_NOTICE', [...(await asked(tx, lent)), ...(letters ? await signersOf(tx, caseId) : [])]);
};

type Who = { readonly id: string; readonly language: string };
type Where = NonNullable<NonNullable<Parameters<Tx['db']['invitation']['findMany']>[0]>['where']>;

/** Never the people of the case: what is known of them is about to go, their addresses too. */
const asked = async (tx: Tx, where: Where): Promise<readonly Who[]> => {
  const select = { contact: { select: { id: true, language: true } } } as const;
  const rows = await tx.db.invitation.findMany({ where: { ...where, contact: { caseId: null } }, select });
  return rows.map(({ contact }) => contact);
};

/** Whose name stands, or is counted, under a letter that is public now and will not be. */
const signersOf = async (tx: Tx, caseId: string): Promise<readonly Who[]> => {
  const where = { letter: { caseId }, retractedAt: null };
  const letterIds = (await tx.db.publication.findMany({ where, select: { letterId: true } })).map(({ letterId }) => letterId);
  return asked(tx, { question: { caseId, kind: 'SIGN_ON', subjectId: { in: letterIds } }, answers: { some: {} } });
};

const tell = (tx: Tx, erasureId: string, kind: NoticeKind, people: readonly Who[]): Promise<void> =>
  putNotices(
    tx,
    [...new Map(people.map((person) => [person.id, person])).values()].map(({ id, language }) => ({
      key: `${kind}:${erasureId}:${id}`,
      kind,
      contactId: id,
      caseId: null,
      language: language as Language,
      data: {},
      needs: null,
    })),
  );
