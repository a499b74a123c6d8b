import { randomUUID } from 'node:crypto';
import { commandActivities } from '../../activities/commands.ts';
import { Problem } from '../../api/http/problem.ts';
import { openLetterFile } from '../../domain/letter.ts';
import type { Band } from '../../domain/vocabulary.ts';
import { addConsent } from '../../records/cases/consents.ts';
import { fileNewDocument } from '../../records/documents.ts';
import { keepExactText, latestText } from '../../records/letters/letters.ts';
import { policyOfCase } from '../../records/policies.ts';
import { landAnswer } from '../../records/questions/landing.ts';
import type { Store, Tx } from '../../records/store.ts';
import type { CaseAtHand } from './api-case.ts';
import type { ApiDesk } from './api-desk.ts';
import { SAMPLES } from './api-samples.ts';

export const WORDS = { title: 'An end to the evictions', body: 'We ask that nobody be driven from the land on which they live.' };

/** A letter that nothing stands in the way of but a second person: decided, consented to, verified, assessed, approved, signed, closed. */
export const publishable = (at: CaseAtHand): Promise<string> =>
  at.inTx(async (tx) => {
    const { caseId, defender } = at;
    const letterId = randomUUID();
    const { band } = await tx.db.case.update({ where: { id: caseId }, data: { mode: 'NAMED_ENDORSEMENTS' } });
    const file = (kind: 'CONCLUSION' | 'RISK' | 'DECISION' | 'LETTER_TEXT', content: unknown, place = {}) =>
      fileNewDocument(tx, { caseId, kind, commandId: randomUUID(), content }, place);
    await addConsent(tx, caseId, defender, {
      ...{ id: randomUUID(), purpose: 'PUBLIC_LETTER', recipientId: null, identifiability: 'FULL_NAME', basis: 'INFORMED_CONSENT' },
      ...{ method: 'SIGNED', language: 'es', explained: [], givenBy: defender, secondPersonId: null, reasonDocumentId: null },
      ...{ reviewAt: null, validFrom: tx.at.getTime() - 60_000, validTo: null, withdrawnAt: null },
    });
    await file('DECISION', SAMPLES['decideAction']);
    await file('CONCLUSION', { ...Object(SAMPLES['concludeVerification']), outcome: 'VERIFIED' });
    await file('RISK', SAMPLES['assessRisk']);
    await file('LETTER_TEXT', { kind: 'OPEN_LETTER', addressees: [], texts: { en: WORDS } }, { subjectId: letterId, version: 1 });
    await tx.db.letter.create({ data: { id: letterId, caseId, kind: 'OPEN_LETTER', state: 'CLOSED', createdAt: tx.at } });
    const hand = { ...tx, policy: await policyOfCase(tx.db, caseId), band: band as Band, by: tx.actor, caseId, commandId: randomUUID() };
    await keepExactText(hand, caseId, letterId);
    await approved(tx, at, letterId);
    return letterId;
  });

/** The defender's answer, by link, to exactly the text that is there. */
const approved = async (tx: Tx, { caseId, defender }: CaseAtHand, letterId: string): Promise<void> => {
  const [questionId, invitationId] = [randomUUID(), randomUUID()];
  const { id: documentId } = await latestText(tx.db, tx.seals, caseId, letterId);
  const place = { kind: 'LETTER_APPROVAL', subjectId: letterId, documentId, workflowId: `case/${caseId}/letter/${letterId}` };
  const times = { changeable: false, openedAt: tx.at, closesAt: new Date(tx.at.getTime() + 60_000) };
  await tx.db.question.create({ data: { id: questionId, caseId, ...place, ...times } });
  await tx.db.invitation.create({ data: { id: invitationId, questionId, contactId: defender, createdAt: tx.at } });
  await landAnswer(tx, { id: invitationId, questionId, contactId: defender }, { choice: 'APPROVE' });
  await tx.db.question.update({ where: { id: questionId }, data: { closedAt: tx.at } });
};

/** What the workflow of a letter does at the end: the order as it came, to the recorder that the desk has. */
export const publishInWorkflow = async (store: Store, caseId: string, letterId: string, slug: string, by: string) => {
  const { recordLetterCommand } = commandActivities({ store, ringPostroom: async () => undefined });
  const order = { name: 'publishLetter' as const, commandId: randomUUID(), by, what: { slug }, at: Date.now() };
  return recordLetterCommand(order, { ...openLetterFile(caseId, letterId), state: 'CLOSED' });
};

/** Lets the real recorder stand behind the door, for letters. */
export const recording = ({ door, store }: ApiDesk): void => {
  const { recordLetterCommand } = commandActivities({ store, ringPostroom: async () => undefined });
  door.letterCommand = async (caseId, letterId, order) => {
    door.calls.push(order.name);
    if (door.refuse !== null) throw door.refuse();
    const at = Date.now();
    const recorded = await recordLetterCommand({ ...order, at }, { ...openLetterFile(caseId, letterId), state: 'CLOSED' });
    if (recorded.refused !== null) throw Problem.refused(recorded.refused);
    return { commandId: order.commandId, state: 'PUBLISHED', at, version: 1 };
  };
};
