import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { liveKeyring } from '../../crypto/keyring-file.ts';
import { connect } from '../../prisma/client.ts';
import { BackupError } from '../../records/backup/backup-error.ts';
import { restoreFrom } from '../../records/backup/restore.ts';
import { Store } from '../../records/store.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { newSealedWorld, type SealedWorld } from './sealed-world.ts';

export const DAY = 24 * 3_600_000;

/** One desk for the file, and for each test an empty folder and an empty database. */
export function backupScene() {
  let world: SealedWorld;
  let folder: string;
  let database: TestDatabase;
  let fresh: Store;

  beforeAll(async () => {
    world = await newSealedWorld();
  });
  afterAll(() => world.stop());
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sos-backup-'));
    database = await createDatabase();
    fresh = new Store(connect(database.url, 4), liveKeyring(world.keyringFile));
  });
  afterEach(async () => {
    await fresh.prisma.$disconnect();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  return {
    /** the desk that is backed up */
    get world() {
      return world;
    },
    get folder() {
      return folder;
    },
    /** what a process at the desk that is restored finds in its environment */
    get settings() {
      return { ...world.settings, DATABASE_URL: database.url };
    },
    get fresh() {
      return fresh;
    },
    /** A desk over the empty database as a user with the rights of a deployment (deploy/postgres/databases.sql): it owns nothing. */
    async withoutOwning<T>(work: (store: Store) => Promise<T>): Promise<T> {
      const user = `desk_${randomUUID().replaceAll('-', '')}`;
      for (const sql of [
        `CREATE ROLE ${user} LOGIN PASSWORD '${user}'`,
        `REVOKE ALL ON DATABASE ${database.name} FROM PUBLIC`,
        `GRANT CONNECT ON DATABASE ${database.name} TO ${user}`,
        `GRANT USAGE ON SCHEMA public TO ${user}`,
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${user}`,
        `REVOKE UPDATE, DELETE ON "Audit", "Checkpoint" FROM ${user}`,
        `GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ${user}`,
      ])
        await fresh.prisma.$executeRawUnsafe(sql);
      const url = Object.assign(new URL(database.url), { username: user, password: user });
      const prisma = connect(url.href, 2);
      try {
        return await work(new Store(prisma, fresh.keyring));
      } finally {
        await prisma.$disconnect();
      }
    },
    restored: (name?: string) => restoreFrom(fresh.prisma, fresh.keyring, folder, { name }),
  };
}

/** `done`, or the code of what was refused. Any other error is a fault of the program and is thrown. */
export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof BackupError) return error.code;
      throw error;
    },
  );
