import { type ConsentAsk, permits } from '../../domain/consent.ts';
import type { Intake } from '../../domain/content.ts';
import { refuse } from '../../domain/refusal.ts';
import { type Done, doOnce, mustNot } from '../deeds.ts';
import { openNotice, putNotice, voidNotice } from '../mail/outbox.ts';
import { revokeQuestion } from '../questions/questions.ts';
import type { Actor, Store, Tx } from '../store.ts';
import { ledgerOf, markWithdrawn } from './consents.ts';
import { caseContacts } from './contacts.ts';
import { raiseTask } from './tasks.ts';

/**
 * Withdraws a consent. It does not pass through the case's workflow: whatever is busy, away or closed, the doors are shut when this returns.
 * The workflow is told afterwards. Source: product rule 1 (withdrawal stops within seconds).
 */
export const withdrawConsent = (
  store: Store,
  order: { readonly commandId: string; readonly by: Actor; readonly at: number; readonly caseId: string; readonly consentId: string },
): Promise<Done> =>
  doOnce(store, order, async (tx) => {
    const { caseId, consentId } = order;
    if (!(await markWithdrawn(tx, caseId, consentId))) mustNot(refuse('NOT_IN_FORCE', 'There is no such consent in force in this case.'));
    tx.audit.append({ action: 'consent.withdrawn', caseId, subjectId: consentId });
    return { stopped: await stopWhatDepends(tx, caseId, consentId) };
  });

/**
 * Stops, in the transaction of the change itself, all that rests on a consent which no longer permits it: open questions close and their links die,
 * unsent mail is cancelled, those who were asked get a neutral notice, and what is public already becomes a task. `cause` is the statement that was
 * withdrawn, or the narrower one that was added. Returns what was stopped. Source: product rule 1.
 */
export const stopWhatDepends = async (tx: Tx, caseId: string, cause: string): Promise<readonly string[]> => {
  const permitted = await asker(tx, caseId);
  const open = await tx.db.question.findMany({ where: { caseId, closedAt: null } });
  const stopped: string[] = [];
  for (const question of open) {
    const needs = question.needs as ConsentAsk | null;
    if (needs === null || permitted(needs)) continue;
    await revokeQuestion(tx, question.id);
    await tellAsked(tx, question, cause);
    stopped.push(question.subjectId);
    tx.audit.append({ action: 'question.stopped', caseId, subjectId: question.id });
  }
  await cancelUnsent(tx, caseId, permitted);
  await raiseTakeDown(tx, caseId, cause, permitted);
  return stopped;
};

type Permitted = (ask: ConsentAsk) => boolean;

/** The ledgers are read once, after the withdrawal was written. */
const asker = async (tx: Tx, caseId: string): Promise<Permitted> => {
  const people = await caseContacts(tx.db, caseId, ['DEFENDER']);
  const ledgers = await Promise.all(people.map(({ id }) => ledgerOf(tx.db, tx.seals, caseId, id)));
  const at = Math.max(tx.at.getTime(), Date.now());
  return (ask) => ledgers.every((ledger) => 'permitted' in permits(ledger, ask, at));
};

/** A partner who was asked to help must know at once; the others only where they had lent their word. */
const tellAsked = async (tx: Tx, question: { id: string; caseId: string; kind: string }, cause: string): Promise<void> => {
  const isReferral = question.kind === 'REFERRAL';
  const where = { questionId: question.id, ...(isReferral ? {} : { answers: { some: {} } }) };
  const kind = isReferral ? 'REFERRAL_REVOKED' : 'WITHDRAWN_NOTICE';
  for (const { contact, contactId } of await tx.db.invitation.findMany({ where, include: { contact: true } })) {
    await putNotice(tx, {
      key: `${kind}:${cause}:${question.id}:${contactId}`,
      kind,
      contactId,
      caseId: question.caseId,
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
    const notice = await openNotice(tx, { id: row.id, caseId, sealed: row.sealed });
    // what nobody can read might rest on the very consent that was withdrawn
    if (notice !== null && (notice.needs === null || permitted(notice.needs))) continue;
    await voidNotice(tx, row);
  }
};

const raiseTakeDown = async (tx: Tx, caseId: string, cause: string, permitted: Permitted): Promise<void> => {
  const published = await tx.db.publication.findMany({ where: { letter: { caseId }, retractedAt: null } });
  for (const { letterId, needs } of published) {
    if (permitted(needs as ConsentAsk)) continue;
    await raiseTask(tx, {
      caseId,
      key: `TAKE_DOWN:${letterId}:${cause}`,
      kind: 'TAKE_DOWN',
      urgency: 1,
      escalation: 0,
      subjectId: letterId,
      dueAt: tx.at,
    });
  }
};
