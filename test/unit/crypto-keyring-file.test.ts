import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { utf8 } from '../../crypto/bytes.ts';
import { open, seal } from '../../crypto/envelope.ts';
import { newKeyringText, rotatedKeyringText } from '../../crypto/keyring.ts';
import { KeyringError } from '../../crypto/keyring-error.ts';
import { dropKeyVersionFile, generateKeyringFile, liveKeyring, loadKeyring, rotateKeyringFile } from '../../crypto/keyring-file.ts';
import { figure } from '../support/figures.ts';
import { hexOf } from '../support/vectors.ts';

const CREATED = new Date('2026-01-02T03:04:05.000Z');
const PLACE = { table: 'Contact', column: 'sealed', row: 'row-1', version: 1 };
const TEXT = newKeyringText(CREATED);

function code(attempt: () => unknown): string {
  try {
    attempt();
    return 'accepted';
  } catch (error) {
    if (error instanceof KeyringError) return error.code;
    throw error;
  }
}

async function refusal(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'accepted',
    (error) => (error instanceof KeyringError ? error.code : String(error)),
  );
}

describe('the keyring file', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sos-keyring-'));
    path = join(folder, 'keyring.json');
    await generateKeyringFile(path);
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** As if the file had been left behind a while ago. */
  const makeOld = (file: string) => utimes(file, new Date(0), new Date(0));

  test('is rotated and relieved of a version, for its owner only, and leaves nothing behind', async () => {
    expect((await rotateKeyringFile(path, 'wrapping')).active('wrap').id).toBe('wrap:2');
    expect((await loadKeyring(path)).all('wrap').map((key) => key.id)).toEqual(['wrap:2', 'wrap:1']);
    expect((await dropKeyVersionFile(path, 'wrapping', 1)).byId('wrap:1')).toBeNull();
    expect((await loadKeyring(path)).all('wrap').map((key) => key.id)).toEqual(['wrap:2']);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['keyring.json']);
  });

  test('stays as it is when a change is refused', async () => {
    const before = await readFile(path, 'utf8');
    expect(await refusal(dropKeyVersionFile(path, 'wrapping', 1))).toBe('in-force');
    expect(await refusal(dropKeyVersionFile(path, 'lasting', 7))).toBe('no-version');
    await chmod(path, 0o640);
    expect(await refusal(rotateKeyringFile(path, 'wrapping'))).toBe('permissions');
    expect(await readFile(path, 'utf8')).toBe(before);
    expect(await readdir(folder)).toEqual(['keyring.json']);
    expect(await refusal(rotateKeyringFile(join(folder, 'none.json'), 'wrapping'))).toBe('missing');
  });

  test('takes one change at a time: no version gets lost', async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => refusal(rotateKeyringFile(path, 'wrapping'))));
    const done = outcomes.filter((outcome) => outcome === 'accepted').length;
    expect(outcomes.filter((outcome) => outcome === 'busy')).toHaveLength(8 - done);
    expect((await loadKeyring(path)).all('wrap')).toHaveLength(1 + done);
  });

  /** Rotates in a process that is killed at that point. */
  function killedAt(point: string): void {
    const [script, program] = ['../support/keyring-killed.ts', '../../crypto/keyring-file.ts'].map((file) =>
      fileURLToPath(new URL(file, import.meta.url)),
    );
    const run = spawnSync(process.execPath, ['--import', 'tsx', script ?? '', program ?? '', path, point], { encoding: 'utf8' });
    if (run.signal !== 'SIGKILL') throw new Error(`It was not killed: ${run.stderr}`);
  }

  test('is whole wherever a rotation is killed, and the rotation can be done again', async () => {
    const points = { 'half-written': 1, written: 1, synced: 1, renamed: 2 };
    let broken = 0;
    for (const [point, versions] of Object.entries(points)) {
      await rm(path);
      await writeFile(path, TEXT, { mode: 0o600 });
      killedAt(point);
      const found = await loadKeyring(path).catch(() => null);
      if (found?.all('wrap').length !== versions) broken += 1;
      if (point !== 'renamed') {
        expect(await refusal(rotateKeyringFile(path, 'wrapping'))).toBe('busy');
        await makeOld(`${path}.next`);
      }
      expect((await rotateKeyringFile(path, 'wrapping')).active('wrap').id).toBe(`wrap:${versions + 1}`);
      expect(await readdir(folder)).toEqual(['keyring.json']);
    }
    const name = 'keyring files broken by a kill during rotation';
    expect(figure({ name, value: broken, unit: 'of 4', bound: '== 0', seed: null })).toBe(true);
  });

  test('this check can fail: a program that writes onto the file itself leaves half of it', async () => {
    killedAt('overwritten');
    expect(await refusal(loadKeyring(path))).toBe('malformed');
  });
});

describe('the keyring of a running process', () => {
  let folder: string;
  let path: string;
  let now: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sos-keyring-'));
    path = join(folder, 'keyring.json');
    now = 0;
    await generateKeyringFile(path);
  });

  afterEach(() => rm(folder, { recursive: true }));

  test('follows a rotation within a second, and at once when it meets what was sealed after it', async () => {
    const live = liveKeyring(path, () => now);
    expect(live.active('wrap').id).toBe('wrap:1');
    const rotated = await rotateKeyringFile(path, 'wrapping');
    now = 999;
    expect(live.active('wrap').id).toBe('wrap:1');
    expect(hexOf(open(live, PLACE, seal(rotated.active('directory'), PLACE, utf8('x'))))).toBe(hexOf(utf8('x')));
    expect(live.active('wrap').id).toBe('wrap:2');
    await rotateKeyringFile(path, 'wrapping');
    await dropKeyVersionFile(path, 'wrapping', 1);
    now = 1999;
    expect(live.active('wrap').id).toBe('wrap:3');
    expect(live.all('desk').map((key) => key.id)).toEqual(['desk:3', 'desk:2']);
    expect(live.byId('wrap:1')).toBeNull();
  });

  test('does not know a key that is in no keyring, however often it is asked', () => {
    const live = liveKeyring(path, () => now);
    for (let round = 0; round < 3; round++) expect(live.byId('wrap:9')).toBeNull();
  });

  test.each<[string, () => Promise<unknown>]>([
    ['is gone', () => rm(path)],
    ['is no longer a keyring', () => writeFile(path, '{}')],
    ['can be read by others', () => writeFile(path, newKeyringText(CREATED)).then(() => chmod(path, 0o644))],
  ])('goes on with what it has when the file %s, and takes the next good one', async (_, spoil) => {
    const live = liveKeyring(path, () => now);
    const before = live.active('wrap');
    await spoil();
    now += 5000;
    expect(live.active('wrap')).toEqual(before);
    expect(live.byId('wrap:2')).toBeNull();
    await rm(path, { force: true });
    await writeFile(path, rotatedKeyringText(newKeyringText(CREATED), 'wrapping', CREATED), { mode: 0o600 });
    now += 5000;
    expect(live.active('wrap').id).toBe('wrap:2');
  });

  test('is refused at the start as the file is', async () => {
    expect(code(() => liveKeyring(join(folder, 'none.json')))).toBe('missing');
    expect(code(() => liveKeyring(folder))).toBe('unreadable');
    await chmod(path, 0o640);
    expect(code(() => liveKeyring(path))).toBe('permissions');
    await writeFile(path, '{"secret-canary":');
    await chmod(path, 0o600);
    expect(code(() => liveKeyring(path))).toBe('malformed');
  });
});
