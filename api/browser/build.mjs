/**
 * Bundles the scripts of the two pages that cannot do without: making a key, and opening a sealed message. Plain JavaScript, because it runs before
 * anything of the desk can. `node api/browser/build.mjs [folder]` writes them to a folder, by default beside the sources; nothing is done where what
 * lies there was made from the same sources by the same bundler.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SCRIPTS = ['make-key', 'open-message'];
const RECORD = 'made-from.json';

const digestOf = (file) => {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return null;
  }
};

/** Whether the folder holds what the present sources make. The record names every file that went in, this one and the bundler's version included. */
function upToDate(folder) {
  try {
    const { inputs, outputs } = JSON.parse(readFileSync(path.join(folder, RECORD), 'utf8'));
    const same = ([file, digest]) => digestOf(path.resolve(root, file)) === digest;
    return (
      Object.entries(inputs).every(same) && Object.entries(outputs).every(([file, digest]) => digestOf(path.join(folder, file)) === digest)
    );
  } catch {
    return false;
  }
}

/** @param {string} folder where the scripts go; @returns whether there was anything to do. */
export async function buildScripts(folder = path.join(root, 'api/browser/dist')) {
  if (upToDate(folder)) return false;
  const { build } = await import('esbuild');
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: SCRIPTS.map((name) => `api/browser/${name}.ts`),
    outdir: folder,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    charset: 'utf8',
    legalComments: 'eof',
    logLevel: 'warning',
    tsconfig: path.join(root, 'api/browser/tsconfig.json'),
  });
  mkdirSync(folder, { recursive: true });
  // Two starts at once each write a whole file; nobody reads half of one.
  const put = (file, content) => {
    const unfinished = path.join(folder, `.${process.pid}-${file}`);
    writeFileSync(unfinished, content);
    renameSync(unfinished, path.join(folder, file));
  };
  for (const { path: file, contents } of outputFiles) put(path.basename(file), contents);
  const tools = ['api/browser/build.mjs', 'api/browser/tsconfig.json', 'tsconfig.json', 'node_modules/esbuild/package.json'];
  const inputs = Object.fromEntries([...Object.keys(metafile.inputs), ...tools].map((file) => [file, digestOf(path.resolve(root, file))]));
  const outputs = Object.fromEntries(SCRIPTS.map((name) => [`${name}.js`, digestOf(path.join(folder, `${name}.js`))]));
  put(RECORD, JSON.stringify({ inputs, outputs }, null, 1));
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildScripts(process.argv[2] && path.resolve(process.argv[2]));
