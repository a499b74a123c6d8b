import { raiseTask } from '../cases/tasks.ts';
import { DESK, type Store } from '../store.ts';

/** A certificate that is registered and that nothing can be sealed to: its holder reads by another key, and does not know that this one is of no use. */
const KEY_BROKEN = 'KEY_BROKEN';

/** Asks a person to see to keys that a message could not be sealed to, once for each, while it leaves sealed to the others. `at` in epoch ms. */
export const noteBroken = (store: Store, keyIds: readonly string[], at: number): Promise<void> =>
  store.transact(DESK, at, async (tx) => {
    const rows = await tx.db.recipientKey.findMany({
      where: { id: { in: [...keyIds] }, state: 'ACTIVE' },
      select: { id: true, contact: { select: { caseId: true } } },
      orderBy: { id: 'asc' },
    });
    for (const { id: subjectId, contact } of rows) {
      const { caseId } = contact;
      const task = { caseId, key: `${KEY_BROKEN}:${subjectId}`, kind: KEY_BROKEN, subjectId };
      await raiseTask(tx, { ...task, urgency: 3, escalation: 0, dueAt: null });
      tx.audit.append({ action: 'key.broken', caseId, subjectId });
    }
  });
