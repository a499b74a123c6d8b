/**
 * `npm test`: everything that must hold before a change is taken. Silent while it is green, but for the summary; `--verbose` tells each step,
 * `--assure` writes the figures of a green run into docs/assurance.md, and words choose test files.
 * What the tests need beside npm's packages is found or installed first; with CI=true a missing part fails, elsewhere it is skipped by name.
 */
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Found } from '../runtime/local/found.ts';
import { findTemporalCli } from '../runtime/local/temporal-cli.ts';
import { findTestServer } from '../runtime/local/test-server.ts';
import { findChromium, findGnupg, findPythonWithNacl } from '../runtime/local/tools.ts';
import { type Measured, writeAssurance } from './assure.ts';
import { withinBound } from './support/figures.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = path.join(root, 'reports');
const verbose = process.argv.includes('--verbose') || process.stdout.isTTY;
const only = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const inCi = process.env['CI'] === 'true';
const ROOMS = ['domain', 'crypto', 'prisma', 'records', 'mail', 'workflows', 'activities', 'api', 'runtime', 'test'];

const say = (line: string): void => {
  if (verbose) console.log(line);
};

type Ran = { readonly code: number; readonly output: string };

const run = (name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const bin = path.join(root, 'node_modules/.bin', name);
    const child = spawn(bin, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (part: Buffer) => {
        output += part.toString();
        if (verbose) process.stdout.write(part);
      });
    }
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });

/** The checks that run no test. The type checker first: after it, most of what the others say makes sense. */
const CHECKS: readonly { readonly name: string; readonly bin: string; readonly args: readonly string[] }[] = [
  { name: 'types', bin: 'tsc', args: ['--noEmit', '-p', '.'] },
  { name: 'types of the scripts in the browser', bin: 'tsc', args: ['-p', 'api/browser'] },
  { name: 'format and lint', bin: 'biome', args: ['check', '--error-on-warnings', '.'] },
  { name: 'promises left alone', bin: 'oxlint', args: ['--type-aware', '--deny', 'typescript/no-floating-promises', '--quiet', ...ROOMS] },
  { name: 'nothing unused', bin: 'knip', args: ['--no-progress'] },
  { name: 'direction of imports', bin: 'depcruise', args: ['--config', '.dependency-cruiser.cjs', ...ROOMS] },
];

const TOOLS: readonly {
  readonly name: string;
  readonly variable: string;
  readonly find: (log: (line: string) => void) => Promise<Found>;
}[] = [
  { name: 'Temporal CLI', variable: 'TEMPORAL_CLI_PATH', find: findTemporalCli },
  { name: 'Temporal test server', variable: 'TEMPORAL_TEST_SERVER_PATH', find: findTestServer },
  { name: 'Chromium', variable: 'CHROMIUM_PATH', find: findChromium },
  { name: 'GnuPG', variable: 'GNUPG_PATH', find: findGnupg },
  { name: 'Python with PyNaCl', variable: 'SOS_PYTHON', find: findPythonWithNacl },
];

const missing: string[] = [];
const env: Record<string, string> = {};
for (const { name, variable, find } of TOOLS) {
  const found = await find(say);
  if (found.found) env[variable] = found.path;
  else missing.push(`${name}: ${found.why}`);
  say(found.found ? `${name}: ${found.path} (${found.how})` : `${name}: missing. ${found.why}`);
}
const failures: string[] = inCi ? missing.map((what) => `missing: ${what}`) : [];

await mkdir(reports, { recursive: true });
await rm(path.join(reports, 'figures.jsonl'), { force: true });
if (only.length === 0) {
  for (const { name, bin, args } of CHECKS) {
    const { code, output } = await run(bin, args);
    if (code !== 0) failures.push(name);
    if (code !== 0 && !verbose) console.log(`--- ${name}\n${output}`);
  }
}

const results = path.join(reports, 'tests.json');
await rm(results, { force: true });
const tests = await run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`, ...only], env);
await writeFile(path.join(reports, 'tests.log'), tests.output);
if (tests.code !== 0) failures.push('tests');
if (tests.code !== 0 && !verbose) console.log(tests.output);

type Results = {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTotalTests: number;
  readonly testResults: readonly { readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[] }[];
};
const counted = JSON.parse(await readFile(results, 'utf8').catch(() => 'null')) as Results | null;
if (counted === null || counted.numTotalTests === 0) failures.push('no test ran');

const all = (counted?.testResults ?? []).flatMap(({ assertionResults }) => assertionResults);
const skipped = all.filter(({ status }) => status === 'pending' || status === 'skipped').map(({ fullName }) => fullName);
if (inCi && skipped.length > 0) failures.push(`${skipped.length} skipped`);

const figures = (await readFile(path.join(reports, 'figures.jsonl'), 'utf8').catch(() => ''))
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Measured);
const outside = figures.filter(({ value, bound }) => !withinBound(value, bound));

for (const what of missing) console.log(`missing: ${what}`);
for (const name of skipped) console.log(`skipped: ${name}`);
for (const { name, value, unit, bound } of outside) console.log(`out of bounds: ${name} = ${value} ${unit}, bound ${bound}`);
for (const what of failures) console.log(`failed: ${what}`);
console.log(`figures: ${figures.length} measured, ${outside.length} out of bounds`);
const failed = (counted?.numFailedTests ?? 0) + (failures.length > 0 && (counted?.numFailedTests ?? 0) === 0 ? failures.length : 0);
console.log(`${counted?.numPassedTests ?? 0} passed, ${failed} failed, ${skipped.length} skipped`);
const green = failures.length === 0 && outside.length === 0;
if (green && process.argv.includes('--assure')) await writeAssurance(figures);
process.exit(green ? 0 : 1);
