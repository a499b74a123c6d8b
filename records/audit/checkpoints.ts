import { CHECKPOINTED } from '../../crypto/audit-trail.ts';
import { type Checkpoint, checkpointOf, signPoint } from '../../crypto/checkpoint.ts';
import type { Keyring } from '../../crypto/keyring.ts';
import { networkPublicKeys } from '../../crypto/signature.ts';
import type { Db } from '../../prisma/client.ts';
import { found } from '../record-error.ts';
import { DESK, type Store, type Tx } from '../store.ts';
import { lockChain } from './audit.ts';
import { iso } from './reading.ts';

type Row = { readonly seq: bigint; readonly at: Date; readonly hash: Uint8Array; readonly keyId: string; readonly signature: Uint8Array };

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A stored checkpoint with the public key that it names; with none where the keyring has lost that key. */
export const asCheckpoint = (keyring: Keyring, { seq, at, hash, keyId, signature }: Row): Checkpoint => {
  const publicKey = networkPublicKeys(keyring).find((key) => key.keyId === keyId)?.publicKey ?? new Uint8Array();
  return checkpointOf({ seq: Number(seq), hash: hexOf(hash), at: iso(at) }, keyId, publicKey, signature);
};

/**
 * Adds an entry that says so, and signs the chain's head, which is that entry: the lock of the chain is held until both are committed. Call it last in
 * a transaction, since whoever else writes has to wait. The entry makes a checkpoint that was taken out of the table show in the chain.
 */
export const signHead = async (tx: Tx): Promise<Checkpoint> => {
  await lockChain(tx.db);
  tx.audit.append({ action: CHECKPOINTED, caseId: null, subjectId: null });
  await tx.audit.flush();
  const head = found(await tx.db.audit.findFirst({ orderBy: { seq: 'desc' } }));
  const signed = signPoint(tx.keyring, { seq: Number(head.seq), hash: hexOf(head.hash), at: iso(head.at) });
  const signature = Buffer.from(signed.signature, 'base64url');
  await tx.db.checkpoint.create({ data: { seq: head.seq, at: head.at, hash: head.hash, keyId: signed.keyId, signature } });
  return signed;
};

const DAY_MS = 24 * 3_600_000;

/** Looked for within the day, so that a clock which was ahead once does not silence the days until then. */
const ofDay = async (db: Db, at: number): Promise<Row | null> => {
  const begin = at - (at % DAY_MS);
  const within = { gte: new Date(begin), lt: new Date(begin + DAY_MS) };
  return db.checkpoint.findFirst({ where: { at: within }, orderBy: { seq: 'desc' } });
};

/** The checkpoint of this day in UTC, the newest if there are several: signed now unless that was done before, by whichever worker. */
export const checkpointOfDay = async (store: Store, at: number): Promise<Checkpoint> => {
  const there = await ofDay(store.prisma, at);
  if (there !== null) return asCheckpoint(store.keyring, there);
  return store.transact(DESK, at, async (tx) => {
    await lockChain(tx.db);
    const first = await ofDay(tx.db, at);
    return first === null ? signHead(tx) : asCheckpoint(tx.keyring, first);
  });
};

/** The newest checkpoints, at most so many, the oldest of them first. */
export const lastCheckpoints = async (store: Store, most: number): Promise<readonly Checkpoint[]> => {
  const rows = await store.prisma.checkpoint.findMany({ orderBy: { seq: 'desc' }, take: most });
  return rows.reverse().map((row) => asCheckpoint(store.keyring, row));
};
