/** Keeps what was started in order, so that it stops in the opposite order, exactly once, and so that an unasked-for end is noticed. */
import path from 'node:path';
import { processRegistry, stopLeftovers } from './leftovers.ts';
import { takeLock } from './lock.ts';
import { lives, type ProcessMark, until } from './process.ts';

interface Part {
  /** Absent for parts that live in this process. */
  process?: ProcessMark;
  stop(force?: boolean): Promise<void>;
}

export interface Supervisor {
  /** Fixes the places of parts that will start side by side. */
  reserve(...names: readonly string[]): void;
  /** Adds a part, or puts a new one in the place of the one with this name. */
  keep<T extends Part>(name: string, part: T): Promise<T>;
  /** Stops one part and keeps its place, for `keep` to fill. */
  release(name: string): Promise<void>;
  /** Null when the part does not run. */
  pid(name: string): Promise<number | null>;
  /** Resolves with the name of the first part that ends without having been told to, or with null once everything is being stopped. */
  watch(): Promise<string | null>;
  stop(options?: { force?: boolean }): Promise<void>;
}

/** @throws Error when another run works on this folder. A killed run's lock does not count, and what it left running is stopped. */
export async function supervise(dir: string, log: (line: string) => void): Promise<Supervisor> {
  const lock = await takeLock(path.join(dir, 'lock'));
  if ('heldBy' in lock) {
    throw new Error(`The desk already runs on ${dir} (process ${lock.heldBy.pid}): stop it first, or set LOCAL_DIR to another folder.`);
  }
  const registryFile = path.join(dir, 'processes.json');
  await stopLeftovers(registryFile, log);
  const registry = processRegistry(registryFile);
  const parts = new Map<string, Part | null>();
  let stopping: Promise<void> | null = null;
  let forced = false;

  const stopInOrder = async (): Promise<void> => {
    for (const [name, part] of [...parts].reverse()) {
      if (!part) continue;
      log(`Stopping ${name} ...`);
      await part.stop(forced);
      parts.set(name, null);
    }
    await registry.clear();
    await lock.release();
  };

  return {
    reserve(...names) {
      for (const name of names) parts.set(name, null);
    },
    async keep(name, part) {
      parts.set(name, part);
      if (part.process) await registry.note(name, part.process);
      return part;
    },
    async release(name) {
      const part = parts.get(name);
      parts.set(name, null);
      await part?.stop();
    },
    async pid(name) {
      const mark = parts.get(name)?.process;
      return mark && (await lives(mark)) ? mark.pid : null;
    },
    async watch() {
      let ended: string | null = null;
      const look = async (): Promise<boolean> => {
        for (const [name, part] of parts) {
          const gone = part?.process && !(await lives(part.process));
          // Asked after the look: a part released or replaced meanwhile did not end by itself.
          if (gone && !stopping && parts.get(name) === part) ended = name;
        }
        return ended !== null || stopping !== null;
      };
      await until(look, Number.POSITIVE_INFINITY, { pause: 500 });
      return ended;
    },
    async stop({ force = false } = {}) {
      forced ||= force;
      stopping ??= stopInOrder();
      // Whoever insists does not wait for the grace of the part whose turn it is.
      if (force) await Promise.all([...parts.values()].reverse().map((part) => part?.stop(true)));
      await stopping;
    },
  };
}
