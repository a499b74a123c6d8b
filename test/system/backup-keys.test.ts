import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { backupTo } from '../../records/backup/backup.ts';
import { backupName, KEYS_FILE } from '../../records/backup/backup-file.ts';
import { writeCaseKeys } from '../../records/backup/backup-keys.ts';
import { backupScene, codeOf, DAY } from './backup-scene.ts';
import { ADMINISTRATOR } from './sealed-world.ts';
import { sos } from './sos-process.ts';

const scene = backupScene();

describe('the keys of cases, apart from the backup', () => {
  /** As an erasure does: every version at once. */
  const destroyKeys = (caseId: string) =>
    scene.world.store.prisma.$transaction([
      scene.world.store.prisma.caseKey.updateMany({ where: { caseId }, data: { wrapped: null, destroyedAt: new Date() } }),
      scene.world.store.prisma.erasure.create({
        data: {
          ...{ id: crypto.randomUUID(), caseId, state: 'ENDED', basis: 'RETENTION_ENDED', askedBy: crypto.randomUUID() },
          ...{
            secondBy: crypto.randomUUID(),
            startedAt: new Date(),
            endedAt: new Date(),
            certificate: { destroyed: { keys: 1, executions: 0, rows: {} } },
          },
        },
      }),
    ]);

  it('do not come back by restoring a backup that is older than the erasure, and the erasure goes on', async () => {
    const caseId = await scene.world.addCase();
    const yesterday = await backupTo(scene.world.store, scene.folder, Date.now() - DAY);
    const old = path.join(scene.folder, 'old-keys');
    await copyFile(path.join(scene.folder, KEYS_FILE), old);
    await destroyKeys(caseId);
    await writeCaseKeys(scene.world.store, scene.folder);
    const result = await scene.restored();
    expect(result).toMatchObject({ name: yesterday.name, unreadable: 0 });
    expect(result.erased).toBeGreaterThan(0);
    expect(await scene.fresh.prisma.caseKey.count({ where: { caseId, wrapped: { not: null } } })).toBe(0);
    expect(await scene.fresh.prisma.erasure.findUnique({ where: { caseId } })).toMatchObject({
      state: 'DESTROYED',
      endedAt: null,
      certificate: { keys: 1 },
    });
  });

  it('and the twin: with the keys file of before the erasure they would', async () => {
    const caseId = await scene.world.addCase();
    await backupTo(scene.world.store, scene.folder, Date.now());
    await destroyKeys(caseId);
    expect(await scene.restored()).toMatchObject({ unreadable: 0 });
    expect(await scene.fresh.prisma.caseKey.count({ where: { caseId, wrapped: { not: null } } })).toBe(1);
  });

  it('are refused where a case of the backup has none', async () => {
    const caseId = await scene.world.addCase();
    await backupTo(scene.world.store, scene.folder, Date.now());
    const keys = await scene.world.store.prisma.caseKey.findMany({ where: { caseId } });
    await scene.world.store.prisma.caseKey.deleteMany({ where: { caseId } });
    await writeCaseKeys(scene.world.store, scene.folder);
    expect(await codeOf(scene.restored())).toBe('keys-missing');
    await scene.world.store.prisma.caseKey.createMany({ data: keys });
  });

  it('are refused where they are older than the backup', async () => {
    const before = await backupTo(scene.world.store, scene.folder, Date.now() - DAY);
    const keys = path.join(scene.folder, KEYS_FILE);
    const old = await readFile(keys);
    await scene.world.addCase();
    await backupTo(scene.world.store, scene.folder, Date.now());
    await writeFile(keys, old);
    expect(await codeOf(scene.restored())).toBe('keys-older');
    // the older backup takes them
    expect(await codeOf(scene.restored(before.name))).toBe('done');
  });
});

describe('from the command line', { timeout: 120_000 }, () => {
  it('writes, says where the keys lie, and restores into a new database', async () => {
    const written = await sos({ ...scene.world.settings, BACKUP_DIR: scene.folder }, [
      'backup',
      scene.folder,
      '--by',
      ADMINISTRATOR,
      '--json',
    ]);
    expect(written).toMatchObject({ status: 0, err: '' });
    const { name } = JSON.parse(written.out) as { name: string };
    const { settings } = scene;
    const missing = await sos(settings, ['restore', scene.folder, '--file', backupName(new Date(0))]);
    expect(missing).toMatchObject({ status: 1, err: expect.stringContaining('no backup') });
    const result = await sos(settings, ['restore', scene.folder]);
    expect(result).toMatchObject({ status: 0, err: '', out: expect.stringContaining(name) });
    expect(await sos(settings, ['restore', scene.folder, '--by', ADMINISTRATOR])).toMatchObject({
      status: 1,
      err: expect.stringContaining('not empty'),
    });
  });
});
