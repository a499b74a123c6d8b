import { continueAsNew, sleep, workflowInfo } from '@temporalio/workflow';
import { sweeper } from './proxies.ts';

/** Compares what was accepted with what runs, and mends the difference. `everyMs` comes from whoever starts the worker. */
export async function sweepWorkflow(everyMs: number): Promise<void> {
  while (!workflowInfo().continueAsNewSuggested) {
    // what could not be mended now is found again at the next round
    await sweeper.reconcile().catch(() => undefined);
    await sleep(everyMs);
  }
  await continueAsNew<typeof sweepWorkflow>(everyMs);
}
