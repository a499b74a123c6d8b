import type { SealedBy } from '../../domain/recipient-key.ts';
import type { Db } from '../../prisma/client.ts';

type Asked = { readonly id: string; readonly unsafeSince: Date | null };
type Key = {
  readonly contactId: string;
  readonly state: string;
  readonly activeAt: Date | null;
  readonly expiresAt: Date | null;
  readonly endedFor: string | null;
};

/** By what each of these contacts can be written to sealed, in one query for all. `at` in epoch ms: a key is at its end some seconds before the sweep ends it. */
export const sealedBy = async (db: Db, contacts: readonly Asked[], at: number): Promise<(contactId: string) => SealedBy> => {
  const keys: readonly Key[] = await db.recipientKey.findMany({
    where: { contactId: { in: contacts.map(({ id }) => id) } },
    select: { contactId: true, state: true, activeAt: true, expiresAt: true, endedFor: true },
  });
  const held = new Map<string, Key[]>();
  for (const key of keys) held.set(key.contactId, [...(held.get(key.contactId) ?? []), key]);
  const unsafe = new Set(contacts.filter(({ unsafeSince }) => unsafeSince !== null).map(({ id }) => id));
  return (contactId) => (unsafe.has(contactId) ? 'UNSAFE' : best(held.get(contactId) ?? [], at));
};

const best = (keys: readonly Key[], at: number): SealedBy => {
  const living = keys.filter(({ expiresAt }) => expiresAt === null || expiresAt.getTime() > at);
  if (living.some(({ state }) => state === 'ACTIVE')) return 'KEY';
  if (living.some(({ state }) => state === 'PENDING')) return 'PENDING';
  const expired = keys.some(({ activeAt, state, endedFor }) => activeAt !== null && (endedFor === 'EXPIRED' || state === 'ACTIVE'));
  return expired ? 'EXPIRED' : 'NONE';
};
