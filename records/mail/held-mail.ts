import { isNoticeKind, type NoticeKind } from '../../domain/notices.ts';
import type { Language } from '../../domain/vocabulary.ts';
import { whoIsAlarmed, whoOversees } from '../cases/contacts.ts';
import type { Tx } from '../store.ts';
import { putNotices } from './outbox.ts';
import type { OutboxRow } from './outbox-look.ts';

/** What holds a message until somebody does something about its recipient; everything else is a fault that figures show. */
const WAITS_FOR_SOMEBODY: ReadonlySet<string> = new Set(['NO_KEY', 'KEY_EXPIRED', 'UNSAFE', 'SEAL_FAILED', 'NO_ADDRESS']);

/** Mail to those who would be woken: a bell that is held rings no further bell. */
const BELLS: ReadonlySet<NoticeKind> = new Set<NoticeKind>(['TASK_DUE', 'TASK_ESCALATED', 'TASK_RAISED']);

/** Must somebody be told at once that this message waits? A task alone is seen when somebody looks, and a person may be waiting for what is urgent. */
export const wakesSomebody = ({ kind, urgent }: OutboxRow, code: string): boolean =>
  urgent && WAITS_FOR_SOMEBODY.has(code) && isNoticeKind(kind) && !BELLS.has(kind);

/**
 * Tells by neutral mail that urgent messages of a case wait: those who work on it and whoever stands in, or of no case the administrators. One mail for each
 * of them, cause and day, however many messages wait; a message that was sent again and waits again tells nobody anew. To be called before its task is raised.
 */
export const tellOfHeld = async (tx: Tx, { id, caseId }: OutboxRow, code: string): Promise<void> => {
  if ((await tx.db.task.count({ where: { kind: 'MAIL_HELD', subjectId: id } })) > 0) return;
  const people = caseId === null ? await whoOversees(tx.db, tx.at) : await whoIsAlarmed(tx.db, caseId, tx.at);
  const cause = `MAIL_HELD:${caseId ?? 'network'}:${code}:${tx.at.toISOString().slice(0, 10)}`;
  await putNotices(
    tx,
    people.map((person) => ({
      ...{ key: `TASK_RAISED:${cause}:${person.id}`, kind: 'TASK_RAISED', contactId: person.id, caseId },
      ...{ language: person.language as Language, data: {}, needs: null },
    })),
  );
};
