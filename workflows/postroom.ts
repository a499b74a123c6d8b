import { condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import { mailWaitingSignal } from './messages.ts';
import { mail } from './proxies.ts';

/** How long the postroom trusts that somebody would have rung: after this it looks for itself. */
const LONGEST_REST_MS = 15 * 60_000;
const BATCH = 200;
/** A server that keeps one message waiting holds one lane; after this patience another lane goes on with the rest. */
const LANES = 4;
const PATIENCE_MS = 20_000;

/**
 * The one place from which mail leaves. The outbox itself lies in PostgreSQL; this workflow only knows when to look next, so that losing a signal,
 * or a whole run with deliveries under way, delays a message and never loses one.
 */
export async function postroomWorkflow(): Promise<void> {
  let waiting = 0;
  let busy = 0;
  let ended = 0;
  let nextDueAt: number | null = null;
  setHandler(mailWaitingSignal, () => {
    waiting += 1;
  });
  const deliver = async (): Promise<void> => {
    busy += 1;
    try {
      nextDueAt = (await mail.deliverDue({ limit: BATCH })).nextDueAt;
    } catch {
      // one batch that cannot be sent must not end the network's mail
      nextDueAt = Date.now() + PATIENCE_MS;
    } finally {
      busy -= 1;
      ended += 1;
    }
  };
  while (!workflowInfo().continueAsNewSuggested) {
    const seen = waiting;
    let done = false;
    void deliver().then(() => {
      done = true;
    });
    if (!(await condition(() => done, PATIENCE_MS))) {
      await condition(() => done || busy < LANES);
      continue;
    }
    const rest = Math.min(nextDueAt === null ? LONGEST_REST_MS : nextDueAt - Date.now(), LONGEST_REST_MS);
    // a slow lane that ends meanwhile may know of something that is due sooner
    const atRest = ended;
    if (rest > 0) await condition(() => waiting > seen || ended > atRest, rest);
  }
  await continueAsNew<typeof postroomWorkflow>();
}
