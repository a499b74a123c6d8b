import type { Server } from 'node:http';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { buildApp } from '../../api/http/app.ts';
import { decodeCursor, encodeCursor, pageOf, pageQuery } from '../../api/http/cursor.ts';
import type { Claim, IdempotencyStore, Intention, KeptAnswer } from '../../api/http/idempotency.ts';
import { createLimits } from '../../api/http/limits.ts';
import { httpMetrics } from '../../api/http/metrics.ts';
import { openApiDocument } from '../../api/http/openapi.ts';
import type { PageRoute } from '../../api/http/page-route.ts';
import { Problem } from '../../api/http/problem.ts';
import { route } from '../../api/http/route.ts';
import { id, line } from '../../api/http/schemas.ts';

const TOKEN = `sos_${'A'.repeat(43)}`;
const AUDITOR = `sos_${'B'.repeat(42)}A`;
const ID = '7d3f0a52-8a8e-4b53-9a3c-0f6f8a3a9b11';
const SECRET = 'the-name-nobody-may-see';

const noteSchema = z.strictObject({ id, title: line(80) }).meta({ id: 'Note' });
let created = 0;
let answerWrongly = false;

const routes = [
  route({
    method: 'get',
    path: '/notes/{noteId}',
    operationId: 'readNote',
    summary: 'Read a note',
    tags: ['Notes'],
    roles: ['coordinator'],
    params: z.strictObject({ noteId: id }),
    responses: { 200: { description: 'The note', schema: noteSchema } },
    handler: async ({ params }) => ({ status: 200, body: { id: params.noteId, title: answerWrongly ? '' : 'A note' } }),
  }),
  route({
    method: 'get',
    path: '/notes/search',
    operationId: 'searchNotes',
    summary: 'List notes',
    tags: ['Notes'],
    roles: ['coordinator', 'auditor'],
    query: z.strictObject(pageQuery),
    responses: { 200: { description: 'A page', schema: pageOf(noteSchema) } },
    handler: async ({ query }) => {
      decodeCursor('searchNotes', query.cursor);
      return { status: 200, body: { items: [{ id: ID, title: String(query.limit) }], next: null } };
    },
  }),
  route({
    method: 'post',
    path: '/notes',
    operationId: 'writeNote',
    summary: 'Write a note',
    tags: ['Notes'],
    roles: ['coordinator'],
    body: z.strictObject({ title: line(80) }),
    idempotent: true,
    responses: { 201: { description: 'Written', schema: noteSchema } },
    handler: async ({ body, commandId }) => {
      if (body.title === 'refuse') throw Problem.refused({ code: 'NOTE_CLOSED', say: 'Open the note first.' });
      if (body.title === 'break') throw Object.assign(new Error(SECRET), { code: 'P2002' });
      created += 1;
      return { status: 201, headers: { Location: `/notes/${commandId}` }, body: { id: commandId, title: body.title } };
    },
  }),
];

const pages: PageRoute[] = [
  { method: 'get', path: '/l/{token}', operationId: 'coverLink', handler: async () => ({ status: 200, body: '<p>cover</p>' }) },
  {
    method: 'post',
    path: '/l/{token}',
    operationId: 'actLink',
    handler: async ({ form }) => {
      if (form['step'] === 'break') throw new Error(SECRET);
      return { status: 200, body: `<p>${Object.keys(form).join()}</p>` };
    },
  },
];

/** The store's contract over a map: enough for one process, and honest about repeats. */
function memoryStore(): IdempotencyStore {
  const known = new Map<string, { request: string; answer?: KeptAnswer }>();
  return {
    claim: async ({ commandId, request }: Intention): Promise<Claim> => {
      const before = known.get(commandId);
      if (!before) {
        known.set(commandId, { request });
        return { state: 'FIRST' };
      }
      if (before.request !== request) return { state: 'OTHER_REQUEST' };
      return before.answer ? { state: 'DONE', answer: before.answer } : { state: 'RUNNING' };
    },
    keep: async (commandId, answer) => void known.set(commandId, { request: known.get(commandId)?.request ?? '', answer }),
    release: async (commandId) => void known.delete(commandId),
  };
}

const logged: unknown[] = [];
const metrics = httpMetrics();
let server: Server;
let base = '';

beforeAll(async () => {
  const app = buildApp({
    routes,
    pages,
    deps: {
      findToken: async (token) => {
        if (token === TOKEN) return { personId: 'p1', roles: ['coordinator'] };
        return token === AUDITOR ? { personId: 'p2', roles: ['auditor'] } : null;
      },
      standingOf: async () => 'OUTSIDE',
      spend: createLimits(),
      noteReading: async () => undefined,
      idempotency: memoryStore(),
      log: { info: (fields) => logged.push(fields), error: (fields) => logged.push(fields) },
      metrics,
      metricsToken: null,
      bodyLimit: 2000,
      formLimit: 2000,
      checkAnswers: true,
      trustedProxies: 0,
      https: true,
      version: '1.0.0',
    },
  });
  await new Promise<void>((resolve) => {
    server = app.listen(0, '127.0.0.1', () => resolve());
  });
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  logged.length = 0;
  answerWrongly = false;
});

const asCoordinator = { authorization: `Bearer ${TOKEN}` };
const get = (path: string, headers: Record<string, string> = asCoordinator) => fetch(base + path, { headers, redirect: 'manual' });
const write = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${base}/notes`, {
    method: 'POST',
    body,
    headers: { ...asCoordinator, 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID(), ...headers },
  });

async function problem(response: Response) {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const document = (await response.json()) as { type: string; status: number; detail: string; errors?: unknown };
  expect(document.status).toBe(response.status);
  expect(document.detail).not.toBe('');
  return document;
}

describe('who may ask', () => {
  it.each([
    ['no token', {}, 'Bearer realm="desk"'],
    ['an unknown token', { authorization: `Bearer sos_${'C'.repeat(42)}A` }, 'Bearer realm="desk", error="invalid_token"'],
    ['a second spelling of a token', { authorization: `Bearer sos_${'A'.repeat(42)}B` }, 'Bearer realm="desk", error="invalid_token"'],
    ['a token with a tail', { authorization: `Bearer ${TOKEN} x` }, 'Bearer realm="desk", error="invalid_token"'],
    ['another scheme', { authorization: `Basic ${TOKEN}` }, 'Bearer realm="desk", error="invalid_token"'],
  ])('answers 401 to %s', async (_name, headers, challenge) => {
    const response = await get(`/notes/${ID}`, headers as Record<string, string>);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(challenge);
    expect((await problem(response)).type).toBe('/problems/not-authenticated');
  });

  it('answers 403 to a role that is not named, before it reads the body', async () => {
    const response = await write('{', { authorization: `Bearer ${AUDITOR}` });
    expect(response.status).toBe(403);
  });
});

describe('what cannot be read or does not fit', () => {
  it.each([
    [400, 'malformed-request', '{"title":', {}],
    [400, 'idempotency-key-needed', '{"title":"x"}', { 'idempotency-key': 'short' }],
    [413, 'body-too-large', JSON.stringify({ title: 'x'.repeat(3000) }), {}],
    [415, 'unsupported-media-type', '{"title":"x"}', { 'content-type': 'application/json; charset=utf-16' }],
    [415, 'unsupported-media-type', 'title=x', { 'content-type': 'application/x-www-form-urlencoded' }],
    [415, 'unsupported-media-type', '{"title":"x"}', { 'content-encoding': 'gzip' }],
    [406, 'not-acceptable', '{"title":"x"}', { accept: 'text/html' }],
    [422, 'invalid-input', '{"title":"x","extra":1}', {}],
    [422, 'invalid-input', '{"title":"x","__proto__":{"admin":true}}', {}],
    [422, 'invalid-input', '{"title":"a\\u0000b"}', {}],
    [422, 'invalid-input', '{"title":"\\ud800"}', {}],
    [422, 'invalid-input', '{"title":"   "}', {}],
    [422, 'invalid-input', '[]', {}],
  ])('answers %i %s', async (status, code, body, headers) => {
    const response = await write(body, headers as unknown as Record<string, string>);
    expect(response.status).toBe(status);
    expect((await problem(response)).type).toBe(`/problems/${code}`);
  });

  it('points at the fault and never repeats what was sent', async () => {
    const told = await problem(await write(JSON.stringify({ title: `${SECRET}\n`, [SECRET]: 1 })));
    expect(told.errors).toEqual([
      { pointer: '/body/title', say: expect.any(String) },
      { pointer: '/body', say: 'Remove the 1 field(s) this schema does not know.' },
    ]);
    expect(JSON.stringify(told)).not.toContain(SECRET);
  });

  it.each(['limit=0', 'limit=101', 'limit=1e1', 'limit=5&limit=6', 'limit= 5', 'unknown=1', 'cursor=x'])(
    'refuses the query %s',
    async (query) => {
      expect((await get(`/notes/search?${query}`)).status).toBe(422);
    },
  );

  it('answers a path parameter of the wrong form like a thing that is not there', async () => {
    expect((await problem(await get('/notes/1'))).type).toBe('/problems/not-found');
    expect((await get('/notes/%ff')).status).toBe(400);
  });
});

describe('methods and paths', () => {
  it.each(['TRACE', 'OPTIONS', 'PUT', 'DELETE', 'POST'])('answers 405 with Allow to %s on a known path', async (method) => {
    const answer = await new Promise<{ status: number; allow: string | undefined; type: string | undefined }>((resolve, reject) => {
      const sent = httpRequest(`${base}/notes/search`, { method }, (response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0, allow: response.headers.allow, type: response.headers['content-type'] });
      });
      sent.on('error', reject);
      sent.end();
    });
    expect(answer).toEqual({ status: 405, allow: 'GET, HEAD', type: 'application/problem+json' });
  });

  it.each(['/', '/nowhere', '/notes/', '/Notes', `/notes/${ID}/more`])('answers 404 with a problem to %s', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    await problem(response);
  });

  it('prefers a fixed segment to a parameter, whatever the order of the table', async () => {
    expect(await (await get('/notes/search?limit=7')).json()).toEqual({ items: [{ id: ID, title: '7' }], next: null });
  });

  it('refuses a table that declares an operation twice', () => {
    const [first] = routes;
    expect(() => openApiDocument(first ? [first, first] : [], '1')).toThrow('declared twice: readNote');
  });
});

describe('one intention, one effect', () => {
  it('gives a repeat the first answer, and refuses the key for another request', async () => {
    const key = { 'idempotency-key': crypto.randomUUID() };
    const before = created;
    const first = await write('{"title":"once"}', key);
    const again = await write('{"title":"once"}', key);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(await again.json()).toEqual(await first.json());
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(created - before).toBe(1);
    expect((await problem(await write('{"title":"other"}', key))).type).toBe('/problems/idempotency-key-reused');
  });

  it('lets a request that failed be tried again, and tells a refusal in its own words', async () => {
    const key = { 'idempotency-key': crypto.randomUUID() };
    const refused = await problem(await write('{"title":"refuse"}', key));
    expect(refused).toMatchObject({ type: '/problems/note-closed', status: 409, detail: 'Open the note first.' });
    expect((await write('{"title":"refuse"}', key)).status).toBe(409);
  });
});

describe('what leaves the house', () => {
  it('tells nothing of an unforeseen error, neither to the client nor to the log', async () => {
    const response = await write('{"title":"break"}');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain(SECRET);
    expect(logged).toContainEqual(expect.objectContaining({ operationId: 'writeNote', error: 'Error', code: 'P2002' }));
    expect(JSON.stringify(logged)).not.toContain(SECRET);
  });

  it('fails loudly when an answer is not what was declared', async () => {
    answerWrongly = true;
    expect((await get(`/notes/${ID}`)).status).toBe(500);
  });

  it('logs and counts operations, never paths, agents or addresses', async () => {
    await (await get('/l/capability-tail', { 'user-agent': 'agent-x' })).text();
    await (await get('/capability-tail')).text();
    await expect.poll(() => logged.length).toBe(2);
    expect(logged).toEqual([
      { operationId: 'coverLink', status: 200, ms: expect.any(Number) },
      { operationId: 'unmatched', status: 404, ms: expect.any(Number) },
    ]);
    const figures = await metrics.registry.metrics();
    expect(figures).toContain('operation="coverLink",status="2xx"');
    expect(figures).not.toMatch(/capability-tail|127\.0\.0\.1|\/l\//);
  });

  it.each(['/l/x', '/nowhere', '/docs', '/notes/search', '/assets/style.css'])(
    'sets every protective header on %s and no cookie',
    async (path) => {
      const { headers } = await get(path);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      );
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('strict-transport-security')).toContain('max-age=31536000');
      for (const absent of ['set-cookie', 'x-powered-by', 'etag', 'server']) expect(headers.get(absent)).toBeNull();
    },
  );
});

describe('pages', () => {
  it('reads a form, each field once, and answers its own problems as pages', async () => {
    const post = (body: string, type = 'application/x-www-form-urlencoded') =>
      fetch(`${base}/l/x?lang=es`, { method: 'POST', body, headers: { 'content-type': type } });
    expect(await (await post('step=open&choice=YES')).text()).toBe('<p>step,choice</p>');
    const broken = await post('step=break');
    expect(broken.status).toBe(500);
    const told = await broken.text();
    expect(told).toContain('No ha funcionado');
    expect(told).not.toContain(SECRET);
    expect((await post('step=a&step=b')).status).toBe(400);
    expect((await post('{}', 'application/json')).status).toBe(415);
    expect((await post(`words=${'x'.repeat(3000)}`)).status).toBe(413);
  });

  it('answers HEAD like GET, without a body', async () => {
    const head = await fetch(`${base}/l/x`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
});

describe('the API document', () => {
  it('comes from the same table: inputs, answers, problems, security', async () => {
    const document = (await (await get('/openapi.json', {})).json()) as { openapi: string; paths: Record<string, Record<string, never>> };
    expect(document.openapi).toBe('3.1.1');
    const written = document.paths['/notes']?.['post'] as unknown as {
      security: unknown;
      requestBody: { content: { 'application/json': { schema: unknown } } };
      responses: Record<string, unknown>;
      parameters: Array<{ name: string }>;
    };
    expect(written.security).toEqual([{ token: [] }]);
    expect(written.requestBody.content['application/json'].schema).toMatchObject({ additionalProperties: false, required: ['title'] });
    expect(Object.keys(written.responses)).toEqual(
      expect.arrayContaining(['201', '400', '401', '403', '406', '409', '413', '415', '422', '500']),
    );
    expect(written.parameters.map(({ name }) => name)).toEqual(['Idempotency-Key']);
    const listed = document.paths['/notes/search']?.['get'] as unknown as { parameters: Array<{ name: string; schema: unknown }> };
    expect(listed.parameters).toContainEqual(
      expect.objectContaining({
        name: 'limit',
        schema: { description: 'How many at most', type: 'integer', minimum: 1, maximum: 100, default: 25 },
      }),
    );
  });

  it('is readable at /docs without script or anything from elsewhere, and problem types lead into it', async () => {
    const page = await (await get('/docs', {})).text();
    expect(page).toContain('id="writeNote"');
    expect(page).toContain('id="problem-not-found"');
    expect(page).not.toMatch(/<script|<style|style=|https?:\/\//);
    const led = await get('/problems/not-found', {});
    expect([led.status, led.headers.get('location')]).toEqual([303, '/docs#problem-not-found']);
  });
});

describe('cursors', () => {
  const position = { at: '2031-05-01T10:00:00.000Z', id: ID };

  it('come back as they went', () => {
    expect(decodeCursor('searchNotes', encodeCursor('searchNotes', position))).toEqual(position);
    expect(decodeCursor('searchNotes', undefined)).toBeNull();
  });

  it.each([
    ['of another list', encodeCursor('otherList', position)],
    ['with padding', `${encodeCursor('searchNotes', position)}=`],
    ['with junk inside', encodeCursor('searchNotes', position).replace(/^(.)/, '$1\n')],
    ['truncated', encodeCursor('searchNotes', position).slice(0, -3)],
    ['of no position', Buffer.from('["searchNotes","yesterday","x"]').toString('base64url')],
    ['with more in it', Buffer.from(JSON.stringify(['searchNotes', position.at, position.id, 'x'])).toString('base64url')],
    ['empty', ''],
  ])('are refused %s', (_name, cursor) => {
    expect(() => decodeCursor('searchNotes', cursor)).toThrow('invalid-input');
  });
});
