import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { rateLimit } from 'express-rate-limit';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LimitCounts } from '../../api/http/limits.ts';
import { createApi } from '../../api/index.ts';
import { messagesIn } from '../../api/locales/index.ts';
import { mintToken } from '../../crypto/link-token.ts';
import { createToken } from '../../records/access/tokens.ts';
import { figure } from '../support/figures.ts';
import { CaseAtHand } from './api-case.ts';

const SEED = 20_311_122;
const LIMIT = 5;
const TRIES = 60;
/** Small counts, so that few requests show them. */
const SMALL: LimitCounts = { FAILED_AUTHENTICATION: LIMIT, UNKNOWN_LINK: LIMIT };

let hand: CaseAtHand;
let advisor: string;
const logged: unknown[] = [];
const servers: Server[] = [];

beforeAll(async () => {
  hand = await CaseAtHand.begin();
  await hand.next();
  advisor = (await hand.desk.prisma.contact.findFirstOrThrow({ where: { role: 'ADVISOR' } })).id;
});
afterAll(() => hand.desk.stop());
beforeEach(() => {
  logged.length = 0;
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

const listening = async (server: Server, host = '127.0.0.1'): Promise<number> => {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
};
const apiWith = (trustedProxies: number, limits: LimitCounts = {}): Express => {
  const { store, door } = hand.desk;
  const log = { info: (...said: unknown[]) => logged.push(said), error: (...said: unknown[]) => logged.push(said) };
  return createApi({
    store,
    door,
    log,
    publicUrl: 'https://desk.example.org',
    trustedProxies,
    metricsToken: null,
    countryNames: {},
    limits,
  });
};
const served = (app: Express): Promise<number> => listening(createServer(app));

/** A proxy as they are: it adds the address that it was called from behind whatever it was sent, and passes everything on. */
const proxyTo = (port: number): Promise<number> =>
  listening(
    createServer((req, res) => {
      const forwarded = [req.headers['x-forwarded-for'], req.socket.remoteAddress].flat().filter(Boolean).join(', ');
      const headers = { ...req.headers, 'x-forwarded-for': forwarded };
      const on = request({ port, method: req.method, path: req.url, headers }, (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(res);
      });
      req.pipe(on);
    }),
  );

type Sent = {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Record<string, string>;
};
type Got = { readonly status: number; readonly headers: Readonly<Record<string, unknown>>; readonly body: string };

const send = (port: number, { path, headers = {}, form }: Sent): Promise<Got> =>
  new Promise((resolve, reject) => {
    const typed = form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    const options = { port, path, method: form ? 'POST' : 'GET', headers: { ...typed, ...headers } };
    const sent = request({ host: '127.0.0.1', ...options }, (res) => {
      let body = '';
      res.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body }));
    });
    sent.on('error', reject).end(form === undefined ? undefined : new URLSearchParams(form).toString());
  });

const unknown = (kind: 'link' | 'api'): string => mintToken(hand.desk.store.keyring, kind).token;
/** A guess at a personal token, and one at a link. */
const guesses = (): readonly Sent[] => [
  { path: '/v1/cases', headers: { authorization: `Bearer ${unknown('api')}` } },
  { path: `/l/${unknown('link')}` },
];
/** Whatever somebody may write who wants to be taken for somebody else. */
const forged: readonly string[] = fc.sample(
  fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.array(fc.ipV4(), { minLength: 2, maxLength: 4 }).map((list) => list.join(', ')),
    fc.constant('unknown'),
  ),
  { seed: SEED, numRuns: TRIES },
);

/** How many guesses were answered with anything but 429, beyond those that the limits allow. */
const bypasses = async (port: number): Promise<number> => {
  let passed = 0;
  for (const address of forged) {
    for (const guess of guesses()) {
      const headers = { ...guess.headers, 'x-forwarded-for': address, forwarded: `for=${address}`, 'x-real-ip': address };
      if ((await send(port, { ...guess, headers })).status !== 429) passed += 1;
    }
  }
  return passed - 2 * LIMIT;
};

describe('a forged address', () => {
  it.each([0, 1])('passes no limit with %i proxies of our own', async (proxies) => {
    const port = await served(apiWith(proxies, SMALL));
    const value = await bypasses(proxies === 0 ? port : await proxyTo(port));
    const name = `guesses that passed the limits by a forged X-Forwarded-For, ${proxies} trusted proxies`;
    expect(figure({ name, value, unit: `of ${2 * TRIES}`, bound: '== 0', seed: SEED })).toBe(true);
  });

  it('twin: passes them all where every proxy is believed', async () => {
    const value = await bypasses(await proxyTo(await served(apiWith(99, SMALL))));
    const name = 'twin: guesses that pass the limits by a forged X-Forwarded-For where everything is believed';
    expect(figure({ name, value, unit: `of ${2 * TRIES}`, bound: '> 60', seed: SEED })).toBe(true);
  });

  it('is that of the client behind one proxy: others are counted apart', async () => {
    const port = await served(apiWith(1, SMALL));
    const from = (client: string) =>
      send(port, { path: `/l/${unknown('link')}`, headers: { 'x-forwarded-for': `198.51.100.7, ${client}` } });
    for (let time = 0; time < LIMIT; time += 1) expect((await from('192.0.2.1')).status).toBe(404);
    expect((await from('192.0.2.1')).status).toBe(429);
    expect((await from('192.0.2.2')).status).toBe(404);
  });

  it('counts as one within a /64, and as one whether IPv4 is written as IPv6 or not', async () => {
    const port = await served(apiWith(1, SMALL));
    const from = (address: string) => send(port, { path: `/l/${unknown('link')}`, headers: { 'x-forwarded-for': address } });
    for (let host = 1; host <= LIMIT; host += 1) expect((await from(`2001:db8:1:2::${host}`)).status).toBe(404);
    expect((await from('2001:db8:1:2:ffff::9')).status).toBe(429);
    expect((await from('2001:db8:1:3::1')).status).toBe(404);
    for (let time = 0; time < LIMIT; time += 1) expect((await from(time % 2 ? '192.0.2.1' : '::ffff:192.0.2.1')).status).toBe(404);
    expect((await from('192.0.2.1')).status).toBe(429);
    expect((await from('::ffff:192.0.2.2')).status).toBe(404);
  });
});

describe('people who share an exit', () => {
  const HOLDERS = 200;
  const inTurn = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
    const waiting = [...items];
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next);
    };
    await Promise.all(Array.from({ length: 6 }, lane));
  };

  it('are not held up by one another, nor by a guesser among them; counted by address they would be', { timeout: 180_000 }, async () => {
    const links = await Promise.all(Array.from({ length: HOLDERS }, () => hand.ask('REVIEW', { contactId: advisor })));
    const api = apiWith(0);
    const port = await served(api);
    let guessed = 0;
    for (; (await send(port, { path: `/l/${unknown('link')}` })).status !== 429; guessed += 1);
    for (; (await send(port, guesses()[0] as Sent)).status !== 429; guessed += 1);
    expect(guessed).toBeGreaterThan(100);

    let blocked = 0;
    await inTurn(links, async ({ token }) => {
      const path = `/l/${token}`;
      for (const form of [undefined, { step: 'open' }, { step: 'answer', choice: 'SAME' }])
        if ((await send(port, { path, ...(form && { form }) })).status !== 200) blocked += 1;
    });
    const name = 'honest holders of links held up behind one exit that a guesser shares';
    expect(figure({ name, value: blocked, unit: `of ${3 * HOLDERS} steps of ${HOLDERS}`, bound: '== 0', seed: null })).toBe(true);

    // the usual way: so many requests for an address, whatever they are
    const usual = express().use(rateLimit({ windowMs: 600_000, limit: 200, validate: false }), api);
    const other = await served(usual);
    let heldUp = 0;
    await inTurn(links, async ({ token }) => {
      for (let time = 0; time < 3; time += 1) if ((await send(other, { path: `/l/${token}` })).status === 429) heldUp += 1;
    });
    const twin = 'twin: steps of honest holders held up where requests are counted by address';
    expect(figure({ name: twin, value: heldUp, unit: `of ${3 * HOLDERS}`, bound: '== 400', seed: null })).toBe(true);
  });

  it('keep their own tokens when others fail with theirs', async () => {
    const port = await served(apiWith(0, SMALL));
    const guess = { path: '/v1/me', headers: { authorization: `Bearer ${unknown('api')}` } };
    for (let time = 0; time < LIMIT; time += 1) expect((await send(port, guess)).status).toBe(401);
    const refused = await send(port, guess);
    expect(refused.status).toBe(429);
    expect(refused.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'retry-after': expect.stringMatching(/^[1-9]\d{0,2}$/),
    });
    expect(JSON.parse(refused.body)).toMatchObject({ type: '/problems/too-many-requests', status: 429 });
    // who presents nothing has not failed, and who presents the right one is not the one who failed
    expect((await send(port, { path: '/v1/me' })).status).toBe(401);
    expect((await send(port, { path: '/v1/me', headers: await bearer() })).status).toBe(200);
    expect(JSON.stringify(logged)).not.toMatch(/127\.0\.0|sos_/);
  });
});

const bearer = async (): Promise<{ authorization: string }> => {
  const { store, personId } = hand.desk;
  const expiresAt = Date.now() + 3_600_000;
  const { token } = await store.transact(personId, Date.now(), (tx) =>
    createToken(tx, store.keyring, { personId, role: 'coordinator', expiresAt }),
  );
  return { authorization: `Bearer ${token}` };
};

describe('one secret', () => {
  it('does so much and no more, and another does its own', async () => {
    const port = await served(apiWith(0, { LINK: 3, API: 3 }));
    const [mine, other] = [await hand.ask('REVIEW', { contactId: advisor }), await hand.ask('REVIEW', { contactId: advisor })];
    const page = ({ token }: { token: string }, lang: string) => send(port, { path: `/l/${token}?lang=${lang}` });
    for (let time = 0; time < 3; time += 1) expect((await page(mine, 'ar')).status).toBe(200);
    const refused = await page(mine, 'ar');
    expect([refused.status, refused.headers['content-type']]).toEqual([429, 'text/html; charset=utf-8']);
    expect(refused.headers['retry-after']).toMatch(/^[1-9]\d{0,2}$/);
    expect(refused.body).toContain(messagesIn('ar').tooMany.heading);
    expect((await page(other, 'en')).status).toBe(200);

    const [first, second] = [await bearer(), await bearer()];
    for (let time = 0; time < 3; time += 1) expect((await send(port, { path: '/v1/me', headers: first })).status).toBe(200);
    expect((await send(port, { path: '/v1/me', headers: first })).status).toBe(429);
    expect((await send(port, { path: '/v1/me', headers: second })).status).toBe(200);
  });

  it('is counted by the place too: whoever found a link does not lock its holder out', async () => {
    const port = await served(apiWith(1, { LINK: 3, LINK_ANYWHERE: 6 }));
    const { token } = await hand.ask('REVIEW', { contactId: advisor });
    const from = async (client: string) => (await send(port, { path: `/l/${token}`, headers: { 'x-forwarded-for': client } })).status;
    for (let time = 0; time < 20; time += 1) await from('192.0.2.1');
    const lockedOut = (await from('192.0.2.2')) === 200 ? 0 : 1;
    const name = 'holders of a link locked out by whoever else has found it';
    expect(figure({ name, value: lockedOut, unit: 'of 1', bound: '== 0', seed: null })).toBe(true);
    // 3 of the finder and 1 of the holder: from many places a link is used no more than that
    const statuses = [await from('192.0.2.2'), await from('192.0.2.3'), await from('192.0.2.4')];
    expect(statuses, 'twin: what counts for a link from everywhere').toEqual([200, 200, 429]);
  });

  it('is one however it is presented, and what it may not do counts too', async () => {
    const port = await served(apiWith(0, { API: 3 }));
    const { authorization } = await bearer();
    const statuses: number[] = [];
    for (const spelt of [
      authorization,
      authorization.replace('Bearer', 'bearer'),
      authorization,
      authorization.replace('Bearer', 'bearer'),
    ])
      statuses.push((await send(port, { path: '/v1/me', headers: { authorization: spelt } })).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const other = await bearer();
    const forbidden: number[] = [];
    for (let time = 0; time < 4; time += 1)
      forbidden.push((await send(port, { path: `/v1/contacts/${advisor}/channel`, headers: other })).status);
    expect(forbidden).toEqual([403, 403, 403, 429]);
  });

  it('asks for a fresh link so often and no more, known or not', async () => {
    const port = await served(apiWith(0, { REISSUE: 2 }));
    const { token } = await hand.ask('ADVICE', { contactId: advisor });
    for (const link of [token, unknown('link')]) {
      const statuses: number[] = [];
      for (let time = 0; time < 3; time += 1) statuses.push((await send(port, { path: `/l/${link}`, form: { step: 'reissue' } })).status);
      expect(statuses).toEqual([200, 200, 429]);
    }
  });
});
