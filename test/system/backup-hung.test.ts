import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { KEYS_FILE, type ReadyFile } from '../../records/backup/backup-file.ts';
import { writeCaseKeys } from '../../records/backup/backup-keys.ts';
import { filesUnder } from '../../records/backup/backup-named.ts';
import { figure } from '../support/figures.ts';
import { backupScene, codeOf } from './backup-scene.ts';

/** Where a folder hangs, nothing comes back from it. */
const disk = vi.hoisted(() => ({ onWrite: async (): Promise<void> => undefined }));

vi.mock('../../records/backup/backup-file.ts', async (original) => {
  const real = await original<typeof import('../../records/backup/backup-file.ts')>();
  return {
    ...real,
    readySealed: async (...args: Parameters<typeof real.readySealed>): Promise<ReadyFile> => {
      const file = await real.readySealed(...args);
      await disk.onWrite();
      return file;
    },
  };
});

const scene = backupScene();

/** From now on the folder hangs, until it is let go of. */
const hang = (): (() => void) => {
  let letGo = (): void => undefined;
  const hung = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  disk.onWrite = () => hung;
  return () => {
    disk.onWrite = async () => undefined;
    letGo();
  };
};

const msOf = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return Math.round(performance.now() - began);
};

const parts = async (): Promise<string[]> => (await readdir(scene.folder)).filter((name) => name.endsWith('.part'));

describe('a folder of backups that hangs', () => {
  it('holds up no new case, is given up after a while, by one writer at a time, and does no harm when it comes back', async () => {
    const letGo = hang();
    const given = codeOf(writeCaseKeys(scene.world.store, scene.folder, 2_000));
    const took = await msOf(() => scene.world.addCase());
    expect(figure({ name: 'backup.intake-while-hung', value: took, unit: 'ms', bound: '<= 1500', seed: null })).toBe(true);
    expect(await given).toBe('unwritable');
    // whoever comes next does not even touch the folder
    expect(await codeOf(writeCaseKeys(scene.world.store, scene.folder, 500))).toBe('unwritable');
    expect(await parts()).toHaveLength(1);
    letGo();
    await writeCaseKeys(scene.world.store, scene.folder);
    expect(await readdir(scene.folder)).toEqual([KEYS_FILE]);
  });

  it('and the twin: written under a lock of the table, as it once was, no case could be opened', async () => {
    const { prisma } = scene.world.store;
    await prisma.$transaction(async (db) => {
      await db.$executeRaw`LOCK TABLE "CaseKey" IN SHARE ROW EXCLUSIVE MODE`;
      const blocked = prisma.$transaction(async (other) => {
        await other.$executeRaw`SET LOCAL lock_timeout = '500ms'`;
        await other.$executeRaw`LOCK TABLE "CaseKey" IN ROW EXCLUSIVE MODE`;
      });
      await expect(blocked).rejects.toThrow();
    });
  });
});

describe('the file of the case keys', () => {
  it('never holds a key that was destroyed while it was being written, nor what a killed writer left', async () => {
    const { store } = scene.world;
    const caseId = await scene.world.addCase();
    await mkdir(scene.folder, { recursive: true });
    await writeFile(path.join(scene.folder, `${KEYS_FILE}.killed.part`), 'keys of yesterday');
    let written = 0;
    disk.onWrite = async () => {
      written += 1;
      if (written > 1) return;
      await store.prisma.caseKey.updateMany({ where: { caseId }, data: { wrapped: null, destroyedAt: new Date() } });
    };
    await writeCaseKeys(store, scene.folder);
    disk.onWrite = async () => undefined;
    // the twin is the first of the two: it held the key, and was thrown away
    expect(written).toBe(2);
    expect(await readdir(scene.folder)).toEqual([KEYS_FILE]);
    expect(await filesUnder(store.keyring, scene.folder, 1)).toBe(1);
    expect(await filesUnder(store.keyring, `${scene.folder}-that-is-not-mounted`, 1)).toBeNull();
  });
});
