import type { ConsentAsk } from '../domain/consent.ts';
import type { PersonOfCase } from '../domain/content.ts';
import { refuse } from '../domain/refusal.ts';
import type { Language } from '../domain/vocabulary.ts';
import { QUESTIONS, type QuestionKind } from './asking.ts';
import { cardOf, intakeOf, ROLE_OF } from './cases.ts';
import type { CaseOrder } from './constraints.ts';
import { addCaseContact, type Card, openCard } from './contacts.ts';
import { type Done, doOnce, mustNot } from './deeds.ts';
import { fileNewDocument } from './documents.ts';
import { ASK_BY_SAFE_WAY } from './given-answers.ts';
import { cancelNotices, type Notice, putNotice } from './outbox.ts';
import { policyOfCase } from './policies.ts';
import { lockQuestion, newLink } from './questions.ts';
import { found } from './record-error.ts';
import type { Store, Tx } from './store.ts';
import { requeue } from './stuck-mail.ts';
import { finishTasks, raiseTask } from './tasks.ts';

/** Adds somebody who was not named at intake. Throws RecordError NOT_FOUND. */
export const addPersonOfCase = (
  store: Store,
  order: CaseOrder & { readonly personId: string; readonly person: PersonOfCase },
): Promise<Done> =>
  doOnce(store, order, async (tx) => {
    const { caseId, commandId, personId, person } = order;
    found(await tx.db.case.findUnique({ where: { id: caseId }, select: { id: true } }));
    const { persons } = await intakeOf(tx.db, tx.seals, caseId);
    if (persons.some(({ key }) => key === person.key)) {
      mustNot(refuse('KEY_TAKEN', 'Somebody of this case has this key already: give the person another.'));
    }
    await fileNewDocument(tx, { caseId, kind: 'PERSON', commandId, content: person });
    await addCaseContact(tx, caseId, { id: personId, role: ROLE_OF[person.kind], language: person.language, card: cardOf(person) });
    tx.audit.append({ action: 'person.added', caseId, subjectId: personId });
    return {};
  });

/** What is put right about a person: what is absent stays as it was, null takes it out. */
export type Correction = {
  readonly name?: string | undefined;
  readonly email?: string | null | undefined;
  readonly language?: Language | undefined;
  readonly pseudonym?: string | null | undefined;
  readonly otherNames?: readonly string[] | undefined;
  readonly safeWay?: string | null | undefined;
  readonly safeHours?: string | null | undefined;
  readonly timeZone?: string | null | undefined;
};

/**
 * Corrects the card of a person of the case. When the address changes, whoever reads the old mailbox must not answer any more: every link of the
 * person dies, each open question is put to them anew, and mail that waited for an address leaves. Throws RecordError NOT_FOUND.
 */
export const correctPerson = (
  store: Store,
  order: CaseOrder & { readonly personId: string; readonly correction: Correction },
): Promise<Done> =>
  doOnce(store, order, async (tx) => {
    const { caseId, personId, correction, commandId } = order;
    await tx.db.$queryRaw`SELECT 1 FROM "Contact" WHERE id = ${personId}::uuid FOR NO KEY UPDATE`;
    const row = found(await tx.db.contact.findFirst({ where: { id: personId, caseId } }));
    const before = await openCard(tx.seals, row);
    const { language = row.language as Language, ...rest } = correction;
    const card = corrected(before, rest);
    const sealed = await tx.seals.seal('Contact', personId, caseId, card);
    await tx.db.contact.update({ where: { id: personId }, data: { language, sealed } });
    await fileNames(tx, order, card);
    tx.audit.append({ action: 'person.corrected', caseId, subjectId: personId, detail: { fields: Object.keys(correction).sort() } });
    if (card.email !== before.email) await readdress(tx, { caseId, commandId, contactId: personId, language, card });
    return {};
  });

const corrected = (before: Card, { name, email, otherNames, ...rest }: Omit<Correction, 'language'>): Card => {
  const optional = Object.entries(rest).filter(([, value]) => value !== undefined);
  const kept = { ...before, ...Object.fromEntries(optional.map(([field, value]) => [field, value ?? undefined])) };
  return {
    ...kept,
    name: name ?? before.name,
    email: email === undefined ? before.email : email,
    otherNames: otherNames ?? before.otherNames,
  };
};

/** A new name joins the names by which texts are checked. */
const fileNames = async (tx: Tx, { caseId, commandId }: CaseOrder, { key, name, pseudonym, otherNames }: Card): Promise<void> => {
  const known = (await intakeOf(tx.db, tx.seals, caseId)).persons.findLast((person) => person.key === key);
  if (known === undefined) return;
  const content: PersonOfCase = { ...known, name, pseudonym, otherNames };
  if (JSON.stringify(content) === JSON.stringify({ ...known })) return;
  await fileNewDocument(tx, { caseId, kind: 'PERSON', commandId, content });
};

type Readdressed = {
  readonly caseId: string;
  readonly commandId: string;
  readonly contactId: string;
  readonly language: Language;
  readonly card: Card;
};

const readdress = async (tx: Tx, person: Readdressed): Promise<void> => {
  const { contactId } = person;
  const asked = { contactId, question: { closedAt: null } };
  const order = { questionId: 'asc' } as const;
  const asking = { question: true, answers: { select: { id: true } } } as const;
  // questions before links, as in answering and closing, so that nobody waits for each other
  for (const { questionId } of await tx.db.invitation.findMany({ where: asked, orderBy: order }))
    await lockQuestion(tx, questionId, 'SHARE');
  await tx.db.link.updateMany({ where: { invitation: { contactId }, revokedAt: null }, data: { revokedAt: tx.at } });
  await sortMail(tx, person);
  for (const invitation of await tx.db.invitation.findMany({ where: asked, orderBy: order, include: asking })) {
    const { question, answers } = invitation;
    // a word that is given once was given: its page shows the receipt and takes nothing more
    const spoken = answers.length > 0 && !question.changeable;
    if (question.closesAt > tx.at && !spoken) await askAnew(tx, person, invitation);
  }
};

/** Mail that holds a link which has just died is void; what was put aside for want of an address may leave. */
const sortMail = async (tx: Tx, { caseId, contactId, card }: Readdressed): Promise<void> => {
  const waiting = { caseId, contactId, state: { in: ['queued', 'deferred', 'held', 'sending', 'unknown'] } };
  for (const { id, state, sealed } of await tx.db.outbox.findMany({ where: waiting, orderBy: { id: 'asc' } })) {
    if (sealed === null) continue;
    const { data } = await tx.seals.open<Notice>('Outbox', id, caseId, sealed);
    if (data.token !== undefined) {
      await cancelNotices(tx, { caseId, id });
      await finishTasks(tx, { caseId, subjectId: id });
    } else if (state === 'held' && card.email !== null) await requeue(tx, caseId, id);
  }
};

type Invited = {
  readonly id: string;
  readonly question: { readonly kind: string; readonly closesAt: Date; readonly needs: unknown };
};

const askAnew = async (tx: Tx, { caseId, commandId, contactId, language, card }: Readdressed, { id, question }: Invited): Promise<void> => {
  const { email, timeZone } = card;
  if (email === null) {
    await raiseTask(tx, {
      ...{ caseId, key: `${ASK_BY_SAFE_WAY}:${id}:${commandId}`, kind: ASK_BY_SAFE_WAY },
      ...{ urgency: 1, escalation: 0, subjectId: id, dueAt: question.closesAt },
    });
    return;
  }
  const closesAt = question.closesAt.getTime();
  const token = await newLink(tx, tx.keyring, await policyOfCase(tx.db, caseId), { invitationId: id, closesAt });
  const kind = QUESTIONS[question.kind as QuestionKind].ask;
  await putNotice(tx, {
    key: `${kind}:${id}:${commandId}`,
    kind,
    contactId,
    caseId,
    language,
    data: { token, deadline: closesAt, ...(timeZone === undefined ? {} : { timeZone }) },
    needs: question.needs as ConsentAsk | null,
  });
  await finishTasks(tx, { caseId, kind: ASK_BY_SAFE_WAY, subjectId: id });
};
