/**
 * A mailbox for every address in the world, on one machine: takes the desk's mail by SMTP, keeps it, and shows it on a page and as
 * JSON. Loopback only, and only for requests that name loopback as their host, since the mails hold links that act for somebody.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { listPage, mailPage, notFoundPage } from './inbox-page.ts';
import { type MailStore, openMailStore } from './inbox-store.ts';
import { claimPort } from './ports.ts';

export interface Inbox {
  smtpUrl: string;
  smtpPort: number;
  /** Of the page; `GET /api/mails?to=&after=&wait=<seconds>`, `GET /api/mails/:id`, `GET /api/mails/:id/raw`, `DELETE /api/mails`. */
  url: string;
  httpPort: number;
  mails: MailStore;
  stop(): Promise<void>;
}

export interface InboxOptions {
  /** 0 asks for any free port. */
  smtpPort: number;
  httpPort: number;
  /** Mails are kept here, across restarts. */
  dir: string;
}

const MAX_BYTES = 30 * 1024 * 1024;
const MAX_WAIT_SECONDS = 60;

/** @throws PortTaken */
export async function startInbox(options: InboxOptions): Promise<Inbox> {
  const mails = await openMailStore(options.dir);
  const smtpPort = await claimPort(options.smtpPort, "the inbox's SMTP", 'SMTP_PORT');
  const httpPort = await claimPort(options.httpPort, "the inbox's page", 'INBOX_PORT');
  const smtp = smtpServer(mails);
  // A client that goes away in mid-sentence is its own affair.
  smtp.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    smtp.server.once('error', reject);
    smtp.listen(smtpPort, '127.0.0.1', resolve);
  });
  const http = createServer((request, response) => {
    answer(mails, request, response).catch(() => response.headersSent || send(response, 500, 'text/plain', 'The inbox could not answer.'));
  });
  http.listen(httpPort, '127.0.0.1');
  await once(http, 'listening');
  return {
    smtpUrl: `smtp://127.0.0.1:${smtpPort}`,
    smtpPort,
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    httpPort,
    mails,
    async stop() {
      await new Promise<void>((resolve) => smtp.close(resolve));
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function smtpServer(mails: MailStore): SMTPServer {
  return new SMTPServer({
    banner: 'local inbox',
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: MAX_BYTES,
    disableReverseLookup: true,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', done);
      stream.on('end', () => {
        if (stream.sizeExceeded) {
          done(Object.assign(new Error('Message exceeds the fixed maximum size'), { responseCode: 552 }));
          return;
        }
        const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : '';
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.put({ from, to }, Buffer.concat(chunks)).then(({ id }) => done(null, `kept as ${id}`), done);
      });
    },
  });
}

async function answer(mails: MailStore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A page elsewhere may point a name of its own at loopback (DNS rebinding) and read the mails: its host name gives it away.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? ''))
    return send(response, 403, 'text/plain', 'Local requests only.');
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const query = { to: url.searchParams.get('to') ?? undefined, after: url.searchParams.get('after') ?? undefined };
  const [, area, id, raw] = /^\/(api\/mails|mails)(?:\/([^/]+))?(\/raw)?$/.exec(url.pathname) ?? [];
  if (request.method === 'DELETE' && area === 'api/mails' && !id) {
    await mails.clear();
    return send(response, 204, 'text/plain', '');
  }
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return send(response, 405, 'text/plain', 'Only GET, HEAD and DELETE /api/mails.');
  if (url.pathname === '/') return send(response, 200, 'text/html', listPage(await mails.list(query), query.to));
  if (area === 'api/mails' && !id) {
    const wait = Math.min(Number(url.searchParams.get('wait')) || 0, MAX_WAIT_SECONDS);
    return json(response, 200, wait > 0 ? await mails.wait(query, wait * 1000) : await mails.list(query));
  }
  const mail = id ? await mails.read(id) : null;
  if (area === 'mails') return send(response, mail ? 200 : 404, 'text/html', mail ? mailPage(mail) : notFoundPage());
  if (!mail) return json(response, 404, { error: 'There is no such mail.' });
  if (raw) return send(response, 200, 'text/plain', (await mails.raw(mail.id)) ?? '');
  json(response, 200, mail);
}

function json(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, 'application/json', JSON.stringify(body));
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; form-action 'none'; base-uri 'self'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  response.end(body);
}
