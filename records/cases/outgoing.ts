import { forbidden } from '../../domain/constraints.ts';
import type { Intake, LetterText } from '../../domain/content.ts';
import { namesAnother, namesPlace, shownIn } from '../../domain/identify.ts';
import { type Refusal, refuse } from '../../domain/refusal.ts';
import type { Identifiability, Purpose, TargetKind } from '../../domain/vocabulary.ts';
import type { Tx } from '../store.ts';
import { intakeOf } from './cases.ts';
import { disclosureRefusal } from './consents.ts';

/** How much a text would show of the defenders of a case. */
export const shows = (intake: Intake, texts: readonly string[]): Identifiability =>
  shownIn(
    texts,
    intake.persons.filter(({ kind }) => kind === 'DEFENDER'),
  );

/** Family, witnesses, lawyers and whoever brought the case stay unnamed. Source: product stage 1 (requester: identity known but confidential). */
const namesOthers = ({ persons, requester }: Intake, texts: readonly string[]): boolean => {
  const defenders = persons.filter(({ kind }) => kind === 'DEFENDER');
  return namesAnother(texts, [...persons.filter(({ kind }) => kind !== 'DEFENDER'), { name: requester.name }], defenders);
};

/**
 * Why these words may not go out for this purpose now, or null: what was said must not be done, then what the ledger permits at this instant for
 * as much as the words really show. Source: product rules 1 and 3.
 */
export const outgoingRefusal = async (
  tx: Tx,
  caseId: string,
  out: {
    readonly purpose: Purpose;
    readonly recipientId?: string;
    readonly texts: readonly string[];
    readonly addressees?: readonly TargetKind[];
    readonly isPublic: boolean;
  },
): Promise<Refusal | null> => {
  const intake = await intakeOf(tx.db, tx.seals, caseId);
  const identifiability = shows(intake, out.texts);
  const places = [intake.place, ...intake.incidents.map((incident) => incident.place)];
  if (namesOthers(intake, out.texts)) {
    return refuse(
      'OTHER_PERSON_NAMED',
      'This text names somebody of the case who is not the defender, or who brought it: they have agreed to nothing. Take the name out.',
    );
  }
  const kinds = intake.mustNotBeDone.map(({ what }) => what).filter((what) => out.isPublic || what === 'CONTACT_AUTHORITIES');
  const place = places.some((named) => namesPlace(out.texts, named));
  const refusal = forbidden(kinds, { shows: identifiability, namesPlace: place, addressees: out.addressees ?? [] });
  if (refusal !== null) return refusal;
  const ask = { purpose: out.purpose, identifiability, ...(out.recipientId === undefined ? {} : { recipientId: out.recipientId }) };
  return disclosureRefusal(tx, caseId, ask, tx.at.getTime());
};

export const wordsOf = (letter: LetterText): readonly string[] =>
  Object.values(letter.texts).flatMap((text) => (text === undefined ? [] : [text.title, text.body]));
