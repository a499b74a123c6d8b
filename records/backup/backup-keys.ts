import { setTimeout as delay } from 'node:timers/promises';
import { type Db, Prisma } from '../../prisma/client.ts';
import { CASE_KEY_COLUMN } from '../sealed-columns.ts';
import type { Store } from '../store.ts';
import { BackupError } from './backup-error.ts';
import { KEYS_FILE, readySealed, removeParts } from './backup-file.ts';
import { allLines, manifestOf } from './backup-manifest.ts';
import { tablesOf } from './backup-rows.ts';
import { versionOf } from './rotation.ts';
import { countsUnder } from './rotation-rows.ts';

/** What lies in the keys file: the wrapped keys of cases, destroyed ones without theirs, and the erasures, so that restoring undoes none. */
const KEYS_TABLES: readonly string[] = ['Erasure', 'CaseKey'];
/** One writer of the keys file at a time, in whichever process. Nobody else waits for this lock, and no table is locked with it. */
const KEYS_FILE_LOCK = 0x534f534b;
/** Less than an attempt of the activity that renews the file may take. */
const DEADLINE_MS = 50_000;
const PAUSE_MS = 200;
/** The lock is kept while a writer hangs, so that none overtakes it: until the process ends, a day at the most. */
const AS_LONG_AS_IT_TAKES = { maxWait: 10_000, timeout: 24 * 3_600_000 };
const ONE_LOOK = { maxWait: 10_000, timeout: 20_000, isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead };

/**
 * Replaces the file of the case keys by what the database holds now. Called after each backup, and after each erasure, so that no file holds a key that was
 * destroyed. The folder may be one that hangs, a share or a disk that was pulled out: then this gives up, and nothing of the desk waits for it, because
 * files are written outside of every lock but the one for this file. Throws BackupError `unwritable`, also after `deadlineMs`.
 */
export const writeCaseKeys = async (store: Store, folder: string, deadlineMs = DEADLINE_MS): Promise<void> => {
  const given = new AbortController();
  const writing = inTurn(store, folder, given.signal);
  // after the deadline nobody listens any more
  writing.catch(() => undefined);
  const late = delay(deadlineMs, 'LATE' as const, { signal: given.signal }).catch(() => 'LATE' as const);
  try {
    if ((await Promise.race([writing, late])) === 'LATE') throw new BackupError('unwritable');
  } finally {
    given.abort();
  }
};

/** Waits without a connection of its own until nobody else is writing. */
const inTurn = async (store: Store, folder: string, given: AbortSignal): Promise<void> => {
  while (!given.aborted) {
    const wasFree = await store.prisma.$transaction(async (db) => {
      const [row] = await db.$queryRaw<{ free: boolean }[]>`SELECT pg_try_advisory_xact_lock(${KEYS_FILE_LOCK}) AS free`;
      if (row?.free !== true) return false;
      await removeParts(folder, KEYS_FILE);
      while (!(await writeOnce(store, folder, db, given))) {
        // a key was destroyed meanwhile: once more, without it
      }
      return true;
    }, AS_LONG_AS_IT_TAKES);
    if (wasFree) return;
    await delay(PAUSE_MS);
  }
};

/** False when what was read is not to be put in its place, because a key was destroyed while it was being written. */
const writeOnce = async (store: Store, folder: string, lock: Db, given: AbortSignal): Promise<boolean> => {
  const { lines, destroyed } = await read(store);
  const file = await readySealed(store.keyring.active('backup'), folder, KEYS_FILE, eachOf(lines));
  try {
    if (given.aborted) throw new BackupError('unwritable');
    // fails when the connection, and the lock with it, is lost: then somebody else may be writing
    await lock.$queryRaw`SELECT 1`;
    const asRead = await store.prisma.$transaction(async (db) => (await destroyedIn(db)) === destroyed, ONE_LOOK);
    if (asRead) await file.place();
    else await file.discard();
    return asRead;
  } catch (error) {
    await file.discard();
    throw error;
  }
};

/** Everything of one moment, in one short transaction: wrapped keys are small. */
const read = (store: Store): Promise<{ lines: readonly string[]; destroyed: number }> =>
  store.prisma.$transaction(async (db) => {
    const destroyed = await destroyedIn(db);
    const tables = (await tablesOf(db)).filter(({ name }) => KEYS_TABLES.includes(name));
    const counts = await countsUnder(db, CASE_KEY_COLUMN, { prefix: 'wrap:', except: null });
    const wrapping = [...new Set(counts.map(({ keyId }) => versionOf({ id: keyId })))].sort((a, b) => b - a);
    const manifest = await manifestOf(db, { part: 'case-keys', at: new Date(), tables, wrapping });
    const lines: string[] = [];
    for await (const line of allLines(db, manifest)) lines.push(line);
    return { lines, destroyed };
  }, ONE_LOOK);

/** Keys are destroyed for good, so that their number tells whether one was. */
const destroyedIn = async (db: Db): Promise<number> => {
  await db.$executeRaw`SET LOCAL lock_timeout = '5s'`;
  return db.caseKey.count({ where: { wrapped: null } });
};

async function* eachOf(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}
