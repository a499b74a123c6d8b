import express, { type RequestHandler } from 'express';
import type { Spend } from './limits.ts';
import { Problem } from './problem.ts';
import { SCRIPTED_POLICY } from './security-headers.ts';

/** What a page handler gets. Pages know nobody: what they may show hangs on the address alone. */
export interface PageContext {
  readonly params: Readonly<Record<string, string>>;
  /** `?lang=`, as asked, unchecked. */
  readonly askedLanguage: unknown;
  /** What the browser says it reads, best first. */
  readonly accepted: readonly string[];
  /** The posted fields; empty for GET. Each field once. */
  readonly form: Readonly<Record<string, string>>;
}

/** A page as answered: a complete HTML document, or text of another type. */
export interface PageAnswer {
  readonly status: number;
  readonly body: string | Uint8Array;
  /** Default: text/html. */
  readonly mediaType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One page for people. GET must change nothing and show nothing confidential (HEAD is answered by it too). Source: engineering notes C3. */
export interface PageRoute {
  readonly method: 'get' | 'post';
  readonly path: `/${string}`;
  /** Names the page in logs and metrics, where its path never appears. */
  readonly operationId: string;
  /** Largest form in bytes, where it is not that of all pages. */
  readonly formLimit?: number;
  readonly handler: (context: PageContext) => Promise<PageAnswer>;
}

/** The answer with a page that holds a script of ours, under the policy that lets it run. */
export const scriptedPage = (body: string, status = 200): PageAnswer => ({
  status,
  body,
  headers: { 'Content-Security-Policy': SCRIPTED_POLICY },
});

/** The steps of one page request. */
export function answerPage(page: PageRoute, formLimit: number, spend: Spend): RequestHandler[] {
  const byLink = page.path.includes('{token}');
  return [
    async (req, res, next) => {
      res.locals['operationId'] = page.operationId;
      res.locals['page'] = true;
      if (byLink) await spend('LINK', req, res);
      if (byLink) await spend('LINK_ANYWHERE', req, res);
      next();
    },
    ...(page.method === 'post' ? formBody(page.formLimit ?? formLimit) : []),
    async (req, res) => {
      const form = page.method === 'post' ? strings(req.body) : {};
      if (byLink && form['step'] === 'reissue') await spend('REISSUE', req, res);
      const context = { params: strings(req.params), askedLanguage: req.query['lang'], accepted: req.acceptsLanguages(), form };
      const reply = await page.handler(context);
      if (byLink && reply.status === 404) await spend('UNKNOWN_LINK', req, res);
      res
        .status(reply.status)
        .set(reply.headers ?? {})
        .type(reply.mediaType ?? 'html');
      res.send(typeof reply.body === 'string' ? reply.body : Buffer.from(reply.body));
    },
  ];
}

function formBody(limit: number): RequestHandler[] {
  return [
    (req, _res, next) => {
      const type = req.headers['content-type'] ?? '';
      if (!/^application\/x-www-form-urlencoded(?:\s*;\s*charset="?utf-8"?)?$/i.test(type)) throw Problem.of('unsupported-media-type');
      next();
    },
    express.urlencoded({ extended: false, limit, inflate: false, parameterLimit: 20, type: () => true }),
  ];
}

function strings(fields: unknown): Record<string, string> {
  const entries = Object.entries(fields ?? {});
  if (entries.some(([, value]) => typeof value !== 'string')) throw Problem.of('malformed-request', { detail: 'Send each field once.' });
  return Object.fromEntries(entries) as Record<string, string>;
}
