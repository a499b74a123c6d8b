import type { SecondAct } from '../../domain/second-person.ts';
import type { Language } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import { type ContactRow, whoIsAlarmed } from '../cases/contacts.ts';
import { finishTasks, raiseTask, urgencyOf } from '../cases/tasks.ts';
import { putNotice } from '../mail/outbox.ts';
import { found } from '../record-error.ts';
import { DESK, type Store, type Tx } from '../store.ts';

const NEEDED = 'SECOND_PERSON_NEEDED';
/** What whoever asked hears of it. */
type Heard = 'SECOND_PERSON_DECIDED' | 'SECOND_PERSON_LAPSED';
/** An alarm: no clock escalates a request, so whoever stands in, and administrators, see at once that there is one. */
const ALARMED = 1;

type Request = { readonly id: string; readonly act: SecondAct; readonly caseId: string; readonly askedBy: string };

/** A task for whoever may decide, and neutral mail: to the other members, and to those who stand in for a colleague who sleeps. */
export const tellSecondPersons = async (tx: Tx, request: Request, expiresAt: Date): Promise<void> => {
  const { id, caseId, askedBy } = request;
  await raise(tx, NEEDED, request, ALARMED, expiresAt);
  for (const person of await whoIsAlarmed(tx.db, caseId, tx.at, askedBy)) await mail(tx, `${NEEDED}:${id}`, person, caseId, expiresAt);
};

/** A task for whoever asked, and neutral mail: that it was decided or ended by somebody else, or that it lapsed and nothing was done. */
export const tellAsker = async (tx: Tx, heard: Heard, request: Request): Promise<void> => {
  const { id, act, caseId, askedBy } = request;
  // an erasure may have been asked for by an administrator, who sees of a case what went up only
  await raise(tx, heard, request, heard === 'SECOND_PERSON_LAPSED' || act === 'ERASE' ? ALARMED : 0, null);
  const asker = await tx.db.person.findFirst({ where: { id: askedBy, disabledAt: null }, include: { contact: true } });
  // of a case that is about to be erased no mail leaves any more
  if (asker !== null) await mail(tx, `${heard}:${id}`, asker.contact, act === 'ERASE' ? null : caseId, null);
};

const raise = async (tx: Tx, kind: string, { id, caseId }: Request, escalation: number, dueAt: Date | null): Promise<void> => {
  const { band } = found(await tx.db.case.findUnique({ where: { id: caseId }, select: { band: true } }));
  await raiseTask(tx, { caseId, key: `${kind}:${id}`, kind, urgency: urgencyOf(band), escalation, subjectId: id, dueAt });
};

const mail = (tx: Tx, key: string, person: ContactRow, caseId: string | null, deadline: Date | null): Promise<void> =>
  putNotice(tx, {
    key: `TASK_RAISED:${key}:${person.id}`,
    kind: 'TASK_RAISED',
    contactId: person.id,
    caseId,
    language: person.language as Language,
    data: deadline === null ? {} : { deadline: deadline.getTime() },
    needs: null,
  });

/** Nothing is to be decided or carried out any more. */
export const finishSecondTask = async (tx: Tx, caseId: string, id: string): Promise<void> => {
  await finishTasks(tx, { caseId, kind: NEEDED, subjectId: id });
};

/** Asked for anew: what was heard of an earlier request needs nobody any more. */
export const finishHeard = async (tx: Tx, caseId: string, ids: readonly string[]): Promise<void> => {
  for (const kind of ['SECOND_PERSON_DECIDED', 'SECOND_PERSON_LAPSED'] satisfies Heard[])
    for (const subjectId of ids) await finishTasks(tx, { caseId, kind, subjectId });
};

/** What nobody decided, or nothing came of, until it lapsed, and of which nobody was told yet; the oldest first. */
export const lapsedSeconds = (db: Db, at: Date, limit: number): Promise<readonly Request[]> =>
  db.$queryRaw<Request[]>`
    SELECT s.id::text, s.act, s."caseId"::text, s."askedBy"::text FROM "SecondPerson" s
    WHERE s."usedAt" IS NULL AND s."expiresAt" <= ${at} AND (s.decision IS NULL OR (s.decision = 'APPROVE' AND s.act <> 'EXPORT'))
      AND NOT EXISTS (SELECT 1 FROM "Task" t WHERE t.key = 'SECOND_PERSON_LAPSED:' || s.id::text)
    ORDER BY s."expiresAt" LIMIT ${limit}`;

/** Nobody can decide any more what nobody decided in time: its task ends, whoever asked is told, and a task stays open until somebody looks. */
export const tellLapsed = (store: Store, request: Request, at: number): Promise<void> =>
  store.transact(DESK, at, async (tx) => {
    const { id, act, caseId } = request;
    await finishSecondTask(tx, caseId, id);
    await tellAsker(tx, 'SECOND_PERSON_LAPSED', request);
    tx.audit.append({ action: `second-person.${act.toLowerCase()}.lapsed`, caseId, subjectId: id });
  });
