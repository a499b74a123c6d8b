import { setTimeout } from 'node:timers/promises';
import { KEPT_MS } from '../case-keys.ts';
import { mayBeSealed } from '../erasure/erasure-bar.ts';
import { CONTENT_COLUMNS } from '../sealed-columns.ts';
import type { Actor, Store } from '../store.ts';
import { type Resealed, resealAll, SETTLE_MS, type Stale, versionOf } from './rotation.ts';

const ROTATING = 'case.key-rotating';
const ROTATED = 'case.key-rotated';

export type CaseKeyRotated = Resealed & { readonly version: number; readonly wasUnfinished: boolean };

/**
 * Gives a case a new key and seals everything of it again. The older versions stay for as long as the case does: histories of its workflows and the
 * commitments of the audit name them. Killed at any point, the next call goes on with the version that was begun. Another process may seal under the old
 * version for as long as it keeps keys; that stays readable, and is sealed again at the end. Throws RecordError NOT_FOUND, KEY_DESTROYED.
 */
export const rotateCaseKey = async (
  store: Store,
  caseId: string,
  { by, settleMs = KEPT_MS + SETTLE_MS }: { readonly by: Actor; readonly settleMs?: number },
): Promise<CaseKeyRotated> => {
  const wasUnfinished = await isUnfinished(store, caseId);
  if (!wasUnfinished) await begin(store, caseId, by);
  store.caseKeys.forget(caseId);
  const to = await store.caseKeys.of(caseId);
  const stale: Stale[] = CONTENT_COLUMNS.map((column) => ({
    column,
    under: { prefix: `case:${caseId}:`, except: to.id },
    turn: async ({ keyId }) => ({ from: await store.caseKeys.named(caseId, keyId), to, caseId }),
  }));
  const first = await resealAll(store.prisma, stale);
  await setTimeout(settleMs);
  const last = await resealAll(store.prisma, stale);
  const resealed = first.resealed + last.resealed;
  const version = versionOf(to);
  await store.transact(by, Date.now(), async ({ audit }) =>
    audit.append({ action: ROTATED, caseId, subjectId: null, detail: { version, resealed, unreadable: last.unreadable.length } }),
  );
  return { resealed, unreadable: last.unreadable, version, wasUnfinished };
};

const begin = (store: Store, caseId: string, by: Actor): Promise<void> =>
  store.transact(by, Date.now(), async ({ db, audit, at }) => {
    const version = await store.caseKeys.addVersion(db, caseId, at);
    // asked with the case locked: an erasure that has begun would not see the new key
    await mayBeSealed(db, caseId);
    audit.append({ action: ROTATING, caseId, subjectId: null, detail: { version } });
  });

/** The version and its note are written together, so an unfinished note means that the newest version was begun. */
const isUnfinished = async ({ prisma }: Store, caseId: string): Promise<boolean> => {
  const last = await prisma.audit.findFirst({ where: { caseId, action: { in: [ROTATING, ROTATED] } }, orderBy: { seq: 'desc' } });
  return last?.action === ROTATING;
};
