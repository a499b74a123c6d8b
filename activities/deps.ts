import { ApplicationFailure } from '@temporalio/common';
import { SealError } from '../crypto/seal-error.ts';
import { RecordError } from '../records/record-error.ts';
import type { Store } from '../records/store.ts';

/** What the desk's activities work with; a worker and a test differ by these. */
export type DeskDeps = {
  readonly store: Store;
  /** tells the postroom that there is mail; losing it delays a message and never loses one */
  readonly ringPostroom: () => Promise<void>;
};

/**
 * The closed list of failures, by which the callers' retry policies choose (workflows/proxies.ts). Everything else is a passing outage. Neither the
 * type nor the message holds any data: both are kept by Temporal.
 */
const KNOWN: Readonly<Record<string, string>> = {
  NOT_FOUND: 'NOT_FOUND',
  KEY_DESTROYED: 'KEY_DESTROYED',
  BAD_SHAPE: 'BAD_SHAPE',
  TOO_LATE: 'TOO_LATE',
};

const asActivityFailure = (error: unknown): unknown => {
  if (error instanceof RecordError) {
    const type = KNOWN[error.code];
    return type === undefined ? new Error(error.code) : ApplicationFailure.retryable(type, type);
  }
  if (error instanceof SealError) return ApplicationFailure.retryable('SEAL_BROKEN', 'SEAL_BROKEN');
  // a driver's message may quote the row it failed on: only its code may leave
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'UNEXPECTED';
  return error instanceof ApplicationFailure ? error : ApplicationFailure.retryable(code, 'OUTAGE');
};

type Activity = (...args: never[]) => Promise<unknown>;

/** Gives every activity the same way to fail. */
export const guarded = <A extends Readonly<Record<string, Activity>>>(activities: A): A =>
  Object.fromEntries(
    Object.entries(activities).map(([name, activity]) => [
      name,
      (...args: never[]) =>
        activity(...args).catch((error: unknown) => {
          throw asActivityFailure(error);
        }),
    ]),
  ) as unknown as A;
