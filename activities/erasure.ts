import { KEPT_MS, PATIENCE_MS } from '../records/case-keys.ts';
import {
  barCase,
  certifyErasure,
  destroyKeys,
  type ErasureOfCase,
  erasureGoesOn,
  erasureUnderWay,
  noteExecutions,
  purgeCase,
  settleForErasure,
  stopErasure,
} from '../records/erasure/erasure-steps.ts';
import type { Store } from '../records/store.ts';
import type { ErasureActivities } from './contract.ts';
import type { Executions } from './executions.ts';

export type ErasureDeps = {
  readonly store: Store;
  readonly executions: Executions;
  /** writes the newest backup of keys anew, without those that are destroyed; null where this host keeps none */
  readonly rewriteKeyBackup: (() => Promise<void>) | null;
  readonly ringPostroom: () => Promise<void>;
  /** how long another process may know a key that was destroyed, ms; a test need not wait so long */
  readonly knownForMs?: number;
};

/** A key is kept for so long after it was read. A transaction that began with it lasts no longer than a process without a database goes on with it. */
const KNOWN_FOR_MS = KEPT_MS + PATIENCE_MS;

/** Takes a case apart, step by step; the order stands in workflows/erasure.ts. */
export const erasureActivities = (deps: ErasureDeps): ErasureActivities => {
  const { store, executions } = deps;
  /** Looks in Temporal, and notes what was looked for and how much was found, before anything of it goes. */
  const look = async (erasureId: string, { caseId, workflows }: ErasureOfCase) => {
    const runs = await executions.find(caseId, workflows);
    await noteExecutions(store, erasureId, { found: runs.length, workflows });
    return runs;
  };

  return {
    barCase: (erasureId) => barCase(store, erasureId),

    async settleForErasure(erasureId) {
      await settleForErasure(store, erasureId);
      await deps.ringPostroom();
    },

    async endExecutions({ erasureId, how }) {
      const erasure = await erasureUnderWay(store, erasureId);
      if (erasure === null) return { running: 0 };
      const running = (await look(erasureId, erasure)).filter(({ state }) => state === 'RUNNING');
      for (const run of running) await (how === 'CANCEL' ? executions.cancel(run) : executions.terminate(run));
      return { running: running.length };
    },

    async deleteExecutions(erasureId) {
      const erasure = await erasureGoesOn(store, erasureId);
      if (erasure === null) return null;
      const runs = await look(erasureId, erasure);
      for (const run of runs) if (run.state !== 'GONE') await executions.remove(run);
      return { found: runs.length };
    },

    async destroyKeys(erasureId) {
      const goesOn = await destroyKeys(store, erasureId);
      return goesOn ? { knownForMs: deps.knownForMs ?? KNOWN_FOR_MS } : null;
    },

    stopErasure: (erasureId) => stopErasure(store, erasureId),

    async renewKeyBackup() {
      await deps.rewriteKeyBackup?.();
    },

    purgeCase: (erasureId) => purgeCase(store, erasureId),

    async certifyErasure(erasureId) {
      const erasure = await erasureGoesOn(store, erasureId);
      if (erasure === null) return true;
      const runs = await executions.find(erasure.caseId, erasure.workflows);
      return certifyErasure(store, erasureId, runs.length);
    },
  };
};
