/** Gathers what comes in a burst: `work` runs once per key and interval with all that came for it meanwhile. */
export interface Coalesced {
  add(key: string, item: string): void;
  /** Does at once what is still waiting, and resolves when all of it, and all that was under way, is done. */
  settle(): Promise<void>;
}

/**
 * @param intervalMs how long the first of a burst waits for the others
 * @param work must not reject: nobody is left to hear it
 */
export function coalesce(intervalMs: number, work: (key: string, items: readonly string[]) => Promise<void>): Coalesced {
  const waiting = new Map<string, { readonly items: Set<string>; readonly timer: NodeJS.Timeout }>();
  const running = new Set<Promise<void>>();

  const run = (key: string): void => {
    const burst = waiting.get(key);
    if (burst === undefined) return;
    waiting.delete(key);
    clearTimeout(burst.timer);
    const done = work(key, [...burst.items]).finally(() => running.delete(done));
    running.add(done);
  };

  return {
    add(key, item) {
      const burst = waiting.get(key);
      if (burst === undefined) waiting.set(key, { items: new Set([item]), timer: setTimeout(run, intervalMs, key) });
      else burst.items.add(item);
    },
    async settle() {
      for (const key of [...waiting.keys()]) run(key);
      await Promise.all(running);
    },
  };
}
