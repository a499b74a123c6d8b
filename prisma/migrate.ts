/**
 * Applies prisma/migrations where Prisma's own engine cannot be downloaded. The folder and the `_prisma_migrations` table stay
 * as `prisma migrate deploy` keeps them, so either tool can go on where the other stopped.
 *
 * Each migration.sql goes to the server whole and together with its record, as one simple query, which PostgreSQL runs as one
 * transaction: a file is applied and recorded or neither, also when this process is killed half-way. The price: a statement that
 * may not run in a transaction (CREATE INDEX CONCURRENTLY) is refused by the server and must be left to the official tool.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

/** A refusal or failure whose message says what to do; it holds schema names only, never row values. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

interface MigrationFile {
  name: string;
  sql: string;
  checksum: string;
}

interface MigrationRow {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

/** The lock the official engine takes too, so the two can never run at once. */
const LOCK_ID = 72_707_369;
const LOCK_WAIT = '120s';

/** Compiled, this file lies one folder deeper than the migrations, which are not copied to dist/. */
const MIGRATIONS = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './migrations' : '../../prisma/migrations', import.meta.url));

const COLUMNS = `(
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

/**
 * Brings the database to the newest migration, in order of name. Safe to run from several processes at once: they queue.
 * @returns the names applied by this call; empty when there was nothing to do.
 * @throws MigrationError when a migration fails, failed earlier, was changed after it was applied, or is unknown to this release.
 */
export async function migrate(databaseUrl: string, options: { dir?: string } = {}): Promise<{ applied: string[] }> {
  const files = await readMigrations(options.dir ?? MIGRATIONS);
  return underLock(databaseUrl, async (client) => {
    const table = await historyTable(client);
    await client.query(`CREATE TABLE IF NOT EXISTS ${table} ${COLUMNS}`);
    const { rows } = await client.query<MigrationRow>(
      `SELECT migration_name, checksum, finished_at FROM ${table} WHERE rolled_back_at IS NULL ORDER BY started_at`,
    );
    refuseDisorder(files, rows);
    const done = new Set(rows.map((row) => row.migration_name));
    const applied: string[] = [];
    for (const file of files.filter(({ name }) => !done.has(name))) {
      await apply(client, table, file);
      applied.push(file.name);
    }
    return { applied };
  });
}

/**
 * Marks a failed migration as rolled back, as `prisma migrate resolve --rolled-back` does, so that the mended file runs again.
 * The failed file left nothing behind, because it ran as one transaction. @throws MigrationError when no such failure is recorded.
 */
export async function markRolledBack(databaseUrl: string, name: string): Promise<void> {
  await underLock(databaseUrl, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE ${await historyTable(client)} SET rolled_back_at = now() WHERE migration_name = $1 AND finished_at IS NULL AND rolled_back_at IS NULL`,
      [name],
    );
    if (!rowCount) throw new MigrationError(`No failed migration ${name} is recorded: check the name.`);
  });
}

/** Named with its schema, because a migration may change the search path before its record is written. */
async function historyTable(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ schema: string }>('SELECT current_schema() AS schema');
  return `${client.escapeIdentifier(rows[0]?.schema ?? 'public')}."_prisma_migrations"`;
}

async function readMigrations(dir: string): Promise<MigrationFile[]> {
  const names = (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const bytes = await readFile(path.join(dir, name, 'migration.sql'));
      return { name, sql: bytes.toString('utf8'), checksum: createHash('sha256').update(bytes).digest('hex') };
    }),
  );
}

async function underLock<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'sos-migrate' });
  // Without a listener a connection lost between two queries would end the process; the next query reports it instead.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`SET lock_timeout = '${LOCK_WAIT}'`);
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_ID]);
    await client.query('SET lock_timeout = 0');
    return await work(client);
  } finally {
    // Closing the session releases the lock, also after an error.
    await client.end();
  }
}

function refuseDisorder(files: readonly MigrationFile[], rows: readonly MigrationRow[]): void {
  const known = new Map(files.map((file) => [file.name, file]));
  for (const row of rows) {
    const file = known.get(row.migration_name);
    if (row.finished_at === null) {
      throw new MigrationError(`Migration ${row.migration_name} failed earlier: mend it, mark it as rolled back, and run again.`);
    }
    if (!file) {
      throw new MigrationError(
        `The database holds migration ${row.migration_name}, unknown to this release: run the release that brought it.`,
      );
    }
    if (file.checksum !== row.checksum) {
      throw new MigrationError(
        `Migration ${row.migration_name} was changed after it was applied: restore the file and write a new migration.`,
      );
    }
  }
}

async function apply(client: pg.Client, table: string, file: MigrationFile): Promise<void> {
  const columns = '(id, checksum, migration_name, finished_at, logs, applied_steps_count)';
  const name = client.escapeLiteral(file.name);
  const record = `INSERT INTO ${table} ${columns} VALUES ('${randomUUID()}', '${file.checksum}', ${name}, clock_timestamp(), NULL, 1)`;
  try {
    // The line break ends a comment on the last line, the semicolon a statement left open.
    await client.query(`${file.sql}\n;${record}`);
  } catch (error) {
    const reason = explain(error, file.sql);
    // A file that opened a transaction of its own may have left it failed, and no statement would pass.
    await client.query('ROLLBACK');
    await client.query(`INSERT INTO ${table} ${columns} VALUES ($1, $2, $3, NULL, $4, 0)`, [
      randomUUID(),
      file.checksum,
      file.name,
      reason,
    ]);
    throw new MigrationError(`Migration ${file.name} failed and left nothing behind: ${reason}.`);
  }
  // A file may set its own search_path; the next one starts from the session's settings.
  await client.query('RESET ALL');
}

/** SQLSTATE and line; the server's words only for class 42 (syntax, unknown names), since others may quote a row's values. */
function explain(error: unknown, sql: string): string {
  if (!(error instanceof pg.DatabaseError)) return 'the connection was lost';
  const line = error.position ? ` at line ${sql.slice(0, Number(error.position)).split('\n').length}` : '';
  return `SQLSTATE ${error.code}${line}${error.code?.startsWith('42') ? `, ${error.message}` : ''}`;
}
