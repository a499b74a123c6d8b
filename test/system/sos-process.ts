import { execFile } from 'node:child_process';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

export type Said = { readonly status: number | null; readonly signal: NodeJS.Signals | null; readonly out: string; readonly err: string };
/** Before its nth statement to PostgreSQL is sent, or once it is on its way. */
export type Death = { readonly statement: number; readonly when: 'before' | 'after' };

/** The command line as somebody types it, in a process of its own, which may be made to die. */
export const sos = (settings: Record<string, string>, words: readonly string[], death?: Death): Promise<Said> =>
  new Promise((resolve) => {
    const killer = death === undefined ? [] : ['--import', path.join(ROOT, 'test/support/kill-at-statement.ts')];
    const dying = death === undefined ? {} : { KILL_AT_STATEMENT: String(death.statement), KILL_WHEN: death.when };
    const line = ['--import', 'tsx', ...killer, path.join(ROOT, 'runtime/cli/sos.ts'), ...words];
    const env = { PATH: process.env['PATH'], ...settings, ...dying };
    const child = execFile(process.execPath, line, { cwd: ROOT, env }, (_, out, err) =>
      resolve({ status: child.exitCode, signal: child.signalCode, out, err }),
    );
  });
