/**
 * Run as a process: changes a keyring file and is killed on the way. Arguments: the module of the program to change it with, the path, and the point:
 * `half-written`, `written`, `synced`, `renamed`, or `overwritten`, which is what a program does that writes onto the file itself.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { pathToFileURL } from 'node:url';

const [program = '', path = '', point = ''] = process.argv.slice(2);

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('A killed process does not get here.');
}

const { open, rename } = fs.promises;

async function openAndDie(...args: Parameters<typeof open>): ReturnType<typeof open> {
  const file = await open(...args);
  if (args[1] === 'r') return file;
  const { writeFile, sync } = file;
  file.writeFile = async (text: string) => {
    await writeFile.call(file, point === 'half-written' ? text.slice(0, text.length / 2) : text);
    if (point === 'half-written' || point === 'written') die();
  };
  file.sync = async () => {
    await sync.call(file);
    if (point === 'synced') die();
  };
  return file;
}

fs.promises.open = openAndDie;
fs.promises.rename = async (from, to) => {
  await rename(from, to);
  if (point === 'renamed') die();
};
syncBuiltinESMExports();

if (point === 'overwritten') {
  const text = fs.readFileSync(path, 'utf8');
  fs.writeFileSync(path, text.slice(0, text.length / 2));
  die();
}
const { rotateKeyringFile } = (await import(pathToFileURL(program).href)) as typeof import('../../crypto/keyring-file.ts');
await rotateKeyringFile(path, 'wrapping');
