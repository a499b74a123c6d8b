import { utf8 } from '../crypto/bytes.ts';
import { keyedDigest } from '../crypto/digest.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { isBeyondHold } from '../domain/erasure.ts';
import { erasureStateOf } from './erasure/erasure-bar.ts';
import type { Store } from './store.ts';

/** An answer as the caller got it, and gets again at every repeat. */
export type KeptReply = { readonly status: number; readonly body: unknown; readonly headers: Readonly<Record<string, string>> };

/** What somebody asked for: whose intention, which operation, about which case, and the whole request as one text. */
export type Asking = {
  readonly holderId: string;
  readonly operationId: string;
  readonly commandId: string;
  readonly caseId: string | null;
  readonly request: string;
};

export type Claimed = { readonly state: 'FIRST' | 'RUNNING' | 'OTHER_REQUEST' } | { readonly state: 'DONE'; readonly answer: KeptReply };

/** Longer than any request takes; after that whoever carried it out has died, and the next one may. */
const LEASE_MS = 90_000;

/**
 * Remembers what was asked for under which id, and what was answered. A request that failed may be carried out again, but the id stays bound to that
 * one request for good: a text that was sealed under it before must never be taken for another text.
 */
export const commandMemory = (store: Store) => ({
  async claim({ commandId, holderId, operationId, caseId, request }: Asking): Promise<Claimed> {
    const now = Date.now();
    const leaseUntil = new Date(now + LEASE_MS);
    const [requestDigest = ''] = digestsOf(store.keyring, request);
    const first = { id: commandId, personId: holderId, operationId, requestDigest, caseId, leaseUntil, createdAt: new Date(now) };
    const { count } = await store.prisma.command.createMany({ data: [first], skipDuplicates: true });
    if (count === 1) return { state: 'FIRST' };
    const row = await store.prisma.command.findUniqueOrThrow({ where: { id: commandId } });
    if (!digestsOf(store.keyring, request).includes(row.requestDigest)) return { state: 'OTHER_REQUEST' };
    if (row.sealed !== null)
      return { state: 'DONE', answer: await store.seals.open<KeptReply>('Command', commandId, row.caseId, row.sealed) };
    const free = { id: commandId, answeredAt: null, OR: [{ leaseUntil: null }, { leaseUntil: { lt: new Date(now) } }] };
    const taken = await store.prisma.command.updateMany({ where: free, data: { leaseUntil } });
    return { state: taken.count === 1 ? 'FIRST' : 'RUNNING' };
  },

  async keep(commandId: string, answer: KeptReply): Promise<void> {
    const row = await store.prisma.command.findUniqueOrThrow({ where: { id: commandId }, select: { caseId: true } });
    // what is still done for a case that was erased, such as taking its letter down, is no more of the case than this
    const erased = row.caseId !== null && isBeyondHold(await erasureStateOf(store.prisma, row.caseId));
    const caseId = erased ? null : row.caseId;
    const sealed = await store.seals.seal('Command', commandId, caseId, answer);
    await store.prisma.command.update({ where: { id: commandId }, data: { caseId, sealed, answeredAt: new Date(), leaseUntil: null } });
  },

  async release(commandId: string): Promise<void> {
    await store.prisma.command.updateMany({ where: { id: commandId, answeredAt: null }, data: { leaseUntil: null } });
  },
});

/** Under every key that may have been active when the row was written, the active one first. */
const digestsOf = (keyring: Keyring, request: string): string[] =>
  keyring.all('audit').map((key) => keyedDigest(key, 'command-request', utf8(request)));
