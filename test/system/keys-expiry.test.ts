import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tendEndingKeys } from '../../activities/keys.ts';
import { DAY_MS, KEY_LIVES_MS, WARN_DAYS } from '../../domain/recipient-key.ts';
import { usableKeys } from '../../records/keys/recipient-keys.ts';
import { contactsWithEndingKeys } from '../../records/keys/recipient-keys-expiry.ts';
import { figure } from '../support/figures.ts';
import { type ApiDesk, newApiDesk } from './api-desk.ts';
import { browserKey, type KeysScene, keysScene } from './keys-scene.ts';

let desk: ApiDesk;
let scene: KeysScene;
let rung = 0;

beforeAll(async () => {
  desk = await newApiDesk();
  scene = keysScene(desk);
});
afterAll(() => desk.stop());

/** The sweep, as if it were that time. */
const sweep = (at: number): Promise<void> =>
  tendEndingKeys(
    {
      store: desk.store,
      ringPostroom: async () => {
        rung += 1;
      },
    },
    at,
  );

/** A key that ends at a given time. */
const keyEndingAt = async (end: number): Promise<{ contactId: string; keyId: string }> => {
  const contactId = await scene.member();
  const { keyId } = await scene.holder(contactId, browserKey(), end - KEY_LIVES_MS);
  return { contactId, keyId };
};

const warnings = async (contactId: string): Promise<readonly number[]> =>
  (await scene.mailsOf(contactId, 'KEY_EXPIRES')).map(({ key }) => Number(key.split(':').at(-1)));

describe('the end of a key', () => {
  it('is told 30, 7 and 1 days before, each once, however often and however late anybody looks', async () => {
    const end = Date.now() + 400 * DAY_MS;
    const keys = [await keyEndingAt(end), await keyEndingAt(end + 10 * DAY_MS), await keyEndingAt(end + 20 * DAY_MS)];
    for (let left = 40; left > -25; left -= 1) {
      // away for a week, twice
      if ((left <= 28 && left > 21) || (left <= 12 && left > 5)) continue;
      // two workers at once, and a repeat
      await Promise.all([sweep(end - left * DAY_MS), sweep(end - left * DAY_MS)]);
      await sweep(end - left * DAY_MS + 1);
    }
    const told = await Promise.all(keys.map(({ contactId }) => warnings(contactId)));
    expect(told).toEqual(keys.map(() => [...WARN_DAYS]));
    const extra = told.flat().length - keys.length * WARN_DAYS.length;
    expect(figure({ name: 'key.warning-mails-beyond-one-each', value: Math.abs(extra), unit: 'mails', bound: '== 0', seed: null })).toBe(
      true,
    );
    expect(rung).toBeGreaterThan(0);
    for (const { contactId, keyId } of keys) {
      expect(await scene.keysOf(contactId)).toMatchObject([{ state: 'ENDED', endedFor: 'EXPIRED', warned: 1 }]);
      expect(await scene.auditOf(keyId)).toEqual(['key.registered', 'key.warned', 'key.warned', 'key.warned', 'key.ended']);
      expect(await desk.prisma.task.count({ where: { kind: 'KEY_ENDS', subjectId: keyId } })).toBe(1);
    }
    expect(await contactsWithEndingKeys(desk.prisma, end + 40 * DAY_MS, 10)).toEqual([]);
  });

  it('would be told too often by a sweep that forgets (twin)', async () => {
    const end = Date.now() + 500 * DAY_MS;
    const { contactId, keyId } = await keyEndingAt(end);
    const given = () => desk.prisma.audit.count({ where: { subjectId: keyId, action: 'key.warned' } });
    for (const left of [29, 28]) {
      await sweep(end - left * DAY_MS);
      await desk.prisma.recipientKey.update({ where: { id: keyId }, data: { warned: null } });
    }
    expect(await given()).toBe(2);
    expect(await warnings(contactId), 'the key of the mail still makes them one').toEqual([30]);
  });

  it('brings a fresh invitation with every warning, and the one before dies', async () => {
    const end = Date.now() + 600 * DAY_MS;
    const { contactId } = await keyEndingAt(end);
    await sweep(end - 30 * DAY_MS);
    const first = await scene.tailOf(contactId, 'KEY_EXPIRES');
    await sweep(end - 7 * DAY_MS);
    const second = await scene.tailOf(contactId, 'KEY_EXPIRES');
    expect(second).not.toBe(first);
    expect(await desk.prisma.keyInvitation.count({ where: { contactId, spentAt: null, revokedAt: null } })).toBe(1);
  });

  it('troubles nobody who has made another, whom nothing reaches, or whose channel is not safe', async () => {
    const end = Date.now() + 700 * DAY_MS;
    const [provided, unsafe] = [await keyEndingAt(end), await keyEndingAt(end)];
    const { keyId } = await scene.holder(provided.contactId, browserKey(), end - 40 * DAY_MS);
    await desk.prisma.recipientKey.update({
      where: { id: keyId },
      data: { state: 'ACTIVE', activeAt: new Date(), verifiedAt: new Date() },
    });
    await desk.prisma.contact.update({ where: { id: unsafe.contactId }, data: { unsafeSince: new Date() } });
    for (const days of WARN_DAYS) await sweep(end - days * DAY_MS);
    expect([await warnings(provided.contactId), await warnings(unsafe.contactId)]).toEqual([[], []]);
    expect(await desk.prisma.task.count({ where: { kind: 'KEY_ENDS', subjectId: unsafe.keyId } })).toBe(1);
    expect(await desk.prisma.task.count({ where: { kind: 'KEY_ENDS', subjectId: provided.keyId } })).toBe(0);
  });

  it('is told all the same where another key waits to be confirmed: anybody who reads the mailbox may have planted it', async () => {
    const end = Date.now() + 800 * DAY_MS;
    const { contactId, keyId } = await keyEndingAt(end);
    const planted = await scene.holder(contactId, browserKey(), end - 40 * DAY_MS);
    for (const days of WARN_DAYS) await sweep(end - days * DAY_MS);
    expect((await scene.keysOf(contactId)).map(({ id, state }) => [id, state])).toContainEqual([planted.keyId, 'PENDING']);
    const silenced = WARN_DAYS.length - (await warnings(contactId)).length;
    expect(figure({ name: 'key.warnings-silenced-by-a-planted-key', value: silenced, unit: 'mails', bound: '== 0', seed: null })).toBe(
      true,
    );
    expect(await desk.prisma.task.count({ where: { kind: 'KEY_ENDS', subjectId: keyId } })).toBe(1);
  });

  it('counts by itself, before the sweep has come by', async () => {
    const end = Date.now() - 1;
    const { contactId } = await keyEndingAt(end);
    const { keys, why } = await usableKeys({ db: desk.prisma, seals: desk.store.seals }, contactId, Date.now());
    expect([keys, why]).toEqual([[], 'KEY_EXPIRED']);
  });
});
