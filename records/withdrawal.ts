import { type ConsentAsk, permits } from '../domain/consent.ts';
import type { Intake } from '../domain/content.ts';
import { ledgerOf } from './consents.ts';
import { caseContacts } from './contacts.ts';
import { cancelNotices, putNotice } from './outbox.ts';
import { revokeQuestion } from './questions.ts';
import type { Tx } from './store.ts';
import { raiseTask } from './tasks.ts';

/**
 * Stops, in the transaction of the withdrawal itself, all that rests on a consent which no longer permits it: open questions close and their links die,
 * unsent mail is cancelled, those who had answered get a neutral notice, and what is public already becomes a task. Source: product rule 1.
 */
export const stopWhatDepends = async (tx: Tx, caseId: string, consentId: string): Promise<void> => {
  const permitted = await asker(tx, caseId);
  const open = await tx.db.question.findMany({ where: { caseId, closedAt: null } });
  for (const question of open) {
    const needs = question.needs as ConsentAsk | null;
    if (needs === null || permitted(needs)) continue;
    await revokeQuestion(tx, question.id);
    await tellAnswerers(tx, caseId, question.id, consentId);
    tx.audit.append({ action: 'question.stopped', caseId, subjectId: question.id });
  }
  await cancelUnsent(tx, caseId, permitted);
  await raiseTakeDown(tx, caseId, permitted);
};

type Permitted = (ask: ConsentAsk) => boolean;

/** The ledgers are read once, after the withdrawal was written. */
const asker = async (tx: Tx, caseId: string): Promise<Permitted> => {
  const people = await caseContacts(tx.db, caseId, ['DEFENDER']);
  const ledgers = await Promise.all(people.map(({ id }) => ledgerOf(tx.db, tx.seals, caseId, id)));
  const at = Math.max(tx.at.getTime(), Date.now());
  return (ask) => ledgers.every((ledger) => 'permitted' in permits(ledger, ask, at));
};

const tellAnswerers = async (tx: Tx, caseId: string, questionId: string, consentId: string): Promise<void> => {
  const answered = await tx.db.invitation.findMany({ where: { questionId, answers: { some: {} } }, include: { contact: true } });
  for (const { contact, contactId } of answered) {
    await putNotice(tx, {
      key: `WITHDRAWN_NOTICE:${consentId}:${questionId}:${contactId}`,
      kind: 'WITHDRAWN_NOTICE',
      contactId,
      caseId,
      language: contact.language as Intake['language'],
      data: {},
      needs: null,
    });
  }
};

const cancelUnsent = async (tx: Tx, caseId: string, permitted: Permitted): Promise<void> => {
  const waiting = await tx.db.outbox.findMany({
    where: { caseId, state: { in: ['queued', 'deferred', 'held', 'sending', 'unknown'] }, sealed: { not: null } },
  });
  for (const row of waiting) {
    if (row.sealed === null) continue;
    const { needs } = await tx.seals.open<{ needs: ConsentAsk | null }>('Outbox', row.id, caseId, row.sealed);
    if (needs !== null && !permitted(needs)) await cancelNotices(tx, { caseId, id: row.id });
  }
};

const raiseTakeDown = async (tx: Tx, caseId: string, permitted: Permitted): Promise<void> => {
  const published = await tx.db.publication.findMany({ where: { letter: { caseId }, retractedAt: null } });
  for (const { letterId, needs } of published) {
    if (permitted(needs as ConsentAsk)) continue;
    await raiseTask(tx, {
      caseId,
      key: `TAKE_DOWN:${letterId}`,
      kind: 'TAKE_DOWN',
      urgency: 1,
      escalation: 0,
      subjectId: letterId,
      dueAt: tx.at,
    });
  }
};
