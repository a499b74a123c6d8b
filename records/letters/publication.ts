import type { Text } from '../../domain/content.ts';
import type { Language, LetterKind } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import { intakeOf } from '../cases/cases.ts';
import { shows } from '../cases/outgoing.ts';
import type { Hand } from '../deeds.ts';
import { putNotice } from '../mail/outbox.ts';
import { type ExactText, RESTS_ON } from './letters.ts';
import type { Signatory, Signed } from './signatures.ts';

/** A published letter as everybody may read it, and as it is signed for. */
export type PublishedLetter = {
  readonly slug: string;
  readonly kind: LetterKind;
  readonly date: string;
  readonly digest: string;
  readonly publishedAt: string;
  readonly addressees: readonly { readonly name: string; readonly title: string | null; readonly country: string }[];
  readonly texts: { readonly [L in Language]?: Text | undefined };
  readonly signatories: readonly Signatory[];
  /** organisations that are counted but not named, by their own choice */
  readonly countOnly: number;
};

/**
 * Makes the letter public, in these words and with these names: what is written here is the one thing of a case that stands in clear. Tells those who
 * signed.
 */
export const publish = async (hand: Hand, letterId: string, slug: string, exact: ExactText, signed: Signed): Promise<void> => {
  const { caseId } = hand;
  const content = asPublished(exact, slug, hand.at, signed);
  const texts = Object.values(exact.texts).flatMap((text) => (text === undefined ? [] : [text.title, text.body]));
  const identifiability = shows(await intakeOf(hand.db, hand.seals, caseId), texts);
  const needs = { purpose: RESTS_ON[exact.kind].purpose, identifiability };
  await hand.db.publication.create({ data: { slug, letterId, content, needs, publishedAt: hand.at } });
  await hand.db.letter.update({ where: { id: letterId }, data: { publishedAt: hand.at } });
  for (const { contactId, language } of signed.told) {
    const key = `OUTCOME_TOLD:${letterId}:${contactId}`;
    await putNotice(hand, { key, kind: 'OUTCOME_TOLD', contactId, caseId, language, data: { path: `/letters/${slug}` }, needs });
  }
};

const asPublished = (exact: ExactText, slug: string, at: Date, signed: Signed): PublishedLetter & Record<string, never> => {
  const { digest, date, kind, texts } = exact;
  const addressees = exact.addressees.map(({ name, title, country }) => ({ name, title, country }));
  const letter: PublishedLetter = {
    slug,
    kind,
    date,
    digest,
    publishedAt: at.toISOString(),
    addressees,
    texts,
    signatories: signed.named,
    countOnly: signed.countOnly,
  };
  return letter as PublishedLetter & Record<string, never>;
};

/** A published letter by its address, or null when there is none or it was retracted. */
export const publishedLetter = async (db: Db, slug: string): Promise<PublishedLetter | null> => {
  const row = await db.publication.findUnique({ where: { slug } });
  return row === null || row.retractedAt !== null ? null : (row.content as unknown as PublishedLetter);
};

/** When this letter was published at this address; null when it was not. */
export const publishedAt = async (db: Db, letterId: string, slug: string): Promise<Date | null> =>
  (await db.publication.findFirst({ where: { letterId, slug }, select: { publishedAt: true } }))?.publishedAt ?? null;
