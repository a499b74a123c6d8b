import { finishTasks, raiseTask } from '../cases/tasks.ts';
import { inviteToKey } from '../keys/key-invitations.ts';
import { ASK_BY_SAFE_WAY, isOfPersons } from '../questions/given-answers.ts';
import type { Tx } from '../store.ts';
import { invitationBy } from './enclosures.ts';
import type { Notice } from './outbox.ts';
import type { OutboxRow } from './outbox-look.ts';

/** What only the recipient can mend, by a key that works. */
const FOR_A_KEY: ReadonlySet<string> = new Set(['NO_KEY', 'KEY_EXPIRED', 'SEAL_FAILED']);

/**
 * What follows when a message cannot leave confidentially. Its recipient is invited to make a key, but not where the channel is UNSAFE: somebody else may
 * be reading there. A person of the case does not wait for that to be asked about their own life: a coordinator asks them, by the way they know as safe.
 */
export const seekAnotherWay = async (tx: Tx, row: OutboxRow, code: string): Promise<void> => {
  const { id, caseId, contactId } = row;
  if (FOR_A_KEY.has(code)) await inviteToKey(tx, contactId, code);
  else if (code !== 'UNSAFE') return;
  const asked = await askedPerson(tx, row);
  if (asked === null) return;
  const { id: subjectId, question } = asked;
  const task = { caseId, key: `${ASK_BY_SAFE_WAY}:${subjectId}:${id}`, kind: ASK_BY_SAFE_WAY, subjectId, dueAt: question.closesAt };
  await raiseTask(tx, { ...task, urgency: 1, escalation: 0 });
};

/** A message that had to wait leaves after all. */
export const wayFound = async (tx: Tx, row: OutboxRow): Promise<void> => {
  if (row.caseId === null || row.attempts === 1) return;
  const asked = await askedPerson(tx, row);
  if (asked !== null) await finishTasks(tx, { caseId: row.caseId, kind: ASK_BY_SAFE_WAY, subjectId: asked.id });
};

/** Whom a mail asks about their own case, and who may therefore answer in another way; null for every other mail. */
const askedPerson = async (tx: Tx, { id, caseId, sealed }: OutboxRow) => {
  if (caseId === null || sealed === null) return null;
  const { data } = await tx.seals.open<Notice>('Outbox', id, caseId, sealed);
  const invitation = await invitationBy(tx, data.token);
  return invitation !== null && isOfPersons(invitation.question.kind) && invitation.question.closedAt === null ? invitation : null;
};
