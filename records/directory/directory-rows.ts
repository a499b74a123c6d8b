import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { AdvisorRow, DirectoryKind, DirectoryRow, MemberRow, PartnerRow, TargetRow } from '../../domain/directory.ts';
import type { Tx } from '../store.ts';
import type { AdvisorCard, TargetCard } from './directory-cards.ts';
import {
  type Conflict,
  type ContactToPut,
  contactConflict,
  differs,
  gravest,
  type Import,
  type OrganisationToPut,
  type Outcome,
  putContact,
  putOrganisation,
  retireOthers,
} from './directory-upsert.ts';

type Put = { readonly id: string; readonly outcome: Outcome };

const contactOf = (row: MemberRow | AdvisorRow | PartnerRow, role: ContactToPut['role']): ContactToPut => ({
  key: row.contactKey,
  role,
  language: row.contactLanguage,
  name: row.contactName,
  email: row.contactEmail,
});

const filled = <T>(values: Readonly<Record<string, T | null>>): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, T] => entry[1] !== null));

/** An organisation and the one contact through whom it speaks. */
const putBody = async (
  run: Import,
  organisation: OrganisationToPut,
  contact: ContactToPut,
): Promise<(Put & { readonly contactId: string }) | Conflict> => {
  const { tx } = run;
  const there = await tx.db.organisation.findUnique({ where: { key: organisation.key }, select: { id: true, roles: true } });
  if (there !== null && !there.roles.includes(organisation.role))
    return { say: 'This key stands for an organisation of another kind: choose a key that no other organisation has.' };
  const conflict = await contactConflict(run, contact, there?.id ?? null);
  if (conflict !== null) return conflict;
  const { id, outcome } = await putOrganisation(tx, organisation);
  const put = await putContact(run, contact, id);
  return {
    id,
    contactId: put.id,
    // a new contact of an organisation that was there is a change of that organisation
    outcome: outcome === 'added' ? 'added' : changes(gravest(outcome, put.outcome, await retireOthers(tx, id, contact.role, put.id))),
  };
};

const changes = (outcome: Outcome): Outcome => (outcome === 'added' ? 'changed' : outcome);

const putMember = (run: Import, row: MemberRow): Promise<Put | Conflict> => {
  const { organisationKey: key, name, region, country, language, themes } = row;
  const names = filled({ en: row.nameEn, es: row.nameEs, fr: row.nameFr, ar: row.nameAr });
  const organisation: OrganisationToPut = { key, role: 'MEMBER', region, country, language, themes, card: { name, names } };
  return putBody(run, organisation, contactOf(row, 'SIGNATORY'));
};

const putAdvisor = async (run: Import, row: AdvisorRow): Promise<Put | Conflict> => {
  const { tx } = run;
  const home = await tx.db.organisation.findUnique({ where: { key: row.organisationKey }, select: { id: true } });
  if (home === null) return { say: 'The directory has no organisation with this key: import the members first.' };
  const { available, timeZone } = row;
  const contact: ContactToPut = { ...contactOf(row, 'ADVISOR'), timeZone };
  const conflict = await contactConflict(run, contact, home.id);
  if (conflict !== null) return conflict;
  const put = await putContact(run, contact, home.id);
  const there = await tx.db.advisor.findUnique({ where: { contactId: put.id } });
  const card: AdvisorCard = { gender: row.gender };
  const clear = { available, timeZone };
  if (there !== null && !(await differs(tx, 'Advisor', there, clear, card))) return put;
  const id = there?.id ?? randomUUID();
  const data = { ...clear, sealed: await tx.seals.seal('Advisor', id, null, card) };
  if (there === null) await tx.db.advisor.create({ data: { id, contactId: put.id, ...data } });
  else await tx.db.advisor.update({ where: { id }, data });
  return { id: put.id, outcome: gravest(put.outcome, 'changed') };
};

const putPartner = async (run: Import, row: PartnerRow): Promise<Put | Conflict> => {
  const { tx } = run;
  const { partnerKey: key, name, region, country, language, ceilingAmount, currency, capacity, eligibility } = row;
  const organisation: OrganisationToPut = { key, role: 'PARTNER', region, country, language, themes: [], card: { name, names: {} } };
  const body = await putBody(run, organisation, contactOf(row, 'PARTNER_DESK'));
  if ('say' in body) return body;
  const { id: organisationId, contactId, outcome } = body;
  const lists = { kinds: [...row.kindsOfHelp], countries: [...row.countries], languages: [...row.languages] };
  const data = { contactId, ...lists, ceilingAmount, currency, capacity, eligibility };
  const there = await tx.db.partner.findUnique({ where: { organisationId } });
  if (there !== null && isDeepStrictEqual({ ...there, ...data }, { ...there })) return { id: there.id, outcome };
  const id = there?.id ?? randomUUID();
  if (there === null) await tx.db.partner.create({ data: { id, organisationId, ...data } });
  else await tx.db.partner.update({ where: { id }, data });
  return { id, outcome: gravest(outcome, 'changed') };
};

const putTarget = async ({ tx }: Pick<Import, 'tx'>, row: TargetRow): Promise<Put> => {
  const { targetKey: key, kind, language } = row;
  const card: TargetCard = { name: row.name, title: row.title, country: row.country, email: row.addressEmail };
  const there = await tx.db.target.findUnique({ where: { key } });
  const id = there?.id ?? randomUUID();
  const clear = { kind, language };
  if (there !== null && !(await differs(tx, 'Target', there, clear, card))) return { id, outcome: 'unchanged' };
  const data = { ...clear, sealed: await tx.seals.seal('Target', id, null, card) };
  if (there === null) await tx.db.target.create({ data: { id, key, ...data } });
  else await tx.db.target.update({ where: { id }, data });
  return { id, outcome: there === null ? 'added' : 'changed' };
};

type Putters = { readonly [K in DirectoryKind]: (run: Import, row: DirectoryRow<K>) => Promise<Put | Conflict> };
const PUT: Putters = { members: putMember, advisors: putAdvisor, partners: putPartner, targets: putTarget };

/** Stores one row and writes down that somebody added or changed it: whoever changes a mailbox could otherwise answer unseen in another's place. */
export const putRow = async <K extends DirectoryKind>(run: Import, kind: K, row: DirectoryRow<K>): Promise<Outcome | Conflict> => {
  const put = await PUT[kind](run, row);
  if ('say' in put) return put;
  if (put.outcome !== 'unchanged') note(run.tx, `directory.${kind}-${put.outcome}`, put.id, row);
  return put.outcome;
};

const note = (tx: Tx, action: string, subjectId: string, row: DirectoryRow<DirectoryKind>): void =>
  tx.audit.append({ action, caseId: null, subjectId, detail: { ...row } });
