import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { ErasureActivities } from '../../activities/contract.ts';
import { erasureWorkflowId } from '../../domain/ids.ts';

const PATIENCE_MS = 10_000;

/** What somebody should look at where a step does not get on. */
const WAITS: Readonly<Record<keyof ErasureActivities, string>> = {
  barCase: 'the database',
  settleForErasure: 'the database',
  endExecutions: 'the workflows of the case to end: is the server of Temporal well?',
  deleteExecutions: 'Temporal to delete the histories: is its server well?',
  destroyKeys: 'the database',
  stopErasure: 'the database',
  renewKeyBackup: 'the file of the case keys to be renewed: can the worker write to BACKUP_DIR?',
  purgeCase: 'the database',
  certifyErasure: 'Temporal and the database to be looked through once more',
};

const isStep = (name: string): name is keyof ErasureActivities => Object.hasOwn(WAITS, name);

/** What an erasure that has not ended waits for, as a phrase for people; it holds nothing of the case. */
export const waitsFor = async (client: Client, erasureId: string): Promise<string> => {
  try {
    const { raw, status } = await client.withDeadline(Date.now() + PATIENCE_MS, () =>
      client.workflow.getHandle(erasureWorkflowId(erasureId)).describe(),
    );
    if (status.name !== 'RUNNING') return 'the sweep to begin it anew: is the worker running?';
    const [step] = raw.pendingActivities ?? [];
    const name = step?.activityType?.name ?? '';
    if (!isStep(name)) return 'its next look: nothing stands in its way';
    const attempt = step?.attempt ?? 1;
    return attempt > 1 ? `${WAITS[name]} (attempt ${attempt})` : `${WAITS[name]} (at work)`;
  } catch (error) {
    return error instanceof WorkflowNotFoundError ? 'the sweep to begin it: is the worker running?' : 'Temporal, which does not answer';
  }
};
