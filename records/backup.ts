import { z } from 'zod';
import type { Keyring } from '../crypto/keyring.ts';
import { type Db, Prisma } from '../prisma/client.ts';
import { BackupError } from './backup-error.ts';
import { backupName, backupsIn, KEYS_FILE, keyIdOf, readSealed, writeSealed } from './backup-file.ts';
import { type CountedTable, countOf, inOneForm, linesOf, migrationsOf, type Table, tablesOf } from './backup-rows.ts';
import { keyVersions } from './rotation-retire.ts';
import { type Actor, DESK, type Store } from './store.ts';

/**
 * The first line of a file: what is in it, in this order. `audit` is the head of the chain at that moment; `wrapping` the versions of the wrapping key that
 * rows stand under: several, while a rotation was under way.
 */
const Manifest = z.strictObject({
  format: z.literal('sos-backup/1'),
  part: z.enum(['desk', 'case-keys']),
  at: z.iso.datetime(),
  migrations: z.array(z.strictObject({ name: z.string(), checksum: z.string() })),
  audit: z.strictObject({ seq: z.number().int(), hash: z.string() }),
  wrapping: z.array(z.number().int()),
  tables: z.array(
    z.strictObject({
      name: z.string(),
      columns: z.array(z.strictObject({ name: z.string(), type: z.string() })),
      rows: z.number().int(),
    }),
  ),
});
export type Manifest = z.infer<typeof Manifest>;
type Part = Manifest['part'];

/** What lies in the keys file: the wrapped keys of cases, destroyed ones without theirs, and the erasures, so that restoring undoes none. */
const KEYS_TABLES: readonly string[] = ['Erasure', 'CaseKey'];
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
    const manifest = await manifestOf(store.keyring, db, { part: 'desk', at: new Date(at), tables });
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

/**
 * Replaces the file of the case keys by what the database holds now. Called after each backup, and after each erasure, so that no file holds a key that was
 * destroyed. Throws BackupError `unwritable`.
 */
export const writeCaseKeys = (store: Store, folder: string): Promise<void> =>
  store.prisma.$transaction(async (db) => {
    // First of all, for the snapshot is taken after it: one writer at a time, and no key destroyed between the reading and the end of the writing, so that
    // an older state never replaces a newer one.
    await db.$executeRaw`LOCK TABLE "CaseKey" IN SHARE ROW EXCLUSIVE MODE`;
    const tables = (await tablesOf(db)).filter(({ name }) => KEYS_TABLES.includes(name));
    const manifest = await manifestOf(store.keyring, db, { part: 'case-keys', at: new Date(), tables });
    await writeSealed(store.keyring.active('backup'), folder, KEYS_FILE, allLines(db, manifest));
  }, ONE_SNAPSHOT);

type About = { readonly part: Part; readonly at: Date; readonly tables: readonly Table[] };

const manifestOf = async (keyring: Keyring, db: Db, { part, at, tables }: About): Promise<Manifest> => {
  await inOneForm(db);
  const counted: CountedTable[] = [];
  for (const table of tables) counted.push({ ...table, rows: await countOf(db, table) });
  const head = await db.audit.findFirst({ orderBy: { seq: 'desc' }, select: { seq: true, hash: true } });
  const audit = { seq: Number(head?.seq ?? 0n), hash: Buffer.from(head?.hash ?? []).toString('hex') };
  const named = (await keyVersions(db, keyring)).filter(({ directory, caseKeys }) => directory + caseKeys > 0);
  return Manifest.parse({
    ...{ format: 'sos-backup/1', part, at: at.toISOString(), migrations: await migrationsOf(db), audit },
    ...{ wrapping: named.map(({ version }) => version), tables: counted },
  });
};

async function* allLines(db: Db, manifest: Manifest): AsyncGenerator<string> {
  yield JSON.stringify(manifest);
  for (const table of manifest.tables) yield* linesOf(db, table);
}

/** A file that is being read: what it says of itself, and then its lines in turn. */
export type OpenedFile = { readonly manifest: Manifest; readonly lines: AsyncGenerator<string, void> };

/** Opens a file of the folder as the part that it must be. Throws BackupError `no-backup`, `unreadable`, `altered`, `other-keyring`. */
export const openFile = async (keys: Keyring, folder: string, name: string, part: Part): Promise<OpenedFile> => {
  const lines = readSealed(keys, folder, name);
  const first = await lines.next();
  const manifest = Manifest.safeParse(jsonOf(first.value ?? ''));
  if (!manifest.success || manifest.data.part !== part) {
    await lines.return();
    throw new BackupError('altered');
  }
  return { manifest: manifest.data, lines };
};

/** The next lines, without letting go of those behind them. */
export async function* take(lines: AsyncGenerator<string, void>, count: number): AsyncGenerator<string> {
  for (let left = count; left > 0; left -= 1) {
    const next = await lines.next();
    if (next.done === true) throw new BackupError('incomplete');
    yield next.value;
  }
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** How many files of a folder a version of the wrapping key is needed for: to open the file itself, or rows in it. */
export const filesUnder = async (keyring: Keyring, folder: string, version: number): Promise<number> => {
  let files = 0;
  for (const name of [...(await backupsIn(folder)), KEYS_FILE]) if (await needs(keyring, folder, name, version)) files += 1;
  return files;
};

const needs = async (keyring: Keyring, folder: string, name: string, version: number): Promise<boolean> => {
  if ((await keyIdOf(folder, name)) === `backup:${version}`) return true;
  try {
    const { manifest, lines } = await openFile(keyring, folder, name, name === KEYS_FILE ? 'case-keys' : 'desk');
    await lines.return();
    return manifest.wrapping.includes(version);
  } catch (error) {
    // one that does not open is no backup
    if (error instanceof BackupError) return false;
    throw error;
  }
};
