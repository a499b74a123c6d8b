import { createDoor } from '../../api/door.ts';
import { ERASURE_BASES, isErasureBasis, UNFINISHED } from '../../domain/erasure.ts';
import { isUuid } from '../../domain/ids.ts';
import { decideSecond } from '../../records/access/second-person.ts';
import { rolesOf } from '../../records/access/tokens.ts';
import { acceptErasure, askErasure, type ErasureEntry, listErasures } from '../../records/erasure/erasure.ts';
import { isGenuine } from '../../records/erasure/erasure-certificate.ts';
import type { Actor } from '../../records/store.ts';
import { connectClient } from '../temporal.ts';
import { type Call, type CommandGroup, tell, word } from './call.ts';
import { UsageError } from './failure.ts';

const idIn = (call: Call, what: string): string => {
  const id = word(call.words, 0);
  if (!isUuid(id)) throw new UsageError(`Name the ${what} by its id.`);
  return id;
};

/** Whoever stands before the host could name anybody: only those are taken who answer for such acts through the API, too. */
const administrator = async (call: Call): Promise<Actor> => {
  const by = await call.actor();
  const roles = isUuid(by) ? await rolesOf(call.store.prisma, by, Date.now()) : [];
  if (!roles.includes('administrator'))
    throw new UsageError('--by names somebody who is no administrator: a case is erased by two of them.');
  return by;
};

const ask = async (call: Call): Promise<number> => {
  const caseId = idIn(call, 'case');
  const { basis, reason } = call.options;
  if (!isErasureBasis(basis)) throw new UsageError(`Say on which ground: --basis ${ERASURE_BASES.join(', ')}.`);
  const by = await administrator(call);
  const order = { basis, reason: reason?.trim() || null };
  const asked = await call.store.transact(by, Date.now(), (tx) => askErasure(tx, { caseId, by, order }));
  const { secondPersonId, expiresAt } = asked;
  tell(
    call.options,
    { secondPersonId, expiresAt: expiresAt.toISOString() },
    `Nothing is erased yet. Until ${expiresAt.toISOString()} another administrator decides: sos erase confirm ${secondPersonId} --by <address>`,
  );
  return 0;
};

/** False when Temporal is away: the worker's sweep starts it as soon as both are there. */
const startNow = async ({ config, store }: Call, erasureId: string): Promise<boolean> => {
  const client = await connectClient(config, store, 'desk-cli');
  try {
    await createDoor(client, { store, log: { warn: () => undefined } }).startErasure(erasureId);
    return true;
  } catch {
    return false;
  } finally {
    await client.connection.close();
  }
};

const confirm = async (call: Call): Promise<number> => {
  const secondPersonId = idIn(call, 'request');
  const by = await administrator(call);
  const decision = { secondPersonId, by: { personId: by, roles: ['administrator' as const] }, decision: 'APPROVE' as const, reason: null };
  const erasureId = await call.store.transact(by, Date.now(), async (tx) => {
    const { act, caseId, order } = await decideSecond(tx, decision);
    if (act !== 'ERASE') throw new UsageError('This request is for something else: decide it through the API.');
    return acceptErasure(tx, { caseId, order });
  });
  const started = await startNow(call, erasureId);
  tell(
    call.options,
    { erasureId, started },
    started
      ? `The erasure ${erasureId} has begun.`
      : `The erasure ${erasureId} is accepted. Temporal does not answer: it begins when it is back.`,
    'See how far it is: sos erase status',
  );
  return 0;
};

const MOST_SHOWN = 1_000;

type Shown = ErasureEntry & { readonly genuine: boolean | null; readonly waitsFor: string | null };

const linesOf = ({ erasureId, caseId, state, basis, acceptedAt, endedAt, genuine, waitsFor }: Shown): string[] => [
  [erasureId, caseId, state.padEnd(9), basis.padEnd(17), acceptedAt, endedAt ?? '-', genuine === false ? 'CERTIFICATE NOT GENUINE' : '']
    .join('  ')
    .trimEnd(),
  ...(waitsFor === null ? [] : [`    waits for ${waitsFor}`]),
];

/** Of those that have not ended; Temporal's library is loaded only where there are any. */
const askWaits = async ({ config, store }: Call, entries: readonly ErasureEntry[]): Promise<ReadonlyMap<string, string>> => {
  const unfinished = entries.filter(({ state }) => UNFINISHED.includes(state));
  if (unfinished.length === 0) return new Map();
  const [{ connectClient }, { waitsFor }] = await Promise.all([import('../temporal.ts'), import('./erase-waits.ts')]);
  const client = await connectClient(config, store, 'desk-cli');
  try {
    return new Map(await Promise.all(unfinished.map(async ({ erasureId }) => [erasureId, await waitsFor(client, erasureId)] as const)));
  } finally {
    await client.connection.close();
  }
};

const status = async (call: Call): Promise<number> => {
  const { store, options } = call;
  const entries = await listErasures(store.prisma, null, MOST_SHOWN);
  const waits = await askWaits(call, entries);
  const all = entries.map((entry) => ({
    ...entry,
    genuine: entry.certificate && isGenuine(store.keyring, entry.certificate),
    waitsFor: waits.get(entry.erasureId) ?? null,
  }));
  tell(options, all, ...(all.length > 0 ? all.flatMap(linesOf) : ['Nothing was erased.']));
  return all.some(({ genuine }) => genuine === false) ? 1 : 0;
};

export const erase: CommandGroup = {
  help: `  sos erase <case id> --basis <ground> [--reason <text>]
      Asks for a case to be erased, for good. Grounds: ${ERASURE_BASES.join(', ')}.
      What is written on this line may stay in the history of the shell: no reason that tells of anybody.
  sos erase confirm <request id>
      Another administrator approves it. It then goes on by itself, through every outage, until it is proved.
  sos erase status
      What was erased or is being erased, newest first, and what it waits for; with --json the certificates.`,
  commands: {
    erase: { words: 1, run: ask },
    'erase confirm': { words: 1, run: confirm },
    'erase status': { words: 0, run: status },
  },
};
