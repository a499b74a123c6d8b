import type { CanonicalValue } from '../../crypto/canonical.ts';
import { letterDigest } from '../../crypto/digest.ts';
import type { LetterText } from '../../domain/content.ts';
import type { LetterFile } from '../../domain/letter.ts';
import { refuse } from '../../domain/refusal.ts';
import type { LetterKind, Purpose, TargetKind } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import { outgoingRefusal, wordsOf } from '../cases/outgoing.ts';
import { type Hand, mustNot } from '../deeds.ts';
import { targetsByIds } from '../directory/directory.ts';
import { type Filed, fileNewDocument, latestOf } from '../documents.ts';
import { found } from '../record-error.ts';
import type { Sealing } from '../sealing.ts';

/** Which consent each kind of letter rests on, and whether it is for everybody's eyes. Source: vocabulary 10, product stage 7. */
export const RESTS_ON: { readonly [K in LetterKind]: { readonly purpose: Purpose; readonly isPublic: boolean } } = {
  OPEN_LETTER: { purpose: 'PUBLIC_LETTER', isPublic: true },
  PETITION: { purpose: 'PUBLIC_LETTER', isPublic: true },
  PRIVATE_LETTER: { purpose: 'PUBLIC_LETTER', isPublic: false },
  MEDIA_STATEMENT: { purpose: 'MEDIA', isPublic: true },
  UN_COMMUNICATION: { purpose: 'UN_LETTER_TO_STATE', isPublic: false },
};

type Addressee = {
  readonly id: string;
  readonly kind: TargetKind;
  readonly name: string;
  readonly title: string | null;
  readonly country: string;
};

const addresseesOf = async (db: Db, seals: Sealing, text: LetterText): Promise<readonly Addressee[]> => {
  const targets = await targetsByIds(db, seals, text.addressees);
  return text.addressees.map((id) => {
    const { kind, name, title, country } = found(targets.find((target) => target.id === id));
    return { id, kind, name, title, country };
  });
};

/** Stops when this text may not go out as things stand: on every save, and again at every step towards the public. */
export const checkLetter = async (hand: Hand, caseId: string, text: LetterText): Promise<void> => {
  const known = await targetsByIds(hand.db, hand.seals, text.addressees);
  const missing = text.addressees.some((id) => !known.some((target) => target.id === id));
  if (missing) mustNot(refuse('ADDRESSEE_UNKNOWN', 'An addressee is not in the directory: take the ids from the list of targets.'));
  const words = wordsOf(text);
  if (words.length === 0) mustNot(refuse('NO_TEXT', 'Write the letter in at least one language.'));
  const addressees = known.map(({ kind }) => kind);
  mustNot(await outgoingRefusal(hand, caseId, { ...RESTS_ON[text.kind], texts: words, addressees }));
};

export const startLetter = async (hand: Hand, caseId: string, letterId: string, text: LetterText): Promise<void> => {
  await checkLetter(hand, caseId, text);
  await hand.db.letter.create({ data: { id: letterId, caseId, kind: text.kind, state: 'DRAFT', createdAt: hand.at } });
};

/** The text as it stands. */
export const latestText = async (db: Db, seals: Sealing, caseId: string, letterId: string): Promise<Filed<LetterText>> =>
  found(await latestOf<LetterText>(db, seals, caseId, 'LETTER_TEXT', letterId));

/** What everybody approves and signs: all languages, the addressees and the date of this version, under one digest. */
export type ExactText = {
  readonly digest: string;
  readonly date: string;
  readonly kind: LetterKind;
  readonly addressees: readonly Addressee[];
  readonly texts: LetterText['texts'];
  readonly documentId: string;
  readonly version: number;
};

/**
 * The text of the latest version as it is approved and signed. Once approval was asked for, it is what was kept then: a directory that changes
 * meanwhile does not change what people have put their names to.
 */
export const exactText = async (db: Db, seals: Sealing, caseId: string, letterId: string): Promise<ExactText> => {
  const latest = await latestText(db, seals, caseId, letterId);
  const kept = await latestOf<ExactText>(db, seals, caseId, 'EXACT_TEXT', letterId);
  return kept !== null && kept.content.documentId === latest.id ? kept.content : exactly(db, seals, latest);
};

const exactly = async (db: Db, seals: Sealing, { content, at, id, version }: Filed<LetterText>): Promise<ExactText> => {
  const addressees = await addresseesOf(db, seals, content);
  const date = at.toISOString().slice(0, 10);
  const signed: CanonicalValue = {
    kind: content.kind,
    date,
    addressees: addressees.map(({ name, title, country }) => ({ name, title, country })),
    texts: Object.fromEntries(
      Object.entries(content.texts).flatMap(([language, text]) => (text === undefined ? [] : [[language, { ...text }]])),
    ),
  };
  return { digest: letterDigest(signed), date, kind: content.kind, addressees, texts: content.texts, documentId: id, version };
};

/** Keeps the exact text of the version that is put before the defender, and its digest with the letter. */
export const keepExactText = async (hand: Hand, caseId: string, letterId: string): Promise<void> => {
  const content = await exactText(hand.db, hand.seals, caseId, letterId);
  const place = { subjectId: letterId, version: content.version };
  await fileNewDocument(hand, { caseId, kind: 'EXACT_TEXT', commandId: hand.commandId, content }, place);
  await hand.db.letter.update({ where: { id: letterId }, data: { digest: content.digest } });
};

/** Brings the lists in step with what the letter's workflow decided; false when they show something later already. */
export const projectLetter = async (db: Db, letter: LetterFile): Promise<boolean> => {
  const closesAt = letter.signOn === null ? null : new Date(letter.signOn.closesAt);
  const { count } = await db.letter.updateMany({
    where: { id: letter.letterId, seq: { lt: letter.seq } },
    data: { seq: letter.seq, state: letter.state, version: letter.version, closesAt },
  });
  return count === 1;
};
