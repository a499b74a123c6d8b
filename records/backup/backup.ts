import { Prisma } from '../../prisma/client.ts';
import { type Actor, DESK, type Store } from '../store.ts';
import { backupName, writeSealed } from './backup-file.ts';
import { writeCaseKeys } from './backup-keys.ts';
import { allLines, manifestOf } from './backup-manifest.ts';
import { tablesOf } from './backup-rows.ts';
import { keyVersions } from './rotation-retire.ts';

/** Takes longer than any desk needs. */
const ONE_SNAPSHOT = { maxWait: 60_000, timeout: 6 * 3_600_000, isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead };

export type Backup = { readonly name: string; readonly at: Date; readonly rows: number; readonly auditSeq: number };

/**
 * Writes a backup of everything but the keys of cases into the folder, from one snapshot, and then the newest keys of cases, apart. `at` in epoch ms names
 * it. Both files are there whole or not at all. Throws BackupError `unwritable`.
 */
export const backupTo = async (store: Store, folder: string, at: number, by: Actor = DESK): Promise<Backup> => {
  const name = backupName(new Date(at));
  const backup = await store.prisma.$transaction(async (db) => {
    await db.$executeRaw`SET TRANSACTION READ ONLY`;
    const tables = (await tablesOf(db)).filter((table) => table.name !== 'CaseKey');
    const named = (await keyVersions(db, store.keyring)).filter(({ directory, caseKeys }) => directory + caseKeys > 0);
    const manifest = await manifestOf(db, { part: 'desk', at: new Date(at), tables, wrapping: named.map(({ version }) => version) });
    await writeSealed(store.keyring.active('backup'), folder, name, allLines(db, manifest));
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
    return { name, at: new Date(at), rows, auditSeq: manifest.audit.seq };
  }, ONE_SNAPSHOT);
  await writeCaseKeys(store, folder);
  await store.transact(by, at, async ({ audit }) =>
    audit.append({ action: 'backup.written', caseId: null, subjectId: null, detail: { rows: backup.rows, head: backup.auditSeq } }),
  );
  return backup;
};
