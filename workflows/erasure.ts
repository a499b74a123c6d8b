import { sleep } from '@temporalio/workflow';
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
 * stops it. This workflow knows ids and counts, under the desk's key. Source: engineering notes B5 (erasure), security notes (Keys).
 */
export async function erasureWorkflow(erasureId: string): Promise<void> {
  if (!(await eraser.barCase(erasureId))) return;
  if (!(await eraser.settleForErasure(erasureId))) return;
  const known = await ended(erasureId);
  if (known === null || !(await deleted(erasureId, known))) return;

  const destroyed = await eraser.destroyKeys(erasureId);
  if (destroyed === null) return;
  await eraser.purgeCase(erasureId);
  await eraser.renewKeyBackup(erasureId);

  // other processes may know the keys a little longer, and write with them
  await sleep(destroyed.knownForMs);
  for (let look = 0; ; look += 1) {
    await deleted(erasureId, known);
    await eraser.purgeCase(erasureId);
    if (await eraser.certifyErasure({ erasureId, known })) break;
    await sleep(pauseAfter(look));
  }
  // whoever restores finds the certificate there, too
  await eraser.renewKeyBackup(erasureId);
}

/** Asks what runs to end, and ends what does not. The workflow ids that the records know of; null when a hold came. */
async function ended(erasureId: string): Promise<readonly string[] | null> {
  const until = Date.now() + ENDING_MS;
  for (let look = 0; ; look += 1) {
    const asked = await eraser.endExecutions({ erasureId, how: Date.now() < until ? 'CANCEL' : 'TERMINATE' });
    if (asked === null || asked.running === 0) return asked?.known ?? null;
    await sleep(pauseAfter(look));
  }
}

/** Until neither the lists nor a look by id finds a run any more; false when a hold came. */
async function deleted(erasureId: string, known: readonly string[]): Promise<boolean> {
  for (let look = 0; ; look += 1) {
    const left = await eraser.deleteExecutions({ erasureId, known });
    if (left === null || left.found === 0) return left !== null;
    await sleep(pauseAfter(look));
  }
}
