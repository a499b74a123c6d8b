import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mailWaitingSignal, TASK_QUEUES } from '../../workflows/messages.ts';
import { useWorld } from '../support/workflow-world.ts';

const MINUTE = 60_000;
const world = useWorld();

type Round = { readonly lane: string; readonly at: number };
type Delivered = { sent: number; nextDueAt: number | null };

/** Every attempt at delivering: which of the postroom's activities it belongs to, and when, by the server's clock. */
const rounds: Round[] = [];
/** Rounds of the sweep. */
let begun = 0;
let deliver: (round: Round) => Delivered;
const nothingDue = (): Delivered => ({ sent: 0, nextDueAt: null });
const lanes = (): readonly string[] => [...new Set(rounds.map(({ lane }) => lane))];

beforeAll(async () => {
  await world.work(TASK_QUEUES.mail, {
    deliverDue: async () => {
      const { activityId, currentAttemptScheduledTimestampMs: at } = Context.current().info;
      const round = { lane: activityId, at };
      rounds.push(round);
      return deliver(round);
    },
  });
});
beforeEach(() => {
  rounds.length = 0;
  begun = 0;
  deliver = nothingDue;
});

/** A singleton at work: its first round has begun. */
const open = async (workflow: 'postroomWorkflow' | 'sweepWorkflow', ...args: unknown[]): Promise<string> => {
  const workflowId = workflow === 'postroomWorkflow' ? 'postroom' : 'sweep';
  const { firstExecutionRunId: runId } = await world.client.workflow.start(workflow, { workflowId, taskQueue: TASK_QUEUES.desk, args });
  world.opened.push({ workflowId, runId });
  await world.until(async () => rounds.length + begun > 0, `the ${workflowId} does not work`);
  await world.settle();
  return workflowId;
};

const outage = (): never => {
  throw ApplicationFailure.retryable('no connection', 'OUTAGE');
};

describe('the postroom', () => {
  test('looks for itself every quarter of an hour, and at once when it is told of mail', async () => {
    const postroom = await open('postroomWorkflow');
    expect(rounds).toHaveLength(1);
    await world.pass(14 * MINUTE);
    expect(rounds).toHaveLength(1);
    await world.pass(2 * MINUTE);
    expect(rounds).toHaveLength(2);
    await world.handle(postroom).signal(mailWaitingSignal);
    await world.settle();
    expect(rounds).toHaveLength(3);
  });

  test('looks again when the next message is due, not before and not much later', async () => {
    deliver = ({ at }) => (rounds.length === 1 ? { sent: 3, nextDueAt: at + 5 * MINUTE } : nothingDue());
    await open('postroomWorkflow');
    await world.pass(4 * MINUTE);
    expect(rounds).toHaveLength(1);
    await world.pass(2 * MINUTE);
    expect(rounds).toHaveLength(2);
    const [first, second] = rounds.map(({ at }) => at);
    expect(Math.abs((second ?? 0) - (first ?? 0) - 5 * MINUTE)).toBeLessThan(2_000);
  });

  test('outlives a batch that cannot be sent: it tries again after a short patience', async () => {
    deliver = () => {
      if (rounds.length > 1) return nothingDue();
      throw ApplicationFailure.nonRetryable('this batch is broken', 'BROKEN');
    };
    const postroom = await open('postroomWorkflow');
    expect(rounds).toHaveLength(1);
    await world.pass(MINUTE);
    expect(lanes()).toHaveLength(2);
    expect(await world.isRunning(postroom)).toBe(true);
  });

  test('lets one lane that is stuck hold up nobody: the next goes on, and hears the signal', async () => {
    deliver = ({ lane }) => (lane === rounds[0]?.lane ? outage() : nothingDue());
    const postroom = await open('postroomWorkflow');
    await world.pass(15_000);
    expect(lanes()).toHaveLength(1);
    await world.pass(MINUTE);
    expect(lanes()).toHaveLength(2);
    await world.handle(postroom).signal(mailWaitingSignal);
    await world.pass(1_000);
    expect(lanes()).toHaveLength(3);
    expect(await world.isRunning(postroom)).toBe(true);
  });

  test('has four lanes and not more, and goes on as soon as one is free again', async () => {
    deliver = outage;
    const postroom = await open('postroomWorkflow');
    await world.pass(10 * MINUTE);
    expect(lanes()).toHaveLength(4);
    deliver = nothingDue;
    await world.pass(2 * MINUTE);
    await world.handle(postroom).signal(mailWaitingSignal);
    await world.pass(MINUTE);
    expect(lanes().length).toBeGreaterThan(4);
    expect(await world.isRunning(postroom)).toBe(true);
  });
});

describe('the sweep', () => {
  test('goes round at its pace, and a round that fails does not end it', async () => {
    world.reconcile = async () => {
      begun += 1;
      if (begun === 2) throw ApplicationFailure.nonRetryable('this round is broken', 'BROKEN');
      return { cases: 0, answers: 0, mails: 0, erasures: 0 };
    };
    const sweep = await open('sweepWorkflow', MINUTE);
    for (const seen of [1, 2, 3, 4]) {
      expect(begun).toBe(seen);
      await world.pass(MINUTE + 1_000);
    }
    expect(await world.isRunning(sweep)).toBe(true);
  });
});
