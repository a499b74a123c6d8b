import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveKeyring } from '../../crypto/keyring-file.ts';
import { payloadCodec } from '../../crypto/payload-codec.ts';
import { connect } from '../../prisma/client.ts';
import { rotateCaseKey } from '../../records/backup/rotation-case.ts';
import { DESK, Store } from '../../records/store.ts';
import { figure } from '../support/figures.ts';
import { statementsSent } from '../support/kill-at-statement.ts';
import { seeded } from '../support/seeded.ts';
import { ADMINISTRATOR, newSealedWorld, type SealedWorld } from './sealed-world.ts';
import { sos } from './sos-process.ts';

const SEED = 20_261_123;
const POINTS = 6;

let world: SealedWorld;
let other: Store;

beforeAll(async () => {
  world = await newSealedWorld(2);
  // another process at the same desk, with a memory of its own
  other = new Store(connect(world.database.url, 2), liveKeyring(world.keyringFile));
});
afterAll(async () => {
  await other.prisma.$disconnect();
  await world.stop();
});

const rotate = (caseId: string) => rotateCaseKey(world.store, caseId, { by: DESK, settleMs: 0 });
const onOld = (caseId: string, version: number) => world.under(`case:${caseId}:`, `case:${caseId}:${version}`);
const newest = async (caseId: string): Promise<number> =>
  (await world.store.prisma.caseKey.findFirstOrThrow({ where: { caseId }, orderBy: { version: 'desc' } })).version;

describe('replacing the key of one case', { timeout: 300_000 }, () => {
  it('seals everything of that case again, nothing of another, and keeps what opens older histories', async () => {
    const [caseId = '', bystander = ''] = world.caseIds;
    const before = await world.readability();
    const workflowId = `case/${caseId}`;
    const context = { namespace: 'default', workflowId, type: 'workflow' } as const;
    const codec = payloadCodec(world.store.caseKeys);
    const history = await codec.encode([{ data: Buffer.from('decided') }], context);
    const rows = await onOld(caseId, 99);
    expect(await rotate(caseId)).toMatchObject({ version: 2, resealed: rows, unreadable: [], wasUnfinished: false });
    expect(await onOld(caseId, 2)).toBe(0);
    expect(await onOld(bystander, 1)).toBe(0);
    expect(await world.readability()).toMatchObject({ readable: before.readable + 1, unreadable: 0 });
    expect(Buffer.from((await codec.decode(history, context))[0]?.data ?? []).toString()).toBe('decided');
    const afterwards = await codec.encode([{ data: Buffer.from('since') }], context);
    expect((await world.store.caseKeys.keyFor(workflowId)).id).toBe(`case:${caseId}:2`);
    // another process has not asked for this case's keys yet, or knows the older one: either way it opens both
    expect(Buffer.from((await payloadCodec(other.caseKeys).decode(afterwards, context))[0]?.data ?? []).toString()).toBe('since');
    // what the audit committed to under the older key can still be proved: the key that the commitment names is there
    const { commitment } = await world.store.prisma.audit.findFirstOrThrow({ where: { caseId, action: 'case.opened' } });
    expect(await world.store.caseKeys.byId(commitment.split('.')[0] ?? '')).toMatchObject({ id: `case:${caseId}:1` });
  });

  it('a process that still seals under the older key is understood, and its words are sealed again', async () => {
    const caseId = await world.addCase();
    expect((await other.caseKeys.of(caseId)).id).toBe(`case:${caseId}:1`);
    await rotate(caseId);
    const id = randomUUID();
    const sealed = await other.seals.seal('Document', id, caseId, { text: 'late' });
    const late = { id, caseId, kind: 'REASON', commandId: id, sealed, createdAt: new Date() };
    await other.prisma.document.create({ data: late });
    expect(await onOld(caseId, 2)).toBe(1);
    expect(await world.store.seals.open('Document', id, caseId, sealed)).toEqual({ text: 'late' });
    const [need] = await world.store.prisma.need.findMany({ where: { caseId } });
    expect(await other.seals.open('Need', need?.id ?? '', caseId, need?.sealed ?? new Uint8Array())).toMatchObject({ table: 'Need' });
    // having met the newer key it goes on with it
    expect((await other.caseKeys.of(caseId)).id).toBe(`case:${caseId}:2`);
    await rotate(caseId);
    expect(await onOld(caseId, 3)).toBe(0);
  });

  it('killed at seeded points, goes on with the version that was begun', async () => {
    const caseId = await world.addCase();
    const sent = statementsSent();
    await rotate(caseId);
    const statements = Math.floor((statementsSent() - sent) * 0.7);
    const draw = seeded(SEED);
    let [undecryptable, left, killed] = [0, 0, 0];
    for (let point = 0; point < POINTS; point += 1) {
      const words = ['case-key', 'rotate', caseId, '--by', ADMINISTRATOR];
      const death = { statement: 3 + Math.floor(draw() * statements), when: draw() < 0.5 ? 'before' : 'after' } as const;
      if ((await sos(world.settings, words, death)).signal === 'SIGKILL') killed += 1;
      undecryptable += (await world.readability()).unreadable;
      const begun = await newest(caseId);
      const { version, wasUnfinished } = await rotate(caseId);
      expect(version).toBe(wasUnfinished ? begun : begun + 1);
      left += await onOld(caseId, version);
      undecryptable += (await world.readability()).unreadable;
    }
    const unit = { unit: 'values', bound: '== 0', seed: SEED } as const;
    expect(figure({ name: 'case key rotation: kills', value: killed, unit: 'kills', bound: `== ${POINTS}`, seed: SEED })).toBe(true);
    expect(figure({ name: 'case key rotation killed: values that do not open', value: undecryptable, ...unit })).toBe(true);
    expect(figure({ name: 'case key rotation killed, resumed: values on the old key', value: left, ...unit })).toBe(true);
  });

  it('gives no key to a case that is erased or being erased', async () => {
    const caseId = await world.addCase();
    const { prisma } = world.store;
    const by = { askedBy: randomUUID(), secondBy: randomUUID(), startedAt: new Date() };
    const erasure = await prisma.erasure.create({ data: { id: randomUUID(), caseId, state: 'STARTED', basis: 'COURT_ORDER', ...by } });
    await expect(rotate(caseId)).rejects.toMatchObject({ code: 'KEY_DESTROYED' });
    expect(await newest(caseId)).toBe(1);
    await prisma.erasure.delete({ where: { id: erasure.id } });
    await prisma.caseKey.updateMany({ where: { caseId }, data: { wrapped: null, destroyedAt: new Date() } });
    world.store.caseKeys.forget(caseId);
    await expect(rotate(caseId)).rejects.toMatchObject({ code: 'KEY_DESTROYED' });
    await expect(rotate(randomUUID())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
