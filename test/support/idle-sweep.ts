import type { SweepDeps } from '../../activities/sweep.ts';
import type { Store } from '../../records/store.ts';

const idle = async (): Promise<void> => undefined;

/** A sweep at a desk where every story runs and whatever is asked for is done. */
export const idleSweep = (store: Store): SweepDeps => ({
  ...{ store, startCase: idle, startErasure: idle, carryOut: idle, nudge: idle, ringPostroom: idle },
  stories: { runs: async () => true, page: async () => ({ caseIds: [], next: null }) },
});
