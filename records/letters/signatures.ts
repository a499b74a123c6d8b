import { canonicalJson } from '../../crypto/canonical.ts';
import { signatoriesDigest } from '../../crypto/digest.ts';
import type { Language, Region } from '../../domain/vocabulary.ts';
import { lastAsked } from '../cases/grounds.ts';
import { organisationNames } from '../directory/directory.ts';
import { answersTo } from '../questions/answers.ts';
import type { Tx } from '../store.ts';

/** `name` is how the organisation chose to appear; `names` are its names in the languages it gave, used where it chose nothing. */
export type Signatory = {
  readonly name: string;
  readonly names: { readonly [L in Language]?: string };
  readonly region: Region;
  readonly country: string;
};

/** Who signed, as it will be published: of those who are only counted no more than how many; `told` are the contacts of both. */
export type Signed = {
  readonly named: readonly Signatory[];
  readonly countOnly: number;
  readonly told: readonly { readonly contactId: string; readonly language: Language }[];
};
const NOBODY: Signed = { named: [], countOnly: 0, told: [] };

/** Those who signed this letter at this moment, of whom every answer counts; nobody where no sign-on was opened. */
export const signedFor = async ({ db, seals }: Pick<Tx, 'db' | 'seals'>, letterId: string): Promise<Signed> => {
  const question = await lastAsked(db, 'SIGN_ON', letterId);
  if (question === null) return NOBODY;
  const { all } = await answersTo(db, seals, question.id);
  const signed = all.filter(({ answer }) => answer?.content.choice === 'SIGN_PUBLIC' || answer?.content.choice === 'SIGN_COUNT_ONLY');
  const contacts = await db.contact.findMany({
    where: { id: { in: signed.map(({ contactId }) => contactId) } },
    include: { organisation: true },
  });
  const names = await organisationNames(
    db,
    seals,
    contacts.flatMap(({ organisationId }) => (organisationId === null ? [] : [organisationId])),
  );
  const named: Signatory[] = [];
  const told: { contactId: string; language: Language }[] = [];
  for (const { contactId, answer } of signed) {
    const contact = contacts.find(({ id }) => id === contactId);
    const organisation = contact?.organisation;
    if (contact === undefined || organisation === null || organisation === undefined) continue;
    told.push({ contactId, language: contact.language as Language });
    if (answer?.content.choice !== 'SIGN_PUBLIC') continue;
    const own = names.get(organisation.id);
    const chosen = answer.content.name;
    const { region, country } = organisation;
    named.push({
      name: chosen ?? own?.name ?? '',
      names: chosen === undefined ? (own?.names ?? {}) : {},
      region: region as Region,
      country,
    });
  }
  return { named, countOnly: told.length - named.length, told };
};

/** The same for the same names, however the rows come: what a second person approves, and what is compared when it is published. */
export const namesDigest = ({ named }: Signed): string => {
  const list = named.map(({ name, names, region, country }) => ({ name, names: { ...names }, region, country }));
  const spelled = list.map((one) => [canonicalJson(one), one] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  return signatoriesDigest(spelled.map(([, one]) => one));
};
