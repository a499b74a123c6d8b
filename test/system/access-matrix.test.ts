import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../api/http/app.ts';
import { createLimits } from '../../api/http/limits.ts';
import { httpMetrics } from '../../api/http/metrics.ts';
import type { Route } from '../../api/http/route.ts';
import type { Role } from '../../domain/roles.ts';
import { standingOf } from '../../records/access/members.ts';
import { findToken } from '../../records/access/tokens.ts';
import { askExport } from '../../records/cases/case-export.ts';
import { commandMemory } from '../../records/commands.ts';
import { figure } from '../support/figures.ts';
import { type ApiDesk, newApiDesk, UNLIMITED } from './api-desk.ts';
import { FILES, FIXED, SAMPLES } from './api-samples.ts';

// Made from the route table: an operation that is added is tried by everybody without a line in this file. What is expected is worked out here from what
// the table says of an operation, and nothing of the code that guards it is used. Sources: ASVS 5.0 8.2.1, 8.2.2, 8.3.1, 8.3.2.

const PLACES = ['own', 'foreign'] as const;
type Place = (typeof PLACES)[number];

/** Somebody at the door: what they present, and what is true of them. */
interface Actor {
  readonly token: string | null;
  readonly role: Role | null;
  /** of the case of this name */
  readonly memberOf: Place | null;
  readonly standsIn: boolean;
}

interface Verdict {
  readonly route: string;
  readonly actor: string;
  readonly place: Place;
  readonly expected: 'ALLOW' | 'DENY';
  readonly status: number;
}

let desk: ApiDesk;
let actors: Readonly<Record<string, Actor>>;
/** For each place the ids that a path may name. */
let ids: Readonly<Record<Place, Readonly<Record<string, string>>>>;

const isAllowed = (status: number): boolean => status !== 401 && status !== 403;

/** What the table promises, in words of its own: the role is named; a coordinator is a member of the case that the operation concerns. */
const expectedOf = (
  { roles, path, caseOf, forStandIns }: Route,
  { role, memberOf, standsIn }: Actor,
  place: Place,
): Verdict['expected'] => {
  if (roles === 'public') return 'ALLOW';
  if (roles === 'scraper' || role === null || !roles.includes(role)) return 'DENY';
  const ofCase = path.includes('{caseId}') || caseOf !== undefined;
  if (!ofCase || role !== 'coordinator' || memberOf === place) return 'ALLOW';
  return forStandIns && standsIn ? 'ALLOW' : 'DENY';
};

const request = async (base: string, route: Route, token: string | null, known: Readonly<Record<string, string>>): Promise<number> => {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => FIXED[name] ?? known[name] ?? randomUUID());
  const body = route.bytes ? FILES[route.operationId] : route.body && JSON.stringify(SAMPLES[route.operationId]);
  const headers = {
    ...(token !== null && { authorization: `Bearer ${token}` }),
    ...(route.body && { 'content-type': 'application/json' }),
    ...(route.bytes && { 'content-type': route.bytes.mediaType }),
    ...(route.conditional && { 'if-match': '"1"' }),
    'idempotency-key': randomUUID(),
  };
  const response = await fetch(base + path, { method: route.method.toUpperCase(), headers, redirect: 'manual', ...(body && { body }) });
  await response.arrayBuffer();
  return response.status;
};

/** Everybody tries everything, in both cases. `table` is what is promised, `base` where it is served. */
const tried = async (base: string, table: readonly Route[], who = actors): Promise<readonly Verdict[]> => {
  const verdicts: Verdict[] = [];
  // who may least comes first, so that nobody is let in by what somebody else has done before
  for (const [actor, about] of Object.entries(who)) {
    for (const route of table) {
      for (const place of PLACES) {
        const status = await request(base, route, about.token, ids[place]);
        verdicts.push({ route: route.operationId, actor, place, expected: expectedOf(route, about, place), status });
      }
    }
  }
  return verdicts;
};

const wrong = (verdicts: readonly Verdict[], expected: Verdict['expected']): readonly Verdict[] =>
  verdicts.filter((verdict) => verdict.expected === expected && isAllowed(verdict.status) !== (expected === 'ALLOW'));

/** The very same routes and records, but for what the test takes out. */
async function serve(routes: readonly Route[]): Promise<{ readonly base: string; stop(): Promise<unknown> }> {
  const { store } = desk;
  const app = buildApp({
    routes,
    pages: [],
    deps: {
      findToken: async (token) => {
        const holder = await findToken(store, token, Date.now());
        return holder && { personId: holder.personId, roles: [holder.role] };
      },
      standingOf: (caseId, personId) => standingOf(store.prisma, caseId, personId),
      idempotency: commandMemory(store),
      spend: createLimits(UNLIMITED),
      noteReading: async () => undefined,
      log: { info: () => undefined, error: () => undefined },
      metrics: httpMetrics(new Registry()),
      ...{ metricsToken: null, bodyLimit: 1_048_576, formLimit: 65_536, checkAnswers: false, trustedProxies: 0, https: true, version: '1' },
    },
  });
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

const place = async (caseId: string, by: string): Promise<Readonly<Record<string, string>>> => {
  const taskId = randomUUID();
  await desk.prisma.task.create({ data: { id: taskId, caseId, key: taskId, kind: 'STOOD_IN', urgency: 1, createdAt: new Date() } });
  const { secondPersonId } = await askExport(desk.store, { caseId, by, at: Date.now(), reason: 'To be tried.' });
  return { caseId, taskId, secondPersonId };
};

beforeAll(async () => {
  desk = await newApiDesk();
  const [member, other, standIn] = [await desk.hire('coordinator'), await desk.hire('coordinator'), await desk.hire('coordinator', true)];
  const [auditor, administrator] = [await desk.hire('auditor'), await desk.hire('administrator')];
  const open = async (token: string): Promise<string> =>
    ((await (await desk.send({ method: 'post', path: '/v1/cases', body: SAMPLES['openCase'], token })).json()) as { caseId: string })
      .caseId;
  // asked for by somebody else, so that whoever decides is not whoever asked
  ids = { own: await place(await open(member.token), other.personId), foreign: await place(await open(other.token), member.personId) };
  const ended = async (how: { expiresAt: Date } | { revokedAt: Date }): Promise<string> => {
    const { token, tokenId } = await desk.give(member.personId, 'coordinator');
    await desk.prisma.token.update({ where: { id: tokenId }, data: how });
    return token;
  };
  const gone = await desk.hire('coordinator');
  await desk.prisma.caseMember.create({
    data: { caseId: ids.own['caseId'] ?? '', personId: gone.personId, how: 'ADDED', addedBy: member.personId, addedAt: new Date() },
  });
  await desk.prisma.person.update({ where: { id: gone.personId }, data: { disabledAt: new Date() } });
  const removed = await desk.hire('coordinator');
  const was = { personId: removed.personId, how: 'ADDED', addedBy: member.personId, addedAt: new Date(), endedAt: new Date() };
  await desk.prisma.caseMember.create({ data: { caseId: ids.own['caseId'] ?? '', ...was } });
  const nobody = { role: null, memberOf: null, standsIn: false };
  const past = new Date(Date.now() - 1_000);
  actors = {
    'no token': { token: null, ...nobody },
    garbage: { token: 'sos_not-a-token', ...nobody },
    'a token that nobody has': { token: `sos_${'C'.repeat(42)}A`, ...nobody },
    'an expired token': { token: await ended({ expiresAt: past }), ...nobody },
    'a revoked token': { token: await ended({ revokedAt: past }), ...nobody },
    'a disabled member': { token: gone.token, ...nobody },
    auditor: { token: auditor.token, role: 'auditor', memberOf: null, standsIn: false },
    'coordinator, taken out of the case': { token: removed.token, role: 'coordinator', memberOf: null, standsIn: false },
    'coordinator, member of the one case': { token: member.token, role: 'coordinator', memberOf: 'own', standsIn: false },
    'coordinator, member of the other case': { token: other.token, role: 'coordinator', memberOf: 'foreign', standsIn: false },
    administrator: { token: administrator.token, role: 'administrator', memberOf: null, standsIn: false },
    'one who stands in': { token: standIn.token, role: 'coordinator', memberOf: null, standsIn: true },
  };
});
afterAll(() => desk.stop());

/** Every operation but those that end what the others need: they are tried last. */
const ordered = (routes: readonly Route[]): readonly Route[] => {
  const last = ['standIn'];
  return [
    ...routes.filter(({ operationId }) => !last.includes(operationId)),
    ...routes.filter(({ operationId }) => last.includes(operationId)),
  ];
};

describe('who gets through to what', () => {
  it('is what the table of routes says, for every route, everybody, and both cases', async () => {
    const { base, stop } = await serve(desk.routes);
    const verdicts = await tried(base, ordered(desk.routes));
    await stop();
    const allowed = wrong(verdicts, 'DENY');
    expect(allowed).toEqual([]);
    expect(wrong(verdicts, 'ALLOW')).toEqual([]);
    expect(verdicts.filter(({ status }) => status >= 500)).toEqual([]);
    const unit = `of ${verdicts.length} attempts`;
    expect(
      figure({
        name: 'Authorisation matrix: attempts let through against the table',
        value: allowed.length,
        unit,
        bound: '== 0',
        seed: null,
      }),
    ).toBe(true);
    const covered = new Set(verdicts.map(({ route }) => route)).size / desk.routes.length;
    expect(figure({ name: 'Authorisation matrix: routes covered', value: covered * 100, unit: '%', bound: '== 100', seed: null })).toBe(
      true,
    );
    const denied = verdicts.filter(({ expected }) => expected === 'DENY').length;
    expect(
      figure({
        name: 'Authorisation matrix: attempts that had to be refused',
        value: denied,
        unit: 'attempts',
        bound: '>= 500',
        seed: null,
      }),
    ).toBe(true);
  });

  it('the twin: a route whose guard was taken out is found, whichever guard it is', async () => {
    const without: Record<string, (route: Route) => Route> = {
      // anybody who presents any token of the secretariat
      readCase: (route) => ({ ...route, roles: ['coordinator', 'administrator', 'auditor'] }),
      // the case is not looked at
      readTimeline: (route) => ({ ...route, path: '/v1/cases/{case}/timeline' }),
      decideSecondPerson: ({ caseOf: _gone, ...route }) => route,
      // whoever stands in gets everywhere
      addSource: (route) => ({ ...route, forStandIns: true }),
      // no token at all
      addPolicy: (route) => ({ ...route, roles: 'public' }),
    };
    const found: string[] = [];
    for (const [name, change] of Object.entries(without)) {
      const sound = desk.routes.filter(({ operationId }) => operationId === name);
      const { base, stop } = await serve(sound.map(change));
      const verdicts = await tried(base, sound);
      await stop();
      if (wrong(verdicts, 'DENY').length > 0) found.push(name);
    }
    expect(found).toEqual(Object.keys(without));
    const unit = `of ${Object.keys(without).length} guards`;
    expect(
      figure({
        name: 'Authorisation matrix: guards taken out that were found (twin)',
        value: found.length,
        unit,
        bound: '== 5',
        seed: null,
      }),
    ).toBe(true);
  });
});
