/** One process of the desk (API or worker) as a child: started, awaited until it is ready, stopped. */
import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { lives, markOf, type ProcessMark, stopProcess, until } from './process.ts';
import { root } from './root.ts';

export interface Service {
  process: ProcessMark;
  /** SIGTERM, and SIGKILL when the grace is over (at once when forced). */
  stop(force?: boolean): Promise<void>;
}

export interface ServiceOptions {
  name: string;
  /** Relative to the repository. */
  script: string;
  /** Answers 200 once the service can do its work. */
  readyUrl: string;
  env: Readonly<Record<string, string | undefined>>;
  logFile: string;
  /** Milliseconds between SIGTERM and SIGKILL; longer than the service's own grace. */
  grace: number;
  signal: AbortSignal;
}

const PATIENCE = 60_000;

/** @throws Error with the last lines of the log when the service ends, or is not ready within a minute. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const log = await open(options.logFile, 'a', 0o600);
  const from = (await log.stat()).size;
  const watch = path.join(root, 'runtime/local/ends-with-parent.mjs');
  const child = spawn(process.execPath, ['--import', 'tsx', '--import', watch, path.join(root, options.script)], {
    cwd: root,
    env: options.env,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    // Its own group: a Ctrl-C in the terminal reaches it through stop(), in its turn and only once.
    detached: true,
  });
  child.unref();
  child.channel?.unref();
  child.on('error', () => undefined);
  const mark = child.pid === undefined ? null : await markOf(child.pid);
  await log.close();
  if (mark) {
    const settled = await until(async () => (await ready(options.readyUrl)) || !(await lives(mark)), PATIENCE, options);
    if (settled && (await lives(mark))) {
      return { process: mark, stop: (force = false) => stopProcess(mark, force ? 'SIGKILL' : 'SIGTERM', options.grace) };
    }
    await stopProcess(mark, 'SIGTERM', options.grace);
  }
  options.signal.throwIfAborted();
  const said = (await readFile(options.logFile)).subarray(from).toString().trim().split('\n').slice(-12).join('\n');
  throw new Error(`The ${options.name} did not become ready (${options.readyUrl}). Its log, ${options.logFile}, ends with:\n${said}`);
}

async function ready(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    async (response) => {
      await response.body?.cancel();
      return response.status === 200;
    },
    () => false,
  );
}
