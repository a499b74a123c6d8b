import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newKeyringText, parseKeyring } from '../../crypto/keyring.ts';
import { connect } from '../../prisma/client.ts';
import { migrate } from '../../prisma/migrate.ts';
import { verifyStored } from '../../records/audit/audit-verify.ts';
import { signHead } from '../../records/audit/checkpoints.ts';
import { Store } from '../../records/store.ts';
import { type LocalPostgres, startScratchPostgres } from '../../runtime/local/postgres.ts';
import { figure } from '../support/figures.ts';

const SQL = path.resolve(import.meta.dirname, '../../deploy/postgres/databases.sql');
/** In place of the files of deploy/secrets. */
const PASSWORD = 'only-for-this-test';

let server: LocalPostgres;

const at = (user: string, database: string): string => {
  const url = new URL(server.url);
  Object.assign(url, { username: user, pathname: `/${database}` });
  if (user !== new URL(server.url).username) url.password = PASSWORD;
  return url.href;
};
const asked = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

/** The deployment's own file, its few commands of psql carried out here: variables, and going over to another database. */
const deploy = async (): Promise<void> => {
  const superuser = new URL(server.url).username;
  const file = readFileSync(SQL, 'utf8').replaceAll(/:'\w+'/g, `'${PASSWORD}'`);
  const [first = '', ...others] = file.replaceAll(/^\\set .*$/gm, '').split(/^\\connect /m);
  const parts = [['postgres', first] as const, ...others.map((part) => /^(\w+)\n(.*)$/s.exec(part)?.slice(1) as [string, string])];
  // the scratch server brings a database of this name along
  await asked(at(superuser, 'postgres'), 'DROP DATABASE IF EXISTS sos');
  for (const [database, statements] of parts)
    for (const sql of statements.split(/;$/m)) if (sql.trim() !== '') await asked(at(superuser, database), sql);
};

beforeAll(async () => {
  server = await startScratchPostgres();
  await deploy();
  await migrate(at('sos_owner', 'sos'));
});
afterAll(() => server.stop());

it('lets the desk of a deployment add to the audit and sign it, with no more rights than it has there', async () => {
  const prisma = connect(at('sos_desk', 'sos'), 2);
  try {
    const store = new Store(prisma, parseKeyring(newKeyringText(new Date())));
    await store.transact('desk', Date.now(), async (tx) => {
      tx.audit.append({ action: 'case.read', caseId: null, subjectId: null });
      await signHead(tx);
    });
    expect(await verifyStored(prisma, store.keyring)).toMatchObject({ whole: true, entries: 2, checkpoints: 1 });
  } finally {
    await prisma.$disconnect();
  }
});

it('gives the desk no way to change what was written', async () => {
  const tables = ['Audit', 'Checkpoint'];
  const acts = ['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES'];
  const held = tables.flatMap((table) => acts.map((act) => `has_table_privilege('sos_desk', '"${table}"', '${act}') AS "${table} ${act}"`));
  const [rights = {}] = await asked(at('sos_owner', 'sos'), `SELECT ${held.join(', ')}`);
  const kept = Object.entries(rights).filter(([, may]) => may === true);
  expect(kept).toEqual([]);
  const name = 'rights of the desk to change the audit or its checkpoints in a deployment';
  expect(figure({ name, value: kept.length, unit: `of ${held.length}`, bound: '== 0', seed: null })).toBe(true);

  const tries = tables.flatMap((table) => [
    `UPDATE "${table}" SET at = now()`,
    `DELETE FROM "${table}"`,
    `TRUNCATE "${table}"`,
    `ALTER TABLE "${table}" DISABLE TRIGGER ALL`,
    `DROP TABLE "${table}"`,
  ]);
  // 42501: not allowed, which comes before any trigger is asked
  for (const sql of [...tries, `SET session_replication_role = 'replica'`, 'DROP FUNCTION refuse_audit_change'])
    await expect(asked(at('sos_desk', 'sos'), sql), sql).rejects.toMatchObject({ code: '42501' });
});

it('twin: the other tables it may change, so the question is one that can be answered with yes', async () => {
  const [may] = await asked(at('sos_owner', 'sos'), `SELECT has_table_privilege('sos_desk', '"Case"', 'UPDATE') AS updates`);
  expect(may).toEqual({ updates: true });
});
