import type { CaseFile } from '../domain/case.ts';
import { markTold, untold } from '../records/answers.ts';
import { unstarted } from '../records/cases.ts';
import type { Store } from '../records/store.ts';
import type { SweepActivities } from './contract.ts';

/** Younger than this it is still on its way by itself. */
const GRACE_MS = 10_000;
const BATCH = 200;

export type SweepDeps = {
  readonly store: Store;
  readonly startCase: (file: CaseFile) => Promise<void>;
  readonly nudge: (workflowId: string) => Promise<void>;
  readonly ringPostroom: () => Promise<void>;
};

/** Finds what was accepted while somebody was away, and says it again. Everything it does may be done twice. */
export const sweepActivities = ({ store, startCase, nudge, ringPostroom }: SweepDeps): SweepActivities => ({
  async reconcile() {
    const before = new Date(Date.now() - GRACE_MS);
    const cases = await unstarted(store.prisma, before, BATCH);
    for (const file of cases) await startCase(file);
    const answers = await untold(store.prisma, before, BATCH);
    for (const workflowId of new Set(answers.map((answer) => answer.workflowId))) {
      await nudge(workflowId);
      const told = answers.filter((answer) => answer.workflowId === workflowId).map(({ answerId }) => answerId);
      await markTold(store.prisma, told, new Date());
    }
    const mails = await store.prisma.outbox.count({ where: { state: { in: ['queued', 'deferred'] }, nextAt: { lt: before } } });
    if (mails > 0) await ringPostroom();
    await forgetPending(store, new Date(Date.now() - ABANDONED_MS));
    return { cases: cases.length, answers: answers.length, mails };
  },
});

/** A text whose command was refused belongs to nobody; after a day nobody retries it any more. */
const ABANDONED_MS = 24 * 3_600_000;

const forgetPending = async (store: Store, before: Date): Promise<void> => {
  await store.prisma.document.deleteMany({ where: { state: 'PENDING', createdAt: { lt: before } } });
};
