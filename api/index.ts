import type { Express } from 'express';
import { Registry } from 'prom-client';
import type { CountryNames } from '../domain/country-name.ts';
import { standingOf } from '../records/access/members.ts';
import { findToken } from '../records/access/tokens.ts';
import { noteListing } from '../records/audit/reading.ts';
import { commandMemory } from '../records/commands.ts';
import type { Store } from '../records/store.ts';
import { createDesk } from './desk.ts';
import type { Door } from './door.ts';
import { deskMetrics } from './figures.ts';
import { buildApp } from './http/app.ts';
import type { FindToken } from './http/authenticate.ts';
import { browserScripts } from './http/browser-scripts.ts';
import type { ErrorLog } from './http/errors.ts';
import { createLimits, type LimitCounts } from './http/limits.ts';
import { httpMetrics } from './http/metrics.ts';
import type { RequestLog } from './http/request-log.ts';
import type { Route } from './http/route.ts';
import { keyPages } from './links/key-pages.ts';
import { letterPages } from './links/letter-pages.ts';
import { linkPages } from './links/link-pages.ts';
import { messagePages } from './links/message-pages.ts';
import { casePeopleRoutes } from './routes/case-people.ts';
import { caseWorkRoutes } from './routes/case-work.ts';
import { caseRoutes } from './routes/cases.ts';
import { channelRoutes } from './routes/channels.ts';
import type { RouteDeps } from './routes/common.ts';
import { consultationRoutes } from './routes/consultations.ts';
import { directoryRoutes } from './routes/directory.ts';
import { erasureRoutes } from './routes/erasure.ts';
import { exportRoutes } from './routes/export.ts';
import { keyRoutes } from './routes/keys.ts';
import { legalHoldRoutes } from './routes/legal-holds.ts';
import { letterActRoutes } from './routes/letter-acts.ts';
import { letterRoutes } from './routes/letters.ts';
import { memberRoutes } from './routes/members.ts';
import { policyRoutes } from './routes/policy.ts';
import { referralRoutes } from './routes/referrals.ts';
import { secondPersonRoutes } from './routes/second-person.ts';
import { systemRoutes } from './routes/system.ts';
import { taskRoutes } from './routes/tasks.ts';

export interface ApiOptions {
  readonly store: Store;
  readonly door: Door;
  readonly log: ApiLog;
  /** Origin of every link, without a trailing slash. */
  readonly publicUrl: string;
  /** How many proxies of our own stand in front; 0 believes nobody about the client's address. */
  readonly trustedProxies: number;
  /** null: nobody may read the metrics. */
  readonly metricsToken: string | null;
  /** The network's own names of places. */
  readonly countryNames: CountryNames;
  readonly registry?: Registry;
  /** Other counts than the usual ones. */
  readonly limits?: LimitCounts;
  /** On in tests: an answer that is not as declared is an error. */
  readonly checkAnswers?: boolean;
}

/** The part of the process's logger that the api uses. */
interface ApiLog {
  info(event: string, fields: { route: string; status: number; ms: number; state?: 'aborted' }): void;
  error(event: string, fields: { route: string; failure: string; code?: string }): void;
}

/** Of the API, as its document tells. */
const VERSION = '1.0.0';
/** The longest letter in four languages, or the fullest intake, with room to spare. */
const BODY_LIMIT = 1024 * 1024;
/** All that a question page can hold, every character in its longest encoding. */
const FORM_LIMIT = 64 * 1024;

/** Every operation of the API, in the order in which its document tells them. */
export const apiRoutes = (deps: RouteDeps, system: Parameters<typeof systemRoutes>[0]): Route[] => [
  ...caseRoutes(deps),
  ...casePeopleRoutes(deps),
  ...caseWorkRoutes(deps),
  ...consultationRoutes(deps),
  ...letterRoutes(deps),
  ...letterActRoutes(deps),
  ...referralRoutes(deps),
  ...taskRoutes(deps),
  ...memberRoutes(deps),
  ...secondPersonRoutes(deps),
  ...exportRoutes(deps),
  ...erasureRoutes(deps),
  ...legalHoldRoutes(deps),
  ...directoryRoutes(deps),
  ...keyRoutes(deps),
  ...channelRoutes(deps),
  ...policyRoutes(deps),
  ...systemRoutes(system),
];

/** The whole HTTP side on real parts. Reads no environment and opens nothing: whoever composes hands everything in. */
export function createApi(options: ApiOptions): Express {
  const { store, door, publicUrl, countryNames, registry = new Registry() } = options;
  const metrics = httpMetrics(registry);
  const { scripts, routes: assets } = browserScripts();
  const parts = [
    { name: 'database' as const, reach: () => store.prisma.$queryRaw`SELECT 1` },
    { name: 'temporal' as const, reach: (ms: number) => door.reach(ms) },
  ];
  return buildApp({
    routes: apiRoutes({ store, door, desk: createDesk({ store, door }), publicUrl }, { parts, figures: deskMetrics(registry, store) }),
    pages: [
      ...linkPages({ store, door }),
      ...letterPages({ store, countryNames }),
      ...keyPages({ store, door, script: scripts['make-key'] }),
      ...messagePages({ store, door, script: scripts['open-message'] }),
      ...assets,
    ],
    deps: {
      findToken: holders(store),
      standingOf: (caseId, personId) => standingOf(store.prisma, caseId, personId),
      idempotency: commandMemory(store),
      spend: createLimits(options.limits),
      noteReading: (reading) => noteListing(store, Date.now(), reading),
      log: httpLog(options.log),
      metrics,
      metricsToken: options.metricsToken,
      bodyLimit: BODY_LIMIT,
      formLimit: FORM_LIMIT,
      checkAnswers: options.checkAnswers ?? false,
      trustedProxies: options.trustedProxies,
      https: publicUrl.startsWith('https:'),
      version: VERSION,
    },
  });
}

const holders =
  (store: Store): FindToken =>
  async (token) => {
    const holder = await findToken(store, token, Date.now());
    return holder === null ? null : { personId: holder.personId, roles: [holder.role] };
  };

/** The frames of an unforeseen error stay here: the process's log has no field that could hold them. */
const httpLog = (log: ApiLog): RequestLog & ErrorLog => ({
  info: ({ operationId, status, ms, aborted }) =>
    log.info('http.request', { route: operationId, status, ms, ...(aborted && { state: 'aborted' as const }) }),
  error: ({ operationId, error, code }) =>
    log.error('http.failed', { route: operationId, failure: error, ...(code !== undefined && { code }) }),
});
