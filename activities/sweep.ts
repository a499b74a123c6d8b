import type { Checkpoint } from '../crypto/checkpoint.ts';
import type { CaseFile } from '../domain/case.ts';
import { markTold, untold } from '../records/answers.ts';
import { unstarted } from '../records/cases.ts';
import { checkpointOfDay } from '../records/checkpoints.ts';
import { unfinishedErasures } from '../records/erasure.ts';
import { forgetMessages } from '../records/sealed-messages.ts';
import { finishLapsedSeconds } from '../records/second-person-told.ts';
import type { Store } from '../records/store.ts';
import type { SweepActivities } from './contract.ts';
import { tendEndingKeys } from './keys.ts';

/** Younger than this it is still on its way by itself. */
const GRACE_MS = 10_000;
const BATCH = 200;

export type SweepDeps = {
  readonly store: Store;
  readonly startCase: (file: CaseFile) => Promise<void>;
  /** starts the workflow of an erasure, or leaves alone the one that runs */
  readonly startErasure: (erasureId: string) => Promise<void>;
  readonly nudge: (workflowId: string) => Promise<void>;
  readonly ringPostroom: () => Promise<void>;
  /** keeps a copy of the day's checkpoint where it can be carried away from; may be called with the same one again */
  readonly keepCheckpoint?: (checkpoint: Checkpoint) => Promise<void>;
};

/** Finds what was accepted while somebody was away, and says it again. Everything it does may be done twice. */
export const sweepActivities = ({ store, startCase, startErasure, nudge, ringPostroom, keepCheckpoint }: SweepDeps): SweepActivities => ({
  async reconcile() {
    const before = new Date(Date.now() - GRACE_MS);
    const cases = await mended(await unstarted(store.prisma, before, BATCH), startCase);
    const untoldOnes = await untold(store.prisma, before, BATCH);
    const answers = await mended([...new Set(untoldOnes.map(({ workflowId }) => workflowId))], async (workflowId) => {
      await nudge(workflowId);
      const told = untoldOnes.filter((answer) => answer.workflowId === workflowId).map(({ answerId }) => answerId);
      await markTold(store.prisma, told, new Date());
    });
    const mails = await store.prisma.outbox.count({ where: { state: { in: ['queued', 'deferred'] }, nextAt: { lt: before } } });
    if (mails > 0) await ringPostroom();
    const erasures = await mended(await unfinishedErasures(store.prisma, before, BATCH), startErasure);
    await forgetPending(store, new Date(Date.now() - ABANDONED_MS));
    await forgetMessages(store.prisma, new Date());
    await finishLapsedSeconds(store.prisma, new Date());
    await tendEndingKeys({ store, ringPostroom }, Date.now());
    const checkpoint = await checkpointOfDay(store, Date.now());
    // last, so that a folder that cannot be written to keeps nothing else from being mended; its failure shows in the log at every round
    await keepCheckpoint?.(checkpoint);
    return { cases, answers, mails, erasures };
  },
});

/** Mends one after the other; one that resists is left for the next round and holds up nobody else. Returns how many were mended. */
const mended = async <T>(broken: readonly T[], mend: (one: T) => Promise<void>): Promise<number> => {
  let count = 0;
  for (const one of broken) {
    await mend(one).then(
      () => {
        count += 1;
      },
      () => undefined,
    );
  }
  return count;
};

/** A text whose command was refused belongs to nobody; after a day nobody retries it any more. */
const ABANDONED_MS = 24 * 3_600_000;

const forgetPending = async (store: Store, before: Date): Promise<void> => {
  await store.prisma.document.deleteMany({ where: { state: 'PENDING', createdAt: { lt: before } } });
};
