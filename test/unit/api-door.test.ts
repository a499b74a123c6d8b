import {
  type Client,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, RetryState } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { coalesce } from '../../api/coalesce.ts';
import { createDoor } from '../../api/door.ts';
import { NotRunning } from '../../api/door-failure.ts';
import { Problem } from '../../api/http/problem.ts';
import { openCaseFile } from '../../domain/case.ts';
import type { Store } from '../../records/store.ts';

const CASE = '7d3f0a52-8a8e-4b53-9a3c-0f6f8a3a9b11';
const ORDER = { name: 'acknowledge', commandId: 'c-1', by: 'p-1', what: {} } as const;
const RECEIPT = { commandId: 'c-1', state: 'ACKNOWLEDGED', at: 1 };
const failed = (cause: Error) => new WorkflowUpdateFailedError('Workflow Update failed', cause);
const refusal = (code: string, say: string) => failed(ApplicationFailure.nonRetryable(say, 'REFUSED', code));
const grpc = (code: number) =>
  new ServiceError('failed', { cause: Object.assign(new Error('secret'), { code, details: 'secret', metadata: {} }) });

/** A client that answers as it is told, one answer for each call, the last for all that follow. */
function told(...answers: readonly unknown[]) {
  const calls: { what: string; id: string; options?: unknown }[] = [];
  const marked: string[][] = [];
  const next = (what: string, id: string, options?: unknown): Promise<unknown> => {
    calls.push({ what, id, options });
    const answer = answers[Math.min(calls.length, answers.length) - 1];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const workflow = {
    start: (type: string, options: { workflowId: string }) => next(type, options.workflowId, options),
    signalWithStart: (type: string, options: { workflowId: string }) => next(type, options.workflowId),
    getHandle: (id: string) => ({
      executeUpdate: (update: { name: string }, options: unknown) => next(update.name, id, options),
      signal: (signal: { name: string }) => next(signal.name, id),
    }),
  };
  const client = { workflow, options: { namespace: 'default' }, withDeadline: (_until: number, work: () => Promise<unknown>) => work() };
  const answer = { updateMany: async ({ where }: { where: { id: { in: string[] } } }) => marked.push(where.id.in) };
  const warned: unknown[] = [];
  const door = createDoor(client as unknown as Client, {
    store: { prisma: { answer } } as unknown as Store,
    log: { warn: (event, fields) => warned.push([event, fields]) },
  });
  return { door, calls, marked, warned };
}

const problemOf = async (work: Promise<unknown>): Promise<unknown> => {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  return thrown instanceof Problem ? [thrown.status, thrown.document.type, thrown.document.detail] : thrown;
};

describe('a command', () => {
  it('is an update whose id is that of the command', async () => {
    const { door, calls } = told(RECEIPT);
    expect(await door.command(CASE, ORDER)).toEqual(RECEIPT);
    expect(calls).toEqual([{ what: 'acknowledge', id: `case/${CASE}`, options: { updateId: 'c-1', args: [ORDER] } }]);
  });

  it.each([
    ['lost with its run', failed(ApplicationFailure.nonRetryable('secret', 'AcceptedUpdateCompletedWorkflow'))],
    ['dropped before it was accepted', grpc(10)],
    ['met by a change of runs', new WorkflowNotFoundError('secret', 'w', undefined)],
  ])('is sent again under the same id when it was %s', async (_how, error) => {
    const { door, calls } = told(error, RECEIPT);
    expect(await door.command(CASE, ORDER)).toEqual(RECEIPT);
    expect(calls.map(({ options }) => (options as { updateId: string }).updateId)).toEqual(['c-1', 'c-1']);
  });

  it('brings a refusal back in its own words, and a version that has changed as 412', async () => {
    expect(await problemOf(told(refusal('NO_CONSENT', 'Ask first.')).door.command(CASE, ORDER))).toEqual([
      409,
      '/problems/no-consent',
      'Ask first.',
    ]);
    const changed = told(refusal('VERSION_CHANGED', 'Read it again.')).door.letterCommand(CASE, CASE, { ...ORDER, name: 'haltLetter' });
    expect(await problemOf(changed)).toEqual([412, '/problems/precondition-failed', 'Read it again.']);
  });

  it('says after a silence that the same key may be used again, and after a failure that it may not', async () => {
    const same = [503, '/problems/unavailable', expect.stringContaining('the same Idempotency-Key')];
    expect(await problemOf(told(new WorkflowUpdateRPCTimeoutOrCancelledError('secret')).door.command(CASE, ORDER))).toEqual(same);
    expect(await problemOf(told(grpc(14)).door.command(CASE, ORDER))).toEqual(same);
    const outage = failed(activityFailure('OUTAGE'));
    expect(await problemOf(told(outage).door.command(CASE, ORDER))).toEqual([
      503,
      '/problems/unavailable',
      expect.stringContaining('a new Idempotency-Key'),
    ]);
    expect(await problemOf(told(failed(activityFailure('NOT_FOUND'))).door.command(CASE, ORDER))).toEqual([
      404,
      '/problems/not-found',
      expect.any(String),
    ]);
  });

  it('finds that nothing runs when it is told so twice', async () => {
    const missing = told(new WorkflowNotFoundError('secret', 'w', undefined));
    await expect(missing.door.command(CASE, ORDER)).rejects.toBeInstanceOf(NotRunning);
    expect(missing.calls).toHaveLength(2);
  });
});

function activityFailure(type: string): ActivityFailure {
  return new ActivityFailure(
    'secret',
    'recordCommand',
    '1',
    RetryState.NON_RETRYABLE_FAILURE,
    'worker',
    ApplicationFailure.nonRetryable('secret', type),
  );
}

describe('a case', () => {
  it('is started once, however often', async () => {
    const { door, calls } = told(new WorkflowExecutionAlreadyStartedError('secret', 'w', 'caseWorkflow'));
    await door.startCase(openCaseFile(CASE, 1, 'HIGH'));
    expect(calls).toMatchObject([
      { what: 'caseWorkflow', id: `case/${CASE}`, options: { taskQueue: 'desk', workflowIdReusePolicy: 'REJECT_DUPLICATE' } },
    ]);
  });
});

describe('a burst of answers', () => {
  it('is one nudge for each workflow, after which all of them are known to have been told', async () => {
    const { door, calls, marked } = told(undefined);
    for (let i = 0; i < 1_000; i += 1) door.tell(i % 2 === 0 ? 'w-even' : 'w-odd', `a-${i}`);
    for (let i = 0; i < 100; i += 1) await door.ringPostroom();
    await door.close();
    expect(calls.map(({ what, id }) => [what, id]).sort()).toEqual([
      ['answered', 'w-even'],
      ['answered', 'w-odd'],
      ['postroomWorkflow', 'postroom'],
    ]);
    expect(marked.flat()).toHaveLength(1_000);
  });

  it('is left to the sweep when nobody can be told', async () => {
    const { door, marked, warned } = told(grpc(14));
    door.tell('w', 'a');
    await door.close();
    expect(marked).toEqual([]);
    expect(warned).toEqual([['door.nudge-failed', { code: 'ServiceError' }]]);
  });
});

describe('coalescing', () => {
  it('runs by itself after the interval, and again for what came later', async () => {
    const ran: string[][] = [];
    let resolveRan: () => void = () => undefined;
    const first = new Promise<void>((resolve) => {
      resolveRan = resolve;
    });
    const gathered = coalesce(1, async (_key, items) => {
      ran.push([...items]);
      resolveRan();
    });
    gathered.add('k', 'a');
    gathered.add('k', 'b');
    gathered.add('k', 'a');
    await first;
    gathered.add('k', 'c');
    await gathered.settle();
    expect(ran).toEqual([['a', 'b'], ['c']]);
  });
});
