import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newKeyringText, parseKeyring } from '../../crypto/keyring.ts';
import { COMPRESSED_POLICY } from '../../domain/policies/compressed.ts';
import { verifyStored } from '../../records/audit/audit-verify.ts';
import { backupTo } from '../../records/backup/backup.ts';
import { KEYS_FILE } from '../../records/backup/backup-file.ts';
import { restoreFrom } from '../../records/backup/restore.ts';
import { openEverything } from '../../records/backup/restore-check.ts';
import { resealAll, staleIn } from '../../records/backup/rotation.ts';
import { rotateCaseKey } from '../../records/backup/rotation-case.ts';
import { addPolicy } from '../../records/policies.ts';
import { DESK, type Store } from '../../records/store.ts';
import { figure } from '../support/figures.ts';
import { seeded } from '../support/seeded.ts';
import { backupScene, codeOf, DAY } from './backup-scene.ts';
import { contentOf } from './sealed-world.ts';

const SEED = 20_261_122;
const scene = backupScene();

const rowsIn = async (store: Store): Promise<number> => Object.values(await contentOf(store)).reduce((sum, rows) => sum + rows.length, 0);

describe('a backup', () => {
  it('restores to the letter: every row equal, every sealed value open, the audit whole', async () => {
    const before = await contentOf(scene.world.store);
    const made = await backupTo(scene.world.store, scene.folder, Date.now());
    expect((await readdir(scene.folder)).sort()).toEqual([KEYS_FILE, made.name].sort());
    for (const name of await readdir(scene.folder)) expect((await stat(path.join(scene.folder, name))).mode & 0o077).toBe(0);
    const result = await scene.restored();
    const after = await contentOf(scene.fresh);
    const different = Object.keys(before).filter(
      (table) => table !== 'Audit' && JSON.stringify(before[table]) !== JSON.stringify(after[table]),
    );
    expect(
      figure({ name: 'backup restored: tables that differ', value: different.length, unit: 'tables', bound: '== 0', seed: null }),
    ).toBe(true);
    expect(before['Audit']?.every((line) => after['Audit']?.includes(line))).toBe(true);
    // the restoring is an entry of its own
    expect(after['Audit']).toHaveLength((before['Audit']?.length ?? 0) + 1);
    expect(await verifyStored(scene.fresh.prisma, scene.fresh.keyring)).toMatchObject({ whole: true, entries: result.auditSeq + 1 });
    expect(
      figure({
        name: 'backup restored: sealed values that do not open',
        value: result.unreadable,
        unit: 'values',
        bound: '== 0',
        seed: null,
      }),
    ).toBe(true);
    expect(result).toMatchObject({ erased: 0, rows: made.rows, readable: (await scene.world.readability()).readable });
    // what comes next does not collide with what was restored
    expect(await scene.fresh.transact(randomUUID(), Date.now(), (tx) => addPolicy(tx, COMPRESSED_POLICY))).toBe(
      (before['Policy']?.length ?? 0) + 1,
    );
  });

  it('and the twin: a value that is changed in the restored database is found by the same comparison, and does not open', async () => {
    const before = await contentOf(scene.world.store);
    await backupTo(scene.world.store, scene.folder, Date.now());
    await scene.restored();
    const row = await scene.fresh.prisma.need.findFirstOrThrow();
    await scene.fresh.prisma.need.update({
      where: { id: row.id },
      data: { sealed: row.sealed.map((byte, index) => (index === 200 ? byte ^ 1 : byte)) },
    });
    const after = await contentOf(scene.fresh);
    expect(
      Object.keys(before).filter((table) => table !== 'Audit' && JSON.stringify(before[table]) !== JSON.stringify(after[table])),
    ).toEqual(['Need']);
    expect(await openEverything(scene.fresh.prisma, scene.fresh.keyring)).toMatchObject({ unreadable: 1 });
  });

  it('holds no key of a case, and nothing in clear', async () => {
    const made = await backupTo(scene.world.store, scene.folder, Date.now());
    const bytes = await readFile(path.join(scene.folder, made.name));
    for (const word of ['what Document holds', 'RECEIVED', 'Audit', ...scene.world.caseIds]) expect(bytes.includes(word)).toBe(false);
    await rm(path.join(scene.folder, KEYS_FILE));
    expect(await codeOf(scene.restored())).toBe('no-keys');
  });

  it('is refused whole when a byte of either file is changed, cut off, added, or exchanged, and leaves nothing behind', async () => {
    const other = await backupTo(scene.world.store, scene.folder, Date.now() - DAY);
    const made = await backupTo(scene.world.store, scene.folder, Date.now());
    const draw = seeded(SEED);
    let tried = 0;
    let accepted = 0;
    for (const name of [made.name, KEYS_FILE]) {
      const whole = await readFile(path.join(scene.folder, name));
      const point = () => Math.floor(draw() * whole.length);
      const flipped = (index: number) => whole.map((byte, place) => (place === index ? byte ^ (1 << Math.floor(draw() * 8)) : byte));
      const variants: Uint8Array[] = [
        ...Array.from({ length: 20 }, () => flipped(point())),
        ...[flipped(0), flipped(5), flipped(whole.length - 1)],
        ...Array.from({ length: 10 }, () => whole.subarray(0, point())),
        whole.subarray(0, whole.length - 1),
        Buffer.concat([whole, Uint8Array.of(0)]),
        new Uint8Array(),
        await readFile(path.join(scene.folder, name === KEYS_FILE ? made.name : other.name)),
      ];
      for (const variant of variants) {
        tried += 1;
        await writeFile(path.join(scene.folder, name), variant);
        const code = await codeOf(scene.restored());
        if (code === 'done') accepted += 1;
        else expect(['altered', 'other-keyring']).toContain(code);
        expect(await rowsIn(scene.fresh)).toBe(0);
      }
      await writeFile(path.join(scene.folder, name), whole);
    }
    expect(figure({ name: 'altered backups tried', value: tried, unit: 'files', bound: '>= 70', seed: SEED })).toBe(true);
    expect(figure({ name: 'altered backups restored', value: accepted, unit: 'files', bound: '== 0', seed: SEED })).toBe(true);
    // the twin: what was put back as it was is taken
    expect(await codeOf(scene.restored())).toBe('done');
  });

  it('goes only into an empty database of the same release, with the keyring of that time', async () => {
    await backupTo(scene.world.store, scene.folder, Date.now());
    expect(await codeOf(restoreFrom(scene.fresh.prisma, parseKeyring(newKeyringText(new Date())), scene.folder))).toBe('altered');
    await scene.fresh.prisma.$executeRaw`UPDATE "_prisma_migrations" SET checksum = 'another'`;
    expect(await codeOf(scene.restored())).toBe('other-release');
    expect(await codeOf(restoreFrom(scene.world.store.prisma, scene.world.store.keyring, scene.folder))).toBe('not-empty');
    await mkdir(path.join(scene.folder, 'empty'));
    expect(await codeOf(restoreFrom(scene.fresh.prisma, scene.fresh.keyring, path.join(scene.folder, 'empty')))).toBe('no-backup');
  });

  it('needs no more rights than the desk has: restored, backed up and rotated by a user who owns nothing', async () => {
    const made = await backupTo(scene.world.store, scene.folder, Date.now());
    await scene.withoutOwning(async (store) => {
      expect(await restoreFrom(store.prisma, store.keyring, scene.folder)).toMatchObject({ rows: made.rows, unreadable: 0 });
      await store.transact(randomUUID(), Date.now(), (tx) => addPolicy(tx, COMPRESSED_POLICY));
      expect((await backupTo(store, scene.folder, Date.now())).rows).toBeGreaterThan(made.rows);
      expect(await resealAll(store.prisma, staleIn(store.keyring))).toEqual({ resealed: 0, unreadable: [] });
      const { caseId } = await store.prisma.caseKey.findFirstOrThrow();
      expect(await rotateCaseKey(store, caseId, { by: DESK, settleMs: 0 })).toMatchObject({ unreadable: [], version: 2 });
    });
  });

  it('is of one moment, while others write', async () => {
    let on = true;
    const writing = (async () => {
      while (on) await scene.world.addCase();
    })();
    const made = await backupTo(scene.world.store, scene.folder, Date.now());
    on = false;
    await writing;
    expect(await scene.restored()).toMatchObject({ unreadable: 0, rows: made.rows });
    expect(await verifyStored(scene.fresh.prisma, scene.fresh.keyring)).toMatchObject({ whole: true });
  });
});
