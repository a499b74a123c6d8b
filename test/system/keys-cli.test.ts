import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadKeyring } from '../../crypto/keyring-file.ts';
import { DEFAULT_POLICY } from '../../domain/policies/default.ts';
import { connect, type PrismaClient } from '../../prisma/client.ts';
import { addPerson } from '../../records/access/staff.ts';
import { inviteAnew } from '../../records/keys/key-invitations.ts';
import { registerKey } from '../../records/keys/recipient-keys-register.ts';
import type { Notice } from '../../records/mail/outbox.ts';
import { addPolicy } from '../../records/policies.ts';
import { DESK, Store } from '../../records/store.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import { browserKey } from './keys-scene.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const ADDRESS = 'reader@secretariat.example';
let dir: string;
let database: TestDatabase;
let prisma: PrismaClient;
let store: Store;
let contactId: string;

type Said = { readonly status: number; readonly out: string; readonly err: string };
const sos = (...args: readonly string[]): Promise<Said> =>
  new Promise((resolve) => {
    const line = ['--import', 'tsx', path.join(ROOT, 'runtime/cli/sos.ts'), ...args];
    const env = { PATH: process.env['PATH'] ?? '', KEYRING_FILE: path.join(dir, 'keyring.json'), DATABASE_URL: database.url };
    const child = execFile(process.execPath, line, { env, cwd: ROOT }, (_, out, err) =>
      resolve({ status: child.exitCode ?? -1, out, err }),
    );
  });
const by = ['--by', ADDRESS] as const;

beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'sos-keys-'));
  database = await createDatabase();
  await sos('keyring', 'create', path.join(dir, 'keyring.json'));
  prisma = connect(database.url, 2);
  store = new Store(prisma, await loadKeyring(path.join(dir, 'keyring.json')));
  await store.transact(DESK, Date.now(), async (tx) => {
    const personId = await addPerson(tx, store.keyring, { name: 'Noor Besharat-Lyn', email: ADDRESS, language: 'en', backup: false });
    contactId = (await tx.db.person.findUniqueOrThrow({ where: { id: personId } })).contactId;
  });
  const { id } = await prisma.person.findFirstOrThrow();
  await store.transact(id, Date.now(), (tx) => addPolicy(tx, DEFAULT_POLICY));
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.drop();
  await rm(dir, { recursive: true });
});

const register = async (): Promise<void> => {
  await store.transact(DESK, Date.now(), (tx) => inviteAnew(tx, contactId, 'TEST'));
  const row = await prisma.outbox.findFirstOrThrow({ where: { contactId, kind: 'KEY_INVITED', state: 'queued' } });
  const { data } = await store.seals.open<Notice>('Outbox', row.id, row.caseId, row.sealed ?? new Uint8Array());
  await registerKey(store, data.path?.replace('/k/', '') ?? '', browserKey(), Date.now());
};

describe('keys and channels, from the command line', { timeout: 120_000 }, () => {
  it('lists keys by address, and invites', async () => {
    expect((await sos('keys', 'list')).out).toContain('no keys');
    expect(await sos('contact', 'invite', ADDRESS, ...by)).toMatchObject({ status: 0 });
    expect(await prisma.keyInvitation.count({ where: { contactId, revokedAt: null } })).toBe(1);
    await register();
    const listed = await sos('keys', 'list', '--contact', ADDRESS);
    expect(listed).toMatchObject({
      status: 0,
      out: expect.stringMatching(/X25519 {2,}active +not confirmed {2}until .* x25519:[0-9a-f]{40}/),
    });
    const [key] = JSON.parse((await sos('keys', 'list', '--json')).out) as Record<string, unknown>[];
    expect(key).toMatchObject({ contactId, state: 'ACTIVE', kind: 'X25519', verifiedAt: null });
    expect(key).not.toHaveProperty('wrapped');
  });

  it('closes a channel and opens it again, for a reason', async () => {
    const said = await sos('contact', 'unsafe', ADDRESS, '--since', '2021-05-01T08:00:00Z', '--keys-too', ...by);
    expect(said).toMatchObject({ status: 0, out: expect.stringContaining('marked unsafe') });
    expect(said.out).not.toContain(ADDRESS);
    expect(await prisma.contact.findUniqueOrThrow({ where: { id: contactId } })).toMatchObject({
      unsafeSince: new Date('2021-05-01T08:00:00Z'),
    });
    expect(await prisma.recipientKey.findMany({ where: { contactId } })).toMatchObject([{ state: 'ENDED', endedFor: 'UNSAFE' }]);
    expect(await sos('contact', 'invite', ADDRESS, ...by)).toMatchObject({ status: 1, err: expect.stringContaining('unsafe') });
    expect(await sos('contact', 'safe', ADDRESS, ...by)).toMatchObject({ status: 2, err: expect.stringContaining('--reason') });
    expect(await sos('contact', 'safe', ADDRESS, '--reason', 'The password was changed.', '--json', ...by)).toMatchObject({ status: 0 });
    expect((await prisma.contact.findUniqueOrThrow({ where: { id: contactId } })).unsafeSince).toBeNull();
  });

  it('says what it did not understand, and repeats no address', async () => {
    const lines = [
      ['contact', 'unsafe', ADDRESS],
      ['contact', 'unsafe', ADDRESS, '--since', 'yesterday', ...by],
      ['contact', 'unsafe', 'nobody@nowhere.example', ...by],
      ['contact', 'safe', 'not an address', '--reason', 'x', ...by],
      ['keys', 'list', '--contact', 'nobody@nowhere.example'],
    ];
    for (const { status, err } of await Promise.all(lines.map((line) => sos(...line)))) {
      expect(status).toBe(2);
      expect(err).not.toMatch(/reader@|nobody@|yesterday| at /);
    }
  });
});
