import { type TrailItem, type TrailReport, type Trust, verifyTrail } from '../../crypto/audit-trail.ts';
import type { Keyring } from '../../crypto/keyring.ts';
import { networkPublicKeys } from '../../crypto/signature.ts';
import type { Db } from '../../prisma/client.ts';
import { asCheckpoint } from './checkpoints.ts';
import { iso } from './reading.ts';

/** As much as is held in memory at a time. */
const BATCH = 1_000;

/**
 * The audit from its first entry on, each checkpoint behind the entry that it names. It may be read while others write: a checkpoint is committed
 * together with its entry, so one that was there before the walk began has its entry in it, and one that comes later is not looked for.
 * `upTo` ends it after that entry.
 */
export async function* trailOf(db: Db, keyring: Keyring, upTo?: number): AsyncGenerator<TrailItem> {
  const newest = await db.checkpoint.findFirst({ orderBy: { seq: 'desc' } });
  const last = upTo === undefined ? {} : { lte: BigInt(upTo) };
  // not from 1: an entry slipped in before the first would be passed over
  let after: bigint | null = null;
  for (;;) {
    const from: { readonly gt?: bigint } = after === null ? {} : { gt: after };
    const rows = await db.audit.findMany({ where: { seq: { ...from, ...last } }, orderBy: { seq: 'asc' }, take: BATCH });
    const end = rows.at(-1)?.seq;
    if (end === undefined) break;
    const within = await db.checkpoint.findMany({ where: { seq: { ...from, lte: end } }, orderBy: { seq: 'asc' } });
    for (const { seq, at, hash, actor, action, caseId, subjectId, commitment } of rows) {
      // one that names no entry stands before the next, where it shows as out of order
      while (within[0] !== undefined && within[0].seq < seq) yield item(keyring, within.shift());
      yield { entry: { seq: Number(seq), at: iso(at), actor, action, caseId, subjectId, commitment }, hash };
      if (within[0]?.seq === seq) yield item(keyring, within.shift());
    }
    after = end;
  }
  if (newest !== null && upTo === undefined && (after === null || newest.seq > after)) yield item(keyring, newest);
}

const item = (keyring: Keyring, row: Parameters<typeof asCheckpoint>[1] | undefined): TrailItem =>
  row === undefined ? null : { checkpoint: asCheckpoint(keyring, row) };

/** Checks the stored audit against itself, the network's keys, and what was kept elsewhere. */
export const verifyStored = (
  db: Db,
  keyring: Keyring,
  { publicKeys = [], outside }: { readonly publicKeys?: readonly Uint8Array[]; readonly outside?: Trust['outside'] } = {},
): Promise<TrailReport> =>
  verifyTrail(trailOf(db, keyring), {
    publicKeys: [...networkPublicKeys(keyring).map(({ publicKey }) => publicKey), ...publicKeys],
    ...(outside && { outside }),
  });
