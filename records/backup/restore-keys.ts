import type { ErasureState } from '../../domain/erasure.ts';
import type { Db } from '../../prisma/client.ts';
import { BackupError } from './backup-error.ts';
import { type OpenedFile, take } from './backup-manifest.ts';
import { putLines, type Table } from './backup-rows.ts';

/** A row of a file, by column. */
type Row = Readonly<Record<string, string | null>>;

/**
 * Puts the keys of cases and what is known of erasures into a database that was restored: the keys file is at least as new as the backup, so that it has the
 * last word. What was erased after the backup was made is erased again. Throws BackupError `keys-missing`, `incomplete`.
 */
export const putCaseKeys = async (db: Db, { manifest, lines }: OpenedFile): Promise<void> => {
  const cases = new Map((await db.case.findMany({ select: { id: true, state: true } })).map(({ id, state }) => [id, state]));
  for (const table of manifest.tables) {
    const rows = take(lines, table.rows);
    if (table.name === 'CaseKey') await putLines(db, table, keysOf(table, rows, cases));
    else await putErasures(db, table, rows, cases);
  }
  if ((await lines.next()).done !== true) throw new BackupError('incomplete');
  // whatever the file held: a case whose keys were destroyed has none
  await db.$executeRaw`
    UPDATE "CaseKey" k SET wrapped = NULL, "destroyedAt" = COALESCE(k."destroyedAt", e."endedAt", e."startedAt") FROM "Erasure" e
    WHERE e."caseId" = k."caseId" AND e.state IN ('DESTROYED', 'ENDED') AND k.wrapped IS NOT NULL`;
  const without = await db.case.count({ where: { keys: { none: {} } } });
  if (without > 0) throw new BackupError('keys-missing');
};

type Cases = ReadonlyMap<string, string>;

/** Cases that were opened after the backup are not there, and their keys open nothing. */
async function* keysOf(table: Table, lines: AsyncIterable<string>, cases: Cases): AsyncGenerator<string> {
  for await (const line of lines) if (cases.has(rowOf(table, line)['caseId'] ?? '')) yield line;
}

const putErasures = async (db: Db, table: Table, lines: AsyncIterable<string>, cases: Cases): Promise<void> => {
  const kept: Row[] = [];
  for await (const line of lines) {
    const row = erasureAfter(rowOf(table, line), cases);
    if (row !== null) kept.push(row);
  }
  await db.erasure.deleteMany({ where: { caseId: { in: kept.map((row) => row['caseId'] ?? '') } } });
  await putLines(db, table, linesFrom(table, kept));
};

/**
 * An erasure as it stands after restoring. One that had ended goes back to where the keys are destroyed, if the backup brought the rows of its case again:
 * the sweep finds it there, removes them and certifies anew. Of a case that the backup does not know, only the proof is kept.
 */
const erasureAfter = (row: Row, cases: Cases): Row | null => {
  const state = row['state'] as ErasureState;
  const restored = cases.get(row['caseId'] ?? '');
  if (restored === undefined) return state === 'ENDED' ? row : null;
  if (state !== 'ENDED' || restored === 'PURGED') return row;
  const { destroyed } = JSON.parse(row['certificate'] ?? '{}') as { destroyed?: unknown };
  return {
    ...row,
    state: 'DESTROYED' satisfies ErasureState,
    endedAt: null,
    certificate: destroyed === undefined ? null : JSON.stringify(destroyed),
  };
};

const rowOf = ({ columns }: Table, line: string): Row => {
  const values = JSON.parse(line) as (string | null)[];
  return Object.fromEntries(columns.map(({ name }, index) => [name, values[index] ?? null]));
};

async function* linesFrom({ columns }: Table, rows: readonly Row[]): AsyncGenerator<string> {
  for (const row of rows) yield JSON.stringify(columns.map(({ name }) => row[name] ?? null));
}
