import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateKeyringFile, loadKeyring } from '../../crypto/keyring-file.ts';
import { payloadCodec } from '../../crypto/payload-codec.ts';
import { connect } from '../../prisma/client.ts';
import { Store } from '../../records/store.ts';
import { figure } from '../support/figures.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';

const TOKEN = 'token-of-the-reader-0123456789abcdef-xyz';
const ORIGIN = 'http://127.0.0.1:8233';
const CASE = '00000000-0000-4000-8000-00000000d001';
const WORKFLOW = `case/${CASE}/letter/00000000-0000-4000-8000-00000000d002`;
const CANARY = 'canary-in-a-payload';
const script = path.resolve(import.meta.dirname, '../../runtime/codec-server.ts');
const tsx = import.meta.resolve('tsx');

let database: TestDatabase;
let folder: string;
let address: string;
let settings: Record<string, string>;
let log = '';
let sealed: Payload;
let store: Store;
let end: () => Promise<unknown>;

/** The process as it runs in production, its settings apart from those of whoever runs the tests. */
function run(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['--import', tsx, script], { env: { PATH: process.env['PATH'] ?? '', ...env } });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  child.stdout.on('data', (chunk) => {
    log += chunk;
  });
  return { child, ended: once(child, 'exit').then(([code]) => ({ code, said })) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const base64 = (payload: Payload) => ({
  metadata: Object.fromEntries(
    Object.entries(payload.metadata ?? {}).map(([name, value]) => [name, Buffer.from(value as Uint8Array).toString('base64')]),
  ),
  data: Buffer.from(payload.data ?? []).toString('base64'),
});

const bearer = { authorization: `Bearer ${TOKEN}` };
const namespace = { 'x-namespace': 'default', 'content-type': 'application/json' };
const ask = (headers: Record<string, string>, payloads: readonly Payload[] = [sealed], to = '/decode') =>
  fetch(`${address}${to}`, { method: 'POST', headers, body: JSON.stringify({ payloads: payloads.map(base64) }) });

beforeAll(async () => {
  database = await createDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'codec-'));
  const keyringFile = path.join(folder, 'keyring.json');
  await generateKeyringFile(keyringFile);
  const prisma = connect(database.url, 2);
  store = new Store(prisma, await loadKeyring(keyringFile));
  const at = new Date();
  await prisma.policy.create({ data: { version: 1, name: 'test', document: {}, createdBy: CASE } });
  await prisma.case.create({ data: { id: CASE, state: 'RECEIVED', policyVersion: 1, openedBy: CASE, openedAt: at } });
  await store.caseKeys.create(prisma, CASE, at);
  const context = { type: 'workflow', namespace: 'default', workflowId: WORKFLOW } as const;
  const [encoded] = await payloadCodec(store.caseKeys).encode([defaultPayloadConverter.toPayload(CANARY)], context);
  sealed = encoded as Payload;

  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  settings = {
    DATABASE_URL: database.url,
    KEYRING_FILE: keyringFile,
    CODEC_SERVER_ENABLED: 'true',
    CODEC_SERVER_PORT: String(port),
    CODEC_SERVER_TOKEN: TOKEN,
    CODEC_SERVER_ALLOWED_ORIGIN: ORIGIN,
  };
  const { child, ended } = run(settings);
  const ready = new Promise<void>((resolve) => child.stdout.on('data', () => log.includes('codec.ready') && resolve()));
  await Promise.race([
    ready,
    ended.then(({ said }) => {
      throw new Error(`The codec server did not start: ${said}`);
    }),
  ]);
  end = async () => {
    child.kill('SIGTERM');
    return ended;
  };
});

afterAll(async () => {
  expect(await end?.()).toMatchObject({ code: 0 });
  await store?.prisma.$disconnect();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

describe('the codec server', () => {
  test('opens a payload for who bears the token, as the command line and the web page ask', async () => {
    const basic = { authorization: `Basic ${Buffer.from(`anybody:${TOKEN}`).toString('base64')}` };
    for (const headers of [
      bearer,
      { ...bearer, 'x-namespace': '' },
      { ...bearer, ...namespace, origin: ORIGIN },
      { ...basic, ...namespace, origin: ORIGIN },
    ]) {
      const response = await ask(headers);
      expect(response.status).toBe(200);
      const { payloads } = (await response.json()) as { payloads: { data: string }[] };
      expect(Buffer.from(payloads[0]?.data ?? '', 'base64').toString()).toBe(JSON.stringify(CANARY));
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
  });

  test('answers 401 without the token and 403 to a foreign origin or namespace, whatever is asked', async () => {
    const wrong = [{}, { authorization: 'Bearer ' }, { authorization: `Bearer ${TOKEN.slice(1)}` }, { authorization: `bearer x${TOKEN}` }];
    const answers: number[] = [];
    for (const to of ['/decode', '/encode', '/', '/healthz', '/decode/../']) {
      for (const headers of wrong) answers.push((await ask({ ...headers, ...namespace }, [sealed], to)).status);
      for (const origin of ['http://127.0.0.1:8080', 'null', `${ORIGIN}.example`])
        answers.push((await ask({ ...bearer, ...namespace, origin }, [sealed], to)).status);
    }
    for (const other of ['other', 'DEFAULT']) answers.push((await ask({ ...bearer, ...namespace, 'x-namespace': other })).status);
    const heeded = answers.filter((status) => status !== 401 && status !== 403).length;
    const kept = {
      name: 'codec server: answers other than 401/403 to who may not ask',
      value: heeded,
      unit: 'answers',
      bound: '== 0',
      seed: null,
    };
    expect(figure(kept)).toBe(true);
  });

  test('lets one origin read in a browser, and says nothing to others', async () => {
    const preflight = (origin: string) =>
      fetch(`${address}/decode`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    const allowed = await preflight(ORIGIN);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(allowed.headers.get('access-control-allow-headers')).toContain('x-namespace');
    const foreign = await preflight('https://elsewhere.example');
    expect(foreign.status).toBe(403);
    expect([...foreign.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('seals nothing: there is only one way to go', async () => {
    expect((await ask({ ...bearer, ...namespace }, [sealed], '/encode')).status).toBe(404);
    expect((await fetch(`${address}/decode`, { headers: bearer })).status).toBe(405);
  });

  test('opens nothing that is in the clear, altered, or moved to another workflow', async () => {
    const other = Buffer.from(`case/${CASE}`);
    const data = Buffer.from(sealed.data ?? []);
    const flipped = Buffer.from(data.map((byte, index) => (index === data.length - 1 ? byte ^ 1 : byte)));
    for (const bad of [
      defaultPayloadConverter.toPayload(CANARY),
      { ...sealed, data: flipped },
      { ...sealed, metadata: { ...sealed.metadata, 'sos-workflow': other } },
    ]) {
      const response = await ask({ ...bearer, ...namespace }, [sealed, bad as Payload]);
      expect(response.status).toBe(400);
      expect(await response.text()).not.toContain(Buffer.from(JSON.stringify(CANARY)).toString('base64'));
    }
  });

  test('refuses what is not of the form, and what is too large', async () => {
    const post = (body: string) => fetch(`${address}/decode`, { method: 'POST', headers: { ...bearer, ...namespace }, body });
    for (const body of ['', '{}', '[]', '{"payloads":[]}', '{"payloads":[{"data":"***"}]}', '{"payloads":[{}],"more":1}'])
      expect((await post(body)).status).toBe(400);
    expect((await post(`{"payloads":[{"data":"${'A'.repeat(5 * 1024 * 1024)}"}]}`)).status).toBe(413);
  });

  test('notes every reading by its workflow, and neither content nor token', async () => {
    log = '';
    const noted = () => store.prisma.audit.count({ where: { actor: 'codec-reader', action: 'payloads.decoded', caseId: CASE } });
    const before = await noted();
    await ask({ ...bearer, ...namespace }, [sealed, sealed]);
    expect(await noted()).toBe(before + 1);
    const lines = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toContainEqual(expect.objectContaining({ event: 'codec.decoding', workflowId: WORKFLOW, count: 2 }));
    expect(log).not.toContain(CANARY);
    expect(log).not.toContain(TOKEN);
  });

  test('opens nothing that it cannot note', async () => {
    await store.prisma.$executeRaw`ALTER TABLE "Audit" RENAME TO "AuditElsewhere"`;
    try {
      const response = await ask({ ...bearer, ...namespace });
      expect([response.status, await response.text()]).toEqual([500, '']);
    } finally {
      await store.prisma.$executeRaw`ALTER TABLE "AuditElsewhere" RENAME TO "Audit"`;
    }
  });

  test('does not start unless it is switched on, nor without a token', async () => {
    const { CODEC_SERVER_ENABLED: _, ...off } = settings;
    expect(await run(off).ended).toMatchObject({ code: 1, said: expect.stringContaining('The codec server is off') });
    const { CODEC_SERVER_TOKEN: __, ...open } = settings;
    expect(await run(open).ended).toMatchObject({ code: 1, said: expect.stringContaining('CODEC_SERVER_TOKEN') });
  });

  test('listens on loopback alone unless told otherwise', async () => {
    const port = new URL(address).port;
    await expect(fetch(`http://[::1]:${port}/`)).rejects.toThrow();
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((one) => one && !one.internal && one.family === 'IPv4');
    if (outside) await expect(fetch(`http://${outside.address}:${port}/`)).rejects.toThrow();
  });
});
