import { timingSafeEqual } from 'node:crypto';
import type { Role } from '../../domain/roles.ts';
import { Problem } from './problem.ts';

export type { Role } from '../../domain/roles.ts';

/** Who holds the token of this request. `personId` is opaque. */
export interface Holder {
  readonly personId: string;
  readonly roles: readonly Role[];
}

/** Resolves a live token to its holder; null for unknown, expired and revoked alike. Must look at the present state, never at a cache. */
export type FindToken = (token: string) => Promise<Holder | null>;

/**
 * `sos_` and 32 bytes in base64url. The last character carries two bits that must be zero, so that each token has exactly one spelling.
 * Source: engineering notes C3 (strict decoding).
 */
const BEARER = /^[Bb]earer (sos_[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])$/;

/** The token that a request presents, in its one spelling; undefined where there is none of that form. */
export const bearerOf = (authorization: string | undefined): string | undefined =>
  authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];

/**
 * The holder of the request's token.
 * @throws Problem 401 without a valid token
 */
export async function authenticate(authorization: string | undefined, findToken: FindToken): Promise<Holder> {
  const token = bearerOf(authorization);
  const holder = token !== undefined ? await findToken(token) : null;
  if (!holder) {
    // RFC 6750 3.1: no error code when nothing was presented.
    const challenge = authorization === undefined ? 'Bearer realm="desk"' : 'Bearer realm="desk", error="invalid_token"';
    throw Problem.of('not-authenticated', { headers: { 'WWW-Authenticate': challenge } });
  }
  return holder;
}

/** @throws Problem 403 for a holder without any of the roles named */
export function mustHold(holder: Holder, roles: readonly Role[]): void {
  if (!roles.some((role) => holder.roles.includes(role))) throw Problem.of('forbidden');
}

/**
 * Lets a scraper in: its token is one of the configuration, and grants nothing but the figures.
 * @param expected null: nobody may read them
 * @throws Problem 401
 */
export function authenticateScraper(authorization: string | undefined, expected: string | null): void {
  const given = Buffer.from(/^[Bb]earer (.+)$/.exec(authorization ?? '')?.[1] ?? '');
  const wanted = Buffer.from(expected ?? '');
  if (expected !== null && given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw Problem.of('not-authenticated', {
    detail: 'Send the token of the metrics.',
    headers: { 'WWW-Authenticate': 'Bearer realm="metrics"' },
  });
}
