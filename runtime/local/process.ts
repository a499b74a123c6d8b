/** Small dealings with other processes: run one to its end, tell whether one lives, stop one for good. */
import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { environment } from '../config.ts';

const exec = promisify(execFile);

/** Runs a program to its end. @returns its standard output, or null when it is missing, fails or takes longer than `ms`. */
export async function output(program: string, args: readonly string[], ms = 20_000): Promise<string | null> {
  try {
    return (await exec(program, [...args], { timeout: ms, killSignal: 'SIGKILL' })).stdout;
  } catch {
    return null;
  }
}

/**
 * Runs a program that may take minutes, with a line of progress every ten seconds so that nobody takes it for dead.
 * @returns null when it succeeded, else why not, in a few words.
 */
export async function runLong(
  program: string,
  args: readonly string[],
  options: { says: string; log: (line: string) => void; ms: number; cwd?: string; env?: Record<string, string> },
): Promise<string | null> {
  const began = Date.now();
  const elapsed = (): string => `${Math.round((Date.now() - began) / 1000)} s`;
  options.log(`${options.says} ...`);
  const child = spawn(program, [...args], {
    cwd: options.cwd,
    env: { ...environment, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.ms,
    killSignal: 'SIGKILL',
  });
  let tail = '';
  const keep = (chunk: Buffer): void => {
    tail = (tail + chunk.toString()).slice(-2000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const progress = setInterval(() => options.log(`${options.says} ... ${elapsed()}`), 10_000);
  try {
    const code = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exit, signal) => resolve(signal ?? exit));
    });
    if (code === 0) return null;
    if (code === 'SIGKILL') return `it was stopped after ${elapsed()}`;
    return tail.trim().split('\n').at(-1) ?? `it ended with ${code}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? `${program} is not installed` : String(error);
  } finally {
    clearInterval(progress);
  }
}

/** A process by more than its number, because numbers are used again after a crash or a restart of the machine. */
export interface ProcessMark {
  pid: number;
  /** Opaque: when the system says that this process began. */
  began: string;
}

/** @returns null when no such process runs (a zombie does not run). */
export async function markOf(pid: number): Promise<ProcessMark | null> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
    // The program's name may hold spaces and brackets; fields count from the last bracket: state is 3rd, start time 22nd.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (!fields?.[19] || fields[0] === 'Z') return null;
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
    return { pid, began: `${boot.trim()}/${fields[19]}` };
  }
  const began = (await output('ps', ['-o', 'lstart=', '-p', String(pid)]))?.trim();
  return began ? { pid, began } : null;
}

export async function lives(mark: ProcessMark): Promise<boolean> {
  return (await markOf(mark.pid))?.began === mark.began;
}

/** Signals a process and waits for its end; after `ms` it is killed. Nothing happens when it already ended. */
export async function stopProcess(mark: ProcessMark, signal: NodeJS.Signals, ms: number, last: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  for (const [sent, patience] of [
    [signal, ms],
    [last, 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!(await lives(mark))) return;
    try {
      process.kill(mark.pid, sent);
    } catch {
      return;
    }
    if (await until(async () => !(await lives(mark)), patience)) return;
  }
}

/** Asks again every `pause` ms until the answer is yes. @returns false when `ms` passed, or the signal came, first. */
export async function until(
  ask: () => Promise<boolean> | boolean,
  ms: number,
  { signal, pause = 50 }: { signal?: AbortSignal; pause?: number } = {},
): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (!signal?.aborted) {
    if (await ask()) return true;
    if (Date.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return false;
}
