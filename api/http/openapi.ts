import { createDocument, type ZodOpenApiObject, type ZodOpenApiOperationObject, type ZodOpenApiResponsesObject } from 'zod-openapi';
import { PROBLEMS, type ProblemCode, problemSchema } from './problem.ts';
import { byPath, concernsCase, type Route } from './route.ts';

export type OpenApiDocument = ReturnType<typeof createDocument>;

/**
 * The OpenAPI 3.1 document of a route table, from the very schemas that validate.
 * @param version of the service
 */
export function openApiDocument(routes: readonly Route[], version: string): OpenApiDocument {
  const paths: NonNullable<ZodOpenApiObject['paths']> = {};
  for (const [path, entries] of byPath(routes)) paths[path] = Object.fromEntries(entries.map((route) => [route.method, operation(route)]));
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'System of Solidarity',
      version,
      description:
        'The urgent-response desk of a human rights network. Bodies are JSON in UTF-8; unknown fields are refused; errors are problem documents (RFC 9457); instants are UTC.',
      license: { name: 'AGPL-3.0-or-later', identifier: 'AGPL-3.0-or-later' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.flatMap((route) => route.tags))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A personal token: sos_ and 43 characters' },
        scraper: { type: 'http', scheme: 'bearer', description: 'The token of the metrics, set by whoever runs the service' },
      },
    },
  });
}

function operation(route: Route): ZodOpenApiOperationObject {
  const { roles, params, query } = route;
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: [route.description, whoMay(route)].filter(Boolean).join('\n\n'),
    tags: [...route.tags],
    security: roles === 'public' ? [] : [{ [roles === 'scraper' ? 'scraper' : 'token']: [] }],
    ...((params || query) && { requestParams: { ...(params && { path: params }), ...(query && { query }) } }),
    ...((route.idempotent || route.conditional) && {
      parameters: [...(route.idempotent ? [IDEMPOTENCY_KEY] : []), ...(route.conditional ? [IF_MATCH] : [])],
    }),
    ...(route.bytes && { requestBody: { required: true, content: { [route.bytes.mediaType]: { schema: { type: 'string' as const } } } } }),
    ...(route.body && { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } }),
    responses: { ...successes(route), ...problems(route) } as ZodOpenApiResponsesObject,
  };
}

const IDEMPOTENCY_KEY = {
  in: 'header',
  name: 'Idempotency-Key',
  required: true,
  description: 'A new one for each intention, the same for each repeat of it',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{16,64}$' },
} as const;

const IF_MATCH = {
  in: 'header',
  name: 'If-Match',
  required: true,
  description: 'The ETag of the version that you read',
  schema: { type: 'string', pattern: '^"[1-9][0-9]*"$' },
} as const;

function whoMay(route: Route): string {
  const { roles } = route;
  if (roles === 'public') return 'Public.';
  if (roles === 'scraper') return 'For whoever holds the token of the metrics.';
  const named = `Roles: ${roles.join(', ')}.`;
  if (!concernsCase(route) || !roles.includes('coordinator')) return named;
  return `${named} A coordinator as a member of the case${route.forStandIns ? ', or as one who stands in' : ''}.`;
}

function successes(route: Route): ZodOpenApiResponsesObject {
  return Object.fromEntries(
    Object.entries(route.responses).map(([status, { description, schema, mediaType }]) => [
      status,
      {
        description,
        ...(schema && { content: { [mediaType ?? 'application/json']: { schema } } }),
        ...(!schema && mediaType && { content: { [mediaType]: { schema: { type: 'string' as const } } } }),
      },
    ]),
  ) as ZodOpenApiResponsesObject;
}

/** The problems a route can answer with, by what it asks for; several codes of one status share an entry. */
function problems(route: Route): ZodOpenApiResponsesObject {
  const codes: ProblemCode[] = ['malformed-request', 'not-acceptable', 'too-many-requests', 'internal-error', 'unavailable'];
  if (route.roles !== 'public') codes.push('not-authenticated');
  if (Array.isArray(route.roles)) codes.push('forbidden');
  if (concernsCase(route)) codes.push('not-a-member');
  if (route.params) codes.push('not-found');
  if (route.query || route.body) codes.push('invalid-input');
  if (route.body || route.bytes) codes.push('body-too-large', 'unsupported-media-type');
  if (route.conditional) codes.push('precondition-needed', 'precondition-failed');
  if (route.method !== 'get') codes.push('conflict');
  if (route.idempotent) codes.push('idempotency-key-needed', 'still-running', 'idempotency-key-reused');
  const titles = new Map<number, string[]>();
  for (const code of codes) titles.set(PROBLEMS[code].status, [...(titles.get(PROBLEMS[code].status) ?? []), PROBLEMS[code].title]);
  return Object.fromEntries(
    [...titles].map(([status, told]) => [
      String(status),
      { description: told.join('; '), content: { 'application/problem+json': { schema: problemSchema } } },
    ]),
  ) as ZodOpenApiResponsesObject;
}
