import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** One POST. */
export type Shot = { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string };
export type Job = { readonly shots: readonly Shot[]; readonly concurrency: number; readonly expected: number };
/** Milliseconds from the call to the last byte of the answer, for every shot, as they ended. */
export type Done = { readonly tookMs: readonly number[] } | { readonly failed: string };

/** A child that ends with us, however we end. `said` is the next thing it sends. */
type Child = { readonly process: ChildProcess; readonly said: () => Promise<unknown>; readonly stop: () => Promise<void> };

const start = (script: URL, args: readonly string[]): Child => {
  const child = fork(script, args);
  const ended = once(child, 'exit');
  const said = async (): Promise<unknown> => {
    const gone = ended.then(() => Promise.reject(new Error(`${path.basename(script.pathname)} ended early`)));
    const [message] = (await Promise.race([once(child, 'message'), gone])) as [unknown];
    return message;
  };
  const stop = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await ended;
  };
  return { process: child, said, stop };
};

export type Driver = { readonly run: (job: Job) => Promise<readonly number[]>; readonly stop: () => Promise<void> };

export const startDriver = (): Driver => {
  const child = start(new URL('./driver.ts', import.meta.url), []);
  return {
    run: async (job) => {
      const answered = child.said();
      child.process.send(job);
      const done = (await answered) as Done;
      if ('failed' in done) throw new Error(done.failed);
      return done.tookMs;
    },
    stop: child.stop,
  };
};

export type Floor = { readonly url: string; readonly stop: () => Promise<void> };

/** The bare app, on the same PostgreSQL server as the desk. */
export const startFloor = async (databaseUrl: string): Promise<Floor> => {
  const child = start(new URL('./floor.ts', import.meta.url), [databaseUrl]);
  return { url: `http://127.0.0.1:${(await child.said()) as number}`, stop: child.stop };
};
