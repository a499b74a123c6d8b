import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NotRunning, silence } from '../../api/door-failure.ts';
import { fileNewDocument } from '../../records/documents.ts';
import { type ApiDesk, newApiDesk } from './api-desk.ts';
import { SAMPLES } from './api-samples.ts';

type Json = Record<string, unknown>;

let desk: ApiDesk;
let caseId = '';

const post = (path: string, body?: unknown, key: string = randomUUID(), headers: Record<string, string> = {}) =>
  desk.send({ method: 'post', path, body, headers: { 'idempotency-key': key, ...headers } });
const get = (path: string, role: 'coordinator' | 'auditor' = 'coordinator') => desk.send({ method: 'get', path, role });
const read = async (response: Response): Promise<Json> => (await response.json()) as Json;
const opened = async (key: string = randomUUID()) => String((await read(await post('/v1/cases', SAMPLES['openCase'], key)))['caseId']);

/** What the last order that was received held. */
const ordered = (): Json => ({ ...desk.door.orders.at(-1)?.what });

beforeAll(async () => {
  desk = await newApiDesk();
});
afterAll(() => desk.stop());
beforeEach(async () => {
  desk.door.refuse = null;
  caseId = await opened();
  desk.door.calls.length = 0;
  desk.door.orders.length = 0;
});

describe('opening a case', () => {
  it('stores it first, and gives a repeat the same case', async () => {
    const key = randomUUID();
    const first = await post('/v1/cases', SAMPLES['openCase'], key);
    const body = await read(first);
    expect([first.status, first.headers.get('location'), body['state']]).toEqual([201, `/v1/cases/${body['caseId']}`, 'RECEIVED']);
    const again = await post('/v1/cases', SAMPLES['openCase'], key);
    expect([again.status, await read(again)]).toEqual([201, body]);
    expect(desk.door.calls).toEqual(['startCase']);
    expect((await post('/v1/cases', { ...(SAMPLES['openCase'] as Json), context: 'Another.' }, key)).status).toBe(422);
  });

  it('opens one case for twenty requests with one key at once', async () => {
    const before = await desk.prisma.case.count();
    const key = randomUUID();
    const statuses = (await Promise.all(Array.from({ length: 20 }, () => post('/v1/cases', SAMPLES['openCase'], key)))).map(
      ({ status }) => status,
    );
    expect(statuses).toContain(201);
    expect(statuses.every((status) => status === 201 || status === 409)).toBe(true);
    expect(await desk.prisma.case.count()).toBe(before + 1);
  });

  it('accepts it while Temporal is away', async () => {
    desk.door.refuse = () => new Error('away');
    const response = await post('/v1/cases', SAMPLES['openCase']);
    const body = await read(response);
    expect([response.status, body['state'], typeof body['say']]).toEqual([202, 'RECEIVED', 'string']);
    expect(await desk.prisma.case.findUnique({ where: { id: String(body['caseId']) } })).toMatchObject({
      startedAt: null,
      state: 'RECEIVED',
    });
  });
});

describe('reading a case', () => {
  it('shows what must not be done first, the people with the ids that consents name, and notes who read it', async () => {
    const response = await get(`/v1/cases/${caseId}`);
    expect(response.status).toBe(200);
    const view = await read(response);
    expect(Object.keys(view).indexOf('mustNotBeDone')).toBeLessThan(Object.keys(view).indexOf('intake'));
    const { persons: told } = SAMPLES['openCase'] as { persons: { key: string; name: string }[] };
    const persons = view['persons'] as { personId: string; key: string | null; name: string; kind: string }[];
    expect(
      persons
        .filter(({ kind }) => kind !== 'REQUESTER')
        .map(({ key, name }) => [key, name])
        .sort(),
    ).toEqual(told.map(({ key, name }) => [key, name]).sort());
    const audit = await desk.prisma.audit.findMany({ where: { caseId }, orderBy: { seq: 'asc' } });
    expect(audit.map(({ action, actor }) => [action, actor])).toEqual([
      ['case.opened', desk.personId],
      ['case.read', desk.personId],
    ]);
  });

  it('shows an auditor what happened, page by page, and nothing of the content', async () => {
    await get(`/v1/cases/${caseId}`);
    await get(`/v1/cases/${caseId}`);
    expect((await get(`/v1/cases/${caseId}`, 'auditor')).status).toBe(403);
    const actions: unknown[] = [];
    let cursor = '';
    for (let pages = 0; pages < 5; pages += 1) {
      const page = await read(await get(`/v1/cases/${caseId}/timeline?limit=2${cursor}`, 'auditor'));
      actions.push(...(page['items'] as { action: string }[]).map(({ action }) => action));
      if (page['next'] === null) break;
      cursor = `&cursor=${page['next']}`;
    }
    expect(actions).toEqual(['case.opened', 'case.read', 'case.read']);
  });

  it('lists every case once, newest first, whatever the size of the page', async () => {
    const ids: unknown[] = [];
    let cursor = '';
    do {
      const page = await read(await get(`/v1/cases?limit=2&state=RECEIVED${cursor}`, 'auditor'));
      ids.push(...(page['items'] as { caseId: string }[]).map((item) => item.caseId));
      cursor = page['next'] === null ? '' : `&cursor=${page['next']}`;
    } while (cursor !== '');
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(await desk.prisma.case.count());
    expect(ids[0]).toBe(caseId);
  });
});

describe('commands', () => {
  it('seals the text first and sends ids only', async () => {
    const response = await post(`/v1/cases/${caseId}/decision`, SAMPLES['decideAction']);
    expect(response.status).toBe(200);
    const [order] = desk.door.orders;
    const documentId = String(ordered()['documentId']);
    expect(order).toEqual({
      name: 'decideAction',
      commandId: expect.any(String),
      by: desk.personId,
      what: { documentId, mode: (SAMPLES['decideAction'] as Json)['mode'] },
    });
    expect(await desk.prisma.document.findUnique({ where: { id: documentId } })).toMatchObject({
      kind: 'DECISION',
      state: 'PENDING',
      caseId,
    });
    const kept = await desk.prisma.command.findUniqueOrThrow({ where: { id: order?.commandId ?? '' } });
    expect(Buffer.from(kept.sealed ?? []).includes('NOTED')).toBe(false);
  });

  it('sends the very same order again when the first was not heard', async () => {
    const key = randomUUID();
    const path = `/v1/cases/${caseId}/referrals`;
    desk.door.refuse = silence;
    const silent = await post(path, SAMPLES['refer'], key);
    expect([silent.status, (await read(silent))['detail']]).toEqual([503, expect.stringContaining('same Idempotency-Key')]);
    expect((await post(path, { ...(SAMPLES['refer'] as Json), brief: 'Another brief.' }, key)).status).toBe(422);
    desk.door.refuse = null;
    const first = await read(await post(path, SAMPLES['refer'], key));
    const documents = await desk.prisma.document.findMany({ where: { caseId, kind: 'REFERRAL' } });
    expect(documents.map(({ id }) => id)).toEqual([ordered()['documentId']]);
    expect(first['referralId']).toBe(ordered()['referralId']);
  });

  it('starts a case that was accepted while Temporal was away, and says so of one that is closed', async () => {
    desk.door.refuse = () => {
      desk.door.refuse = null;
      return new NotRunning();
    };
    expect((await post(`/v1/cases/${caseId}/acknowledgement`)).status).toBe(200);
    expect(desk.door.calls).toEqual(['acknowledge', 'startCase', 'acknowledge']);
    await desk.prisma.case.update({ where: { id: caseId }, data: { startedAt: new Date(), closedAt: new Date() } });
    desk.door.refuse = () => new NotRunning();
    const closed = await post(`/v1/cases/${caseId}/acknowledgement`);
    expect([closed.status, (await read(closed))['type']]).toEqual([409, '/problems/case-closed']);
  });

  it('acts on the version that was read', async () => {
    const letterId = randomUUID();
    await desk.store.transact(desk.personId, Date.now(), async (tx) => {
      const id = await fileNewDocument(tx, {
        caseId,
        kind: 'LETTER_TEXT',
        commandId: randomUUID(),
        content: { ...(SAMPLES['draftLetter'] as Json), addressees: [] },
      });
      await tx.db.document.update({ where: { id }, data: { subjectId: letterId, version: 1 } });
      await tx.db.letter.create({ data: { id: letterId, caseId, kind: 'OPEN_LETTER', state: 'DRAFT', createdAt: tx.at } });
    });
    const path = `/v1/cases/${caseId}/letters/${letterId}`;
    const shown = await get(path);
    expect([shown.status, shown.headers.get('etag')]).toEqual([200, '"1"']);
    expect(await read(shown)).toMatchObject({
      letterId,
      version: 1,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      tally: null,
      slug: null,
    });
    const tag = { 'if-match': shown.headers.get('etag') ?? '' };
    const revised = await desk.send({ method: 'put', path, body: SAMPLES['reviseLetter'], headers: tag });
    expect([revised.status, revised.headers.get('etag')]).toEqual([200, '"2"']);
    await post(`${path}/approval`, undefined, randomUUID(), tag);
    expect(desk.door.orders.map(({ name, what }) => [name, (what as Json)['expectedVersion']])).toEqual([
      ['reviseLetter', 1],
      ['askApproval', 1],
    ]);
    const other = await opened();
    expect((await get(`/v1/cases/${other}/letters/${letterId}`)).status).toBe(404);
  });
});

describe('the network', () => {
  it('ranks partners for a need, with the reasons', async () => {
    const { items } = (await read(await get(`/v1/cases/${caseId}/needs/0/partners`))) as {
      items: { fits: boolean; why: string[]; whyNot: string[] }[];
    };
    expect(items.length).toBe(await desk.prisma.partner.count());
    expect(items.every(({ fits, whyNot }) => fits === (whyNot.length === 0))).toBe(true);
    expect((await get(`/v1/cases/${caseId}/needs/99/partners`)).status).toBe(404);
  });

  it.each(['organisations', 'advisors', 'partners', 'targets'])('lists the %s page by page', async (list) => {
    const first = await read(await get(`/v1/${list}?limit=3`));
    const all = await read(await get(`/v1/${list}?limit=100`));
    const second = await read(await get(`/v1/${list}?limit=3&cursor=${first['next']}`));
    expect([...(first['items'] as Json[]), ...(second['items'] as Json[])]).toEqual((all['items'] as Json[]).slice(0, 6));
  });

  it('imports a file once, and the same file again without a change', async () => {
    const csv = { method: 'post', path: '/v1/directory/members', role: 'administrator' as const };
    const file = new TextEncoder().encode('organisation_key;name\nx;Y\n');
    const report = await read(await desk.send({ ...csv, raw: file, headers: { 'content-type': 'text/csv; charset=utf-8' } }));
    expect(report).toMatchObject({ kind: 'members', accepted: 0 });
    expect((report['headerProblems'] as Json[]).length).toBeGreaterThan(0);
  });

  it('puts a policy in force once, and tells every fault of one that is none', async () => {
    const put = { method: 'put', path: '/v1/policy', role: 'administrator' as const };
    const key = { 'idempotency-key': randomUUID() };
    const { version } = await read(await desk.send({ ...put, body: SAMPLES['addPolicy'], headers: key }));
    expect(await read(await desk.send({ ...put, body: SAMPLES['addPolicy'], headers: key }))).toEqual({ version });
    expect(await read(await get('/v1/policy'))).toMatchObject({ version });
    const { errors } = (await read(await desk.send({ ...put, body: { ...(SAMPLES['addPolicy'] as Json), reminders: ['x', 'y'] } }))) as {
      errors: Json[];
    };
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/body/reminders/0', '/body/reminders/1']);
  });

  it('ticks a task off once', async () => {
    const id = randomUUID();
    await desk.prisma.task.create({ data: { id, caseId, key: id, kind: 'TAKE_DOWN', urgency: 1, createdAt: new Date() } });
    expect((await read(await get('/v1/tasks')))['items']).toMatchObject([{ taskId: id, kind: 'TAKE_DOWN' }]);
    const done = await read(await post(`/v1/tasks/${id}/completion`));
    expect(await read(await post(`/v1/tasks/${id}/completion`))).toEqual(done);
    expect(await read(await get('/v1/tasks'))).toEqual({ items: [], next: null });
  });

  it('says whether it can work, and names what is missing', async () => {
    const ask = () => desk.send({ method: 'get', path: '/readyz', role: null });
    expect((await ask()).status).toBe(200);
    desk.door.refuse = () => new Error('away');
    const missing = await ask();
    expect([missing.status, (await read(missing))['detail']]).toEqual([503, expect.stringContaining('temporal')]);
    expect((await desk.send({ method: 'get', path: '/healthz', role: null })).status).toBe(200);
    expect((await desk.send({ method: 'get', path: '/openapi.json', role: null })).status).toBe(200);
  });
});
