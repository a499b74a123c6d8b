import { continueAsNew, setHandler, sleep, workflowInfo } from '@temporalio/workflow';
import { turnPageSignal } from './messages.ts';
import { eraser } from './proxies.ts';

/** How long the workflows of a case may take to end by themselves: not long, because nothing that they would still write is taken. */
const ENDING_MS = 10_000;
/**
 * Between two looks at what is still there: Temporal deletes, and forgets from its lists, a moment after it was asked to. Where it takes longer than a
 * moment the pauses grow to a minute, so that not even a week of looking makes too long a history.
 */
const pauseAfter = (look: number): number => Math.min(1_000 * 2 ** Math.max(0, look - 15), 60_000);

/**
 * Takes a case apart, in an order in which every step can be the last one before an outage of any length: what could still reach somebody first, then what
 * runs, then its histories, and only then the keys, because a workflow without its key can neither go on nor end. A legal hold that comes before that
 * stops it, but once the case is barred no earlier than when nothing of it runs any more: a story must not go on behind a case that is closed. This workflow
 * knows the id of the erasure and counts, under the desk's key; what else it has to know stands in the records, so that it may begin anew at any time.
 * Source: engineering notes B5 (erasure), security notes (Keys).
 */
export async function erasureWorkflow(erasureId: string): Promise<void> {
  const turning = { asked: false };
  setHandler(turnPageSignal, () => {
    turning.asked = true;
  });
  /** Every step finds what was done before, so that a new run simply takes them all again. */
  const pause = async (look: number): Promise<void> => {
    if (turning.asked || workflowInfo().continueAsNewSuggested) await continueAsNew<typeof erasureWorkflow>(erasureId);
    await sleep(pauseAfter(look));
  };

  if (!(await eraser.barCase(erasureId))) return;
  await eraser.settleForErasure(erasureId);
  await ended(erasureId, pause);
  const destroyed = (await deleted(erasureId, pause)) ? await eraser.destroyKeys(erasureId) : null;
  if (destroyed === null) {
    await eraser.stopErasure(erasureId);
    return;
  }
  await eraser.purgeCase(erasureId);

  // other processes may know the keys a little longer, and write with them
  await sleep(destroyed.knownForMs);
  for (let look = 0; ; look += 1) {
    await deleted(erasureId, pause);
    await eraser.purgeCase(erasureId);
    // after all that can be done without it: a folder that cannot be written to keeps back the certificate, and nothing else
    await eraser.renewKeyBackup(erasureId);
    if (await eraser.certifyErasure(erasureId)) break;
    await pause(look);
  }
  // whoever restores finds the certificate there, too
  await eraser.renewKeyBackup(erasureId);
}

type Pause = (look: number) => Promise<void>;

/** Asks what runs to end, and ends what does not, whether or not a hold has come. */
async function ended(erasureId: string, pause: Pause): Promise<void> {
  const until = Date.now() + ENDING_MS;
  for (let look = 0; ; look += 1) {
    const { running } = await eraser.endExecutions({ erasureId, how: Date.now() < until ? 'CANCEL' : 'TERMINATE' });
    if (running === 0) return;
    await pause(look);
  }
}

/** Until neither the lists nor a look by id finds a run any more; false when a hold came. */
async function deleted(erasureId: string, pause: Pause): Promise<boolean> {
  for (let look = 0; ; look += 1) {
    const left = await eraser.deleteExecutions(erasureId);
    if (left === null || left.found === 0) return left !== null;
    await pause(look);
  }
}
