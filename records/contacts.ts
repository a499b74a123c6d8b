import { randomUUID } from 'node:crypto';
import { blindIndex, normaliseAddress } from '../crypto/blind-index.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Language } from '../domain/vocabulary.ts';
import type { Db } from '../prisma/client.ts';
import type { Sealing } from './sealing.ts';
import type { Tx } from './store.ts';

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

/** The staff who are told of duties: coordinators first, then whoever stands in for them, then administrators. */
export const staff = async (db: Db, who: 'COORDINATORS' | 'BACKUP' | 'ADMINISTRATORS', at: Date): Promise<readonly ContactRow[]> => {
  const role = who === 'ADMINISTRATORS' ? 'administrator' : 'coordinator';
  const people = await db.person.findMany({
    where: {
      disabledAt: null,
      ...(who === 'ADMINISTRATORS' ? {} : { backup: who === 'BACKUP' }),
      tokens: { some: { role, revokedAt: null, expiresAt: { gt: at } } },
    },
    include: { contact: true },
    orderBy: { id: 'asc' },
  });
  return people.map((person) => person.contact);
};
