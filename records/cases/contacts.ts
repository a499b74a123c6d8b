import { randomUUID } from 'node:crypto';
import { blindIndex, normaliseAddress } from '../../crypto/blind-index.ts';
import type { Keyring } from '../../crypto/keyring.ts';
import type { Language } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import type { Sealing } from '../sealing.ts';
import type { Tx } from '../store.ts';

/** What is known of somebody who can be written to; everything but the language lies sealed. */
export type Card = {
  readonly name: string;
  readonly email: string | null;
  readonly pseudonym?: string | undefined;
  readonly otherNames?: readonly string[] | undefined;
  readonly safeWay?: string | undefined;
  readonly safeHours?: string | undefined;
  readonly timeZone?: string | undefined;
  /** a person of a case who was told what a watched mailbox means, and chose links in mail for what only they can answer */
  readonly choseLinks?: boolean | undefined;
  readonly gender?: string | undefined;
  /** of a person of a case: the key by which they were named when they were told of */
  readonly key?: string | undefined;
};

export type ContactRole =
  | 'STAFF'
  | 'SIGNATORY'
  | 'PARTNER_DESK'
  | 'ADVISOR'
  | 'DEFENDER'
  | 'TRUSTED_CONTACT'
  | 'REQUESTER'
  | 'OTHER_PERSON';

export type ContactRow = {
  readonly id: string;
  readonly caseId: string | null;
  readonly role: string;
  readonly language: string;
  readonly sealed: Uint8Array;
};

export const addressIndex = (keyring: Keyring, email: string): string =>
  blindIndex(keyring.active('blind-index'), 'mail-address', normaliseAddress(email));

/** Stores a person of a case, sealed under the case's key. The address of such a person is in no index that outlives the case. */
export const addCaseContact = async (
  tx: Tx,
  caseId: string,
  person: { readonly id?: string; readonly role: ContactRole; readonly language: Language; readonly card: Card },
): Promise<string> => {
  const id = person.id ?? randomUUID();
  const sealed = await tx.seals.seal('Contact', id, caseId, person.card);
  await tx.db.contact.create({ data: { id, caseId, role: person.role, language: person.language, sealed, createdAt: tx.at } });
  return id;
};

/** Reads the card of a contact, of the network or of a case. */
export const openCard = (seals: Sealing, row: ContactRow): Promise<Card> => seals.open<Card>('Contact', row.id, row.caseId, row.sealed);

/** The people of a case in one of these roles, those first who were named first. */
export const caseContacts = async (db: Db, caseId: string, roles: readonly ContactRole[]): Promise<readonly ContactRow[]> =>
  db.contact.findMany({ where: { caseId, role: { in: [...roles] }, active: true }, orderBy: { createdAt: 'asc' } });

export type StaffRow = ContactRow & { readonly personId: string };

type Duty = { readonly membersOf: string } | 'COORDINATORS' | 'BACKUP' | 'ADMINISTRATORS';

/**
 * The staff who are told of duties: the members of one case, or all coordinators; whoever stands in for them; administrators. Only people who can act:
 * not disabled, and with a live token of that role.
 */
export const staff = async (db: Db, who: Duty, at: Date): Promise<readonly StaffRow[]> => {
  const role = who === 'ADMINISTRATORS' ? 'administrator' : 'coordinator';
  const people = await db.person.findMany({
    where: {
      disabledAt: null,
      ...(who === 'COORDINATORS' || who === 'BACKUP' ? { backup: who === 'BACKUP' } : {}),
      ...(typeof who === 'object' ? { cases: { some: { caseId: who.membersOf, endedAt: null } } } : {}),
      tokens: { some: { role, revokedAt: null, expiresAt: { gt: at } } },
    },
    include: { contact: true },
    orderBy: { id: 'asc' },
  });
  return people.map(({ id, contact }) => ({ ...contact, personId: id }));
};

/** Who is told of a matter of a case, and how far up that is. */
export type Told = { readonly escalation: 0 | 1 | 2; readonly people: readonly StaffRow[] };

const LADDER = ['MEMBERS', 'BACKUP', 'ADMINISTRATORS'] as const;

/**
 * Whoever is there to be told of a matter of a case, from this step of the ladder on: where nobody stands on a step, the next one up is told, and at its
 * end any coordinator, so that a clock never depends on one person's account. `but`: a person who need not be told, because it comes from them.
 */
export const whoIsTold = async (db: Db, from: (typeof LADDER)[number], caseId: string, at: Date, but?: string): Promise<Told> => {
  for (const step of LADDER.slice(LADDER.indexOf(from))) {
    const people = (await staff(db, step === 'MEMBERS' ? { membersOf: caseId } : step, at)).filter(({ personId }) => personId !== but);
    if (people.length > 0) return { escalation: LADDER.indexOf(step) as Told['escalation'], people };
  }
  return { escalation: 2, people: (await staff(db, 'COORDINATORS', at)).filter(({ personId }) => personId !== but) };
};

/** Whom a matter of a case wakes that has no clock of its own: whoever is told first, and whoever stands in, at once. `but`: as in whoIsTold. */
export const whoIsAlarmed = async (db: Db, caseId: string, at: Date, but?: string): Promise<readonly StaffRow[]> => {
  const { people } = await whoIsTold(db, 'MEMBERS', caseId, at, but);
  const standIns = (await staff(db, 'BACKUP', at)).filter(({ personId }) => personId !== but);
  return [...people, ...standIns.filter(({ id }) => !people.some((told) => told.id === id))];
};

/** Who is told of what concerns the network and no case: the administrators; where none can act, all coordinators. `but`: whoever it comes from. */
export const whoOversees = async (db: Db, at: Date, but?: string): Promise<readonly StaffRow[]> => {
  const others = (people: readonly StaffRow[]) => people.filter(({ personId }) => personId !== but);
  const administrators = others(await staff(db, 'ADMINISTRATORS', at));
  return administrators.length > 0 ? administrators : others(await staff(db, 'COORDINATORS', at));
};
