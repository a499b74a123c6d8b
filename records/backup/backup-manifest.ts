import { z } from 'zod';
import type { Keyring } from '../../crypto/keyring.ts';
import type { Db } from '../../prisma/client.ts';
import { BackupError } from './backup-error.ts';
import { readSealed } from './backup-file.ts';
import { type CountedTable, countOf, inOneForm, linesOf, migrationsOf, type Table } from './backup-rows.ts';

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

type About = { readonly part: Part; readonly at: Date; readonly tables: readonly Table[]; readonly wrapping: readonly number[] };

/** What a file says of itself, in its first line; sets the form in which this transaction writes values. */
export const manifestOf = async (db: Db, { part, at, tables, wrapping }: About): Promise<Manifest> => {
  await inOneForm(db);
  const counted: CountedTable[] = [];
  for (const table of tables) counted.push({ ...table, rows: await countOf(db, table) });
  const head = await db.audit.findFirst({ orderBy: { seq: 'desc' }, select: { seq: true, hash: true } });
  const audit = { seq: Number(head?.seq ?? 0n), hash: Buffer.from(head?.hash ?? []).toString('hex') };
  const about = { format: 'sos-backup/1', part, at: at.toISOString(), migrations: await migrationsOf(db), audit };
  return Manifest.parse({ ...about, wrapping, tables: counted });
};

export async function* allLines(db: Db, manifest: Manifest): AsyncGenerator<string> {
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
