/**
 * What the tests need beside npm packages: a browser, GnuPG, Java, and Python with PyNaCl as the second implementation of the
 * crypto formats. Each is looked for first, then installed where that is possible without asking anybody.
 */
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { environment } from '../config.ts';
import { type Found, type Log, onlyOneBuilds, onPath } from './found.ts';
import { output, runLong } from './process.ts';
import { root, toolsDir } from './root.ts';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge-stable'];
const BROWSER_APPS = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];
const PYNACL = 'pynacl==1.6.2';

/** In this order: CHROMIUM_PATH, PATH and the usual places, apt (as root on Debian, with fonts for Arabic), playwright's download. */
export async function findChromium(log: Log): Promise<Found> {
  const named = environment['CHROMIUM_PATH'];
  if (named) {
    return (await isBrowser(named))
      ? { found: true, path: named, how: 'CHROMIUM_PATH' }
      : { found: false, why: `CHROMIUM_PATH names ${named}, which is no Chromium that runs: mend or unset it.` };
  }
  const installed = await installedBrowser();
  if (installed) {
    // A page in Arabic without its letters would be laid out, and measured, as a row of boxes.
    if ((await output('fc-list', [':lang=ar']))?.trim() === '') await apt('fonts for Arabic', ['fonts-noto-core'], log);
    return { found: true, path: installed, how: 'installed' };
  }
  const failed = await apt('Chromium', ['chromium', 'fonts-noto-core', 'fontconfig'], log);
  const packaged = failed ? null : await installedBrowser();
  if (packaged) return { found: true, path: packaged, how: 'apt' };
  const fetched = await browserOfPlaywright(log);
  if (fetched) return { found: true, path: fetched, how: "playwright's download" };
  return { found: false, why: 'Chromium is missing: install it, or name it in CHROMIUM_PATH.' };
}

export async function findGnupg(log: Log): Promise<Found> {
  return program('GnuPG', 'gpg', ['--version'], ['gnupg'], log);
}

export async function findJava(log: Log): Promise<Found> {
  return program('Java', 'java', ['-version'], ['default-jre-headless'], log);
}

export async function findMaven(log: Log): Promise<Found> {
  return program('Maven', 'mvn', ['--version'], ['maven'], log);
}

/** @returns the interpreter of a virtual environment of our own that has PyNaCl. */
export async function findPythonWithNacl(log: Log): Promise<Found> {
  const folder = path.join(toolsDir, 'venv');
  const python = path.join(folder, 'bin', 'python3');
  const works = async (): Promise<boolean> => (await output(python, ['-c', 'import nacl.bindings'])) !== null;
  if (await works()) return { found: true, path: python, how: 'made earlier' };
  return onlyOneBuilds('venv', async () => {
    if (await works()) return { found: true, path: python, how: 'made by another run' };
    const failed = await makeVenv(folder, python, log);
    if (!failed && (await works())) return { found: true, path: python, how: 'made now' };
    return { found: false, why: `Python with PyNaCl is missing, and making it did not work: ${failed ?? 'it cannot be imported'}.` };
  });
}

async function program(title: string, name: string, args: readonly string[], packages: readonly string[], log: Log): Promise<Found> {
  const known = await onPath(name);
  // Present is not enough: macOS has a `java` that only tells where to buy one.
  if (known && (await output(known, args)) !== null) return { found: true, path: known, how: 'PATH' };
  const failed = await apt(title, packages, log);
  const installed = failed ? null : await onPath(name);
  if (installed) return { found: true, path: installed, how: 'apt' };
  return { found: false, why: `${title} is missing: install it so that ${name} is on PATH (${failed ?? 'the package did not bring it'}).` };
}

async function makeVenv(folder: string, python: string, log: Log): Promise<string | null> {
  await rm(folder, { recursive: true, force: true });
  const make = async (): Promise<boolean> => (await output('python3', ['-m', 'venv', folder], 120_000)) !== null;
  if (!(await make())) {
    const failed = await apt('Python', ['python3', 'python3-venv'], log);
    if (failed) return failed;
    if (!(await make())) return 'python3 -m venv failed';
  }
  return runLong(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PYNACL], {
    says: `Installing ${PYNACL} for the tests`,
    log,
    ms: 300_000,
  });
}

async function isBrowser(file: string): Promise<boolean> {
  return /Chrom|Edge/.test((await output(file, ['--version'])) ?? '');
}

async function installedBrowser(): Promise<string | null> {
  const known = await onPath(...BROWSERS);
  for (const file of known ? [known] : BROWSER_APPS) {
    if ((await stat(file).catch(() => null)) && (await isBrowser(file))) return file;
  }
  return null;
}

async function browserOfPlaywright(log: Log): Promise<string | null> {
  const { chromium } = await import('playwright-core');
  const file = chromium.executablePath();
  if (await isBrowser(file)) return file;
  const cli = path.join(root, 'node_modules/playwright-core/cli.js');
  const failed = await runLong(process.execPath, [cli, 'install', 'chromium'], {
    says: 'Fetching Chromium with playwright',
    log,
    ms: 600_000,
  });
  if (failed) log(`The download did not work: ${failed}.`);
  return !failed && (await isBrowser(file)) ? file : null;
}

/** @returns null when the packages are installed, else why not. Only root on a Debian-like system may. */
async function apt(title: string, packages: readonly string[], log: Log): Promise<string | null> {
  if (process.getuid?.() !== 0 || !(await onPath('apt-get'))) return 'only root on Debian can install it from here';
  return onlyOneBuilds('apt', async () => {
    const options = { says: `Installing ${title} with apt`, log, ms: 900_000, env: { DEBIAN_FRONTEND: 'noninteractive' } };
    const install = ['install', '-y', '--no-install-recommends', ...packages];
    if ((await runLong('apt-get', install, options)) === null) return null;
    // The lists of a fresh image are empty, or older than the packages.
    return (await runLong('apt-get', ['update'], options)) ?? runLong('apt-get', install, options);
  });
}
