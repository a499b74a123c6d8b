import type { z } from 'zod';
import type { Holder, Role } from './authenticate.ts';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** One declared answer. Without a schema and a media type it has no body; with a media type alone it is text or bytes. */
export interface ResponseSpec {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** Default: application/json when there is a schema. */
  readonly mediaType?: string;
}

/** Successful answers by status. Problems are declared for every route by the frame and are thrown, not returned. */
export type Responses = Readonly<Record<number, ResponseSpec>>;

type BodyOf<Spec extends ResponseSpec> = Spec extends { readonly schema: infer Schema extends z.ZodType }
  ? { readonly body: z.input<Schema> }
  : Spec extends { readonly mediaType: string }
    ? { readonly body: string | Uint8Array }
    : { readonly body?: never };

/** What a handler returns: one of the declared statuses with its body. */
type Answer<R extends Responses = Responses> = {
  [Status in keyof R & number]: { readonly status: Status; readonly headers?: Readonly<Record<string, string>> } & BodyOf<R[Status]>;
}[keyof R & number];

/** `public` needs no token, `scraper` the token of the metrics; otherwise a personal token with one of the roles is needed. */
export type Access = 'public' | 'scraper' | readonly [Role, ...Role[]];

/** A body that is no JSON: taken as bytes, with a limit of its own. */
export interface BytesSpec {
  readonly mediaType: string;
  readonly limit: number;
}

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** What a handler gets: who asks, and what they send, both already checked. */
interface Context<A extends Access, P, Q, B, I> {
  readonly holder: A extends 'public' | 'scraper' ? null : Holder;
  readonly params: Parsed<P>;
  readonly query: Parsed<Q>;
  readonly body: Parsed<B>;
  /** The id of this intention, the same for every repeat of it; only where the route is idempotent. */
  readonly commandId: I extends true ? string : undefined;
  /** The body of a route that takes bytes; empty elsewhere. */
  readonly bytes: Uint8Array;
  /** The If-Match header as sent, present where the route is conditional. */
  readonly ifMatch: string | undefined;
}

/**
 * One operation of the API. The same entry registers it, authorises, validates and documents it, so that none of the four can drift.
 * `path` is written as in OpenAPI: `/cases/{caseId}`. Objects are strict: an unknown field is a fault, not noise.
 */
export interface RouteSpec<
  A extends Access,
  P extends z.ZodObject | undefined,
  Q extends z.ZodObject | undefined,
  B extends z.ZodType | undefined,
  I extends true | undefined,
  R extends Responses,
> {
  readonly method: Method;
  readonly path: `/${string}`;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly roles: A;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly bytes?: BytesSpec;
  readonly idempotent?: I;
  /** Acts on the version that the caller read, named in If-Match. */
  readonly conditional?: true;
  /** The case that a path without `{caseId}` is about, null for none: whoever works on that case, and nobody else, gets through. @throws RecordError NOT_FOUND */
  readonly caseOf?: (params: Parsed<P>) => Promise<string | null>;
  /** Concerns a case, and is also for whoever may take it up alone: the one way into a case of others. */
  readonly forStandIns?: true;
  /** The action that the audit notes for whoever is shown this; for lists, which are read in no transaction of their own. */
  readonly noted?: string;
  readonly responses: R;
  readonly handler: (context: Context<A, P, Q, B, I>) => Promise<Answer<NoInfer<R>>>;
}

/** A route whose handler's types have been checked by `route` and may be forgotten. */
export interface Route {
  readonly method: Method;
  readonly path: `/${string}`;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly roles: Access;
  readonly params?: z.ZodObject | undefined;
  readonly query?: z.ZodObject | undefined;
  readonly body?: z.ZodType | undefined;
  readonly bytes?: BytesSpec | undefined;
  readonly idempotent?: true | undefined;
  readonly conditional?: true | undefined;
  readonly caseOf?: ((params: never) => Promise<string | null>) | undefined;
  readonly forStandIns?: true | undefined;
  readonly noted?: string | undefined;
  readonly responses: Responses;
  readonly handler: (context: AnyContext) => Promise<AnyAnswer>;
}

interface AnyContext {
  readonly holder: Holder | null;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly commandId: string | undefined;
  readonly bytes: Uint8Array;
  readonly ifMatch: string | undefined;
}

export interface AnyAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Declares a route; its handler is checked against its schemas here. */
export function route<
  const A extends Access,
  const R extends Responses,
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  I extends true | undefined = undefined,
>(spec: RouteSpec<A, P, Q, B, I, R>): Route {
  // Sound because `answer.ts` calls the handler only with what these very schemas returned.
  return spec as unknown as Route;
}

/** Is what this operation does bound to one case? Then need-to-know holds for it. */
export const concernsCase = ({ path, caseOf }: Pick<Route, 'path' | 'caseOf'>): boolean =>
  path.includes('{caseId}') || caseOf !== undefined;

/** `/cases/{caseId}` as Express writes it: `/cases/:caseId`. */
export function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/**
 * Entries by path, fixed segments before parameters, so that `/cases/search` is never taken for a case id.
 * @throws Error when two entries share method and path, or an operation id
 */
export function byPath<Entry extends { readonly method: string; readonly path: string; readonly operationId: string }>(
  entries: readonly Entry[],
): ReadonlyArray<readonly [path: string, entries: readonly Entry[]]> {
  const operations = new Set<string>();
  const paths = new Map<string, Entry[]>();
  for (const entry of entries) {
    const siblings = paths.get(entry.path) ?? [];
    if (operations.has(entry.operationId) || siblings.some((sibling) => sibling.method === entry.method)) {
      throw new Error(`declared twice: ${entry.operationId} ${entry.method} ${entry.path}`);
    }
    operations.add(entry.operationId);
    paths.set(entry.path, [...siblings, entry]);
  }
  const rank = (path: string) => path.replaceAll(/\{\w+\}/g, '\uffff');
  return [...paths].sort(([a], [b]) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}
