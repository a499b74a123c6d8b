import { type Db, Prisma } from '../../prisma/client.ts';

/**
 * Tables as text: each value in PostgreSQL's own written form, which it reads back as exactly the same value whatever the type (bytes, instants, arrays,
 * JSON, numbers that JavaScript would round). Which tables and columns there are, the database says itself, so that none can be forgotten.
 */
export type Table = { readonly name: string; readonly columns: readonly { readonly name: string; readonly type: string }[] };
export type CountedTable = Table & { readonly rows: number };

const FETCH = 50;
/** Of one INSERT: enough for a table of small rows, and little beside the largest single one. */
const PIECE_CHARACTERS = 4 * 1024 * 1024;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The tables of the desk, each after those that its rows refer to. The record of migrations is no content. */
export const tablesOf = async (db: Db): Promise<Table[]> => {
  const columns = await db.$queryRaw<{ table: string; name: string; type: string }[]>`
    SELECT c.relname::text AS table, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
      AND c.relname <> '_prisma_migrations'
    ORDER BY c.relname, a.attnum`;
  const references = await db.$queryRaw<{ from: string; to: string }[]>`
    SELECT f.relname::text AS from, t.relname::text AS to
    FROM pg_constraint k JOIN pg_class f ON f.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
    WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace AND f.oid <> t.oid`;
  const ordered = new Map<string, Table>();
  const visit = (name: string, on: readonly string[]): void => {
    if (ordered.has(name) || on.includes(name)) return;
    for (const { from, to } of references) if (from === name) visit(to, [...on, name]);
    const own = columns.filter(({ table }) => table === name);
    ordered.set(name, { name, columns: own.map((column) => ({ name: column.name, type: column.type })) });
  };
  for (const { table } of columns) visit(table, []);
  return [...ordered.values()];
};

/** The migrations that made the schema what it is. */
export const migrationsOf = (db: Db): Promise<{ name: string; checksum: string }[]> =>
  db.$queryRaw`
    SELECT migration_name::text AS name, checksum::text AS checksum FROM "_prisma_migrations"
    WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1`;

export const countOf = async (db: Db, { name }: Table): Promise<number> => {
  const [row] = await db.$queryRaw<{ n: bigint }[]>`SELECT count(*) AS n FROM ${Prisma.raw(quoted(name))}`;
  return Number(row?.n ?? 0);
};

/** Fixes, for this transaction, the written form of what depends on a session's settings. */
export const inOneForm = async (db: Db): Promise<void> => {
  for (const setting of [
    'bytea_output = hex',
    "datestyle = 'ISO, YMD'",
    "timezone = 'UTC'",
    'extra_float_digits = 1',
    'intervalstyle = iso_8601',
  ])
    await db.$executeRaw(Prisma.raw(`SET LOCAL ${setting}`));
};

/** The rows of a table, each as one line of JSON: a list of texts and nulls in the order of the columns. Needs a transaction. */
export async function* linesOf(db: Db, { name, columns }: Table): AsyncGenerator<string> {
  const values = columns.map((column) => `${quoted(column.name)}::text`).join(', ');
  await db.$executeRaw(
    Prisma.raw(`DECLARE lines NO SCROLL CURSOR FOR SELECT to_json(ARRAY[${values}])::text AS line FROM ${quoted(name)}`),
  );
  for (;;) {
    const rows = await db.$queryRaw<{ line: string }[]>(Prisma.raw(`FETCH ${FETCH} FROM lines`));
    for (const { line } of rows) yield line;
    if (rows.length < FETCH) break;
  }
  await db.$executeRaw(Prisma.raw('CLOSE lines'));
}

/** Writes lines of {@link linesOf} back. Values that are not of their column's type are the database's to refuse. */
export const putLines = async (db: Db, { name, columns }: Table, lines: AsyncIterable<string>): Promise<void> => {
  const names = columns.map((column) => quoted(column.name)).join(', ');
  const values = columns.map(({ type }, index) => `(line->>${index})::${type}`).join(', ');
  const insert = `INSERT INTO ${quoted(name)} (${names}) SELECT ${values} FROM json_array_elements(`;
  let piece: string[] = [];
  let size = 0;
  const put = async (): Promise<void> => {
    if (piece.length > 0) await db.$executeRaw`${Prisma.raw(insert)}${`[${piece.join()}]`}::json) AS line`;
    [piece, size] = [[], 0];
  };
  for await (const line of lines) {
    piece.push(line);
    size += line.length;
    if (size >= PIECE_CHARACTERS) await put();
  }
  await put();
};

/** Numbers that the database hands out go on behind the highest one that is there. Whoever may only use a sequence cannot set it, but can draw from it. */
export const advanceSequences = async (db: Db, tables: readonly Table[]): Promise<void> => {
  for (const { name, columns } of tables) {
    for (const column of columns) {
      const [{ sequence } = { sequence: null }] = await db.$queryRaw<{ sequence: string | null }[]>`
        SELECT pg_get_serial_sequence(${quoted(name)}, ${column.name}) AS sequence`;
      if (sequence === null) continue;
      const highest = Prisma.raw(`(SELECT max(${quoted(column.name)}) FROM ${quoted(name)})`);
      await db.$queryRaw`SELECT count(nextval(${sequence}::regclass)) FROM generate_series(1, ${highest})`;
    }
  }
};
