import type { Duty } from '../domain/case.ts';
import type { NoticeKind } from '../domain/notices.ts';
import type { Language } from '../domain/vocabulary.ts';
import { type ContactRow, whoIsAlarmed, whoIsTold } from '../records/cases/contacts.ts';
import { raiseTask, urgencyOf } from '../records/cases/tasks.ts';
import { putNotice } from '../records/mail/outbox.ts';
import { found } from '../records/record-error.ts';
import { DESK, type Tx } from '../records/store.ts';
import type { Alarm, Bell, DeskActivities } from './contract.ts';
import type { DeskDeps } from './deps.ts';

type Who = 'MEMBERS' | 'BACKUP' | 'ADMINISTRATORS';

/** Whom each moment of a clock goes to. Source: product stage 2 (at 100 % to the backup coordinator, then the administrator). */
const MOMENTS: { readonly [M in Bell['moment']]: { readonly who: Who; readonly escalation: number; readonly notice: NoticeKind } } = {
  REMIND: { who: 'MEMBERS', escalation: 0, notice: 'TASK_DUE' },
  DUE: { who: 'MEMBERS', escalation: 0, notice: 'TASK_DUE' },
  ESCALATE_BACKUP: { who: 'BACKUP', escalation: 1, notice: 'TASK_ESCALATED' },
  ESCALATE_ADMINISTRATOR: { who: 'ADMINISTRATORS', escalation: 2, notice: 'TASK_ESCALATED' },
};

/** An alarm has no clock that could escalate it, so whoever stands in is told at once, and sees that there is something. */
const ALARM = { who: 'ALARMED', escalation: 1, notice: 'TASK_RAISED' } as const;

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
      const urgency = GRAVE.has(duty) ? 1 : urgencyOf(band);
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
      for (const person of await audience(tx, who, caseId)) await tell(tx, bell, person, notice);
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

const audience = async ({ db, at }: Tx, who: Who | 'ALARMED', caseId: string): Promise<readonly ContactRow[]> =>
  who === 'ALARMED' ? whoIsAlarmed(db, caseId, at) : (await whoIsTold(db, who, caseId, at)).people;

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
