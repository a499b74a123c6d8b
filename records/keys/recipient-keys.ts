import type { Bytes } from '../../crypto/bytes.ts';
import { fromBase64Url } from '../../crypto/sodium.ts';
import type { Db } from '../../prisma/client.ts';
import { requeue } from '../mail/stuck-mail.ts';
import { RecordError } from '../record-error.ts';
import type { Sealing } from '../sealing.ts';
import type { Tx } from '../store.ts';

/** What lies sealed of a key. Byte strings as base64url; `wrapped` is the secret half as its holder wrapped it, and opens to nobody here. */
export type KeyContent =
  | { readonly kind: 'X25519'; readonly fingerprint: string; readonly publicKey: string; readonly wrapped: string }
  | { readonly kind: 'OPENPGP'; readonly fingerprint: string; readonly certificate: string; readonly weak: boolean };

/** A key that a message may be sealed to now. `certificate` is armored and holds public parts only; `verified`: somebody has heard the fingerprint. */
export type UsableKey = { readonly id: string; readonly verified: boolean } & (
  | { readonly kind: 'X25519'; readonly publicKey: Bytes; readonly wrapped: Bytes }
  | { readonly kind: 'OPENPGP'; readonly certificate: string }
);

/** `why` there is none: no key that was ever confirmed, all at their end, or somebody else may be reading. */
export type UsableKeys = { readonly keys: readonly UsableKey[]; readonly why: 'NO_KEY' | 'KEY_EXPIRED' | 'UNSAFE' | null };

export type KeyRow = NonNullable<Awaited<ReturnType<Db['recipientKey']['findUnique']>>>;

export const openKey = (seals: Sealing, caseId: string | null, row: Pick<KeyRow, 'id' | 'sealed'>): Promise<KeyContent> =>
  seals.open<KeyContent>('RecipientKey', row.id, caseId, row.sealed);

/**
 * The keys that may be sealed to now, oldest first: somebody may read on two machines. `at` in epoch ms. The contact is held in share until the caller's transaction
 * ends, so that whoever puts a message aside for want of a key does not miss the key that comes at the same moment. Throws RecordError NOT_FOUND.
 */
export const usableKeys = async ({ db, seals }: Pick<Tx, 'db' | 'seals'>, contactId: string, at: number): Promise<UsableKeys> => {
  const [contact] = await db.$queryRaw<{ caseId: string | null; unsafeSince: Date | null }[]>`
    SELECT "caseId", "unsafeSince" FROM "Contact" WHERE id = ${contactId}::uuid FOR SHARE`;
  if (contact === undefined) throw new RecordError('NOT_FOUND');
  if (contact.unsafeSince !== null) return { keys: [], why: 'UNSAFE' };
  const rows = await db.recipientKey.findMany({
    where: { contactId, activeAt: { not: null } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  const living = rows.filter((row) => row.state === 'ACTIVE' && isAlive(row, at));
  const keys = await Promise.all(living.map(async (row) => asUsable(row, await openKey(seals, contact.caseId, row))));
  const expired = rows.some((row) => row.endedFor === 'EXPIRED' || (row.state === 'ACTIVE' && !isAlive(row, at)));
  return { keys, why: keys.length > 0 ? null : expired ? 'KEY_EXPIRED' : 'NO_KEY' };
};

/** The sweep ends a key some seconds after its time: until then the time itself counts. */
const isAlive = ({ expiresAt }: KeyRow, at: number): boolean => expiresAt === null || expiresAt.getTime() > at;

const asUsable = ({ id, verifiedAt }: KeyRow, content: KeyContent): UsableKey => ({
  ...{ id, verified: verifiedAt !== null },
  ...(content.kind === 'OPENPGP'
    ? { kind: 'OPENPGP', certificate: content.certificate }
    : { kind: 'X25519', publicKey: bytesOf(content.publicKey), wrapped: bytesOf(content.wrapped) }),
});

/**
 * Which of the usable keys, oldest first, one message is sealed to: those that somebody has heard the fingerprint of, where there are any, because a key that
 * came by mail alone may be that of whoever reads the mailbox; of these the kind of the newest, for a message takes one way. The other way is not taken
 * where this one fails.
 */
export const chosenOf = (keys: readonly UsableKey[]): readonly UsableKey[] => {
  const verified = keys.filter((key) => key.verified);
  const trusted = verified.length > 0 ? verified : keys;
  return trusted.filter(({ kind }) => kind === trusted.at(-1)?.kind);
};

const bytesOf = (text: string): Bytes => {
  const bytes = fromBase64Url(text);
  if (bytes === null) throw new RecordError('BAD_SHAPE');
  return bytes;
};

/** What a key that works mends. */
const FOR_WANT_OF_A_KEY = ['NO_KEY', 'KEY_EXPIRED', 'SEAL_FAILED'];

/** Lets the mail leave that was put aside for want of a key; it is sealed anew when it leaves. Returns how many. */
export const releaseHeld = (tx: Tx, contactId: string): Promise<number> => release(tx, contactId, FOR_WANT_OF_A_KEY);

/** Lets the mail leave that was put aside while the channel was not safe. */
export const releaseUnsafe = (tx: Tx, contactId: string): Promise<number> => release(tx, contactId, ['UNSAFE']);

const release = async (tx: Tx, contactId: string, codes: string[]): Promise<number> => {
  const held = { contactId, state: 'held', lastCode: { in: codes }, sealed: { not: null } };
  const rows = await tx.db.outbox.findMany({ where: held, select: { id: true, caseId: true }, orderBy: { id: 'asc' } });
  for (const { id, caseId } of rows) await requeue(tx, caseId, id);
  return rows.length;
};

/** One change of a contact's keys or channel at a time; whoever seals to them waits for its end. Null where there is no such contact. */
export const lockContact = async (tx: Tx, where: { readonly id: string; readonly caseId: string | null }) => {
  await tx.db.$queryRaw`SELECT 1 FROM "Contact" WHERE id = ${where.id}::uuid FOR NO KEY UPDATE`;
  return tx.db.contact.findFirst({ where });
};
