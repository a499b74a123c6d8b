import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Route } from '../../api/http/route.ts';
import { apiRoutes } from '../../api/index.ts';
import { ROLES } from '../../domain/roles.ts';
import { askExport } from '../../records/cases/case-export.ts';
import { type ApiDesk, newApiDesk, type Sent } from './api-desk.ts';
import { FILES, FIXED, SAMPLES } from './api-samples.ts';

// Everything here is made from the route table: an operation that is added is held to the same answers without a line in this file.

const SECRET = 'the-name-nobody-may-see';
const unwired = {} as never;
const routes = apiRoutes(unwired, unwired);
const guarded = routes.filter(({ roles }) => Array.isArray(roles));
const withBody = routes.filter(({ body }) => body !== undefined);
const idempotent = routes.filter((route) => route.idempotent);
const named = (list: readonly Route[]) => list.map((route) => [route.operationId, route] as const);

let desk: ApiDesk;
let written = 0;

const rows = async (): Promise<number> =>
  (await desk.prisma.case.count()) +
  (await desk.prisma.document.count()) +
  (await desk.prisma.task.count()) +
  (await desk.prisma.policy.count());

beforeAll(async () => {
  desk = await newApiDesk();
  const { personId, store } = desk;
  const body = SAMPLES['openCase'];
  const opened = (await (await desk.send({ method: 'post', path: '/v1/cases', body })).json()) as { caseId: string };
  const taskId = randomUUID();
  await desk.prisma.task.create({ data: { id: taskId, key: taskId, kind: 'MAIL_HELD', urgency: 1, createdAt: new Date() } });
  const asked = await askExport(store, { caseId: opened.caseId, by: personId, at: Date.now(), reason: 'To be looked at.' });
  for (const [name, id] of Object.entries({ caseId: opened.caseId, taskId, secondPersonId: asked.secondPersonId })) theirs.set(name, id);
});
afterAll(() => desk.stop());
beforeEach(async () => {
  desk.door.calls.length = 0;
  written = await rows();
});

/** What the caller may look into: whoever may not is told so before anything they sent is looked at. */
const theirs = new Map<string, string>();

/** The request that this operation would take, but for what the test changes. Ids beside those of `known` name nothing. */
const fitting = (route: Route, change: Partial<Sent> = {}, known: ReadonlyMap<string, string> = theirs): Sent => {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => FIXED[name] ?? known.get(name) ?? randomUUID());
  const { roles, operationId } = route;
  return {
    method: route.method,
    path,
    role: typeof roles === 'string' ? null : (roles[0] ?? null),
    ...(route.body && { body: SAMPLES[operationId] }),
    ...(route.bytes && { raw: FILES[operationId] ?? new Uint8Array() }),
    ...change,
    headers: {
      ...(route.bytes && { 'content-type': route.bytes.mediaType }),
      ...(route.conditional && { 'if-match': '"1"' }),
      ...change.headers,
    },
  };
};

/** Sends what must be refused: a problem that says what to do, repeats nothing, and has changed nothing. */
async function refused(sent: Sent, status: number, code?: string): Promise<{ errors?: { pointer: string; say: string }[] }> {
  const response = await desk.send(sent);
  const told = await response.text();
  expect({ status: response.status, told }).toMatchObject({ status });
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const document = JSON.parse(told);
  expect(document).toMatchObject({ status, type: expect.stringMatching(/^\/problems\/[a-z-]+$/) });
  expect(document.detail.length).toBeGreaterThan(15);
  if (code !== undefined) expect(document.type).toBe(`/problems/${code}`);
  expect(told).not.toContain(SECRET);
  expect(desk.door.calls).toEqual([]);
  expect(await rows()).toBe(written);
  return document;
}

const json = (body: string, headers: Sent['headers'] = {}): Partial<Sent> => ({
  raw: body,
  headers: { 'content-type': 'application/json', ...headers },
});

it('has a fitting sample for every operation that takes a body', () => {
  expect(Object.keys(SAMPLES).sort()).toEqual(withBody.map(({ operationId }) => operationId).sort());
  for (const { operationId, body } of withBody)
    expect([operationId, body?.safeParse(SAMPLES[operationId]).error]).toEqual([operationId, undefined]);
});

describe.each(named(guarded))('who may: %s', (_name, route) => {
  it('answers 401 without a token and to one that nobody has', async () => {
    await refused(fitting(route, { role: null }), 401, 'not-authenticated');
    await refused(fitting(route, { headers: { authorization: `Bearer sos_${'C'.repeat(42)}A` } }), 401, 'not-authenticated');
    await refused(fitting(route, { headers: { authorization: `Basic ${SECRET}` } }), 401, 'not-authenticated');
  });

  it('answers 403 to every role that is not named', async () => {
    for (const role of ROLES.filter((candidate) => !route.roles.includes(candidate as never))) {
      await refused(fitting(route, { role }), 403, 'forbidden');
    }
  });
});

describe.each(named(withBody))('what cannot be read: %s', (name, route) => {
  it('answers 400 to what is no JSON and 415 to another type or coding', async () => {
    for (const body of ['{"text":', '', 'null', '"text"', `{"text": ${SECRET}}`]) {
      const response = await desk.send(fitting(route, json(body)));
      expect([400, 422]).toContain(response.status);
      expect(await response.text()).not.toContain(SECRET);
    }
    await refused(fitting(route, json(`{"text": ${SECRET}}`)), 400, 'malformed-request');
    await refused(
      fitting(route, json(`text=${SECRET}`, { 'content-type': 'application/x-www-form-urlencoded' })),
      415,
      'unsupported-media-type',
    );
    await refused(fitting(route, json('{}', { 'content-type': 'application/json; charset=utf-16' })), 415, 'unsupported-media-type');
    await refused(fitting(route, json('{}', { 'content-encoding': 'gzip' })), 415, 'unsupported-media-type');
    await refused(fitting(route, json('{}', { 'content-type': undefined })), 415, 'unsupported-media-type');
  });

  it('answers 413 to what is too large', async () => {
    await refused(fitting(route, json(JSON.stringify({ text: 'x'.repeat(1_100_000) }))), 413, 'body-too-large');
  });

  it('answers 422 to a field it does not know, beside all that it does', async () => {
    const body = { ...(SAMPLES[name] as object), [SECRET]: SECRET };
    expect((await refused(fitting(route, { body }), 422, 'invalid-input')).errors?.length).toBeGreaterThan(0);
    // a free document has no field of this name, whatever is sent
    if (name === 'addPolicy') return;
    await refused(fitting(route, json(JSON.stringify(SAMPLES[name]).replace('{', '{"__proto__":{"x":1},'))), 422, 'invalid-input');
  });

  it('answers 422 to every field of the wrong type, and to every one that is missing', async () => {
    const sample = SAMPLES[name] as Record<string, unknown>;
    for (const field of Object.keys(sample)) {
      for (const wrong of [{ [SECRET]: SECRET }, 7.25, `${SECRET}\u0000`, [[SECRET]]]) {
        const { errors } = await refused(fitting(route, { body: { ...sample, [field]: wrong } }), 422, 'invalid-input');
        expect(errors?.some(({ pointer }) => pointer.startsWith('/body'))).toBe(true);
      }
      const { [field]: _gone, ...rest } = sample;
      const optional = route.body?.safeParse(rest).success === true && name !== 'addPolicy';
      if (!optional) await refused(fitting(route, { body: rest }), 422, 'invalid-input');
    }
    await refused(fitting(route, { body: [] }), 422, 'invalid-input');
  });
});

describe.each(named(idempotent))('one intention: %s', (_name, route) => {
  it('answers 400 without a usable Idempotency-Key', async () => {
    for (const key of [undefined, 'short', 'x'.repeat(65), `${SECRET}/${SECRET}`]) {
      await refused(fitting(route, { headers: { 'idempotency-key': key } }), 400, 'idempotency-key-needed');
    }
  });
});

describe.each(named(routes.filter(({ params }) => params !== undefined && params.shape['kind'] === undefined)))(
  'what is not there: %s',
  (_name, route) => {
    it('answers 404 to ids that name nothing and to what is no id, before anything is written', async () => {
      await refused(fitting(route, {}, new Map()), 404, 'not-found');
      for (const wrong of ['1', SECRET, `${randomUUID()}x`, '%00', randomUUID().toUpperCase().replaceAll('-', '')]) {
        await refused(fitting(route, { path: route.path.replaceAll(/\{\w+\}/g, wrong) }), 404, 'not-found');
      }
    });
  },
);

describe.each(named(routes.filter((route) => route.conditional)))('which version: %s', (_name, route) => {
  it('answers 428 without If-Match and 412 to what is no version', async () => {
    await refused(fitting(route, { headers: { 'if-match': undefined } }), 428, 'precondition-needed');
    for (const condition of ['1', 'W/"1"', '*', '"0"', `"${SECRET}"`]) {
      await refused(fitting(route, { headers: { 'if-match': condition } }), 412, 'precondition-failed');
    }
  });
});

describe.each(named(routes.filter(({ roles }) => typeof roles !== 'string')))('the query: %s', (_name, route) => {
  it('answers 422 to a field it does not know and to a strange cursor', async () => {
    const sent = fitting(route);
    if (route.params === undefined) await refused({ ...sent, path: `${sent.path}?${SECRET}=1` }, 422, 'invalid-input');
    if (route.query !== undefined) {
      for (const query of ['limit=0', 'limit=101', 'limit=x', `cursor=${SECRET}`, 'cursor=', 'limit=1&limit=2']) {
        await refused({ ...sent, path: `${sent.path}?${query}` }, 422, 'invalid-input');
      }
    }
  });
});

describe('a file instead of JSON', () => {
  const [file] = routes.filter(({ bytes }) => bytes !== undefined);
  it('answers 415 to another type and 413 to more than it takes', async () => {
    if (file === undefined) throw new Error('no operation takes a file');
    await refused(fitting(file, { headers: { 'content-type': 'application/json' } }), 415, 'unsupported-media-type');
    await refused(fitting(file, { headers: { 'content-type': 'text/csv; charset=utf-16' } }), 415, 'unsupported-media-type');
    await refused(fitting(file, { raw: new Uint8Array(8 * 1024 * 1024 + 1) }), 413, 'body-too-large');
    await refused(fitting(file, { path: `/v1/directory/${SECRET}` }), 404, 'not-found');
  });
});

describe('the figures', () => {
  it('are shown to the token of the metrics only', async () => {
    const asked = { method: 'get', path: '/metrics', role: null };
    await refused(asked, 401, 'not-authenticated');
    await refused({ ...asked, role: 'administrator' }, 401, 'not-authenticated');
    const shown = await desk.send({ ...asked, headers: { authorization: 'Bearer a-token-for-metrics' } });
    expect(shown.status).toBe(200);
    expect(await shown.text()).toMatch(/sos_http_request_duration_seconds[\s\S]*sos_outbox_oldest_urgent_seconds \d/);
  });
});
