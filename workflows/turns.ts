import { allHandlersFinished, condition, sleep } from '@temporalio/workflow';

/** One at a time, in order of arrival: handlers that await are interleaved, and a decision must stand on the state it was made from. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work, work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}

/**
 * Before a run hands over: no accepted command may be left behind, and its result must have reached the server in a task of its own, because a result
 * that shares its task with the end of the run can be lost. Source: engineering notes B2 (updates at the boundary).
 */
export const handlersAtRest = async (): Promise<void> => {
  do {
    await condition(allHandlersFinished);
    await sleep(1);
  } while (!allHandlersFinished());
};
