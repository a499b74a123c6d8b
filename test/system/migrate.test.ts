import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMigration, schemaDrift } from '../../prisma/dev/schema-sql.ts';
import { markRolledBack, migrate } from '../../prisma/migrate.ts';
import { type LocalPostgres, startScratchPostgres } from '../../runtime/local/postgres.ts';

let server: LocalPostgres;
let url: string;
let dir: string;
let count = 0;

beforeAll(async () => {
  server = await startScratchPostgres();
}, 60_000);
afterAll(() => server.stop());

beforeEach(async () => {
  count += 1;
  await query(server.url, `CREATE DATABASE case_${count}`);
  url = new URL(`/case_${count}`, server.url).href;
  dir = await mkdtemp(path.join(tmpdir(), 'migrations-'));
  return () => rm(dir, { recursive: true, force: true });
});

async function query(databaseUrl: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function write(name: string, sql: string): Promise<void> {
  await mkdir(path.join(dir, name), { recursive: true });
  await writeFile(path.join(dir, name, 'migration.sql'), sql);
}

const history = () =>
  query(
    url,
    'SELECT migration_name, checksum, finished_at, rolled_back_at, logs, applied_steps_count FROM _prisma_migrations ORDER BY started_at',
  );

describe('migrate', () => {
  it('applies what is missing in order of name, records it as Prisma does, and does nothing the second time', async () => {
    const sql = 'CREATE TABLE b (n int);';
    await write('20260102000000_b', sql);
    await write('20260101000000_a', 'CREATE TABLE a (n int);');

    expect(await migrate(url, { dir })).toEqual({ applied: ['20260101000000_a', '20260102000000_b'] });
    expect(await migrate(url, { dir })).toEqual({ applied: [] });

    const rows = await history();
    expect(rows).toHaveLength(2);
    expect(rows[1]).toMatchObject({
      migration_name: '20260102000000_b',
      checksum: createHash('sha256').update(sql).digest('hex'),
      finished_at: expect.any(Date),
      rolled_back_at: null,
      logs: null,
      applied_steps_count: 1,
    });
  });

  it('sends a file whole: functions, semicolons in literals and comments, an unterminated last line', async () => {
    await write(
      '1_whole',
      `-- a comment; with a semicolon
      CREATE TABLE t (v text DEFAULT 'a;b');
      CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; RETURN 2; END; $$;
      INSERT INTO t DEFAULT VALUES -- no semicolon; here`,
    );
    await migrate(url, { dir });
    expect(await query(url, 'SELECT v, f() FROM t')).toEqual([{ v: 'a;b', f: 2 }]);
  });

  it('records a migration that changes the search path where Prisma looks for it', async () => {
    await write('1_path', 'CREATE SCHEMA other; SET search_path TO other; CREATE TABLE t (n int);');
    await write('2_next', 'CREATE TABLE u (n int);');
    await migrate(url, { dir });
    expect(await query(url, 'SELECT count(*)::int AS n FROM public._prisma_migrations')).toEqual([{ n: 2 }]);
    expect(await query(url, 'SELECT count(*)::int AS n FROM public.u')).toEqual([{ n: 0 }]);
  });

  it.each([
    ['a failing statement', 'CREATE TABLE half (n int);\n\nSELECT nothing_of_the_kind;'],
    ['a failing statement after BEGIN', 'BEGIN; CREATE TABLE half (n int);\n\nSELECT nothing_of_the_kind; COMMIT;'],
  ])('leaves nothing behind after %s, refuses to go on, and runs the mended file once it is marked', async (_, sql) => {
    await write('1_half', sql);
    await expect(migrate(url, { dir })).rejects.toThrow(
      /1_half failed and left nothing behind: SQLSTATE 42703 at line 3, .*nothing_of_the_kind/,
    );
    expect(await query(url, "SELECT to_regclass('half') AS half")).toEqual([{ half: null }]);
    await expect(migrate(url, { dir })).rejects.toThrow(/1_half failed earlier/);

    await write('1_half', 'CREATE TABLE half (n int);');
    await markRolledBack(url, '1_half');
    expect(await migrate(url, { dir })).toEqual({ applied: ['1_half'] });
    await expect(markRolledBack(url, '1_half')).rejects.toThrow(/No failed migration/);
  });

  it('keeps row values out of the message and the log', async () => {
    await write('1_values', "CREATE TABLE t (n int); INSERT INTO t SELECT 'a-name'::text::int;");
    const error = await migrate(url, { dir }).catch((e: unknown) => e);
    expect(String(error)).toMatch(/SQLSTATE 22P02/);
    expect(String(error) + JSON.stringify(await history())).not.toContain('a-name');
  });

  it('refuses a file that was changed after it was applied, and a database ahead of the release', async () => {
    await write('1_a', 'CREATE TABLE a (n int);');
    await migrate(url, { dir });
    await write('1_a', 'CREATE TABLE a (n bigint);');
    await expect(migrate(url, { dir })).rejects.toThrow(/1_a was changed/);
    await rm(path.join(dir, '1_a'), { recursive: true });
    await expect(migrate(url, { dir })).rejects.toThrow(/unknown to this release/);
  });

  it('applies each file once when three run side by side', async () => {
    await write('1_a', 'CREATE TABLE a (n int); SELECT pg_sleep(0.2);');
    await write('2_b', 'INSERT INTO a VALUES (1);');
    const results = await Promise.all([1, 2, 3].map(() => migrate(url, { dir })));
    expect(results.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 2]);
    expect(await query(url, 'SELECT count(*)::int AS n FROM a')).toEqual([{ n: 1 }]);
  });

  it('leaves neither half a migration nor a record of it when it is cut off', async () => {
    await write('1_slow', 'CREATE TABLE slow (n int); SELECT pg_sleep(60);');
    const outcome = migrate(url, { dir }).catch((error: unknown) => String(error));
    await expect
      .poll(() =>
        query(
          url,
          "SELECT pg_terminate_backend(pid) AS cut FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()",
        ),
      )
      .toEqual([{ cut: true }]);
    expect(await outcome).not.toContain('applied');
    expect(await query(url, "SELECT to_regclass('slow') AS slow")).toEqual([{ slow: null }]);
    expect(await history()).toEqual([]);
  });
});

describe('the SQL of a changed schema', () => {
  const schema = (fields: string): string => `
    generator client {
      provider = "prisma-client"
      output   = "./generated"
    }
    datasource db {
      provider = "postgresql"
    }
    enum Mood {
      CALM
      TENSE
    }
    model Thing {
      id   String @id @db.Uuid
      mood Mood   @default(CALM)
      ${fields}
    }`;

  it('is written as a migration, applies, and then nothing is left to write', async () => {
    const places = { schemaFile: path.join(dir, 'schema.prisma'), migrationsDir: path.join(dir, 'migrations') };
    await writeFile(places.schemaFile, schema('name String'));
    const first = await createMigration(server.url, 'first', places);
    expect(first).toMatch(/^\d{14}_first$/);
    expect(await schemaDrift(server.url, places)).toBe('');
    expect(await createMigration(server.url, 'again', places)).toBeNull();

    await writeFile(places.schemaFile, schema('name String\n count Int @default(0)'));
    expect(await schemaDrift(server.url, places)).toContain('ADD COLUMN     "count" INTEGER');
    expect(await migrate(url, { dir: places.migrationsDir })).toEqual({ applied: [first] });
  }, 60_000);
});
