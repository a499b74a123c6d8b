import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../prisma/migrate.ts';
import { startScratchPostgres } from '../../runtime/local/postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the one PostgreSQL of this run is; holds its password. */
    postgresUrl: string;
  }
}

const TEMPLATE = 'sos_template';

export type TestPostgres = { readonly url: string; stop(): Promise<void> };

/** A PostgreSQL of its own, with one migrated database that all others are copied from. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const server = await startScratchPostgres();
  try {
    await onServer(server.url, (client) => client.query(`CREATE DATABASE ${TEMPLATE}`));
    await migrate(databaseAt(server.url, TEMPLATE));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url: server.url, stop: () => server.stop() };
}

/** vitest's `globalSetup`: one server for the whole run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestPostgres();
  project.provide('postgresUrl', server.url);
  return () => server.stop();
}

export type TestDatabase = { readonly url: string; readonly name: string; drop(): Promise<void> };

/** A fresh database with the present schema, for one test file; a copy takes some 50 ms. */
export async function createDatabase(serverUrl = inject('postgresUrl')): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(serverUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`));
  return {
    url: databaseAt(serverUrl, name),
    name,
    drop: () => onServer(serverUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

/** Asks the server itself, not one of the databases of the tests. */
export async function onServer(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function databaseAt(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
