import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealJson } from '../../crypto/envelope.ts';
import { loadKeyring } from '../../crypto/keyring-file.ts';
import type { Db } from '../../prisma/client.ts';
import { resealAll, rotateKeyring, staleIn, wrappingVersion } from '../../records/backup/rotation.ts';
import { DESK } from '../../records/store.ts';
import { figure } from '../support/figures.ts';
import { statementsSent } from '../support/kill-at-statement.ts';
import { seeded } from '../support/seeded.ts';
import { ADMINISTRATOR, newSealedWorld, type SealedWorld } from './sealed-world.ts';
import { sos } from './sos-process.ts';

const SEED = 20_261_122;
const POINTS = 20;

let world: SealedWorld;

beforeAll(async () => {
  world = await newSealedWorld();
});
afterAll(() => world.stop());

const now = { settleMs: 0, by: DESK };
const rotate = () => rotateKeyring(world.store, { keyringFile: world.keyringFile, ...now });
const inForce = async (): Promise<number> => wrappingVersion(await loadKeyring(world.keyringFile));

/** Goes on writing as a desk does: opens cases, and changes what is there, in the clear knowledge of what was written last. */
class Writer {
  readonly last = new Map<string, number>();
  private on = true;
  private readonly writing: Promise<void>;

  constructor(ids: readonly string[]) {
    this.writing = this.write(ids);
  }

  private async write(ids: readonly string[]): Promise<void> {
    for (let n = 1; this.on; n += 1) {
      const id = ids[n % ids.length] ?? '';
      await world.store.transact(DESK, Date.now(), async ({ db, seals }) => {
        await db.contact.update({ where: { id }, data: { sealed: await seals.seal('Contact', id, null, { name: 'A', email: null, n }) } });
      });
      this.last.set(id, n);
      if (n % 25 === 0) await world.addCase();
    }
  }

  async stop(): Promise<void> {
    this.on = false;
    await this.writing;
  }
}

/** Values of the directory that somebody changes all the time. */
const addChanging = (count: number): Promise<string[]> =>
  world.store.transact(DESK, Date.now(), async ({ db, seals, at }) => {
    const ids = Array.from({ length: count }, () => randomUUID());
    for (const id of ids)
      await db.contact.create({
        data: { id, role: 'SIGNATORY', language: 'en', createdAt: at, sealed: await seals.seal('Contact', id, null, { n: 0 }) },
      });
    return ids;
  });

/** How many of the writer's last words are not what stands there. */
const lost = async (writer: Writer): Promise<number> => {
  let count = 0;
  for (const [id, n] of writer.last) {
    const row = await world.store.prisma.contact.findUniqueOrThrow({ where: { id } });
    if ((await world.store.seals.open<{ n: number }>('Contact', id, null, row.sealed)).n !== n) count += 1;
  }
  return count;
};

const onOld = async (): Promise<number> => {
  const version = await inForce();
  return (await world.under('directory:', `directory:${version}`)) + (await world.under('wrap:', `wrap:${version}`));
};

describe('replacing the wrapping key', { timeout: 600_000 }, () => {
  it('seals everything again under the new key, and touches nothing that stands under a key of a case', async () => {
    const before = await world.readability();
    const ofCases = await world.under('case:');
    const rotated = await rotate();
    expect(rotated).toMatchObject({ version: 2, wasUnfinished: false, unreadable: [] });
    expect(await onOld()).toBe(0);
    expect(await world.readability()).toEqual(before);
    expect(await world.under('case:')).toBe(ofCases);
    // it may be asked for at any time
    expect(await rotate()).toMatchObject({ version: 3, resealed: rotated.resealed });
  });

  it('killed at twenty points, goes on each time and loses nothing, while others write', async () => {
    const ids = await addChanging(30);
    // how many statements a rotation takes until it waits for others: where it may be killed
    const sent = statementsSent();
    await rotate();
    const statements = Math.floor((statementsSent() - sent) * 0.75);
    const draw = seeded(SEED);
    let [killed, undecryptable, left, lostWords, halfway] = [0, 0, 0, 0, 0];
    for (let point = 0; point < POINTS; point += 1) {
      const writer = new Writer(ids);
      const death = { statement: 3 + Math.floor(draw() * statements), when: draw() < 0.5 ? 'before' : 'after' } as const;
      if ((await sos(world.settings, ['keyring', 'rotate', '--by', ADMINISTRATOR], death)).signal === 'SIGKILL') killed += 1;
      if ((await onOld()) > 0) halfway += 1;
      undecryptable += (await world.readability()).unreadable;
      await rotate();
      await writer.stop();
      // whoever still wrote under the old key is done now; what they wrote is found by its header
      await resealAll(world.store.prisma, staleIn(await loadKeyring(world.keyringFile)));
      left += await onOld();
      undecryptable += (await world.readability()).unreadable;
      lostWords += await lost(writer);
    }
    const points = { unit: 'values', bound: '== 0', seed: SEED } as const;
    expect(figure({ name: 'rotation: points at which it was killed', value: killed, unit: 'kills', bound: '== 20', seed: SEED })).toBe(
      true,
    );
    expect(figure({ name: 'rotation killed: values that do not open', value: undecryptable, ...points })).toBe(true);
    expect(figure({ name: 'rotation killed, resumed: values on the old key', value: left, ...points })).toBe(true);
    expect(figure({ name: 'rotation killed, resumed: words of a writer lost', value: lostWords, ...points })).toBe(true);
    // the kills fell into the work and not before or behind it: without resuming, values stay on the old key
    expect(figure({ name: 'rotation killed half-way', value: halfway, unit: 'of 20 kills', bound: '>= 10', seed: SEED })).toBe(true);
  });

  it('and the twin: one that does not look whether the value is still the same overwrites what was written meanwhile', async () => {
    const [id = ''] = await addChanging(1);
    const writeBetween = async (n: number) => {
      const sealed = await world.store.seals.seal('Contact', id, null, { n });
      await world.store.prisma.contact.update({ where: { id }, data: { sealed } });
    };
    const wordAfter = async (db: Db): Promise<number> => {
      await resealAll(db, staleIn(await loadKeyring(world.keyringFile)));
      const row = await world.store.prisma.contact.findUniqueOrThrow({ where: { id } });
      return (await world.store.seals.open<{ n: number }>('Contact', id, null, row.sealed)).n;
    };
    /** Somebody writes just before a row is put; `careless` leaves out the comparison with what was read. */
    const interrupted = (n: number, careless: boolean): Db => {
      const { prisma } = world.store;
      let first = true;
      return new Proxy(prisma, {
        get: (target, name) => {
          if (name !== '$executeRaw') return Reflect.get(target, name);
          return async (texts: TemplateStringsArray, ...values: unknown[]) => {
            if (first && values.includes(id)) {
              first = false;
              await writeBetween(n);
              if (careless)
                return prisma.contact.updateMany({
                  where: { id },
                  data: { sealed: values.find((value) => value instanceof Uint8Array) as never },
                });
            }
            return prisma.$executeRaw(texts, ...values);
          };
        },
      });
    };
    await stale(id);
    expect(await wordAfter(interrupted(7, false))).toBe(7);
    await stale(id);
    expect(await wordAfter(interrupted(8, true))).toBe(0);
  });

  it('leaves what opens under no key as it is, says so, and comes to an end', async () => {
    const [id = ''] = await addChanging(1);
    const row = await world.store.prisma.contact.findUniqueOrThrow({ where: { id } });
    const broken = row.sealed.map((byte, index) => (index === 120 ? byte ^ 1 : byte));
    await world.store.prisma.contact.update({ where: { id }, data: { sealed: broken } });
    expect((await rotate()).unreadable).toEqual([{ table: 'Contact', id }]);
    expect((await world.store.prisma.contact.findUniqueOrThrow({ where: { id } })).sealed).toEqual(broken);
    await world.store.prisma.contact.delete({ where: { id } });
  });

  it('tells the audit when it began and when it had ended', async () => {
    const before = await inForce();
    await rotate();
    const entries = await world.store.prisma.audit.findMany({ where: { subjectId: `wrapping:${before + 1}` }, orderBy: { seq: 'asc' } });
    expect(entries.map(({ action }) => action)).toEqual(['keyring.rotating', 'keyring.rotated']);
  });
});

/** Puts a word under the key before the one in force. */
async function stale(id: string): Promise<void> {
  const keyring = await loadKeyring(world.keyringFile);
  const old = keyring.byId(`directory:${wrappingVersion(keyring) - 1}`);
  if (old === null) throw new Error('the keyring has one version only');
  const sealed = sealJson(old, { table: 'Contact', column: 'sealed', row: id, version: 1 }, { n: 0 });
  await world.store.prisma.contact.update({ where: { id }, data: { sealed } });
}
