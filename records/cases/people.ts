import type { PersonOfCase } from '../../domain/content.ts';
import { refuse } from '../../domain/refusal.ts';
import type { Language } from '../../domain/vocabulary.ts';
import { type Done, doOnce, mustNot } from '../deeds.ts';
import { fileNewDocument } from '../documents.ts';
import { releaseHeld } from '../keys/recipient-keys.ts';
import { readdress } from '../mail/readdress.ts';
import { found } from '../record-error.ts';
import type { Store, Tx } from '../store.ts';
import { cardOf, intakeOf, ROLE_OF } from './cases.ts';
import type { CaseOrder } from './constraints.ts';
import { addCaseContact, type Card, openCard } from './contacts.ts';

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
  readonly choseLinks?: boolean | undefined;
};

/**
 * Corrects the card of a person of the case. When the address changes, whoever reads the old mailbox must not answer any more: every link of the
 * person dies, each open question is put to them anew, and mail that waited for an address leaves; so too when they no longer choose links. Throws
 * RecordError NOT_FOUND.
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
    // what waited for a key may leave as links now, as the person has chosen
    if (card.choseLinks === true && before.choseLinks !== true) await releaseHeld(tx, personId);
    // what was sent as a plain link lies open in the mailbox that the person does not want read any more
    const tookBack = before.choseLinks === true && card.choseLinks !== true;
    if (tookBack || card.email !== before.email) await readdress(tx, { cause: commandId, contactId: personId, language, card });
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
