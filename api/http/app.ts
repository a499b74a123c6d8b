import express, { type Express } from 'express';
import { pickLanguage } from '../pages/language.ts';
import { stylesheet } from '../pages/style.ts';
import { troublePage } from '../pages/trouble.ts';
import { type AnswerDeps, answer } from './answer.ts';
import { type ErrorLog, errorHandler } from './errors.ts';
import type { HttpMetrics } from './metrics.ts';
import { openApiDocument } from './openapi.ts';
import { openApiPage } from './openapi-page.ts';
import { answerPage, type PageRoute } from './page-route.ts';
import { Problem } from './problem.ts';
import { observeRequests, type RequestLog } from './request-log.ts';
import { byPath, expressPath, type Route } from './route.ts';
import { securityHeaders } from './security-headers.ts';

export interface AppDeps extends AnswerDeps {
  readonly log: RequestLog & ErrorLog;
  readonly metrics: HttpMetrics;
  /** How many proxies of our own stand in front: exactly those are believed about the client's address and scheme. 0 = none. */
  readonly trustedProxies: number;
  /** Whether people reach the service over TLS. */
  readonly https: boolean;
  /** Largest form in bytes. */
  readonly formLimit: number;
  /** Version of the service, shown in the API document. */
  readonly version: string;
}

/** The whole HTTP side from its tables: the API's routes and the people's pages. No route exists that is not in a table. */
export function buildApp({ routes, pages, deps }: { routes: readonly Route[]; pages: readonly PageRoute[]; deps: AppDeps }): Express {
  const app = express();
  app.set('trust proxy', deps.trustedProxies);
  app.set('query parser', 'simple');
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  app.disable('x-powered-by');
  // An entity tag is a fingerprint of content that must not be kept anyway.
  app.disable('etag');
  app.use(securityHeaders(deps.https), observeRequests(deps.log, deps.metrics));

  const steps = [
    ...routes.map((route) => ({ ...route, handlers: answer(route, deps) })),
    ...[...pages, ...framePages(routes, deps.version)].map((page) => ({ ...page, handlers: answerPage(page, deps.formLimit, deps.spend) })),
  ];
  for (const [path, entries] of byPath(steps)) {
    const route = app.route(expressPath(path));
    for (const { method, handlers } of entries) route[method](...handlers);
    const methods = entries.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
    route.all((_req, res) => {
      res.locals['operationId'] = 'methodNotAllowed';
      throw Problem.of('method-not-allowed', { headers: { Allow: methods.join(', ') } });
    });
  }
  app.use(() => {
    throw Problem.of('not-found');
  });
  app.use(errorHandler(deps.log, (problem, asked, accepted) => troublePage(pickLanguage(asked, undefined, accepted), problem.status)));
  return app;
}

/** What the frame itself serves: the stylesheet, the API document and its readable page, to which the problem types point. */
function framePages(routes: readonly Route[], version: string): PageRoute[] {
  const document = openApiDocument(routes, version);
  const [readable, json] = [openApiPage(document), JSON.stringify(document)];
  const file = (path: `/${string}`, operationId: string, mediaType: string, body: string): PageRoute => ({
    method: 'get',
    path,
    operationId,
    handler: async () => ({ status: 200, mediaType, body }),
  });
  return [
    file('/assets/style.css', 'readStylesheet', 'text/css', stylesheet),
    file('/openapi.json', 'readOpenApiDocument', 'application/json', json),
    file('/docs', 'readApiPage', 'text/html', readable),
    {
      method: 'get',
      path: '/problems/{code}',
      operationId: 'readProblemType',
      handler: async ({ params }) => {
        if (!/^[a-z0-9-]{1,80}$/.test(params['code'] ?? '')) throw Problem.of('not-found');
        return { status: 303, headers: { Location: `/docs#problem-${params['code']}` }, body: '' };
      },
    },
  ];
}
