import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { z } from 'zod';
import type { Logger } from './logger.ts';

/** `token` opens the server to one reader; `allowedOrigin` is the one site whose pages may read the answers in a browser. */
export interface CodecServerSettings {
  readonly codec: PayloadCodec;
  readonly namespace: string;
  readonly token: string;
  readonly allowedOrigin: string;
  readonly log: Logger;
  /** Puts into the audit how many payloads of which workflows are about to be opened. */
  readonly note: (counts: ReadonlyMap<string, number>) => Promise<void>;
}

/** As Temporal's largest gRPC message. */
const LARGEST = 4 * 1024 * 1024;

/** The payloads as Temporal's web page and command line send them: protobuf's JSON, bytes in base64. */
const asked = z.strictObject({
  payloads: z
    .array(z.object({ metadata: z.record(z.string(), z.base64()).optional(), data: z.base64().optional() }))
    .min(1)
    .max(10_000),
});

type Answer = { readonly status: number; readonly body?: object; readonly headers?: Readonly<Record<string, string>> };
class Refused extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

const CHALLENGE: Answer = { status: 401, headers: { 'www-authenticate': 'Basic realm="codec", Bearer realm="codec"' } };

/**
 * Opens payloads for an authorised reader of Temporal's web page or command line, and does nothing else: no encoding, no keys, no list.
 * Without the token everything is 401, from a foreign site or for another namespace 403. Every attempt is a line of the log, every
 * reading an entry of the audit too: who may read is decided by the token, what was read is named by its workflow.
 *
 * The command line sends the token as Bearer. The web page cannot: it sends what the browser keeps for this address, so the token also counts
 * as the password of Basic, whatever the user name. Source: engineering notes B4 (decode only, one origin, audited).
 */
export function createCodecServer(settings: CodecServerSettings): Server {
  const { allowedOrigin, log } = settings;
  return createServer(async (request, response) => {
    const cors = request.headers.origin === allowedOrigin ? corsHeaders(allowedOrigin) : {};
    const answer = await answerTo(request, settings).catch((error: unknown): Answer => {
      if (error instanceof Refused) return error.answer;
      log.error('codec.failed', { failure: error instanceof Error ? error.name : 'unknown' });
      return { status: 500 };
    });
    log.info('codec.asked', { method: request.method ?? '', status: answer.status });
    send(response, { ...answer, headers: { ...cors, ...answer.headers } });
  });
}

async function answerTo(request: IncomingMessage, settings: CodecServerSettings): Promise<Answer> {
  const { origin } = request.headers;
  if (origin !== undefined && origin !== settings.allowedOrigin) return { status: 403 };
  // A browser asks before it sends the token, so this one question is answered without.
  if (request.method === 'OPTIONS' && origin !== undefined) return { status: 204 };
  if (!bearsToken(request.headers.authorization, settings.token)) return CHALLENGE;
  // Where a browser signs in, once, before the web page can ask in its name.
  if (request.method === 'GET' && request.url === '/') return { status: 200, body: { signedIn: true } };
  if (request.url !== '/decode') return { status: 404 };
  if (request.method !== 'POST') return { status: 405, headers: { allow: 'POST' } };
  // The command line leaves it empty; then the codec holds to the namespace that is sealed into each payload.
  if ((request.headers['x-namespace'] || settings.namespace) !== settings.namespace) return { status: 403 };
  return decode(await payloadsIn(request), settings);
}

async function decode(payloads: Payload[], { codec, log, note }: CodecServerSettings): Promise<Answer> {
  const read = new Map<string, number>();
  for (const { metadata } of payloads) {
    const workflowId = Buffer.from(metadata?.['sos-workflow'] ?? '').toString('utf8');
    read.set(workflowId, (read.get(workflowId) ?? 0) + 1);
  }
  // Written before anything is opened, so that no reading goes unnoted.
  for (const [workflowId, count] of read) log.info('codec.decoding', { ...(workflowId ? { workflowId } : {}), count });
  await note(read);
  const opened = await codec.decode(payloads).catch((error: unknown) => {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
    log.warn('codec.refused', { code });
    throw new Refused({ status: 400, body: { message: 'A payload could not be opened: it is altered, foreign, or its key is gone.' } });
  });
  return { status: 200, body: { payloads: opened.map(inJson) } };
}

async function payloadsIn(request: IncomingMessage): Promise<Payload[]> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LARGEST) throw new Refused({ status: 413, headers: { connection: 'close' } });
    chunks.push(chunk);
  }
  const parsed = asked.safeParse(jsonOf(Buffer.concat(chunks).toString('utf8')));
  if (!parsed.success) throw new Refused({ status: 400, body: { message: 'Send {"payloads": [...]} in the JSON form of protobuf.' } });
  return parsed.data.payloads.map(({ metadata = {}, data = '' }) => ({
    metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')])),
    data: Buffer.from(data, 'base64'),
  }));
}

function inJson({ metadata, data }: Payload): object {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  return {
    metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)])),
    data: base64(data ?? new Uint8Array()),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Compared by digest, so that neither length nor content shows in the time it takes. */
function bearsToken(authorization: string | undefined, token: string): boolean {
  const [scheme = '', value = ''] = (authorization ?? '').split(' ');
  const basic =
    scheme.toLowerCase() === 'basic'
      ? Buffer.from(value, 'base64')
          .toString('utf8')
          .replace(/^[^:]*:/, '')
      : null;
  const given = scheme.toLowerCase() === 'bearer' ? value : (basic ?? '');
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

const corsHeaders = (origin: string) => ({
  'access-control-allow-origin': origin,
  'access-control-allow-credentials': 'true',
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': 'authorization, content-type, x-namespace',
});

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  const type = body ? { 'content-type': 'application/json' } : {};
  const fixed = { 'cache-control': 'no-store', vary: 'origin', 'x-content-type-options': 'nosniff' };
  response.writeHead(status, { ...fixed, ...type, ...headers }).end(body ? JSON.stringify(body) : undefined);
}
