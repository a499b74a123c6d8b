import { EXPORT_WAITS_MS, type SecondAct } from '../domain/second-person.ts';
import type { Decided } from '../records/access/second-person.ts';
import { acceptErasure, erasureIdOf } from '../records/erasure/erasure.ts';
import { publishedAt } from '../records/letters/publication.ts';
import { found } from '../records/record-error.ts';
import type { RouteDeps } from './routes/common.ts';

/** What came of an approved act, by which it is told apart. Instants are ISO 8601. */
type Outcome =
  | {
      readonly act: 'PUBLISH';
      readonly state: 'PUBLISHED';
      readonly slug: string;
      readonly url: string;
      readonly version: number;
      readonly at: string;
    }
  | { readonly act: 'EXPORT'; readonly state: 'READY'; readonly path: string; readonly until: string }
  | { readonly act: 'ERASE'; readonly state: 'ACCEPTED'; readonly erasureId: string };

type Carry<A extends SecondAct> = (approved: Decided, commandId: string) => Promise<Extract<Outcome, { act: A }>>;

/**
 * How each act is carried out once a second person has approved it: in the name of whoever asked, under the id of the command that decided. What was
 * carried out before is found again, so that a repeat hears the same. @throws Problem, Refused or RecordError; the approval then still stands
 */
export const secondPersonActs = ({ store, door, desk, publicUrl }: RouteDeps): { readonly [A in SecondAct]: Carry<A> } => ({
  PUBLISH: async ({ caseId, subjectId, order, askedBy }, commandId) => {
    const letterId = found(subjectId);
    const slug = String(order['slug']);
    const receipt = async () => {
      const at = await publishedAt(store.prisma, letterId, slug);
      const url = `${publicUrl}/letters/${slug}`;
      const version = Number(order['version']);
      return at === null ? null : { act: 'PUBLISH' as const, state: 'PUBLISHED' as const, slug, url, version, at: at.toISOString() };
    };
    const before = await receipt();
    if (before !== null) return before;
    const ordering = { holder: { personId: askedBy, roles: ['coordinator' as const] }, commandId };
    try {
      await desk.letterCommand(ordering, { caseId, letterId }, 'publishLetter', { slug });
    } catch (error) {
      // somebody else may have carried the same approval out at the same instant
      const meanwhile = await receipt();
      if (meanwhile === null) throw error;
      return meanwhile;
    }
    return found(await receipt());
  },

  /** Nothing leaves yet: whoever asked comes for it, and what they get is made at that moment. */
  EXPORT: async ({ secondPersonId, decidedAt }) => ({
    act: 'EXPORT',
    state: 'READY',
    path: `/v1/exports/${secondPersonId}`,
    until: new Date(decidedAt.getTime() + EXPORT_WAITS_MS).toISOString(),
  }),

  ERASE: async ({ caseId, order, askedBy, usedAt }) => {
    const accept = () => store.transact(askedBy, Date.now(), (tx) => acceptErasure(tx, { caseId, order }));
    const erasureId = usedAt === null ? await accept() : await erasureIdOf(store.prisma, caseId);
    // accepted is accepted: what cannot be started now, the sweep starts
    await door.startErasure(erasureId).catch(() => undefined);
    return { act: 'ERASE', state: 'ACCEPTED', erasureId };
  },
});
