import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { DeskActivities, ErasureActivities, MailActivities, SweepActivities } from '../activities/contract.ts';
import { TASK_QUEUES } from './messages.ts';

/**
 * Every timeout and retry of the house. `startToClose` is one attempt, `scheduleToClose` the promise: a coordinator waits two minutes at most for
 * an answer, while the story itself outlasts any outage, because a case must not fail when a database is down for a weekend, nor when a key or a
 * policy is wrong for an hour: a story gives up only on a case whose key was destroyed.
 */
const ERASED = ['KEY_DESTROYED'];
const NEVER_AGAIN = [...ERASED, 'SEAL_BROKEN', 'NOT_FOUND', 'BAD_SHAPE', 'TOO_LATE'];

const PROMISES = {
  command: {
    startToCloseTimeout: '10 seconds',
    scheduleToCloseTimeout: '2 minutes',
    retry: {
      initialInterval: '200 milliseconds',
      backoffCoefficient: 2,
      maximumInterval: '10 seconds',
      nonRetryableErrorTypes: NEVER_AGAIN,
    },
  },
  story: {
    // also how long a step waits for a worker that was killed in the middle of it
    startToCloseTimeout: '20 seconds',
    scheduleToCloseTimeout: '60 days',
    retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '1 minute', nonRetryableErrorTypes: ERASED },
    // an attempt under way may still commit: nothing is concluded from its cancellation before it has ended
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  },
  erasure: {
    // a look at every run of a long case, one by one
    startToCloseTimeout: '1 minute',
    // no promise ends it and no failure is the last: what two persons have decided to erase is erased
    retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '1 minute' },
  },
  mail: {
    taskQueue: TASK_QUEUES.mail,
    startToCloseTimeout: '30 minutes',
    // one SMTP conversation may take its ten minutes after the final dot (RFC 5321 4.5.3.2), so the beat comes from a timer, not from progress
    heartbeatTimeout: '10 seconds',
    scheduleToCloseTimeout: '60 days',
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  },
} as const;

const mutable = <T>(options: T) => options as T & { retry: { nonRetryableErrorTypes?: string[] } };

/** For update handlers: a person is waiting. */
export const commands = proxyActivities<Pick<DeskActivities, 'recordCommand' | 'recordLetterCommand'>>(mutable(PROMISES.command));
/** For the story: nobody is waiting, nothing may be lost. */
export const desk = proxyActivities<DeskActivities>(mutable(PROMISES.story));
/** For a reminder: after the close it would be late and of no use, so it is tried until then and no longer. `closesAt` in epoch ms. */
export const reminding = (closesAt: number) => {
  const left = Math.max(1, closesAt - Date.now());
  return proxyActivities<Pick<DeskActivities, 'remindSilent'>>(mutable({ ...PROMISES.story, scheduleToCloseTimeout: left }));
};
export const mail = proxyActivities<MailActivities>(mutable(PROMISES.mail));
export const sweeper = proxyActivities<SweepActivities>(mutable(PROMISES.story));
export const eraser = proxyActivities<ErasureActivities>(mutable(PROMISES.erasure));
