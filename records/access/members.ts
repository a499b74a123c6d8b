import { type Joined, lettingInRefusal, removalRefusal, type Standing, seniorityRefusal, standInRefusal } from '../../domain/access.ts';
import type { Reason } from '../../domain/content.ts';
import { refuse } from '../../domain/refusal.ts';
import type { Db } from '../../prisma/client.ts';
import type { CaseOrder } from '../cases/constraints.ts';
import { openCard, staff } from '../cases/contacts.ts';
import { type Done, doOnce, mustNot } from '../deeds.ts';
import { fileNewDocument, latestOf } from '../documents.ts';
import { found, RecordError } from '../record-error.ts';
import type { Sealing } from '../sealing.ts';
import type { Store } from '../store.ts';
import { join } from './joining.ts';
import { tellOfChange } from './member-told.ts';

/** How somebody of the secretariat stands to a case at this instant. Nothing is kept in memory. Throws RecordError NOT_FOUND without such a case. */
export const standingOf = async (db: Db, caseId: string, personId: string): Promise<Standing> => {
  const row = await db.case.findUnique({ where: { id: caseId }, select: { members: { where: { personId, endedAt: null } } } });
  if (found(row).members.length > 0) return 'MEMBER';
  const person = await db.person.findFirst({ where: { id: personId, backup: true, disabledAt: null }, select: { id: true } });
  return person === null ? 'OUTSIDE' : 'STAND_IN';
};

/** Adds somebody else of the secretariat, and tells everybody concerned; one who is a member already stays so. */
export const addMember = (store: Store, order: CaseOrder & { readonly personId: string }): Promise<Done> =>
  doOnce(store, order, async (tx) => {
    const { caseId, personId, commandId, by } = order;
    mustNot(lettingInRefusal(by, personId));
    const person = await tx.db.person.findUnique({ where: { id: personId }, select: { disabledAt: true } });
    if (person === null || person.disabledAt !== null)
      mustNot(refuse('PERSON_UNKNOWN', 'Nobody of this id works here: take the id from the list of the staff.'));
    if (!(await join(tx, caseId, personId, 'ADDED'))) return {};
    tx.audit.append({ action: 'member.added', caseId, subjectId: personId });
    await tellOfChange(tx, { kind: 'MEMBERS_CHANGED', caseId, commandId, by, concerns: personId });
    return {};
  });

/** Takes a member out, from the next request on, and tells everybody concerned. Throws RecordError NOT_FOUND for who is none. */
export const removeMember = (store: Store, order: CaseOrder & { readonly personId: string }): Promise<Done> =>
  doOnce(store, order, async (tx) => {
    const { caseId, personId, commandId, by } = order;
    // of two who take each other out at once, one stays
    await tx.db.$queryRaw`SELECT 1 FROM "Case" WHERE id = ${caseId}::uuid FOR NO KEY UPDATE`;
    const members = await tx.db.caseMember.findMany({ where: { caseId, personId: { in: [by, personId] }, endedAt: null } });
    const [of, acting] = [personId, by].map((id) => members.find((member) => member.personId === id));
    if (of === undefined) throw new RecordError('NOT_FOUND');
    if (acting !== undefined) mustNot(seniorityRefusal(asRule(acting), asRule(of)));
    await tx.db.caseMember.update({ where: { caseId_personId: { caseId, personId } }, data: { endedAt: tx.at } });
    mustNot(removalRefusal((await staff(tx.db, { membersOf: caseId }, tx.at)).length));
    tx.audit.append({ action: 'member.removed', caseId, subjectId: personId });
    await tellOfChange(tx, { kind: 'MEMBERS_CHANGED', caseId, commandId, by, concerns: personId });
    return {};
  });

const asRule = ({ personId, how, addedAt }: { readonly personId: string; readonly how: string; readonly addedAt: Date }) => ({
  personId,
  how: how as Joined,
  since: addedAt.getTime(),
});

/**
 * Whoever is marked as a stand-in takes a case up, without being let in by anybody, and with a reason. The other members and the administrators are told
 * by a task and by mail.
 */
export const standIn = (store: Store, order: CaseOrder & { readonly reason: Reason }): Promise<Done> =>
  doOnce(store, order, async (tx) => {
    const { caseId, commandId, by: personId, reason } = order;
    mustNot(standInRefusal(await standingOf(tx.db, caseId, personId)));
    await join(tx, caseId, personId, 'STOOD_IN');
    await fileNewDocument(tx, { caseId, kind: 'REASON', commandId, content: reason }, { subjectId: personId });
    tx.audit.append({ action: 'member.stood-in', caseId, subjectId: personId, detail: { reason: reason.text } });
    await tellOfChange(tx, { kind: 'STOOD_IN', caseId, commandId, by: personId, concerns: personId });
    return {};
  });

export type Member = {
  readonly personId: string;
  readonly name: string;
  readonly how: Joined;
  /** why a stand-in took the case up */
  readonly reason: string | null;
  readonly addedBy: string;
  readonly addedAt: Date;
  /** false: disabled since, and without access */
  readonly active: boolean;
};

/** Who works on the case, those first who came first. `withReasons`: for members; a reason may tell of the case. */
export const membersOf = async (db: Db, seals: Sealing, caseId: string, withReasons: boolean): Promise<readonly Member[]> => {
  const rows = await db.caseMember.findMany({
    where: { caseId, endedAt: null },
    include: { person: { include: { contact: true } } },
    orderBy: [{ addedAt: 'asc' }, { personId: 'asc' }],
  });
  return Promise.all(
    rows.map(async ({ personId, how, addedBy, addedAt, person }) => {
      const why = how === 'STOOD_IN' && withReasons ? await latestOf<Reason>(db, seals, caseId, 'REASON', personId) : null;
      const { name } = await openCard(seals, person.contact);
      return {
        personId,
        name,
        how: how as Joined,
        reason: why?.content.text ?? null,
        addedBy,
        addedAt,
        active: person.disabledAt === null,
      };
    }),
  );
};
