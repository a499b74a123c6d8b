import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Desk } from '../support/play.ts';
import type { Measure } from './ratios.ts';

const SAMPLES = 5;
const APART_MS = 500;

export type Resident = { readonly api: readonly number[]; readonly worker: readonly number[] };

/** Resident memory in MiB of a process, as Linux counts it. */
const residentOf = async (pid: number | null): Promise<number> => {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kilobytes === undefined) throw new Error('the memory of a process could not be read');
  return Number(kilobytes) / 1024;
};

/** Several looks at the two processes of the desk, a little apart; null where there is no /proc to look into. */
export const resident = async (desk: Desk): Promise<Resident | null> => {
  if (process.platform !== 'linux') return null;
  const { api, worker } = await desk.stack.pids();
  const seen = { api: [] as number[], worker: [] as number[] };
  for (let look = 0; look < SAMPLES; look += 1) {
    if (look > 0) await pause(APART_MS);
    seen.api.push(await residentOf(api));
    seen.worker.push(await residentOf(worker));
  }
  return seen;
};

export const memoryMeasures = (idle: Resident, after: Resident): readonly Measure[] =>
  (['api', 'worker'] as const).map((part) => ({
    name: `memory of the ${part === 'api' ? 'API' : 'worker'} after the load`,
    floor: 'the same process when it had just started',
    unit: 'MiB',
    desk: after[part],
    base: idle[part],
    n: SAMPLES,
  }));
