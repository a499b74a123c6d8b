import { randomUUID } from 'node:crypto';
import type { Tx } from '../store.ts';

const MAIL_SIGNATURE = 'MAIL_SIGNATURE';
/** Any number that names those who would make the key. */
const NETWORK_KEY_LOCK = 7_040;

type Content = { readonly secret: string };

/**
 * The OpenPGP key with which the network signs its mail, armoured. Made when it is needed first, once for all processes. Whoever has the keyring and the
 * database can sign as the network.
 */
export const mailSigningKey = async (tx: Tx, make: () => Promise<string>): Promise<string> => {
  const there = await current(tx);
  if (there !== null) return there;
  await tx.db.$executeRaw`SELECT pg_advisory_xact_lock(${NETWORK_KEY_LOCK})`;
  return (await current(tx)) ?? create(tx, await make());
};

const current = async ({ db, seals }: Tx): Promise<string | null> => {
  const row = await db.networkKey.findFirst({ where: { purpose: MAIL_SIGNATURE, endedAt: null }, orderBy: { createdAt: 'desc' } });
  return row === null ? null : (await seals.open<Content>('NetworkKey', row.id, null, row.sealed)).secret;
};

const create = async (tx: Tx, secret: string): Promise<string> => {
  const id = randomUUID();
  const sealed = await tx.seals.seal('NetworkKey', id, null, { secret } satisfies Content);
  await tx.db.networkKey.create({ data: { id, purpose: MAIL_SIGNATURE, sealed, createdAt: tx.at } });
  tx.audit.append({ action: 'network-key.made', caseId: null, subjectId: id });
  return secret;
};
