import type { Duty } from '../domain/case.ts';
import type { NoticeKind } from '../domain/notices.ts';
import type { Band, Language } from '../domain/vocabulary.ts';
import { type ContactRow, staff } from '../records/contacts.ts';
import { putNotice } from '../records/outbox.ts';
import { found } from '../records/record-error.ts';
import { DESK, type Tx } from '../records/store.ts';
import { raiseTask } from '../records/tasks.ts';
import type { Alarm, Bell, DeskActivities } from './contract.ts';
import type { DeskDeps } from './deps.ts';

const URGENCY: { readonly [B in Band]: number } = { CRITICAL: 1, HIGH: 2, MODERATE: 3, LOW: 4 };

type Who = 'COORDINATORS' | 'BACKUP' | 'ADMINISTRATORS' | 'ALL_COORDINATORS';

/** Whom each moment of a clock goes to. Source: product stage 2 (at 100 % to the backup coordinator, then the administrator). */
const MOMENTS: { readonly [M in Bell['moment']]: { readonly who: Who; readonly escalation: number; readonly notice: NoticeKind } } = {
  REMIND: { who: 'COORDINATORS', escalation: 0, notice: 'TASK_DUE' },
  DUE: { who: 'COORDINATORS', escalation: 0, notice: 'TASK_DUE' },
  ESCALATE_BACKUP: { who: 'BACKUP', escalation: 1, notice: 'TASK_ESCALATED' },
  ESCALATE_ADMINISTRATOR: { who: 'ADMINISTRATORS', escalation: 2, notice: 'TASK_ESCALATED' },
};

/** An alarm has no clock that could escalate it, so whoever stands in is told at once. */
const ALARM = { who: 'ALL_COORDINATORS', escalation: 0, notice: 'TASK_RAISED' } as const;

/** Nobody may be woken for these later than at once, whatever the band. */
const GRAVE: ReadonlySet<Duty | Alarm> = new Set<Duty | Alarm>([
  'WORSE',
  'CANNOT_REACH',
  'HELP_NOT_ARRIVED',
  'CONSENT_WITHDRAWN',
  'REASSESS',
]);

/** Rings for what is due or has gone wrong: a task in the work list, and neutral mail to whoever should look. */
export const clockActivities = ({ store, ringPostroom }: DeskDeps): Pick<DeskActivities, 'ring'> => ({
  async ring(bell: Bell): Promise<void> {
    await store.transact(DESK, bell.at, async (tx) => {
      const { caseId, duty, subjectId, dueAt } = bell;
      const { band } = found(await tx.db.case.findUnique({ where: { id: caseId }, select: { band: true } }));
      const urgency = GRAVE.has(duty) ? 1 : URGENCY[(band ?? 'HIGH') as Band];
      const { who, escalation, notice } = bell.began === null ? ALARM : MOMENTS[bell.moment];
      const task = {
        caseId,
        key: taskKey(bell),
        kind: duty,
        urgency,
        escalation,
        subjectId,
        dueAt: dueAt === null ? null : new Date(dueAt),
      };
      await raiseTask(tx, task);
      // somebody has seen to it meanwhile: no bell for what is done
      if ((await tx.db.task.count({ where: { key: task.key, doneAt: null } })) === 0) return;
      for (const person of await audience(tx, who)) await tell(tx, bell, person, notice);
      // which alarm it is may say what somebody answered: it is committed to, not written
      tx.audit.append({
        action: bell.began === null ? 'clock.alarm' : `clock.${bell.moment.toLowerCase()}`,
        caseId,
        subjectId: null,
        detail: { duty },
      });
    });
    await ringPostroom();
  },
});

/** All moments of one clock are one task, which only rises; each alarm is one of its own. */
const taskKey = ({ caseId, duty, key, began }: Bell): string => `${caseId}:${began === null ? key : `${duty}:${began}`}`;

/** Where nobody holds a role, the next one up is told: a clock never depends on one person's account. */
const audience = async (tx: Tx, who: Who): Promise<readonly ContactRow[]> => {
  if (who === 'ALL_COORDINATORS') return [...(await staff(tx.db, 'COORDINATORS', tx.at)), ...(await staff(tx.db, 'BACKUP', tx.at))];
  const order = ['COORDINATORS', 'BACKUP', 'ADMINISTRATORS'] as const;
  for (const candidate of order.slice(order.indexOf(who))) {
    const people = await staff(tx.db, candidate, tx.at);
    if (people.length > 0) return people;
  }
  return staff(tx.db, 'COORDINATORS', tx.at);
};

const tell = (tx: Tx, bell: Bell, person: ContactRow, kind: NoticeKind): Promise<void> =>
  putNotice(tx, {
    key: `${kind}:${bell.caseId}:${bell.key}:${person.id}`,
    kind,
    contactId: person.id,
    caseId: bell.caseId,
    language: person.language as Language,
    data: { deadline: bell.dueAt ?? bell.at },
    needs: null,
  });
