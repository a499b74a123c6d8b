import { setTimeout as pause } from 'node:timers/promises';

type Json = Record<string, unknown>;

/** How long the demonstration goes on trying while the desk is away: long enough for a restart. */
const PATIENCE_MS = 120_000;
const PAUSE_MS = 500;

/** Somebody of the secretariat at the public API, with a token of their own. Commands carry a key, so that saying one twice is saying it once. */
export class ApiClient {
  private readonly origin: string;
  private readonly token: string;
  private readonly run: string;

  constructor(origin: string, token: string, run: string) {
    this.origin = origin;
    this.token = token;
    this.run = run;
  }

  get<T = Json>(path: string): Promise<T> {
    return this.call<T>('GET', path);
  }

  /** `step` names the act within this run. */
  post<T = Json>(step: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<T> {
    return this.call<T>('POST', path, body, { ...headers, 'idempotency-key': `${this.run}-${step}` });
  }

  put<T = Json>(step: string, path: string, body: unknown): Promise<T> {
    return this.call<T>('PUT', path, body, { 'idempotency-key': `${this.run}-${step}` });
  }

  private async call<T>(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<T> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const response = await this.once(method, path, body, headers);
      if (response !== null && response.status < 500) {
        const text = await response.text();
        if (response.ok) return (text === '' ? {} : JSON.parse(text)) as T;
        throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      }
      if (Date.now() > until) throw new Error(`${method} ${path}: the desk did not answer in ${PATIENCE_MS / 1000} s.`);
      await pause(PAUSE_MS);
    }
  }

  private once(method: string, path: string, body: unknown, headers: Readonly<Record<string, string>>): Promise<Response | null> {
    const init = {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(40_000),
    };
    return fetch(`${this.origin}/v1${path}`, init).catch(() => null);
  }
}
