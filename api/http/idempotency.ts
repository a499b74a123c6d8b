import { createHash } from 'node:crypto';
import { Problem } from './problem.ts';

/** An answer that a repeat of the request gets again, word by word. */
export interface KeptAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** One intention: whose, which operation, under which command id, and the request in full. */
export interface Intention {
  readonly holderId: string;
  readonly operationId: string;
  readonly commandId: string;
  /** The case it is about, under whose key the answer is kept; null where there is none. */
  readonly caseId: string | null;
  /** Canonical text of path and body. The store keeps a keyed digest of it, never the text. */
  readonly request: string;
}

export type Claim =
  | { readonly state: 'FIRST' }
  | { readonly state: 'RUNNING' }
  | { readonly state: 'OTHER_REQUEST' }
  | { readonly state: 'DONE'; readonly answer: KeptAnswer };

/**
 * Remembers intentions. `claim` is atomic; a claim neither kept nor released is FIRST again after a lease, which is harmless because
 * whatever the handler does carries the command id. A released id stays bound to its request. Answers may hold content: the store seals them.
 */
export interface IdempotencyStore {
  claim(intention: Intention): Promise<Claim>;
  keep(commandId: string, answer: KeptAnswer): Promise<void>;
  release(commandId: string): Promise<void>;
}

const KEY = /^(?:"([A-Za-z0-9_-]{16,64})"|([A-Za-z0-9_-]{16,64}))$/;

/**
 * The command id of an intention: a UUID (version 8) derived from holder, operation and key, so that the same intention has the same id
 * everywhere (store, workflow update, audit) and one holder can never meet the key of another.
 * @param header the Idempotency-Key header, bare or as a quoted string
 * @throws Problem 400 when the header is missing or not of this grammar
 */
export function commandIdOf(header: string | undefined, holderId: string, operationId: string): string {
  const match = header === undefined ? null : KEY.exec(header);
  const key = match?.[1] ?? match?.[2];
  if (key === undefined) throw Problem.of('idempotency-key-needed');
  const digest = createHash('sha256')
    .update(JSON.stringify([holderId, operationId, key]))
    .digest('hex');
  const variant = ((Number.parseInt(digest.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

/**
 * Runs an intention once. A repeat gets the kept answer; a failure releases the claim so that the client may try again.
 * @throws Problem 409 while the first request runs, 422 when the key was used for a different request; and whatever `run` throws
 */
export async function once(store: IdempotencyStore, intention: Intention, run: () => Promise<KeptAnswer>): Promise<KeptAnswer> {
  const claim = await store.claim(intention);
  if (claim.state === 'DONE') return claim.answer;
  if (claim.state === 'RUNNING') throw Problem.of('still-running', { headers: { 'Retry-After': '2' } });
  if (claim.state === 'OTHER_REQUEST') throw Problem.of('idempotency-key-reused');
  let answer: KeptAnswer;
  try {
    answer = await run();
  } catch (thrown) {
    await store.release(intention.commandId);
    throw thrown;
  }
  await store.keep(intention.commandId, answer);
  return answer;
}

/** JSON with sorted keys, so that the same request has one text whatever order a client writes its fields in. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}
