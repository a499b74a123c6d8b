import type { Language } from '../../domain/vocabulary.ts';
import { whoOversees } from '../cases/contacts.ts';
import { finishTasks, raiseTask } from '../cases/tasks.ts';
import { putNotices } from '../mail/outbox.ts';
import type { Tx } from '../store.ts';

/** A person has to make sure, by another way than mail, that a key is that of the one it is registered for: until then nothing is sealed to it. */
const KEY_TO_CONFIRM = 'KEY_TO_CONFIRM';

/** A first key is sealed to, and is as good as the mailbox that its invitation went to until somebody has heard its fingerprint. */
const KEY_TO_VERIFY = 'KEY_TO_VERIFY';

type Key = { readonly keyId: string; readonly caseId: string | null };

/**
 * Asks for a key to be confirmed. Of somebody of the network nobody's case waits for it, so the administrators are told by mail: this person gets nothing
 * until then.
 */
export const askForConfirmation = async (tx: Tx, { keyId, caseId }: Key): Promise<void> => {
  const key = `${KEY_TO_CONFIRM}:${keyId}`;
  await raiseTask(tx, { caseId, key, kind: KEY_TO_CONFIRM, urgency: 2, escalation: 0, subjectId: keyId, dueAt: null });
  if (caseId !== null) return;
  const people = await whoOversees(tx.db, tx.at);
  await putNotices(
    tx,
    people.map(({ id, language }) => ({
      ...{ key: `TASK_RAISED:${key}:${id}`, kind: 'TASK_RAISED', contactId: id, caseId: null },
      ...{ language: language as Language, data: {}, needs: null },
    })),
  );
};

/** Of a person of a case whoever works on it knows the voice; of the network it would be nobody's business without a task. */
export const askForVerification = async (tx: Tx, { keyId, caseId }: Key): Promise<void> => {
  if (caseId !== null) return;
  const task = { caseId, key: `${KEY_TO_VERIFY}:${keyId}`, kind: KEY_TO_VERIFY, subjectId: keyId };
  await raiseTask(tx, { ...task, urgency: 4, escalation: 0, dueAt: null });
};

/** Nothing is to be compared any more: somebody has, or the key has ended. */
export const finishComparing = async (tx: Tx, { keyId, caseId }: Key): Promise<void> => {
  for (const kind of [KEY_TO_CONFIRM, KEY_TO_VERIFY]) await finishTasks(tx, { caseId, kind, subjectId: keyId });
};
