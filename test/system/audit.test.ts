import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SweepDeps, sweepActivities } from '../../activities/sweep.ts';
import { nextHash } from '../../crypto/audit-chain.ts';
import type { Checkpoint } from '../../crypto/checkpoint.ts';
import { newKeyringText, parseKeyring } from '../../crypto/keyring.ts';
import { trailOf, verifyStored } from '../../records/audit/audit-verify.ts';
import { checkpointOfDay } from '../../records/audit/checkpoints.ts';
import { figure } from '../support/figures.ts';
import { idleSweep } from '../support/idle-sweep.ts';
import { CONSISTENT, type Content, drawn, ENTRIES, FORGERIES, newScene, type Scene, SEED } from './audit-scene.ts';

let scene: Scene;
let original: Content;
/** signed last, and kept elsewhere */
let kept: Checkpoint;

const contentOf = async (): Promise<Content> => {
  const links: Content['links'][number][] = [];
  const checkpoints: Checkpoint[] = [];
  for await (const item of trailOf(scene.prisma, scene.store.keyring)) {
    if (item === null) throw new Error('nothing was forged yet');
    if ('entry' in item) links.push(item);
    else checkpoints.push(item.checkpoint);
  }
  return { links, checkpoints };
};
const verdict = (outside: readonly Checkpoint[] = []) => verifyStored(scene.prisma, scene.store.keyring, { outside });

beforeAll(async () => {
  scene = await newScene();
  await scene.fill();
  original = await contentOf();
  kept = original.checkpoints.at(-1) as Checkpoint;
});
afterAll(() => scene.stop());

describe('the audit as it is stored', () => {
  it('is whole, and says to where it is signed', async () => {
    const head = { seq: ENTRIES, hash: kept.hash };
    expect(await verdict([kept])).toEqual({
      ...{ whole: true, firstBad: null, entries: ENTRIES, head, checkpoints: 3 },
      lastCheckpoint: { seq: ENTRIES, at: kept.at },
    });
  });

  it('shows every forgery that leaves something behind, and every other one by a checkpoint that was kept elsewhere', async () => {
    let tried = 0;
    const missed: string[] = [];
    const misplaced: string[] = [];
    for (const [salt, [name, forge]] of Object.entries({ ...FORGERIES, ...CONSISTENT }).entries()) {
      for (const seq of drawn(6, 2, ENTRIES - 1, salt)) {
        await scene.replaceBy(forge(original, seq));
        const { whole, firstBad } = await verdict([kept]);
        tried += 1;
        if (whole) missed.push(`${name} at ${seq}`);
        // a whole line of entries is blamed from the first signed point on, never before what was forged
        else if (firstBad !== null && name.startsWith('change') && firstBad.seq !== seq && firstBad.seq !== seq + 1) misplaced.push(name);
      }
    }
    await scene.replaceBy(original);
    expect(missed).toEqual([]);
    expect(misplaced).toEqual([]);
    const name = 'forgeries of the stored audit not detected with a checkpoint from elsewhere';
    expect(figure({ name, value: missed.length, unit: `of ${tried}`, bound: '== 0', seed: SEED })).toBe(true);
  });

  it('twin: without that checkpoint, a clean cut and a clean rewriting are not seen', async () => {
    const seen: string[] = [];
    let tried = 0;
    for (const [salt, [name, forge]] of Object.entries(CONSISTENT).entries()) {
      for (const seq of drawn(6, 2, ENTRIES - 1, 100 + salt)) {
        await scene.replaceBy(forge(original, seq));
        tried += 1;
        if (!(await verdict()).whole) seen.push(`${name} at ${seq}`);
      }
    }
    await scene.replaceBy(original);
    expect(seen).toEqual([]);
    const name = 'twin: clean cuts and rewritings that go unseen without a checkpoint from elsewhere';
    expect(figure({ name, value: tried - seen.length, unit: `of ${tried}`, bound: `== ${tried}`, seed: SEED })).toBe(true);
  });

  it('names what is wrong: the word of another network, a checkpoint without its entry', async () => {
    const foreign = parseKeyring(newKeyringText(new Date()));
    expect(await verifyStored(scene.prisma, foreign)).toMatchObject({ whole: false, firstBad: { seq: 30, fault: 'signature' } });
    await scene.replaceBy({ ...original, links: original.links.slice(0, 40) });
    expect(await verdict()).toMatchObject({ whole: false, entries: 40, firstBad: { seq: 41, fault: 'cut' } });
    await scene.replaceBy({ ...original, checkpoints: original.checkpoints.slice(1) });
    expect(await verdict()).toMatchObject({ whole: false, firstBad: { seq: 30, fault: 'unsigned' } });
    await scene.replaceBy(original);
    expect(await verdict([{ ...kept, seq: kept.seq - 1 }])).toMatchObject({ firstBad: { fault: 'signature' } });
  });

  it('is not changed, deleted or emptied by its owner either', async () => {
    for (const table of ['Audit', 'Checkpoint']) {
      for (const act of [
        `UPDATE "${table}" SET at = now()`,
        `DELETE FROM "${table}"`,
        `TRUNCATE "${table}"`,
        `TRUNCATE "${table}" CASCADE`,
      ])
        await expect(scene.superuser.query(act)).rejects.toMatchObject({ code: '55000' });
    }
    expect(await verdict([kept])).toMatchObject({ whole: true, entries: ENTRIES });
  });
});

describe('the checkpoint of the day', () => {
  const DAY = Date.UTC(2031, 10, 7);
  const count = () => scene.prisma.checkpoint.count({ where: { at: { gte: new Date(DAY), lt: new Date(DAY + 86_400_000) } } });

  it('is signed once, however many sweep, and names the head', async () => {
    const signed = await Promise.all(Array.from({ length: 8 }, (_, turn) => checkpointOfDay(scene.store, DAY + turn)));
    expect(new Set(signed.map(({ seq }) => seq)).size).toBe(1);
    expect(await count()).toBe(1);
    const head = await scene.prisma.audit.findFirstOrThrow({ orderBy: { seq: 'desc' } });
    expect(signed[0]).toMatchObject({ seq: Number(head.seq), hash: Buffer.from(head.hash).toString('hex') });
    expect((await checkpointOfDay(scene.store, DAY + 86_399_999)).seq).toBe(signed[0]?.seq);
    expect((await checkpointOfDay(scene.store, DAY + 86_400_000)).seq).toBe(Number(head.seq) + 1);
    expect(await verdict()).toMatchObject({ whole: true });
  });

  it('is signed by the sweep, and kept outside where there is a folder that takes it', async () => {
    const sweep = (more: Partial<SweepDeps> = {}) => sweepActivities({ ...idleSweep(scene.store), ...more }).reconcile();
    const signed = await checkpointOfDay(scene.store, Date.now());
    const handed: Checkpoint[] = [];
    await sweep();
    await sweep({ keepCheckpoint: async (checkpoint) => void handed.push(checkpoint) });
    expect(handed).toContainEqual(signed);
    await expect(sweep({ keepCheckpoint: () => Promise.reject(new Error('the disk is full')) })).rejects.toThrow('the disk is full');
  });

  it('names a real head while others write', async () => {
    const writing = Array.from({ length: 40 }, () => scene.append('case.read'));
    const signing = Array.from({ length: 10 }, () => scene.sign());
    await Promise.all([...writing, ...signing]);
    expect(await verdict(await Promise.all(signing))).toMatchObject({ whole: true });
  });
});

describe('200 writers at once', () => {
  const WRITERS = 200;

  it('make one chain', async () => {
    const before = await scene.prisma.audit.count();
    await Promise.all(Array.from({ length: WRITERS }, () => scene.append('case.read')));
    const { whole, entries } = await verdict();
    const followed = await scene.prisma.audit.groupBy({ by: ['hash'], _count: true });
    const forks = followed.filter(({ _count }) => _count > 1).length + (whole ? 0 : 1);
    expect(entries).toBe(before + WRITERS);
    expect(
      figure({ name: `forks of the audit with ${WRITERS} writers at once`, value: forks, unit: 'forks', bound: '== 0', seed: null }),
    ).toBe(true);
  });

  it('twin: writers who do not take the lock all continue from the same head', async () => {
    const heads = await Promise.all(
      Array.from({ length: WRITERS }, () => scene.prisma.audit.findFirstOrThrow({ orderBy: { seq: 'desc' } })),
    );
    const written = await Promise.allSettled(
      heads.map(({ seq, hash, commitment }) => {
        const act = { seq: Number(seq) + 1, at: '2031-11-09T00:00:00.000Z', actor: randomUUID(), action: 'case.read' };
        const entry = { ...act, caseId: null, subjectId: null, commitment };
        return scene.prisma.audit.create({ data: { ...entry, seq: BigInt(entry.seq), at: new Date(act.at), hash: nextHash(hash, entry) } });
      }),
    );
    const forks = written.filter(({ status }) => status === 'rejected').length;
    const name = `twin: forks that the table had to refuse, with ${WRITERS} writers and no lock`;
    expect(figure({ name, value: forks, unit: 'forks', bound: `== ${WRITERS - 1}`, seed: null })).toBe(true);
  });
});
