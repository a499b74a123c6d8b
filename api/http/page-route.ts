import express, { type RequestHandler } from 'express';
import { Problem } from './problem.ts';

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
  readonly handler: (context: PageContext) => Promise<PageAnswer>;
}

/** The steps of one page request. */
export function answerPage(page: PageRoute, formLimit: number): RequestHandler[] {
  return [
    (_req, res, next) => {
      res.locals['operationId'] = page.operationId;
      res.locals['page'] = true;
      next();
    },
    ...(page.method === 'post' ? formBody(formLimit) : []),
    async (req, res) => {
      const reply = await page.handler({
        params: strings(req.params),
        askedLanguage: req.query['lang'],
        accepted: req.acceptsLanguages(),
        form: page.method === 'post' ? strings(req.body) : {},
      });
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
