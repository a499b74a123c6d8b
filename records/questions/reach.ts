import { consultationRule, type Policy } from '../../domain/policy.ts';
import { decidable, type Voice } from '../../domain/quorum.ts';
import type { ActionMode, Language } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import { whoIsAlarmed } from '../cases/contacts.ts';
import { finishTasks, raiseTask, urgencyOf } from '../cases/tasks.ts';
import { sealedBy } from '../keys/sealed-by.ts';
import { putNotices } from '../mail/outbox.ts';
import { found } from '../record-error.ts';
import type { Tx } from '../store.ts';

/** So many advisors have no key that those who can read the brief cannot decide, whatever they answer. */
const QUORUM_OUT_OF_REACH = 'QUORUM_OUT_OF_REACH';

type Consultation = { readonly caseId: string; readonly id: string; readonly closesAt: number };

/**
 * Tells those who work on the case, and whoever stands in, as soon as the advisors are asked and not when the window is over: a key takes its holder two
 * minutes, once somebody has called them. May be repeated.
 */
export const tellIfOutOfReach = async (
  tx: Tx,
  policy: Policy,
  { caseId, id, closesAt }: Consultation,
  roll: readonly (Voice & { readonly contactId: string })[],
): Promise<void> => {
  const { mode, band } = found(await tx.db.case.findUnique({ where: { id: caseId }, select: { mode: true, band: true } }));
  const contacts = await tx.db.contact.findMany({
    where: { id: { in: roll.map(({ contactId }) => contactId) } },
    select: { id: true, unsafeSince: true },
  });
  const sealing = await sealedBy(tx.db, contacts, tx.at.getTime());
  const reached = roll.filter(({ contactId }) => sealing(contactId) === 'KEY');
  const rule = consultationRule(policy, (mode ?? 'NETWORK_VOICE') as ActionMode);
  if (decidable(rule, roll, new Set(reached.map((voice) => voice.id)))) return;
  const key = `${QUORUM_OUT_OF_REACH}:${id}`;
  const task = { caseId, key, kind: QUORUM_OUT_OF_REACH, urgency: urgencyOf(band), escalation: 1, subjectId: id };
  await raiseTask(tx, { ...task, dueAt: new Date(closesAt) });
  const people = await whoIsAlarmed(tx.db, caseId, tx.at);
  await putNotices(
    tx,
    people.map((person) => ({
      ...{ key: `TASK_RAISED:${key}:${person.id}`, kind: 'TASK_RAISED', contactId: person.id, caseId },
      ...{ language: person.language as Language, data: { deadline: closesAt }, needs: null },
    })),
  );
};

export const finishReaching = async (tx: Tx, { caseId, id }: Pick<Consultation, 'caseId' | 'id'>): Promise<void> => {
  await finishTasks(tx, { caseId, kind: QUORUM_OUT_OF_REACH, subjectId: id });
};

/** How many of those who were asked have not got the question: the mail that brings it waits for a key, or for an address that is safe. */
export const notReached = async (db: Db, { caseId, id: questionId }: Pick<Consultation, 'caseId' | 'id'>): Promise<number> => {
  const invited = await db.invitation.findMany({ where: { questionId }, select: { id: true } });
  const held = await db.outbox.findMany({ where: { caseId, kind: 'ADVICE_ASKED', state: 'held' }, select: { key: true } });
  // the mail that brings a question bears the id of the invitation in its key
  const waiting = new Set(held.map(({ key }) => key.split(':')[1]));
  return invited.filter(({ id }) => waiting.has(id)).length;
};
