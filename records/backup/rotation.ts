import { setTimeout } from 'node:timers/promises';
import type { KeyLookup, NamedKey } from '../../crypto/key-id.ts';
import type { Keyring } from '../../crypto/keyring.ts';
import { loadKeyring, rotateKeyringFile } from '../../crypto/keyring-file.ts';
import { SealError } from '../../crypto/seal-error.ts';
import type { Db } from '../../prisma/client.ts';
import { CASE_KEY_COLUMN, CONTENT_COLUMNS, type SealedColumn } from '../sealed-columns.ts';
import type { Actor, Store } from '../store.ts';
import { type Mark, rowsUnder, type SealedRow, sealAgain, type Under } from './rotation-rows.ts';

/** What a value is opened with, and sealed with again; `caseId` is whose it is, by the key it stands under. */
type Turn = { readonly from: KeyLookup | NamedKey; readonly to: NamedKey; readonly caseId: string | null };

/** One column and what of it stands under a key that has been replaced. */
export type Stale = {
  readonly column: SealedColumn;
  readonly under: Under;
  readonly turn: (row: SealedRow) => Turn | Promise<Turn>;
};

/** `unreadable`: values that open under no key at hand. They are left as they are, and keep the old key from being retired. */
export type Resealed = { readonly resealed: number; readonly unreadable: readonly { readonly table: string; readonly id: string }[] };

const BATCH = 100;

/**
 * Seals again whatever stands under a replaced key, row by row, each a statement of its own, so that this may end at any point and be begun anew: what is
 * still to be done is read from the rows. Passes are made until one finds nothing more, because others go on writing meanwhile.
 */
export const resealAll = async (db: Db, stale: readonly Stale[]): Promise<Resealed> => {
  let resealed = 0;
  for (;;) {
    const pass = { put: 0, overtaken: 0, unreadable: [] as { table: string; id: string }[] };
    for (const what of stale) await resealColumn(db, what, pass);
    resealed += pass.put;
    if (pass.put + pass.overtaken === 0) return { resealed, unreadable: pass.unreadable };
  }
};

type Pass = { put: number; overtaken: number; unreadable: { table: string; id: string }[] };

const resealColumn = async (db: Db, { column, under, turn }: Stale, pass: Pass): Promise<void> => {
  let after: Mark = null;
  for (;;) {
    const rows = await rowsUnder(db, column, under, after, BATCH);
    for (const row of rows) {
      try {
        if (await sealAgain(db, column, row, await turn(row))) pass.put += 1;
        else pass.overtaken += 1;
      } catch (error) {
        if (!(error instanceof SealError)) throw error;
        pass.unreadable.push({ table: column.table, id: row.id });
      }
    }
    after = rows.at(-1) ?? null;
    if (rows.length < BATCH) return;
  }
};

/** What stands under a replaced wrapping key: the directory's content, and the wrapped keys of cases. */
export const staleIn = (keyring: Keyring): Stale[] => {
  const [directory, wrap] = [keyring.active('directory'), keyring.active('wrap')];
  const turn = (to: NamedKey) => () => ({ from: keyring, to, caseId: null });
  return [
    ...CONTENT_COLUMNS.map((column) => ({ column, under: { prefix: 'directory:', except: directory.id }, turn: turn(directory) })),
    { column: CASE_KEY_COLUMN, under: { prefix: 'wrap:', except: wrap.id }, turn: turn(wrap) },
  ];
};

/**
 * How long after a rotation somebody may still write under the old key: a process sees the new keyring within a second, and a transaction that began
 * before lasts twenty.
 */
export const SETTLE_MS = 25_000;

export type Rotating = { readonly keyringFile: string; readonly by: Actor; readonly settleMs?: number };
export type Rotated = Resealed & { readonly version: number; readonly wasUnfinished: boolean };

/**
 * Replaces the wrapping key: a new version in the keyring file, then everything sealed again under it. The old version stays in the file. Killed at any
 * point, the next call goes on with the version that was begun. Throws KeyringError.
 */
export const rotateKeyring = async (store: Store, { keyringFile, by, settleMs = SETTLE_MS }: Rotating): Promise<Rotated> => {
  const before = wrappingVersion(await loadKeyring(keyringFile));
  const wasUnfinished = await isUnfinished(store.prisma, before);
  const keyring = wasUnfinished ? await loadKeyring(keyringFile) : await begin(store, keyringFile, by, before);
  const version = wrappingVersion(keyring);
  const first = await resealAll(store.prisma, staleIn(keyring));
  await setTimeout(settleMs);
  const last = await resealAll(store.prisma, staleIn(keyring));
  const resealed = first.resealed + last.resealed;
  await store.transact(by, Date.now(), async ({ audit }) =>
    audit.append({ action: ROTATED, ...subjectOf(version), detail: { resealed, unreadable: last.unreadable.length } }),
  );
  return { resealed, unreadable: last.unreadable, version, wasUnfinished };
};

const ROTATING = 'keyring.rotating';
export const ROTATED = 'keyring.rotated';
export const subjectOf = (version: number) => ({ caseId: null, subjectId: `wrapping:${version}` });

/** The version in force; every use of the wrapping root has the same. */
export const wrappingVersion = (keyring: Keyring): number => versionOf(keyring.active('wrap'));
export const versionOf = ({ id }: Pick<NamedKey, 'id'>): number => Number(id.slice(id.lastIndexOf(':') + 1));

/** Noted before the file is changed: a version that is in force without having been finished was begun by a call that was killed. */
const begin = async (store: Store, keyringFile: string, by: Actor, before: number): Promise<Keyring> => {
  const versions = (await loadKeyring(keyringFile)).all('wrap').map(versionOf);
  const next = Math.max(before, ...versions) + 1;
  await store.transact(by, Date.now(), async ({ audit }) => audit.append({ action: ROTATING, ...subjectOf(next) }));
  return rotateKeyringFile(keyringFile, 'wrapping');
};

const isUnfinished = async (db: Db, version: number): Promise<boolean> => {
  const { subjectId } = subjectOf(version);
  const last = await db.audit.findFirst({ where: { subjectId, action: { in: [ROTATING, ROTATED] } }, orderBy: { seq: 'desc' } });
  return last?.action === ROTATING;
};
