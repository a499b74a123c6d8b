import { condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import { mailWaitingSignal } from './messages.ts';
import { mail } from './proxies.ts';

/** How long the postroom trusts that somebody would have rung: after this it looks for itself. */
const LONGEST_REST_MS = 15 * 60_000;
const BATCH = 200;

/**
 * The one place from which mail leaves. The outbox itself lies in PostgreSQL; this workflow only knows when to look next, so that losing a signal
 * delays a message and never loses it.
 */
export async function postroomWorkflow(): Promise<void> {
  let waiting = 0;
  setHandler(mailWaitingSignal, () => {
    waiting += 1;
  });
  while (!workflowInfo().continueAsNewSuggested) {
    const seen = waiting;
    const { nextDueAt } = await mail.deliverDue({ limit: BATCH });
    const rest = Math.min(nextDueAt === null ? LONGEST_REST_MS : nextDueAt - Date.now(), LONGEST_REST_MS);
    if (rest > 0) await condition(() => waiting > seen, rest);
  }
  await continueAsNew<typeof postroomWorkflow>();
}
