import type { Language } from '../../domain/vocabulary.ts';
import { type ContactRow, staff } from '../cases/contacts.ts';
import { raiseTask, urgencyOf } from '../cases/tasks.ts';
import { putNotice } from '../mail/outbox.ts';
import { found } from '../record-error.ts';
import type { Tx } from '../store.ts';

/** Who may read a case has changed. `concerns` is let in or taken out, by whoever acts: in STOOD_IN the same person. */
type Change = {
  readonly kind: 'STOOD_IN' | 'MEMBERS_CHANGED';
  readonly caseId: string;
  readonly commandId: string;
  readonly by: string;
  readonly concerns: string;
};

/**
 * Nobody comes to a case or leaves it in silence: a task whose subject is whoever did it, who cannot tick it off, and mail to the person concerned, the
 * members and the administrators. Source: security notes, API (need-to-know per case).
 */
export const tellOfChange = async (tx: Tx, { kind, caseId, commandId, by, concerns }: Change): Promise<void> => {
  const { db, at } = tx;
  const { band } = found(await db.case.findUnique({ where: { id: caseId }, select: { band: true } }));
  const key = `${kind}:${commandId}`;
  await raiseTask(tx, { caseId, key, kind, urgency: urgencyOf(band), escalation: 2, subjectId: by, dueAt: null });
  const people = [...(await staff(db, { membersOf: caseId }, at)), ...(await staff(db, 'ADMINISTRATORS', at))];
  const others = people.filter(({ personId }) => personId !== by && personId !== concerns);
  const told: readonly ContactRow[] = [...others, ...(by === concerns ? [] : await contactOf(tx, concerns))];
  for (const person of told) {
    await putNotice(tx, {
      key: `TASK_RAISED:${key}:${person.id}`,
      kind: 'TASK_RAISED',
      contactId: person.id,
      caseId,
      language: person.language as Language,
      data: {},
      needs: null,
    });
  }
};

/** Also without a token: whoever was taken out must hear of it. */
const contactOf = async ({ db }: Tx, personId: string): Promise<readonly ContactRow[]> => {
  const person = await db.person.findFirst({ where: { id: personId, disabledAt: null }, include: { contact: true } });
  return person === null ? [] : [person.contact];
};
