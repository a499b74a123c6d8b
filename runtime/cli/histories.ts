import type { Client } from '@temporalio/client';
import { METADATA_ENCODING_KEY } from '@temporalio/common';
import { envelopeKeyId } from '../../crypto/envelope.ts';
import { SealError } from '../../crypto/seal-error.ts';

/** Which histories name a key: how many, how many of them still run, and when the last of the others is dropped (null while one runs: nobody knows). */
export type NamedInHistories = { readonly executions: number; readonly running: number; readonly until: Date | null };

type Count = { executions: number; running: number; lastClosed: number };

const PATIENCE_MS = 10_000;

/**
 * Reads the history of every execution that Temporal keeps, running or ended, and counts by key id those that hold a payload under the key. Reads what is
 * there instead of reckoning what may be: a retained history is found for as long as it is kept. Throws what the connection throws.
 */
export const keysInHistories = async (client: Client): Promise<ReadonlyMap<string, NamedInHistories>> => {
  // asked first, and not for long: a server that is away is told from one that has nothing
  const retention = await retentionOf(client);
  const counts = new Map<string, Count>();
  for await (const { workflowId, runId, closeTime } of client.workflow.list()) {
    for (const keyId of await keysOfRun(client, workflowId, runId)) {
      const count = counts.get(keyId) ?? { executions: 0, running: 0, lastClosed: 0 };
      count.executions += 1;
      if (closeTime === undefined) count.running += 1;
      else count.lastClosed = Math.max(count.lastClosed, closeTime.getTime());
      counts.set(keyId, count);
    }
  }
  return new Map(
    [...counts].map(([keyId, { executions, running, lastClosed }]) => [
      keyId,
      { executions, running, until: running > 0 ? null : new Date(lastClosed + retention) },
    ]),
  );
};

const keysOfRun = async (client: Client, workflowId: string, runId: string): Promise<ReadonlySet<string>> => {
  const keys = new Set<string>();
  let nextPageToken: Uint8Array = new Uint8Array();
  do {
    const asked = { namespace: client.options.namespace, execution: { workflowId, runId }, nextPageToken };
    const page = await client.withDeadline(Date.now() + PATIENCE_MS, () => client.workflowService.getWorkflowExecutionHistory(asked));
    for (const event of page.history?.events ?? []) collect(event, keys);
    nextPageToken = page.nextPageToken ?? new Uint8Array();
  } while (nextPageToken.length > 0);
  return keys;
};

/** Payloads stand at many places of an event; wherever one is, it is known by its form. */
const collect = (value: unknown, into: Set<string>): void => {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  if (isSealed(value)) into.add(keyIdOf(value.data));
  else for (const part of Object.values(value)) collect(part, into);
};

const isSealed = (value: object): value is { readonly data: Uint8Array } => {
  const { metadata, data } = value as { metadata?: unknown; data?: unknown };
  return data instanceof Uint8Array && typeof metadata === 'object' && metadata !== null && METADATA_ENCODING_KEY in metadata;
};

const keyIdOf = (data: Uint8Array): string => {
  try {
    return envelopeKeyId(data);
  } catch (error) {
    if (error instanceof SealError) return '';
    throw error;
  }
};

const retentionOf = async (client: Client): Promise<number> => {
  const { namespace } = client.options;
  const { config } = await client.withDeadline(Date.now() + PATIENCE_MS, () => client.workflowService.describeNamespace({ namespace }));
  return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1_000;
};
