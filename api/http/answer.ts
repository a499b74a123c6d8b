import { createHash } from 'node:crypto';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import { mayReach, type Standing } from '../../domain/access.ts';
import { authenticate, authenticateScraper, type FindToken, type Holder, mustHold } from './authenticate.ts';
import { inputFaults } from './errors.ts';
import { canonical, commandIdOf, type IdempotencyStore, once } from './idempotency.ts';
import type { Spend } from './limits.ts';
import { Problem } from './problem.ts';
import { type AnyAnswer, type BytesSpec, concernsCase, type ResponseSpec, type Route } from './route.ts';

export interface AnswerDeps {
  readonly findToken: FindToken;
  /** How somebody stands to a case at this instant; never from a cache. @throws RecordError NOT_FOUND */
  readonly standingOf: (caseId: string, personId: string) => Promise<Standing>;
  /** Who may read the metrics; null: nobody. */
  readonly metricsToken: string | null;
  readonly idempotency: IdempotencyStore;
  readonly spend: Spend;
  /** Puts into the audit that somebody was shown a list. */
  readonly noteReading: (reading: { readonly by: string; readonly action: string; readonly caseId: string | null }) => Promise<void>;
  /** Largest JSON body in bytes. */
  readonly bodyLimit: number;
  /** Whether every answer is checked against its declared schema: on in tests, so that the document cannot lie. */
  readonly checkAnswers: boolean;
}

/**
 * The steps of one request, in this order on purpose: who (before anything of theirs is read), in which form they want the answer,
 * what they send, whether it was already done, and only then the handler.
 */
export function answer(route: Route, deps: AnswerDeps): RequestHandler[] {
  return [
    async (req, res, next) => {
      res.locals['operationId'] = route.operationId;
      const holder = await whoAsks(route, req, res, deps);
      if (holder !== null && concernsCase(route)) await mustReach(route, holder, req.params, deps);
      res.locals['holder'] = holder;
      next();
    },
    (req, _res, next) => {
      const offered = Object.values(route.responses).flatMap((spec) => mediaTypeOf(spec) ?? []);
      if (offered.length > 0 && !req.accepts(offered)) throw Problem.of('not-acceptable');
      next();
    },
    ...(route.body ? jsonBody(deps.bodyLimit) : []),
    ...(route.bytes ? bytesBody(route.bytes) : []),
    async (req, res) => {
      const holder: Holder | null = res.locals['holder'];
      // A path parameter that is not of its form names nothing: the same answer as for a thing that is not there.
      const params = parse(route.params, req.params, () => Problem.of('not-found'));
      const query = parse(route.query ?? NO_QUERY, req.query, (error) =>
        Problem.of('invalid-input', { errors: inputFaults('query', error) }),
      );
      const body = parse(route.body, req.body, (error) => Problem.of('invalid-input', { errors: inputFaults('body', error) }));
      const bytes = route.bytes && Buffer.isBuffer(req.body) ? req.body : new Uint8Array();
      const ifMatch = route.conditional ? conditionOf(req) : undefined;
      const run = (commandId: string | undefined) => route.handler({ holder, params, query, body, commandId, bytes, ifMatch });
      const reply = await (route.idempotent ? runOnce(req, route, holder, deps.idempotency, run) : run(undefined));
      // noted before it leaves: what cannot be noted is not shown
      if (route.noted !== undefined && holder !== null)
        await deps.noteReading({ by: holder.personId, action: route.noted, caseId: caseIdOf(req) });
      send(res, route, reply, deps.checkAnswers);
    },
  ];
}

/** @throws Problem 401, 403, or 429 for whoever tries too many tokens from one place or does too much with one */
async function whoAsks({ roles }: Route, req: Request, res: Response, deps: AnswerDeps): Promise<Holder | null> {
  if (roles === 'public') return null;
  const { authorization } = req.headers;
  try {
    if (roles === 'scraper') {
      authenticateScraper(authorization, deps.metricsToken);
      return null;
    }
    const holder = await authenticate(authorization, deps.findToken);
    // what is refused is counted like what is done
    await deps.spend('API', req, res);
    mustHold(holder, roles);
    return holder;
  } catch (error) {
    // whoever presents nothing guesses nothing
    if (error instanceof Problem && error.status === 401 && authorization !== undefined)
      await deps.spend('FAILED_AUTHENTICATION', req, res);
    throw error;
  }
}

/**
 * Need-to-know, in this one place for every operation: a coordinator gets no further with a case of others, not even to have their body read.
 * @throws Problem 403, or 404 where there is no such case. Source: security notes, API; ASVS 5.0 8.2.2, 8.3.1.
 */
async function mustReach(route: Route, holder: Holder, given: Request['params'], deps: AnswerDeps): Promise<void> {
  const params = parse(route.params, given, () => Problem.of('not-found'));
  const caseId = route.caseOf ? await route.caseOf(params as never) : (params as { caseId: string }).caseId;
  if (caseId === null) return;
  const standing = await deps.standingOf(caseId, holder.personId);
  const named = typeof route.roles === 'string' ? [] : route.roles;
  if (!mayReach(named, holder.roles, standing, route.forStandIns === true)) throw Problem.of('not-a-member');
}

const NO_QUERY = z.strictObject({});

/** JSON in UTF-8, not compressed (a small body that unpacks to a huge one costs its sender nothing), within the limit. */
function jsonBody(limit: number): RequestHandler[] {
  return [
    (req, _res, next) => {
      const type = /^application\/json(?:\s*;\s*charset="?([\w-]+)"?)?$/i.exec(req.headers['content-type'] ?? '');
      if (!type || (type[1] ?? 'utf-8').toLowerCase() !== 'utf-8') throw Problem.of('unsupported-media-type');
      next();
    },
    express.json({ limit, inflate: false, type: () => true }),
  ];
}

/** A text of its own kind in UTF-8, not compressed, within its own limit. */
function bytesBody({ mediaType, limit }: BytesSpec): RequestHandler[] {
  return [
    (req, _res, next) => {
      const [type, ...parameters] = (req.headers['content-type'] ?? '').toLowerCase().split(';');
      const charset = parameters
        .map((parameter) => /^\s*charset="?([\w-]+)"?\s*$/.exec(parameter)?.[1])
        .find((found) => found !== undefined);
      if (type?.trim() !== mediaType || (charset ?? 'utf-8') !== 'utf-8') throw Problem.of('unsupported-media-type');
      next();
    },
    express.raw({ limit, inflate: false, type: () => true }),
  ];
}

function conditionOf(req: Request): string {
  const condition = req.get('if-match');
  if (condition === undefined) throw Problem.of('precondition-needed');
  return condition;
}

function runOnce(
  req: Request,
  route: Route,
  holder: Holder | null,
  store: IdempotencyStore,
  run: (commandId: string) => Promise<AnyAnswer>,
): Promise<AnyAnswer> {
  const holderId = holder?.personId ?? 'public';
  const { operationId } = route;
  const commandId = commandIdOf(req.get('idempotency-key'), holderId, operationId);
  const body: unknown = Buffer.isBuffer(req.body) ? createHash('sha256').update(req.body).digest('hex') : (req.body ?? null);
  const request = canonical({ params: req.params, query: req.query, body, ...(route.conditional && { condition: req.get('if-match') }) });
  const caseId = caseIdOf(req);
  return once(store, { holderId, operationId, commandId, caseId, request }, async () => {
    const { status, body, headers } = await run(commandId);
    return { status, body: body ?? null, headers: headers ?? {} };
  });
}

const caseIdOf = ({ params }: Request): string | null => (typeof params['caseId'] === 'string' ? params['caseId'] : null);

function parse(schema: z.ZodType | undefined, input: unknown, fault: (error: z.ZodError) => Problem): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw fault(parsed.error);
  return parsed.data;
}

function send(res: Response, route: Route, reply: AnyAnswer, check: boolean): void {
  const spec = route.responses[reply.status];
  if (!spec) throw new Error(`${route.operationId} answered an undeclared status ${reply.status}`);
  if (check && spec.schema && !spec.schema.safeParse(reply.body).success) {
    throw new Error(`${route.operationId} answered ${reply.status} against its schema`);
  }
  res.status(reply.status).set(reply.headers ?? {});
  const mediaType = mediaTypeOf(spec);
  if (mediaType === undefined) {
    res.end();
    return;
  }
  // Express writes the charset, the length, and nothing but headers for HEAD.
  res.type(mediaType);
  if (spec.schema) res.send(JSON.stringify(reply.body));
  else res.send(typeof reply.body === 'string' ? reply.body : Buffer.from(reply.body as Uint8Array));
}

function mediaTypeOf(spec: ResponseSpec): string | undefined {
  return spec.mediaType ?? (spec.schema ? 'application/json' : undefined);
}
