import { Histogram, Registry } from 'prom-client';

export interface HttpMetrics {
  readonly registry: Registry;
  /** @param seconds wall time of the request */
  observe(operationId: string, status: number, seconds: number): void;
}

/**
 * The figures of the HTTP side. Labels are the declared operation and the class of the status, nothing else: a path would carry
 * case ids and link tokens into a system that keeps them.
 */
export function httpMetrics(registry: Registry = new Registry()): HttpMetrics {
  const duration = new Histogram({
    name: 'sos_http_request_duration_seconds',
    help: 'Duration of HTTP requests by operation and class of status',
    labelNames: ['operation', 'status'] as const,
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers: [registry],
  });
  return {
    registry,
    observe: (operationId, status, seconds) =>
      duration.observe({ operation: operationId, status: `${Math.floor(status / 100)}xx` }, seconds),
  };
}
