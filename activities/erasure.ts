import { KEPT_MS } from '../records/case-keys.ts';
import {
  barCase,
  certifyErasure,
  destroyKeys,
  erasureGoesOn,
  knownWorkflows,
  noteExecutions,
  purgeCase,
  settleForErasure,
} from '../records/erasure-steps.ts';
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

/** A key is kept for so long after it was read; a transaction that began with it may take the rest. */
const KNOWN_FOR_MS = KEPT_MS + 30_000;

/** Takes a case apart, step by step; the order stands in workflows/erasure.ts. */
export const erasureActivities = (deps: ErasureDeps): ErasureActivities => {
  const { store, executions } = deps;
  const found = async (caseId: string, known: readonly string[]) => {
    const ids = await knownWorkflows(store.prisma, caseId);
    return executions.find(caseId, [...new Set([...ids, ...known])]);
  };

  return {
    barCase: (erasureId) => barCase(store, erasureId),

    async settleForErasure(erasureId) {
      const goesOn = await settleForErasure(store, erasureId);
      if (goesOn) await deps.ringPostroom();
      return goesOn;
    },

    async endExecutions({ erasureId, how }) {
      const erasure = await erasureGoesOn(store, erasureId);
      if (erasure === null) return null;
      const runs = await found(erasure.caseId, []);
      const running = runs.filter(({ state }) => state === 'RUNNING');
      for (const run of running) await (how === 'CANCEL' ? executions.cancel(run) : executions.terminate(run));
      await noteExecutions(store, erasureId, runs.length);
      const known = await knownWorkflows(store.prisma, erasure.caseId);
      return { running: running.length, known };
    },

    async deleteExecutions({ erasureId, known }) {
      const erasure = await erasureGoesOn(store, erasureId);
      if (erasure === null) return null;
      const runs = await found(erasure.caseId, known);
      await noteExecutions(store, erasureId, runs.length);
      for (const run of runs) if (run.state !== 'GONE') await executions.remove(run);
      return { found: runs.length };
    },

    async destroyKeys(erasureId) {
      const goesOn = await destroyKeys(store, erasureId);
      return goesOn ? { knownForMs: deps.knownForMs ?? KNOWN_FOR_MS } : null;
    },

    async renewKeyBackup() {
      await deps.rewriteKeyBackup?.();
    },

    purgeCase: (erasureId) => purgeCase(store, erasureId),

    async certifyErasure({ erasureId, known }) {
      const erasure = await erasureGoesOn(store, erasureId);
      if (erasure === null) return true;
      const runs = await found(erasure.caseId, known);
      return certifyErasure(store, erasureId, runs.length);
    },
  };
};
