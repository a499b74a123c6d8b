import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { newCaseKey, wrapCaseKey } from '../../crypto/case-keys.ts';
import { newKeyringText, parseKeyring } from '../../crypto/keyring.ts';
import { caseWorkflowId } from '../../domain/ids.ts';
import type { Db } from '../../prisma/client.ts';
import { CaseKeys, KEPT_MS, PATIENCE_MS } from '../../records/case-keys.ts';

const keyring = parseKeyring(newKeyringText(new Date(0)));

/** A database with the key of every case, until it is away. */
const scene = () => {
  const wrapped = new Map<string, Uint8Array>();
  const database = { isAway: false };
  const findMany = async ({ where: { caseId } }: { where: { caseId: string } }) => {
    if (database.isAway) throw new Error('away');
    const known = wrapped.get(caseId) ?? wrapCaseKey(keyring, caseId, 1, newCaseKey());
    wrapped.set(caseId, known);
    return [{ version: 1, wrapped: known }];
  };
  const keys = new CaseKeys({ caseKey: { findMany } } as unknown as Db, keyring);
  // what lies in the memory of the process, whoever may ask for it
  const kept = () => keys['kept'].size;
  return { keys, database, kept };
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('are forgotten a while after they were read, though nobody asks for any again', async () => {
  const { keys, kept } = scene();
  await keys.of(randomUUID());
  await vi.advanceTimersByTimeAsync(10_000);
  await keys.of(randomUUID());
  expect(kept()).toBe(2);
  await vi.advanceTimersByTimeAsync(KEPT_MS + PATIENCE_MS - 10_000);
  expect(kept()).toBe(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(kept()).toBe(0);
});

it('serve the payloads while the database is away, half a minute beyond their time and no longer', async () => {
  const { keys, database, kept } = scene();
  const workflowId = caseWorkflowId(randomUUID());
  const { id } = await keys.keyFor(workflowId);
  database.isAway = true;
  await vi.advanceTimersByTimeAsync(KEPT_MS + PATIENCE_MS - 1_000);
  expect((await keys.keyFor(workflowId)).id).toBe(id);
  await vi.advanceTimersByTimeAsync(1_000);
  const asked = keys.keyFor(workflowId).catch((error: Error) => error.message);
  await vi.advanceTimersByTimeAsync(PATIENCE_MS + 1_000);
  expect(await asked).toBe('away');
  expect(kept()).toBe(0);
});
