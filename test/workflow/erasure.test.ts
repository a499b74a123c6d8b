import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ErasureActivities } from '../../activities/contract.ts';
import { erasureWorkflowId } from '../../domain/ids.ts';
import { turnPageSignal } from '../../workflows/messages.ts';
import { figure } from '../support/figures.ts';
import { CHANGES, MemoryEraser, STEPS } from '../support/workflow-eraser.ts';
import { useWorld } from '../support/workflow-world.ts';

const world = useWorld();

let eraser: MemoryEraser;
let queue: string;

/** Each on a queue of its own: the test server may give a task to a worker that has just ended. */
const fresh = async (): Promise<void> => {
  eraser = new MemoryEraser(() => world.now());
  queue = `erasing-${randomUUID()}`;
  await world.work(queue, eraser.activities);
};

beforeEach(fresh);

const start = async () => {
  const workflowId = erasureWorkflowId(randomUUID());
  const handle = await world.client.workflow.start('erasureWorkflow', { workflowId, taskQueue: queue, args: [randomUUID()] });
  world.opened.push({ workflowId, runId: handle.firstExecutionRunId });
  return handle;
};

const erase = async (): Promise<void> => {
  await (await start()).result();
};

const at = (step: keyof ErasureActivities, which: 0 | -1): number =>
  eraser.attempts.filter((attempt) => attempt.step === step).at(which)?.at ?? 0;

describe('an erasure', () => {
  test('ends what runs and deletes it before it destroys the keys, and certifies when nobody knows them any more', async () => {
    await erase();
    expect(eraser.changes).toEqual(CHANGES);
    expect(eraser).toMatchObject({ keys: false, rows: 0, executions: 0, certified: true });
    expect(at('certifyErasure', 0) - at('destroyKeys', 0)).toBeGreaterThanOrEqual(89_000);
  });

  test('terminates what does not end by itself, and not before it had time to', async () => {
    eraser.obeys = false;
    await erase();
    expect(eraser.changes).toEqual([...CHANGES.slice(0, 3), 'terminated', ...CHANGES.slice(3)]);
    const ended = eraser.attempts.filter(({ step }) => step === 'endExecutions');
    expect((ended.at(-1)?.at ?? 0) - (ended[0]?.at ?? 0)).toBeGreaterThanOrEqual(9_000);
  });

  test('waits for lists that forget late, without a history that grows with them', async () => {
    eraser.lag = 40;
    const handle = await start();
    await handle.result();
    expect(eraser.changes).toEqual(CHANGES);
    const { history } = await handle.describe().then(async ({ historyLength }) => ({ history: historyLength ?? 0 }));
    expect(history).toBeLessThan(600);
  });

  test('turns the page between two looks, and the run after it knows no less', async () => {
    eraser.lag = 40;
    const handle = await start();
    let turned = false;
    eraser.before = async (step) => {
      if (step !== 'deleteExecutions' || turned) return;
      turned = true;
      await world.handle(handle.workflowId).signal(turnPageSignal);
    };
    await handle.result();
    expect(eraser.attempts.filter(({ step }) => step === 'barCase')).toHaveLength(2);
    expect((await world.handle(handle.workflowId).describe()).runId).not.toBe(handle.firstExecutionRunId);
    expect(eraser).toMatchObject({ keys: false, rows: 0, executions: 0, certified: true });
  });

  test('does all that can be done while the backup of the keys cannot be written, and certifies when it can', async () => {
    const found: object[] = [];
    eraser.before = (step) => {
      if (step !== 'renewKeyBackup' || found.length === 3) return;
      const { keys, rows, executions, certified } = eraser;
      found.push({ keys, rows, executions, certified });
      throw ApplicationFailure.retryable('unwritable', 'OUTAGE');
    };
    await erase();
    expect(found).toEqual(Array(3).fill({ keys: false, rows: 0, executions: 0, certified: false }));
    expect(eraser).toMatchObject({ certified: true });
  });

  test('removes what somebody wrote with a key they still knew, and certifies nothing before', async () => {
    let written = false;
    eraser.after = (step) => {
      if (step !== 'renewKeyBackup' || written) return;
      written = true;
      eraser.rows = 1;
    };
    await erase();
    expect(eraser.changes).toEqual([...CHANGES.slice(0, 7), 'purged', 'key backup renewed', ...CHANGES.slice(7)]);
    expect(eraser).toMatchObject({ rows: 0, certified: true });
  });
});

describe('a legal hold', () => {
  test('placed before any step stops the erasure as long as there are keys; the twin: after that it stops nothing', async () => {
    let destroyed = 0;
    for (const step of STEPS.slice(0, 5)) {
      await fresh();
      eraser.before = (next) => {
        if (next === step) eraser.isHeld = true;
      };
      await erase();
      if (!eraser.keys) destroyed += 1;
      expect(eraser, step).toMatchObject({ keys: true, rows: 10, certified: false });
      // once the case is barred, no story may go on behind it: what runs ends first, and only then is the case given back
      expect([eraser.running, eraser.changes.at(-1)], step).toEqual(step === 'barCase' ? [3, undefined] : [0, 'stopped']);
    }
    expect(figure({ name: 'erasure.keys-destroyed-under-hold', value: destroyed, unit: 'cases', bound: '== 0', seed: null })).toBe(true);

    await fresh();
    eraser.before = (next) => {
      if (next === 'purgeCase') eraser.isHeld = true;
    };
    await erase();
    expect(eraser).toMatchObject({ keys: false, rows: 0, certified: true });
  });
});
