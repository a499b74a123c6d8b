import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { Problem } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';

/** A part that the service cannot work without, and how to find out whether it answers. */
export interface Part {
  readonly name: 'database' | 'temporal';
  reach(ms: number): Promise<unknown>;
}

const LONGEST_MS = 2_000;

/** For whoever keeps the service running: does it live, can it work, how does it stand. */
export const systemRoutes = ({ parts, figures }: { readonly parts: readonly Part[]; readonly figures: () => Promise<string> }): Route[] => [
  route({
    method: 'get',
    path: '/healthz',
    operationId: 'readHealth',
    summary: 'Does the process live',
    tags: ['Operation'],
    roles: 'public',
    responses: { 200: { description: 'It does', schema: z.strictObject({ alive: z.literal(true) }) } },
    handler: async () => ({ status: 200, body: { alive: true as const } }),
  }),
  route({
    method: 'get',
    path: '/readyz',
    operationId: 'readReadiness',
    summary: 'Can the service work now',
    description: '503 names the part that does not answer.',
    tags: ['Operation'],
    roles: 'public',
    responses: { 200: { description: 'It can', schema: z.strictObject({ ready: z.literal(true) }) } },
    handler: async () => {
      const missing = (await Promise.all(parts.map(absent))).filter((name) => name !== null);
      if (missing.length > 0)
        throw Problem.of('unavailable', { detail: `Not answering within ${LONGEST_MS / 1_000} seconds: ${missing.join(', ')}.` });
      return { status: 200, body: { ready: true as const } };
    },
  }),
  route({
    method: 'get',
    path: '/metrics',
    operationId: 'readMetrics',
    summary: 'Figures for monitoring, in Prometheus’s text format',
    tags: ['Operation'],
    roles: 'scraper',
    responses: { 200: { description: 'The figures', mediaType: 'text/plain' } },
    handler: async () => ({ status: 200, body: await figures() }),
  }),
];

async function absent({ name, reach }: Part): Promise<Part['name'] | null> {
  const given = new AbortController();
  const late = delay(LONGEST_MS, name, { signal: given.signal, ref: false }).catch(() => name);
  const found = await Promise.race([
    reach(LONGEST_MS)
      .then(() => null)
      .catch(() => name),
    late,
  ]);
  given.abort();
  return found;
}
