import type { Keyring } from '../../crypto/keyring.ts';
import { type Db, Prisma, type PrismaClient } from '../../prisma/client.ts';
import { AuditLog, lockChain } from '../audit/audit.ts';
import { verifyStored } from '../audit/audit-verify.ts';
import { type Actor, DESK } from '../store.ts';
import { BackupError } from './backup-error.ts';
import { backupsIn, KEYS_FILE } from './backup-file.ts';
import { type Manifest, type OpenedFile, openFile, take } from './backup-manifest.ts';
import { advanceSequences, countOf, inOneForm, migrationsOf, putLines, type Table, tablesOf } from './backup-rows.ts';
import { openEverything, type Readability } from './restore-check.ts';
import { putCaseKeys } from './restore-keys.ts';

/** `auditSeq`: how far the audit went when the backup was made; what happened since is not known any more. */
export type Restored = Readability & { readonly name: string; readonly at: Date; readonly rows: number; readonly auditSeq: number };

const TIMES = { maxWait: 60_000, timeout: 6 * 3_600_000 } as const;

/**
 * Restores a backup, the newest of the folder unless one is named, into a database in which only the migration job has run: all of it or nothing.
 * Whatever the keys file says was erased is erased here too, however old the backup is. Throws BackupError.
 */
export const restoreFrom = async (
  prisma: PrismaClient,
  keyring: Keyring,
  folder: string,
  { name: wanted, by = DESK, at = Date.now() }: { readonly name?: string | undefined; readonly by?: Actor; readonly at?: number } = {},
): Promise<Restored> => {
  const backups = await backupsIn(folder);
  const name = wanted ?? backups.at(-1);
  if (name === undefined || !backups.includes(name)) throw new BackupError('no-backup');
  const desk = await openFile(keyring, folder, name, 'desk');
  const keys = await openKeys(keyring, folder);
  try {
    if (keys.manifest.audit.seq < desk.manifest.audit.seq) throw new BackupError('keys-older');
    return await prisma.$transaction(async (db) => {
      await prepare(db, desk.manifest, keys.manifest);
      const rows = await putTables(db, desk);
      await putCaseKeys(db, keys);
      const audit = await checkAudit(db, keyring, desk.manifest);
      const readability = await openEverything(db, keyring);
      await noteIn(db, keyring, by, new Date(at), { backupOf: desk.manifest.at, rows });
      return { name, at: new Date(desk.manifest.at), rows, auditSeq: audit, ...readability };
    }, TIMES);
  } finally {
    await Promise.all([desk.lines.return(), keys.lines.return()]);
  }
};

const openKeys = (keyring: Keyring, folder: string): Promise<OpenedFile> =>
  openFile(keyring, folder, KEYS_FILE, 'case-keys').catch((error: unknown) => {
    throw error instanceof BackupError && error.code === 'no-backup' ? new BackupError('no-keys') : error;
  });

/** Nobody else writes until the end; the database is empty, and of the shape that the backup was taken from. */
const prepare = async (db: Db, ...manifests: readonly Manifest[]): Promise<void> => {
  await inOneForm(db);
  const tables = await tablesOf(db);
  const shapes = new Map(tables.map((table) => [table.name, table.columns]));
  const migrations = await migrationsOf(db);
  for (const manifest of manifests) {
    const fits = same(migrations, manifest.migrations) && manifest.tables.every(({ name, columns }) => same(shapes.get(name), columns));
    if (!fits) throw new BackupError('other-release');
  }
  await lockTables(db, tables);
  for (const table of tables) if ((await countOf(db, table)) > 0) throw new BackupError('not-empty');
};

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The append-only tables give the desk no right to lock them; who writes there is held up by the chain's own lock. */
const lockTables = async (db: Db, tables: readonly Table[]): Promise<void> => {
  await lockChain(db);
  for (const { name } of tables) {
    const [right] = await db.$queryRaw<{ may: boolean }[]>`SELECT has_table_privilege(${`"${name}"`}, 'UPDATE') AS may`;
    if (right?.may === true) await db.$executeRaw(Prisma.raw(`LOCK TABLE "${name}" IN SHARE ROW EXCLUSIVE MODE`));
  }
};

/** Reads the file to its end, at which it proves to be whole. */
const putTables = async (db: Db, { manifest, lines }: OpenedFile): Promise<number> => {
  let rows = 0;
  for (const table of manifest.tables) {
    await putLines(db, table, take(lines, table.rows));
    if ((await countOf(db, table)) !== table.rows) throw new BackupError('incomplete');
    rows += table.rows;
  }
  if ((await lines.next()).done !== true) throw new BackupError('incomplete');
  await advanceSequences(db, manifest.tables);
  return rows;
};

const checkAudit = async (db: Db, keyring: Keyring, { audit }: Manifest): Promise<number> => {
  const { whole, head } = await verifyStored(db, keyring);
  if (!whole) throw new BackupError('audit-broken');
  if (audit.seq > 0 && (head.seq !== audit.seq || head.hash !== audit.hash)) throw new BackupError('incomplete');
  return head.seq;
};

const noteIn = async (db: Db, keyring: Keyring, by: Actor, at: Date, detail: { backupOf: string; rows: number }): Promise<void> => {
  const log = new AuditLog(db, async () => keyring.active('audit'), by, at);
  log.append({ action: 'backup.restored', caseId: null, subjectId: null, detail });
  await log.flush();
};
