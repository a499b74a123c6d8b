import { mayTickOff, SHOWN_BEYOND } from '../../domain/access.ts';
import { refuse } from '../../domain/refusal.ts';
import type { Role } from '../../domain/roles.ts';
import type { Db } from '../../prisma/client.ts';
import { standingOf } from '../access/members.ts';
import { Refused } from '../deeds.ts';
import { ADDRESS_CHANGED, hadAHand } from '../directory/address-changes.ts';
import { found } from '../record-error.ts';
import type { Tx } from '../store.ts';
import { finishTasks } from './tasks.ts';

/** Who looks at the list. */
export type Viewer = { readonly personId: string; readonly roles: readonly Role[] };

/** The case a task is about, or null. Throws RecordError NOT_FOUND. */
export const caseOfTask = async (db: Db, id: string): Promise<string | null> =>
  found(await db.task.findUnique({ where: { id }, select: { caseId: true } })).caseId;

/**
 * A person ticks a task off. One that was done already stays as it was. Returns when it was done. Throws RecordError NOT_FOUND, and Refused where the task
 * is for the members of the case.
 */
export const completeTask = async (tx: Tx, id: string, { personId, roles }: Viewer): Promise<Date> => {
  const row = found(await tx.db.task.findUnique({ where: { id } }));
  const standing = row.caseId === null ? null : await standingOf(tx.db, row.caseId, personId);
  if (!mayTickOff(row, { personId, roles }, standing))
    throw new Refused(refuse('NOT_YOURS_TO_TICK_OFF', 'This is for others: the members of the case, and never whoever it is about.'));
  if (row.kind === ADDRESS_CHANGED && row.subjectId !== null && (await hadAHand(tx, row.subjectId, personId)))
    throw new Refused(
      refuse(
        'NOT_YOURS_TO_TICK_OFF',
        'You changed this address yourself: somebody else asks the person whether they have moved, and ticks this off.',
      ),
    );
  if ((await finishTasks(tx, { id })) === 0) return row.doneAt ?? tx.at;
  tx.audit.append({ action: 'task.completed', caseId: row.caseId, subjectId: id });
  return tx.at;
};

/**
 * What is to be done, most urgent first: the tasks of the viewer's cases and of no case, and those of others that went up to somebody else, of which the
 * viewer sees no more than kind and case. `after` is the last one of the page before.
 */
export const openTasks = async (db: Db, viewer: Viewer, after: string | null, limit: number) => {
  const { personId, roles } = viewer;
  const coordinates = roles.includes('coordinator');
  const standsIn = coordinates && (await db.person.count({ where: { id: personId, backup: true } })) > 0;
  const members = { where: { personId, endedAt: null } };
  const rows = await db.task.findMany({
    where: {
      doneAt: null,
      OR: [
        { caseId: null },
        ...(coordinates ? [{ case: { members: { some: members.where } } }] : []),
        ...(standsIn || roles.includes('administrator') ? [{ escalation: { gte: SHOWN_BEYOND } }] : []),
      ],
    },
    include: { case: { select: { members } } },
    orderBy: [{ urgency: 'asc' }, { escalation: 'desc' }, { dueAt: { sort: 'asc', nulls: 'last' } }, { id: 'asc' }],
    take: limit,
    ...(after === null ? {} : { cursor: { id: after }, skip: 1 }),
  });
  const concerned = await contactsBehind(
    db,
    rows.flatMap(({ caseId, subjectId }) => (caseId === null && subjectId !== null ? [subjectId] : [])),
  );
  return rows.map(({ case: of, ...row }) => {
    const whole = of === null || (coordinates && of.members.length > 0);
    return { ...row, subjectId: whole ? row.subjectId : null, contactId: concerned.get(row.subjectId ?? '') ?? null };
  });
};

/**
 * Whom of the network a task of no case is about: the holder of the key, whoever the message is for, or the contact itself. Whoever is to call somebody has
 * to know whom. Of a case it is not said: its mail would tell which advisor answered.
 */
const contactsBehind = async (db: Db, ids: string[]): Promise<ReadonlyMap<string, string>> => {
  const where = { id: { in: ids } };
  const keys = await db.recipientKey.findMany({ where, select: { id: true, contactId: true } });
  const mails = await db.outbox.findMany({ where, select: { id: true, contactId: true } });
  const contacts = await db.contact.findMany({ where, select: { id: true } });
  return new Map([...keys, ...mails, ...contacts.map(({ id }) => ({ id, contactId: id }))].map(({ id, contactId }) => [id, contactId]));
};
