import type { KeyEnd } from '../../domain/recipient-key.ts';
import { addressIndexes } from '../access/staff.ts';
import { found } from '../record-error.ts';
import { type Actor, DESK, type Store, type Tx } from '../store.ts';
import { type KeyContent, type KeyRow, openKey } from './recipient-keys.ts';

type KeyState = 'PENDING' | 'ACTIVE' | 'ENDED';

/** A key as people who look after it see it: what it is, not what it holds. */
type KeyView = {
  readonly keyId: string;
  readonly kind: KeyContent['kind'];
  readonly state: KeyState;
  readonly fingerprint: string;
  /** works, but no longer for long: RSA below 3072 bits */
  readonly weak: boolean;
  readonly createdAt: Date;
  readonly activeAt: Date | null;
  readonly expiresAt: Date | null;
  /** when somebody heard the fingerprint from its holder; null: nobody has */
  readonly verifiedAt: Date | null;
  readonly endedAt: Date | null;
  readonly endedFor: KeyEnd | null;
};

export type KeyList = { readonly keys: readonly KeyView[]; readonly invitedUntil: Date | null };

const view = async (tx: Tx, caseId: string | null, row: KeyRow): Promise<KeyView> => {
  const content = await openKey(tx.seals, caseId, row);
  const { id: keyId, createdAt, activeAt, expiresAt, verifiedAt, endedAt } = row;
  const [state, endedFor] = [row.state as KeyState, row.endedFor as KeyEnd | null];
  const { kind, fingerprint } = content;
  const weak = content.kind === 'OPENPGP' && content.weak;
  return { keyId, kind, state, fingerprint, weak, createdAt, activeAt, expiresAt, verifiedAt, endedAt, endedFor };
};

/** The keys of one contact, oldest first, those that have ended too; noted as read. Throws RecordError NOT_FOUND. */
export const listKeys = (
  store: Store,
  { by, at, contactId, caseId }: { readonly by: Actor; readonly at: number; readonly contactId: string; readonly caseId: string | null },
): Promise<KeyList> =>
  store.transact(by, at, async (tx) => {
    found(await tx.db.contact.findFirst({ where: { id: contactId, caseId }, select: { id: true } }));
    const order = [{ createdAt: 'asc' }, { id: 'asc' }] as const;
    const rows = await tx.db.recipientKey.findMany({ where: { contactId }, orderBy: [...order] });
    const living = { contactId, spentAt: null, revokedAt: null, expiresAt: { gt: tx.at } };
    const invitation = await tx.db.keyInvitation.findFirst({ where: living, orderBy: { expiresAt: 'desc' } });
    tx.audit.append({ action: 'keys.read', caseId, subjectId: contactId });
    return { keys: await Promise.all(rows.map((row) => view(tx, caseId, row))), invitedUntil: invitation?.expiresAt ?? null };
  });

export type NetworkKey = KeyView & { readonly contactId: string; readonly role: string };

/** The keys of the network's own people, or of those at one address; keys of persons of a case belong to their case. Throws RecordError NOT_FOUND. */
export const networkKeys = (store: Store, email: string | null, at: number): Promise<readonly NetworkKey[]> =>
  store.transact(DESK, at, async (tx) => {
    const contactId = email === null ? undefined : { in: [...(await contactsAt(store, email))] };
    const rows = await tx.db.recipientKey.findMany({
      where: { contact: { caseId: null }, ...(contactId !== undefined && { contactId }) },
      include: { contact: { select: { role: true } } },
      orderBy: [{ contactId: 'asc' }, { createdAt: 'asc' }, { id: 'asc' }],
    });
    return Promise.all(rows.map(async (row) => ({ contactId: row.contactId, role: row.contact.role, ...(await view(tx, null, row)) })));
  });

/** Everybody of the network who is written to at this address: one mailbox may serve several tasks. Throws RecordError NOT_FOUND when there is nobody. */
export const contactsAt = async ({ prisma, keyring }: Store, email: string): Promise<readonly string[]> => {
  const rows = await prisma.contact.findMany({
    where: { caseId: null, emailIndex: { in: addressIndexes(keyring, email) } },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  found(rows[0]);
  return rows.map(({ id }) => id);
};
