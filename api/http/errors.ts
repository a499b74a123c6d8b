import type { ErrorRequestHandler } from 'express';
import type { z } from 'zod';
import { Refused } from '../../records/deeds.ts';
import { RecordError } from '../../records/record-error.ts';
import { type InputFault, Problem } from './problem.ts';

/** What the log may know of an unforeseen error: no message, for a message can hold content (a row, an address, a name). */
export interface ErrorLog {
  error(fields: { operationId: string; error: string; code?: string; frames: readonly string[] }, message: string): void;
}

/** The parser's own error types, told as problems. Anything else with a 4xx status is a request that could not be read. */
const PARSER_FAULTS: Readonly<Record<string, () => Problem>> = {
  'entity.parse.failed': () => Problem.of('malformed-request', { detail: 'Send a well-formed JSON object or array as the body.' }),
  'entity.too.large': () => Problem.of('body-too-large'),
  'parameters.too.many': () => Problem.of('body-too-large'),
  'charset.unsupported': () => Problem.of('unsupported-media-type'),
  'encoding.unsupported': () => Problem.of('unsupported-media-type'),
};

/** The database cannot be reached or asked at this moment; nothing is wrong with the request. Source: Prisma error reference, Node system errors. */
const DATABASE_AWAY: ReadonlySet<string> = new Set([
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037'],
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EPIPE', '57P01', '57P03'],
]);

/** Zod's issues as faults with pointers. Zod's messages name types, bounds and key names, never the value given. */
export function inputFaults(part: 'params' | 'query' | 'body', error: z.ZodError): InputFault[] {
  return error.issues.map((issue) => ({
    pointer: `/${[part, ...issue.path].map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`,
    // Unknown keys are counted, not repeated: a client's mistake may have put content into a key.
    say: issue.code === 'unrecognized_keys' ? `Remove the ${issue.keys.length} field(s) this schema does not know.` : `${issue.message}.`,
  }));
}

/** Any thrown value as a problem; what nobody foresaw is a flat 500. */
function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof Refused) return Problem.refused(thrown.refusal);
  // What was erased is as absent as what never was.
  if (thrown instanceof RecordError && (thrown.code === 'NOT_FOUND' || thrown.code === 'KEY_DESTROYED')) return Problem.of('not-found');
  if (typeof thrown === 'object' && thrown !== null) {
    const { type, status, code } = thrown as { type?: unknown; status?: unknown; code?: unknown };
    if (typeof code === 'string' && DATABASE_AWAY.has(code)) return Problem.of('unavailable', { headers: { 'Retry-After': '10' } });
    const fault = typeof type === 'string' ? PARSER_FAULTS[type] : undefined;
    if (fault) return fault();
    if (typeof status === 'number' && status >= 400 && status < 500) return Problem.of('malformed-request');
  }
  return Problem.of('internal-error');
}

/**
 * The one error handler, registered last. Pages answer a problem as a page, everything else as `application/problem+json`.
 * `page` renders a problem for a person; it is only called for routes that registered as pages.
 */
export function errorHandler(
  log: ErrorLog,
  page: (problem: Problem, askedLanguage: unknown, accepted: string[]) => string,
): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (thrown: unknown, req, res, next) => {
    const problem = asProblem(thrown);
    if (problem.status === 500)
      log.error({ operationId: res.locals['operationId'] ?? 'unmatched', ...anonymous(thrown) }, 'request failed');
    if (res.headersSent) {
      next(thrown);
      return;
    }
    res.status(problem.status).set(problem.headers);
    if (res.locals['page'] === true) {
      res.type('html').send(page(problem, req.query['lang'], req.acceptsLanguages()));
      return;
    }
    // Without the charset parameter that Express would add: application/problem+json defines none.
    res.setHeader('Content-Type', 'application/problem+json');
    res.end(req.method === 'HEAD' ? undefined : JSON.stringify(problem.document));
  };
}

function anonymous(thrown: unknown): { error: string; code?: string; frames: readonly string[] } {
  if (!(thrown instanceof Error)) return { error: typeof thrown, frames: [] };
  const { code } = thrown as { code?: unknown };
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { error: thrown.name, frames: frames.slice(0, 8).map((line) => line.trim()), ...(typeof code === 'string' && { code }) };
}
