import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataConverter } from '../../crypto/data-converter.ts';
import { dropKeyVersionFile, loadKeyring, rotateKeyringFile } from '../../crypto/keyring-file.ts';
import { payloadCodec } from '../../crypto/payload-codec.ts';
import { backupTo } from '../../records/backup/backup.ts';
import { filesUnder } from '../../records/backup/backup-named.ts';
import { rotateKeyring } from '../../records/backup/rotation.ts';
import { type NamedElsewhere, retireVersion } from '../../records/backup/rotation-retire.ts';
import { Refused } from '../../records/deeds.ts';
import { DESK, Store } from '../../records/store.ts';
import { keysInHistories } from '../../runtime/cli/histories.ts';
import { findTemporalCli } from '../../runtime/local/temporal-cli.ts';
import { ADMINISTRATOR, newSealedWorld, SECOND, type SealedWorld } from './sealed-world.ts';
import { sos } from './sos-process.ts';

const DAY = 24 * 3_600_000;
const NOWHERE: NamedElsewhere = { executions: 0, files: 0 };
const [ONE, ANOTHER] = [randomUUID(), randomUUID()];

let world: SealedWorld;

beforeAll(async () => {
  world = await newSealedWorld(1);
});
afterAll(() => world.stop());

const rotate = () => rotateKeyring(world.store, { keyringFile: world.keyringFile, by: DESK, settleMs: 0 });
/** Asks, or confirms; two days from now, unless said otherwise. */
const retire = (version: number, { by = ONE, at = Date.now() + 2 * DAY, elsewhere = NOWHERE } = {}): Promise<string> =>
  retireVersion(world.store, { keyringFile: world.keyringFile, version, by, at, elsewhere }).catch((error: unknown) => {
    if (error instanceof Refused) return error.refusal.code;
    throw error;
  });
const inFile = async (): Promise<string[]> => (await loadKeyring(world.keyringFile)).all('wrap').map(({ id }) => id);

describe('taking an old version out of the keyring', () => {
  it('is refused while anything names it, or nobody knows', async () => {
    expect(await retire(1)).toBe('IN_FORCE');
    expect(await retire(7)).toBe('NO_VERSION');
    await rotate();
    expect(await retire(1, { at: Date.now() })).toBe('TOO_SOON');
    expect(await retire(1, { elsewhere: { executions: null, files: 0 } })).toBe('HISTORIES_UNKNOWN');
    expect(await retire(1, { elsewhere: { executions: 2, files: 0 } })).toBe('HISTORIES_NAME_IT');
    expect(await retire(1, { elsewhere: { executions: 0, files: 1 } })).toBe('BACKUPS_NAME_IT');
    expect(await retire(1, { elsewhere: { executions: 0, files: null } })).toBe('BACKUPS_UNKNOWN');
    const row = await world.store.prisma.target.findFirstOrThrow();
    const old = (await loadKeyring(world.keyringFile)).byId('directory:1');
    expect(old?.id).toBe('directory:1');
    const renamed = row.sealed.map((byte, index) => (index === 'SOSE..directory:'.length ? '1'.charCodeAt(0) : byte));
    await world.store.prisma.target.update({ where: { id: row.id }, data: { sealed: renamed } });
    expect(await retire(1)).toBe('ROWS_NAME_IT');
    await world.store.prisma.target.update({ where: { id: row.id }, data: { sealed: row.sealed } });
    expect(await inFile()).toEqual(['wrap:2', 'wrap:1']);
  });

  it('takes two people, the second within a week, and everything still opens', async () => {
    expect(await retire(1)).toBe('ASKED');
    expect(await retire(1)).toBe('SAME_PERSON');
    expect(await retire(1, { by: ANOTHER, at: Date.now() + 10 * DAY })).toBe('ASKED');
    expect(await retire(1, { by: ANOTHER, at: Date.now() + 10 * DAY })).toBe('SAME_PERSON');
    expect(await inFile()).toContain('wrap:1');
    expect(await retire(1, { by: ONE, at: Date.now() + 11 * DAY })).toBe('RETIRED');
    expect(await inFile()).toEqual(['wrap:2']);
    expect(await world.readability()).toMatchObject({ unreadable: 0 });
    expect(await retire(1)).toBe('NO_VERSION');
  });

  it('knows a backup that was made in the middle of a rotation, when rows stood under both versions', async () => {
    const folder = path.join(world.dir, 'midway');
    await rotateKeyringFile(world.keyringFile, 'wrapping');
    const midway = new Store(world.store.prisma, await loadKeyring(world.keyringFile));
    await backupTo(midway, folder, Date.now());
    await rotate();
    const needed = async (version: number) => filesUnder(await loadKeyring(world.keyringFile), folder, version);
    // sealed under the third, and what is in them under the second
    expect([await needed(2), await needed(3), await needed(4)]).toEqual([2, 2, 0]);
  });

  it('and the twin: a version that is taken out although rows name it leaves them unreadable', async () => {
    await rotateKeyringFile(world.keyringFile, 'wrapping');
    await dropKeyVersionFile(world.keyringFile, 'wrapping', 4);
    expect((await world.readability()).unreadable).toBeGreaterThan(0);
  });
});

describe('what histories and backups name, on a real Temporal server', { timeout: 120_000 }, () => {
  let there: SealedWorld;
  let environment: TestWorkflowEnvironment;

  beforeAll(async () => {
    const server = await findTemporalCli(() => undefined);
    if (!server.found) throw new Error(server.why);
    there = await newSealedWorld(1);
    environment = await TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'existing-path', path: server.path } },
      client: { dataConverter: dataConverter(payloadCodec(there.store.caseKeys)) },
    });
  }, 120_000);
  afterAll(async () => {
    await environment?.teardown();
    await there?.stop();
  });

  const start = (workflowId: string) =>
    environment.client.workflow.start('nobody', { workflowId, taskQueue: 'nobody', args: [{ word: 'sealed' }] });

  it('reads them from the histories themselves, running or ended', async () => {
    const [caseId = ''] = there.caseIds;
    const handle = await start('postroom');
    await start(`case/${caseId}`);
    const named = await keysInHistories(environment.client);
    expect(named.get('desk:1')).toEqual({ executions: 1, running: 1, until: null });
    expect(named.get(`case:${caseId}:1`)).toMatchObject({ executions: 1 });
    await handle.terminate();
    const until = (await keysInHistories(environment.client)).get('desk:1')?.until;
    expect(until?.getTime()).toBeGreaterThan(Date.now() + DAY / 2);
    await rotateKeyring(there.store, { keyringFile: there.keyringFile, by: DESK, settleMs: 0 });
    // a running process follows the file within a second
    await expect.poll(() => there.store.keyring.active('desk').id, { timeout: 10_000 }).toBe('desk:2');
    await start('sweep');
    const since = await keysInHistories(environment.client);
    expect(since.get('desk:1')).toMatchObject({ executions: 1, running: 0 });
    expect(since.get('desk:2')).toMatchObject({ executions: 1, running: 1 });
  });

  it('is told by sos keyring status, and keeps sos keyring retire from doing harm', async () => {
    const backups = path.join(there.dir, 'backups');
    await backupTo(there.store, backups, Date.now());
    const settings = { ...there.settings, TEMPORAL_ADDRESS: environment.address, BACKUP_DIR: backups };
    const status = await sos(settings, ['keyring', 'status', '--json']);
    expect(JSON.parse(status.out)).toMatchObject([
      { version: 2, inForce: true, files: 2, histories: { executions: 1, running: 1 } },
      { version: 1, inForce: false, directory: 0, caseKeys: 0, files: 0, histories: { executions: 1, running: 0 } },
    ]);
    const early = await sos(settings, ['keyring', 'retire', '1', '--by', SECOND]);
    expect(early).toMatchObject({ status: 1, err: expect.stringContaining('less than a day ago') });
    const away = { ...settings, TEMPORAL_ADDRESS: '127.0.0.1:1', BACKUP_DIR: '' };
    expect((await sos(away, ['keyring', 'status'])).out).toMatch(/unknown backup files, histories unknown/);
    expect(await sos(settings, ['keyring', 'retire', 'one', '--by', ADMINISTRATOR])).toMatchObject({ status: 2 });
  });
});
