import type { SealedBy } from '../../domain/recipient-key.ts';
import type { PartnerProfile } from '../../domain/referral.ts';
import { isLanguage, isTargetKind } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import { type Card, openCard } from '../cases/contacts.ts';
import { sealedBy } from '../keys/sealed-by.ts';
import { found } from '../record-error.ts';
import type { Sealing } from '../sealing.ts';
import { known, type OrganisationName, profileOf, type Target } from './directory.ts';
import type { AdvisorCard, OrganisationCard, TargetCard } from './directory-cards.ts';

/** Which part of a list: at most `limit` entries after the entry with the id `after` (null: from the start). Lists go by id, which says nothing. */
export type Part = { readonly after: string | null; readonly limit: number };

/** `next` is the `after` of the part that follows, or null at the end. */
export type Page<T> = { readonly items: readonly T[]; readonly next: string | null };

const page = async <R extends { readonly id: string }, T>(
  rows: readonly R[],
  limit: number,
  show: (row: R) => Promise<T>,
): Promise<Page<T>> => {
  const shown = rows.slice(0, limit);
  return { items: await Promise.all(shown.map(show)), next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
};

/** One row more than asked for tells whether there is a next part. */
const range = ({ after, limit }: Part) =>
  ({ idAfter: after === null ? {} : { id: { gt: after } }, orderBy: { id: 'asc' }, take: limit + 1 }) as const;

type Person = Pick<Card, 'name' | 'email'> & { readonly contactId: string; readonly language: string };

const personOf = async (seals: Sealing, row: Parameters<typeof openCard>[1]): Promise<Person> => {
  const { name, email } = await openCard(seals, row);
  return { contactId: row.id, name, email, language: row.language };
};

export type OrganisationEntry = OrganisationName & {
  readonly id: string;
  readonly key: string;
  readonly roles: readonly string[];
  readonly region: string;
  readonly country: string;
  readonly language: string;
  readonly themes: readonly string[];
  readonly active: boolean;
  readonly contacts: readonly (Person & { readonly role: string })[];
};

/** Organisations with the contacts through whom they speak; of one role when named. */
export const listOrganisations = async (
  db: Db,
  seals: Sealing,
  { role, ...part }: Part & { readonly role?: 'MEMBER' | 'PARTNER' },
): Promise<Page<OrganisationEntry>> => {
  const { idAfter, ...order } = range(part);
  const rows = await db.organisation.findMany({
    where: { ...idAfter, ...(role === undefined ? {} : { roles: { has: role } }) },
    include: { contacts: { where: { active: true, role: { in: ['SIGNATORY', 'PARTNER_DESK'] } } } },
    ...order,
  });
  return page(rows, part.limit, async ({ id, key, roles, region, country, language, themes, active, sealed, contacts }) => ({
    id,
    key,
    ...(await seals.open<OrganisationCard>('Organisation', id, null, sealed)),
    ...{ roles, region, country, language, themes, active },
    contacts: await Promise.all(contacts.map(async (row) => ({ ...(await personOf(seals, row)), role: row.role }))),
  }));
};

/** `sealedBy`: whether words of a case can be sealed to them now, or what is missing for it. */
export type AdvisorEntry = Person & {
  readonly sealedBy: SealedBy;
  readonly id: string;
  readonly key: string | null;
  readonly organisationId: string;
  readonly organisationKey: string;
  readonly region: string;
  readonly country: string;
  readonly gender: string | null;
  readonly timeZone: string | null;
  readonly available: boolean;
  readonly active: boolean;
};

/** `at` in epoch ms: keys come to their end. */
export const listAdvisors = async (db: Db, seals: Sealing, part: Part, at: number): Promise<Page<AdvisorEntry>> => {
  const { idAfter, ...order } = range(part);
  const rows = await db.advisor.findMany({ where: idAfter, include: { contact: { include: { organisation: true } } }, ...order });
  const sealing = await sealedBy(
    db,
    rows.map(({ contact }) => contact),
    at,
  );
  return page(rows, part.limit, async ({ id, contact, sealed, timeZone, available }) => {
    const { id: organisationId, key: organisationKey, region, country } = found(contact.organisation);
    const { gender } = await seals.open<AdvisorCard>('Advisor', id, null, sealed);
    const seat = { organisationId, organisationKey, region, country, gender, timeZone, available, active: contact.active };
    return { id, key: contact.key, ...(await personOf(seals, contact)), sealedBy: sealing(contact.id), ...seat };
  });
};

export type PartnerEntry = PartnerProfile & {
  readonly key: string;
  readonly name: string;
  readonly organisationId: string;
  readonly region: string;
  readonly country: string;
  readonly eligibility: string | null;
  readonly active: boolean;
  readonly contact: Person & { readonly sealedBy: SealedBy };
};

/** `at` in epoch ms. */
export const listPartners = async (db: Db, seals: Sealing, part: Part, at: number): Promise<Page<PartnerEntry>> => {
  const { idAfter, ...order } = range(part);
  const rows = await db.partner.findMany({ where: idAfter, include: { contact: true, organisation: true }, ...order });
  const sealing = await sealedBy(
    db,
    rows.map(({ contact }) => contact),
    at,
  );
  return page(rows, part.limit, async (row) => {
    const { id: organisationId, key, region, country, active, sealed } = row.organisation;
    const { name } = await seals.open<OrganisationCard>('Organisation', organisationId, null, sealed);
    const contact = { ...(await personOf(seals, row.contact)), sealedBy: sealing(row.contactId) };
    return { ...profileOf(row), key, name, organisationId, region, country, eligibility: row.eligibility, active, contact };
  });
};

export type TargetEntry = Target & { readonly key: string; readonly active: boolean };

export const listTargets = async (db: Db, seals: Sealing, part: Part): Promise<Page<TargetEntry>> => {
  const { idAfter, ...order } = range(part);
  const rows = await db.target.findMany({ where: idAfter, ...order });
  return page(rows, part.limit, async ({ id, key, kind, language, active, sealed }) => ({
    ...{ id, key, kind: known(isTargetKind, kind), language: known(isLanguage, language), active },
    ...(await seals.open<TargetCard>('Target', id, null, sealed)),
  }));
};
