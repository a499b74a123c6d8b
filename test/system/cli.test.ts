import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadKeyring } from '../../crypto/keyring-file.ts';
import { DEFAULT_POLICY } from '../../domain/policies/default.ts';
import { connect } from '../../prisma/client.ts';
import { findToken } from '../../records/access/tokens.ts';
import { staff } from '../../records/cases/contacts.ts';
import { currentPolicy } from '../../records/policies.ts';
import { DESK, Store } from '../../records/store.ts';
import { loadConfig } from '../../runtime/config.ts';
import { seedWhenEmpty } from '../../runtime/local/seed.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
let dir: string;
let env: Record<string, string>;
let databases: TestDatabase[];

beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'sos-cli-'));
  databases = [await createDatabase(), await createDatabase()];
  env = { PATH: process.env['PATH'] ?? '', KEYRING_FILE: path.join(dir, 'keyring.json') };
});
afterAll(async () => {
  for (const database of databases) await database.drop();
  await rm(dir, { recursive: true });
});

type Said = { readonly status: number; readonly out: string; readonly err: string };
const sos = (...args: readonly string[]): Promise<Said> =>
  new Promise((resolve) => {
    const line = ['--import', 'tsx', path.join(ROOT, 'runtime/cli/sos.ts'), ...args];
    const child = execFile(process.execPath, line, { env: { ...env, DATABASE_URL: databases[0]?.url }, cwd: ROOT }, (_, out, err) =>
      resolve({ status: child.exitCode ?? -1, out, err }),
    );
  });
const withStore = async <T>(url: string, work: (store: Store) => Promise<T>): Promise<T> => {
  const prisma = connect(url, 2);
  try {
    return await work(new Store(prisma, await loadKeyring(env['KEYRING_FILE'] ?? '')));
  } finally {
    await prisma.$disconnect();
  }
};

describe('a new desk, from the command line alone', { timeout: 60_000 }, () => {
  it('makes keys that only their owner can read, and never over others', async () => {
    const file = env['KEYRING_FILE'] ?? '';
    expect(await sos('keyring', 'create', file)).toMatchObject({ status: 0, err: '' });
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect(await sos('keyring', 'create', file)).toMatchObject({ status: 1, err: expect.stringContaining('never overwritten') });
  });

  it('gives the first administrator a token, and from then on asks who acts', async () => {
    const email = 'admin@secretariat.example';
    const create = ['token', 'create', '--role', 'administrator', '--email', email, '--json'];
    expect(await sos(...create)).toMatchObject({ status: 2, err: expect.stringContaining('--name') });
    const { status, out } = await sos(...create, '--name', 'Noor Besharat-Lyn', '--language', 'en');
    expect(status).toBe(0);
    const { token, tokenId, personId } = JSON.parse(out);
    await withStore(databases[0]?.url ?? '', async (store) => {
      expect(await findToken(store, token, Date.now())).toEqual({ personId, role: 'administrator', tokenId });
    });
    expect(await sos(...create)).toMatchObject({ status: 2, err: expect.stringContaining('--by') });
    expect(await sos('token', 'revoke', tokenId, '--by', email)).toMatchObject({ status: 0 });
    const list = await sos('token', 'list');
    expect(list.out).toMatch(new RegExp(`^${tokenId} .* revoked .* Noor Besharat-Lyn`));
    expect(list.out).not.toContain(token);
  });

  it('adds a policy and the directory, and reports what it does not take', async () => {
    const by = ['--by', 'admin@secretariat.example'];
    const policy = path.join(dir, 'policy.json');
    await writeFile(policy, JSON.stringify({ ...DEFAULT_POLICY, version: 'ours-1', reminders: 'often' }));
    expect(await sos('policy', 'add', policy, ...by)).toMatchObject({ status: 2, err: expect.stringContaining('reminders') });
    await writeFile(policy, JSON.stringify({ ...DEFAULT_POLICY, version: 'ours-1' }));
    expect(await sos('policy', 'add', policy, ...by)).toMatchObject({ status: 0 });
    expect((await sos('policy', 'show')).out).toContain('"ours-1"');
    const file = (name: string) => path.join(ROOT, 'test/data', name);
    expect(await sos('directory', 'import', 'members', file('members.csv'), ...by)).toMatchObject({ status: 0 });
    const bad = await sos('directory', 'import', 'members', file('bad-rows.csv'), ...by);
    expect(bad).toMatchObject({ status: 1, out: expect.stringContaining('line 3, name:') });
    expect(bad.out).not.toMatch(/hill-farmers|Lendu/);
  });

  it('says what it did not understand without repeating it', async () => {
    const lines = [['frobnicate'], ['token'], ['token', 'create', '--secret-word'], ['policy', 'add'], ['token', 'revoke', 'x']];
    for (const { status, err } of await Promise.all(lines.map((line) => sos(...line)))) {
      expect(status).toBe(2);
      expect(err).not.toMatch(/secret-word| at /);
    }
  });
});

describe('the fictional network of a local desk', { timeout: 60_000 }, () => {
  it('goes on where a killed seed stopped, and tells the token once', async () => {
    const url = databases[1]?.url ?? '';
    const config = loadConfig({ ...env, DATABASE_URL: url });
    const stopAt = (part: string) => (line: string) => {
      if (line.includes(part)) throw new Error('killed');
    };
    for (const part of ['Filling', 'members', 'partners'])
      await expect(seedWhenEmpty(config, { log: stopAt(part) })).rejects.toThrow('killed');
    const { coordinatorToken } = await seedWhenEmpty(config, { log: () => undefined, policy: 'compressed' });
    expect(await seedWhenEmpty(config, { log: () => undefined })).toEqual({ coordinatorToken: null });
    await withStore(url, async (store) => {
      const now = new Date();
      expect(await findToken(store, coordinatorToken, now.getTime())).toMatchObject({ role: 'coordinator' });
      expect(await store.prisma.person.count()).toBe(4);
      expect((await currentPolicy(store.prisma)).version).toBe(1);
      for (const who of ['COORDINATORS', 'BACKUP', 'ADMINISTRATORS'] as const) expect(await staff(store.prisma, who, now)).toHaveLength(1);
      expect(await store.prisma.organisation.count()).toBe(68);
      expect(await store.prisma.audit.count({ where: { actor: DESK } })).toBe(1);
    });
  });
});
