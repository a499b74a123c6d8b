import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { erasureWorkflowId } from '../../domain/ids.ts';
import { figure } from '../support/figures.ts';
import { CHANGES, MemoryEraser, STEPS } from '../support/workflow-eraser.ts';
import { useWorld } from '../support/workflow-world.ts';

// the test server gives tasks to workers that have ended
const world = useWorld('REAL');

/** One erasure whose worker is gone as soon as this step was done, before anybody hears of it: another one, which knows the history alone, goes on. */
const erasedThough = async (dying: (typeof STEPS)[number]): Promise<MemoryEraser> => {
  const eraser = new MemoryEraser(() => world.now());
  eraser.knownForMs = 100;
  const queue = `erasing-${dying}`;
  const end = await world.work(queue, eraser.activities);
  let relieved: Promise<unknown> | null = null;
  eraser.after = (step) => {
    if (step !== dying || relieved !== null) return;
    relieved = end().then(() => world.work(queue, eraser.activities));
    MemoryEraser.died();
  };
  const workflowId = erasureWorkflowId(randomUUID());
  const handle = await world.client.workflow.start('erasureWorkflow', { workflowId, taskQueue: queue, args: [randomUUID()] });
  world.opened.push({ workflowId, runId: handle.firstExecutionRunId });
  await handle.result();
  await relieved;
  expect(relieved, dying).not.toBeNull();
  return eraser;
};

test('an erasure whose worker is gone after any of its steps goes on with another worker, in the same order, to the same end', async () => {
  const erased = await Promise.all(STEPS.map(erasedThough));
  for (const eraser of erased) {
    expect(eraser.changes).toEqual(CHANGES);
    expect(eraser).toMatchObject({ keys: false, rows: 0, executions: 0, certified: true });
  }
  expect(figure({ name: 'erasure.steps-survived', value: erased.length, unit: 'steps', bound: '== 8', seed: null })).toBe(true);
});
