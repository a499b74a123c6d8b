import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDesk } from '../../api/desk.ts';
import type { Door } from '../../api/door.ts';
import type { LimitCounts } from '../../api/http/limits.ts';
import type { Route } from '../../api/http/route.ts';
import { apiRoutes, createApi } from '../../api/index.ts';
import { newKeyringText, parseKeyring } from '../../crypto/keyring.ts';
import type { Order } from '../../domain/commands.ts';
import { DEFAULT_POLICY } from '../../domain/policies/default.ts';
import { ROLES, type Role } from '../../domain/roles.ts';
import { connect } from '../../prisma/client.ts';
import { addPerson } from '../../records/access/staff.ts';
import { createToken } from '../../records/access/tokens.ts';
import { importCsv } from '../../records/directory/directory-import.ts';
import { addPolicy } from '../../records/policies.ts';
import { DESK, Store } from '../../records/store.ts';
import { directoryFile } from '../data/load.ts';
import { createDatabase } from '../support/postgres.ts';

/** A door behind which nobody works: it notes what was asked, and answers as it is told to. */
export interface NotedDoor extends Door {
  readonly calls: string[];
  readonly orders: Order[];
  /** what the next calls do instead of being accepted */
  refuse: (() => Error) | null;
}

function notedDoor(): NotedDoor {
  const calls: string[] = [];
  const orders: Order[] = [];
  const note = (name: string): void => {
    calls.push(name);
    if (door.refuse !== null) throw door.refuse();
  };
  const receive = async (order: Order) => {
    note(order.name);
    orders.push(order);
    return { commandId: order.commandId, state: 'NOTED', at: Date.now() };
  };
  const door: NotedDoor = {
    calls,
    orders,
    refuse: null,
    startCase: async () => note('startCase'),
    command: (_caseId, order) => receive(order),
    letterCommand: (_caseId, _letterId, order) => receive(order),
    tell: () => note('tell'),
    tellWithdrawn: async () => note('tellWithdrawn'),
    startErasure: async () => note('startErasure'),
    ringPostroom: async () => note('ringPostroom'),
    reach: async () => note('reach'),
  };
  return door;
}

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly role?: Role | null;
  /** somebody else's, instead of the token of the first person in this role */
  readonly token?: string;
  readonly body?: unknown;
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

export interface Colleague {
  readonly personId: string;
  readonly token: string;
  readonly tokenId: string;
}

const MANY = 1_000_000;
/** Where it is not the limits that are looked at, nothing is limited. */
export const UNLIMITED: LimitCounts = {
  FAILED_AUTHENTICATION: MANY,
  UNKNOWN_LINK: MANY,
  LINK: MANY,
  LINK_ANYWHERE: MANY,
  REISSUE: MANY,
  API: MANY,
};

export type ApiDesk = Awaited<ReturnType<typeof newApiDesk>>;

/** The api over a real database, with the fictional network in it and a token for each role. */
export async function newApiDesk() {
  const database = await createDatabase();
  const prisma = connect(database.url, 8);
  const store = new Store(prisma, parseKeyring(newKeyringText(new Date())));
  const at = Date.now();
  const personId = await store.transact(DESK, at, (tx) =>
    addPerson(tx, store.keyring, { name: 'Noor Besharat-Lyn', email: 'noor@secretariat.example', language: 'en', backup: false }),
  );
  await store.transact(personId, at, (tx) => addPolicy(tx, DEFAULT_POLICY));
  for (const kind of ['members', 'advisors', 'partners', 'targets'] as const)
    await importCsv(store, personId, at, kind, directoryFile(kind));
  const give = (to: string, role: Role, expiresAt = at + 3_600_000) =>
    store.transact(personId, at, (tx) => createToken(tx, store.keyring, { personId: to, role, expiresAt }));
  // one person with a token for each role: what needs a second person must not take one token of theirs for another's
  const tokens = Object.fromEntries(await Promise.all(ROLES.map(async (role) => [role, (await give(personId, role)).token]))) as Record<
    Role,
    string
  >;
  /** Somebody else of the secretariat, with a token. */
  const hire = async (role: Role, backup = false): Promise<Colleague> => {
    const email = `${randomUUID()}@secretariat.example`;
    const id = await store.transact(personId, at, (tx) =>
      addPerson(tx, store.keyring, { name: 'Ilse Marrek', email, language: 'fr', backup }),
    );
    return { personId: id, ...(await give(id, role)) };
  };

  const door = notedDoor();
  const publicUrl = 'https://desk.example.org';
  const log = { info: () => undefined, error: (...said: unknown[]) => console.error(...said) };
  const api = createApi({
    store,
    door,
    log,
    publicUrl,
    trustedProxies: 0,
    metricsToken: 'a-token-for-metrics',
    countryNames: {},
    checkAnswers: true,
    limits: UNLIMITED,
  });
  const server = await new Promise<Server>((resolve) => {
    const listening = api.listen(0, '127.0.0.1', () => resolve(listening));
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const routes: Route[] = apiRoutes({ store, door, desk: createDesk({ store, door }), publicUrl }, { parts: [], figures: async () => '' });

  const send = ({ method, path, role = 'coordinator', token, body, raw, headers = {} }: Sent): Promise<Response> => {
    const given: Record<string, string | undefined> = {
      ...(role !== null && { authorization: `Bearer ${token ?? tokens[role]}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(method !== 'get' && { 'idempotency-key': crypto.randomUUID() }),
      ...headers,
    };
    const kept = Object.entries(given).filter((header): header is [string, string] => header[1] !== undefined);
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    return fetch(base + path, {
      method: method.toUpperCase(),
      headers: kept,
      redirect: 'manual',
      ...(content !== undefined && { body: content }),
    });
  };

  return {
    ...{ store, prisma, door, routes, base, send, personId, give, hire },
    async stop() {
      await new Promise((resolve) => server.close(resolve));
      await prisma.$disconnect();
      await database.drop();
    },
  };
}
