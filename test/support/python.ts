import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../vectors/', import.meta.url));

/** The interpreter with PyNaCl that SOS_PYTHON names, else `python3` if it has PyNaCl, else null. */
function findPython(): string | null {
  const candidate = process.env['SOS_PYTHON'] ?? 'python3';
  return spawnSync(candidate, ['-c', 'import nacl.bindings']).status === 0 ? candidate : null;
}

export const python = findPython();

/** Whether the tests of the independent reader are left out: never where an interpreter was named, nor where CI=true. */
export const withoutPython = python === null && process.env['SOS_PYTHON'] === undefined && process.env['CI'] !== 'true';

/** Runs a script of `test/vectors` and returns what it printed. */
export function runPython(script: string, input: string): string {
  if (python === null) throw new Error('The independent reader needs a Python with PyNaCl: name its interpreter in SOS_PYTHON.');
  const run = spawnSync(python, ['-B', script], { cwd: folder, input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (run.status !== 0) throw new Error(`The independent reader failed: ${run.stderr}`);
  return run.stdout;
}

/** The answers of `read_envelope.py`, one for each request. */
export function askReader(requests: readonly unknown[]): unknown[] {
  const printed = runPython('read_envelope.py', requests.map((request) => `${JSON.stringify(request)}\n`).join(''));
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
