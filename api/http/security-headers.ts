import type { RequestHandler } from 'express';

/**
 * Every header that every answer carries, each with its reason. There is no cookie to protect: the service sets none.
 * Sources: ASVS 5.0 3.4.1, 3.4.3, 3.4.5, 3.4.6, 3.4.8, 14.3.2.
 */
const HEADERS: ReadonlyArray<readonly [name: string, value: string, reason: string]> = [
  [
    'Content-Security-Policy',
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    'pages are text, one stylesheet of ours and forms that post to us: no script, image, font, frame or connection exists to be allowed',
  ],
  ['Cache-Control', 'no-store', 'a shared phone or a proxy must not keep what was asked or answered'],
  ['Referrer-Policy', 'no-referrer', 'the address of a link page is a capability and must not travel to another site'],
  ['X-Content-Type-Options', 'nosniff', 'a document is what it says it is, never guessed to be a page'],
  ['Cross-Origin-Opener-Policy', 'same-origin', 'a page that opened ours keeps no handle on it'],
  ['Cross-Origin-Resource-Policy', 'same-origin', 'no other site can embed an answer, not even to measure its size'],
  ['Permissions-Policy', 'camera=(), geolocation=(), microphone=(), usb=()', 'nothing here ever needs them'],
  ['X-Robots-Tag', 'noindex, nofollow', 'links and documents are for those who were given them; a published letter may lift this'],
];

/**
 * The policy of the two pages that hold a script: ours alone, and WebAssembly, by which it computes; no text of code is ever evaluated, nothing is fetched
 * or sent by it, and nothing it writes is read as HTML. Source: ASVS 5.0 3.4.3, CSP level 3 ('wasm-unsafe-eval').
 */
export const SCRIPTED_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; " +
  "require-trusted-types-for 'script'; trusted-types 'none'";

/** @param https whether the service is reached over TLS; only then may it promise so for a year (HSTS). */
export function securityHeaders(https: boolean): RequestHandler {
  return (_req, res, next) => {
    for (const [name, value] of HEADERS) res.setHeader(name, value);
    if (https) res.setHeader('Strict-Transport-Security', 'max-age=31536000; includeSubDomains');
    next();
  };
}
