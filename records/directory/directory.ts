import type { PartnerProfile } from '../../domain/referral.ts';
import {
  isLanguage,
  isPartnerCapacity,
  isRegion,
  isTargetKind,
  type Language,
  type Region,
  type TargetKind,
} from '../../domain/vocabulary.ts';
import type { Db, Prisma } from '../../prisma/client.ts';
import { found, RecordError } from '../record-error.ts';
import type { Sealing } from '../sealing.ts';
import type { AdvisorCard, OrganisationCard, TargetCard } from './directory-cards.ts';

/** The member organisations that somebody may belong to, by the keys of the network's own tables. */
export const knownOrganisationKeys = async (db: Db): Promise<ReadonlySet<string>> => {
  const rows = await db.organisation.findMany({ where: { roles: { has: 'MEMBER' } }, select: { key: true } });
  return new Set(rows.map(({ key }) => key));
};

/** A stored key as the vocabulary knows it. A key that it does not know can only be a fault of ours: the import let nothing else through. */
export const known = <K extends string>(isKey: (value: unknown) => value is K, stored: string): K => {
  if (!isKey(stored)) throw new RecordError('BAD_SHAPE');
  return stored;
};

/** One seat of the Advisory Group. Region and country are those of the organisation that sent the advisor. */
export type AdvisorSeat = {
  readonly contactId: string;
  readonly advisorId: string;
  readonly organisationId: string;
  readonly region: Region;
  readonly country: string;
  readonly language: Language;
  readonly gender: string | null;
  readonly timeZone: string | null;
  readonly available: boolean;
};

/** The Advisory Group as it is now, those included who are not available. In the order of the ids, which says nothing. */
export const advisorRoll = (db: Db, seals: Sealing): Promise<readonly AdvisorSeat[]> =>
  advisorSeats(db, seals, { contact: { active: true, organisation: { active: true } } });

/** Seats that are or were taken, in the order of the ids. */
export const advisorSeats = async (db: Db, seals: Sealing, where: Prisma.AdvisorWhereInput): Promise<readonly AdvisorSeat[]> => {
  const rows = await db.advisor.findMany({
    where,
    include: { contact: { include: { organisation: true } } },
    orderBy: { id: 'asc' },
  });
  return Promise.all(
    rows.map(async ({ id, contact, sealed, timeZone, available }) => {
      const { id: organisationId, region, country } = found(contact.organisation);
      const { gender } = await seals.open<AdvisorCard>('Advisor', id, null, sealed);
      const seat = { contactId: contact.id, advisorId: id, organisationId, language: known(isLanguage, contact.language) };
      return { ...seat, region: known(isRegion, region), country, gender, timeZone, available };
    }),
  );
};

export type Signatory = {
  readonly contactId: string;
  readonly organisationId: string;
  readonly region: Region;
  readonly country: string;
  readonly language: Language;
};

/** Who may sign for the members: one contact for each organisation, each in its own language. */
export const signatories = async (db: Db): Promise<readonly Signatory[]> => {
  const rows = await db.contact.findMany({
    where: { role: 'SIGNATORY', active: true, organisation: { active: true, roles: { has: 'MEMBER' } } },
    select: { id: true, language: true, organisation: { select: { id: true, region: true, country: true } } },
    orderBy: { id: 'asc' },
  });
  return rows.map(({ id, language, organisation }) => {
    const { id: organisationId, region, country } = found(organisation);
    return { contactId: id, organisationId, region: known(isRegion, region), country, language: known(isLanguage, language) };
  });
};

type PartnerRow = NonNullable<Awaited<ReturnType<Db['partner']['findUnique']>>>;

/** The part of a partner that the ranking reads. */
export const profileOf = (row: PartnerRow): PartnerProfile => ({
  id: row.id,
  kinds: row.kinds,
  countries: row.countries,
  languages: row.languages,
  ceiling: row.ceilingAmount === null || row.currency === null ? null : { amount: row.ceilingAmount, currency: row.currency },
  capacity: known(isPartnerCapacity, row.capacity),
  eligibilityToRead: row.eligibility !== null,
});

export type Partner = PartnerProfile & {
  readonly organisationId: string;
  readonly contactId: string;
  /** the language in which the partner's desk is written to */
  readonly language: Language;
  readonly eligibility: string | null;
};

/** What a referral has to know of a partner. Throws RecordError NOT_FOUND for one who is unknown or no longer active. */
export const partnerProfile = async (db: Db, id: string): Promise<Partner> => {
  const row = found(
    await db.partner.findFirst({
      where: { id, organisation: { active: true }, contact: { active: true } },
      include: { contact: { select: { language: true } } },
    }),
  );
  const { organisationId, contactId, eligibility, contact } = row;
  return { ...profileOf(row), organisationId, contactId, language: known(isLanguage, contact.language), eligibility };
};

export type OrganisationName = { readonly name: string; readonly names: { readonly [L in Language]?: string } };

/** The names of these organisations, as they write themselves and in other languages. Ids that are unknown are not in the answer. */
export const organisationNames = async (db: Db, seals: Sealing, ids: readonly string[]): Promise<ReadonlyMap<string, OrganisationName>> => {
  const rows = await db.organisation.findMany({ where: { id: { in: [...ids] } }, select: { id: true, sealed: true } });
  return new Map(
    await Promise.all(
      rows.map(async ({ id, sealed }) => [id, await seals.open<OrganisationCard>('Organisation', id, null, sealed)] as const),
    ),
  );
};

export type Target = TargetCard & { readonly id: string; readonly kind: TargetKind; readonly language: Language };

/** Those to whom letters go, in the order asked for; those no longer active too, because letters to them remain. Unknown ids are not in the answer. */
export const targetsByIds = async (db: Db, seals: Sealing, ids: readonly string[]): Promise<readonly Target[]> => {
  const rows = await db.target.findMany({ where: { id: { in: [...ids] } } });
  const targets = await Promise.all(
    rows.map(async ({ id, kind, language, sealed }) => ({
      id,
      kind: known(isTargetKind, kind),
      language: known(isLanguage, language),
      ...(await seals.open<TargetCard>('Target', id, null, sealed)),
    })),
  );
  return targets.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
};
