import { performance } from 'node:perf_hooks';
import type { RequestHandler } from 'express';
import type { HttpMetrics } from './metrics.ts';

/** The part of the logger the HTTP side uses; pino fits it. */
export interface RequestLog {
  info(fields: { operationId: string; status: number; ms: number; aborted?: true }, message: string): void;
}

/**
 * One line and one observation per request. The line names the operation, never the path, the query, the address or the user agent:
 * a log must not become a list of who opened what. Source: product rule 7 (a neutral outside).
 */
export function observeRequests(log: RequestLog, metrics: HttpMetrics): RequestHandler {
  return (_req, res, next) => {
    const begun = performance.now();
    res.once('close', () => {
      const ms = performance.now() - begun;
      const operationId: string = res.locals['operationId'] ?? 'unmatched';
      metrics.observe(operationId, res.statusCode, ms / 1000);
      log.info({ operationId, status: res.statusCode, ms: Math.round(ms), ...(!res.writableFinished && { aborted: true }) }, 'request');
    });
    next();
  };
}
