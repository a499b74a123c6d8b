import { randomUUID } from 'node:crypto';
import type { Keyring } from '../../crypto/keyring.ts';
import { mintToken, tokenDigests } from '../../crypto/link-token.ts';
import { isRole, type Role } from '../../domain/roles.ts';
import type { Db } from '../../prisma/client.ts';
import { found, RecordError } from '../record-error.ts';
import type { Store, Tx } from '../store.ts';

/** Whose token it is, and what it allows. All ids are opaque. */
export type TokenHolder = { readonly personId: string; readonly role: Role; readonly tokenId: string };

/**
 * The holder of a presented token, or null: what is no token, unknown, expired, revoked or of a disabled person is all the same to whoever asks.
 * Nothing is kept in memory, so that a revocation holds from the next request on. `at` is epoch ms.
 */
export const findToken = async (store: Store, text: unknown, at: number): Promise<TokenHolder | null> => {
  const digests = tokenDigests(store.keyring, 'api', text);
  if (digests.length === 0) return null;
  const row = await store.prisma.token.findFirst({
    where: { digest: { in: [...digests] }, revokedAt: null, expiresAt: { gt: new Date(at) }, person: { disabledAt: null } },
  });
  return row !== null && isRole(row.role) ? { personId: row.personId, role: row.role, tokenId: row.id } : null;
};

/**
 * Gives a person a token. Its text is in the answer and nowhere else: only a keyed digest is stored.
 * `expiresAt` is epoch ms. Throws RecordError NOT_FOUND for a person who is unknown or disabled, BAD_SHAPE for an end that has passed already.
 */
export const createToken = async (
  tx: Tx,
  keyring: Keyring,
  { personId, role, expiresAt }: { readonly personId: string; readonly role: Role; readonly expiresAt: number },
): Promise<{ readonly token: string; readonly tokenId: string }> => {
  if (expiresAt <= tx.at.getTime()) throw new RecordError('BAD_SHAPE');
  found(await tx.db.person.findFirst({ where: { id: personId, disabledAt: null }, select: { id: true } }));
  const { token, digest } = mintToken(keyring, 'api');
  const tokenId = randomUUID();
  await tx.db.token.create({ data: { id: tokenId, personId, digest, role, createdAt: tx.at, expiresAt: new Date(expiresAt) } });
  tx.audit.append({ action: 'token.created', caseId: null, subjectId: tokenId, detail: { personId, role, expiresAt } });
  return { token, tokenId };
};

/** Ends a token at once; false when it had been revoked before. Throws RecordError NOT_FOUND. */
export const revokeToken = async (tx: Tx, tokenId: string): Promise<boolean> => {
  const { count } = await tx.db.token.updateMany({ where: { id: tokenId, revokedAt: null }, data: { revokedAt: tx.at } });
  if (count === 0) found(await tx.db.token.findUnique({ where: { id: tokenId }, select: { id: true } }));
  else tx.audit.append({ action: 'token.revoked', caseId: null, subjectId: tokenId });
  return count === 1;
};

/** The roles that somebody holds a live token for, at this instant; none for whoever has left. `at` is epoch ms. */
export const rolesOf = async (db: Db, personId: string, at: number): Promise<readonly Role[]> => {
  const live = { personId, revokedAt: null, expiresAt: { gt: new Date(at) }, person: { disabledAt: null } };
  const rows = await db.token.findMany({ where: live, select: { role: true }, distinct: ['role'] });
  return rows.map(({ role }) => role).filter(isRole);
};

export type TokenEntry = {
  readonly tokenId: string;
  readonly personId: string;
  readonly role: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
};

/** Every token ever given, oldest first, without anything that could be presented. */
export const listTokens = async (db: Db): Promise<readonly TokenEntry[]> => {
  const rows = await db.token.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], omit: { digest: true } });
  return rows.map(({ id, ...row }) => ({ tokenId: id, ...row }));
};
