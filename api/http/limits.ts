import { createHmac, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { bearerOf } from './authenticate.ts';
import { Problem } from './problem.ts';

const MINUTE = 60_000;

/** A household or an office is a /64: within it an address can be changed at will. */
const IPV6_SUBNET = 64;

/**
 * What is counted under. The address is the one that Express makes of the trusted number of proxies, and of no header beside; whatever is no address
 * counts as one and the same.
 */
const BY = {
  address: ({ ip = '' }: Request): string => (isIP(ip) === 0 ? '' : ipKeyGenerator(ip, IPV6_SUBNET)),
  link: ({ params }: Request): string => String(params['token'] ?? ''),
  linkThere: (req: Request): string => `${BY.link(req)}\n${BY.address(req)}`,
  // the token and not the header: that may be spelt in several ways
  token: ({ headers }: Request): string => bearerOf(headers.authorization) ?? '',
} as const;

/**
 * Everything that is limited. What fails is counted by where it comes from, and only what fails is then turned away; what succeeds is counted by the
 * secret it was done with, that of a link by the place too. So nobody is held up by the others who share an exit of Tor, a proxy or a telephone network with
 * them, and a guesser is. The counts leave people and scripts of good will all the room they need. Sources: security notes, Links in mail and API; ASVS 5.0
 * 2.4.1, 6.3.1.
 */
const LIMITS = {
  /** a personal token, or the token of the metrics, that opens nothing */
  FAILED_AUTHENTICATION: { by: 'address', count: 100, ms: 10 * MINUTE },
  /** a link that opens nothing, for whichever reason */
  UNKNOWN_LINK: { by: 'address', count: 200, ms: 10 * MINUTE },
  /** whatever is done with one link, known or not, from one place: whoever else has found it uses up their own count and not its holder's */
  LINK: { by: 'linkThere', count: 240, ms: 10 * MINUTE },
  /** the same from everywhere: more than a holder and a finder do, and too little for a flood from many places */
  LINK_ANYWHERE: { by: 'link', count: 5_000, ms: 10 * MINUTE },
  /** asking for a fresh link in place of one; how many are sent is limited in the records */
  REISSUE: { by: 'linkThere', count: 5, ms: 60 * MINUTE },
  /** whatever is done with one personal token */
  API: { by: 'token', count: 3_000, ms: MINUTE },
} as const satisfies Record<string, { readonly by: keyof typeof BY; readonly count: number; readonly ms: number }>;

type LimitKind = keyof typeof LIMITS;
/** Other counts than the usual ones. */
export type LimitCounts = Partial<Readonly<Record<LimitKind, number>>>;

/** Counts one act. @throws Problem 429, with Retry-After, when it is one too many */
export type Spend = (kind: LimitKind, req: Request, res: Response) => Promise<void>;

/**
 * The limits of one process. Addresses and secrets are kept in memory only, for the length of a window, as digests under a key that ends with the
 * process: a dump of its memory does not list who was here.
 */
export function createLimits(counts: LimitCounts = {}): Spend {
  const key = randomBytes(32);
  const limiter = (kind: LimitKind): RequestHandler => {
    const { by, count, ms } = LIMITS[kind];
    return rateLimit({
      windowMs: ms,
      limit: counts[kind] ?? count,
      keyGenerator: (req) =>
        createHmac('sha256', key)
          .update(`${kind}\n${BY[by](req)}`)
          .digest('base64url'),
      handler: (req, _res, next) => next(tooMany(req)),
      // what is left is nobody's business, and answers to links have to be alike
      legacyHeaders: false,
      standardHeaders: false,
      // it would print what it finds to the console; what it looks for is what the tests of the limits show
      validate: false,
    });
  };
  const limiters = Object.fromEntries(Object.keys(LIMITS).map((kind) => [kind, limiter(kind as LimitKind)])) as Record<
    LimitKind,
    RequestHandler
  >;
  return (kind, req, res) =>
    new Promise((resolve, reject) => {
      void limiters[kind](req, res, (refused?: unknown) => (refused === undefined ? resolve() : reject(refused)));
    });
}

function tooMany(req: Request): Problem {
  const { resetTime } = (req as Request & { rateLimit: { resetTime: Date } }).rateLimit;
  const seconds = Math.max(1, Math.ceil((resetTime.getTime() - Date.now()) / 1_000));
  return Problem.of('too-many-requests', { headers: { 'Retry-After': String(seconds) } });
}
