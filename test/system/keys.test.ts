import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipientKeyId } from '../../crypto/message.ts';
import { fromBase64Url, toBase64Url } from '../../crypto/sodium.ts';
import { DAY_MS, INVITATION_LIVES_MS, KEY_LIVES_MS } from '../../domain/recipient-key.ts';
import { inviteAnew, inviteToKey } from '../../records/keys/key-invitations.ts';
import { usableKeys } from '../../records/keys/recipient-keys.ts';
import { registerKey } from '../../records/keys/recipient-keys-register.ts';
import { putNotice } from '../../records/mail/outbox.ts';
import { figure } from '../support/figures.ts';
import { type ApiDesk, newApiDesk } from './api-desk.ts';
import { browserKey, fieldsOf, type KeysScene, keysScene, type Sent25519 } from './keys-scene.ts';

let desk: ApiDesk;
let scene: KeysScene;

beforeAll(async () => {
  desk = await newApiDesk();
  scene = keysScene(desk);
});
afterAll(() => desk.stop());

const fingerprintOf = ({ publicKey }: Sent25519): string => recipientKeyId(fromBase64Url(publicKey) ?? new Uint8Array());
const usable = (contactId: string, at = Date.now()) => usableKeys({ db: desk.prisma, seals: desk.store.seals }, contactId, at);
const text = async (response: Response): Promise<readonly [number, string]> => [response.status, await response.text()];

describe('an invitation to make a key', () => {
  it('changes nothing when it is opened, takes one key, and shows its receipt to a repeat', async () => {
    const contactId = await scene.member();
    const token = await scene.invited(contactId);
    const before = await desk.prisma.audit.count();
    const [status, page] = await text(await scene.page(`${token}?lang=ar`));
    expect([status, page.includes('dir="rtl"'), await desk.prisma.audit.count()]).toEqual([200, true, before]);

    const sent = browserKey();
    const grouped = fingerprintOf(sent).slice('x25519:'.length).match(/.{4}/g)?.join(' ') ?? '?';
    const [taken, receipt] = await text(await scene.post(token, fieldsOf(sent)));
    expect([taken, receipt.includes(grouped)]).toEqual([200, true]);
    expect(desk.door.calls).toContain('ringPostroom');
    desk.door.calls.length = 0;
    expect(await text(await scene.post(token, fieldsOf(sent)))).toEqual([taken, receipt]);
    expect(desk.door.calls).toEqual([]);
    for (const gone of [await scene.post(token, fieldsOf(browserKey())), await scene.page(token)]) expect(gone.status).toBe(404);

    const [key, ...others] = await scene.keysOf(contactId);
    expect([key?.state, key?.verifiedAt, others]).toEqual(['ACTIVE', null, []]);
    expect((key?.expiresAt?.getTime() ?? 0) - (key?.createdAt.getTime() ?? 0)).toBe(KEY_LIVES_MS);
    expect((await usable(contactId)).keys).toMatchObject([{ kind: 'X25519', publicKey: fromBase64Url(sent.publicKey) }]);
    expect(await scene.auditOf(key?.id ?? '')).toEqual(['key.registered']);
    expect(await scene.mailsOf(contactId, 'KEY_CHANGED')).toHaveLength(1);
  });

  it('answers alike to whatever opens nothing, whatever is sent to it', async () => {
    const [spent, revoked, expired, unsafe] = [await scene.member(), await scene.member(), await scene.member(), await scene.member()];
    const tails = [
      await scene.invited(spent),
      await scene.invited(revoked),
      await scene.invited(expired, Date.now() - INVITATION_LIVES_MS - 1),
      await scene.invited(unsafe),
    ];
    await registerKey(desk.store, tails[0] ?? '', browserKey(), Date.now());
    await scene.inTx((tx) => inviteAnew(tx, revoked, 'TEST'));
    await desk.prisma.contact.update({ where: { id: unsafe }, data: { unsafeSince: new Date() } });
    const answers = [];
    for (const token of [...tails, 'A'.repeat(43), 'x', `${tails[3]}A`]) {
      answers.push(await text(await scene.page(token)));
      answers.push(await text(await scene.post(token, fieldsOf(browserKey()))));
      answers.push(await text(await scene.post(token, { step: 'x25519', publicKey: 'x', wrapped: 'y' })));
    }
    expect(new Set(answers.map(([status]) => status))).toEqual(new Set([404]));
    expect(new Set(answers.map(([, page]) => page)).size).toBe(1);
    expect(await desk.prisma.recipientKey.count({ where: { contactId: { in: [revoked, expired, unsafe] } } })).toBe(0);
    expect((await scene.post('A'.repeat(43), { step: 'other' })).status).toBe(400);
  });

  it('is spent by one of twenty who take it up at once', async () => {
    const contactId = await scene.member();
    const token = await scene.invited(contactId);
    const done = await Promise.all(Array.from({ length: 20 }, () => registerKey(desk.store, token, browserKey(), Date.now())));
    expect(done.filter(({ registered }) => registered === 'GONE')).toHaveLength(19);
    const keys = await desk.prisma.recipientKey.count({ where: { contactId } });
    expect(figure({ name: 'key.by-one-invitation-20-at-once', value: keys, unit: 'keys', bound: '== 1', seed: null })).toBe(true);
  });

  it('would be seen to bring more keys, were there more invitations (twin)', async () => {
    const contactId = await scene.member();
    const tails: string[] = [];
    for (let made = 0; made < 3; made += 1) tails.push(await scene.invited(contactId));
    await desk.prisma.keyInvitation.updateMany({ where: { contactId }, data: { revokedAt: null } });
    await Promise.all(tails.map((token) => registerKey(desk.store, token, browserKey(), Date.now())));
    expect(await desk.prisma.recipientKey.count({ where: { contactId } })).toBe(3);
  });

  it('is one at a time, however many messages wait for the key, and a new one kills the old', async () => {
    const contactId = await scene.member();
    const living = () => desk.prisma.keyInvitation.count({ where: { contactId, revokedAt: null, spentAt: null } });
    await Promise.all(Array.from({ length: 8 }, () => scene.inTx((tx) => inviteToKey(tx, contactId, 'NO_KEY'))));
    expect([await living(), (await scene.mailsOf(contactId, 'KEY_INVITED')).length]).toEqual([1, 1]);
    const old = await scene.tailOf(contactId, 'KEY_INVITED');
    const path = `/v1/contacts/${contactId}/key-invitations`;
    expect((await desk.send({ method: 'post', path, role: 'administrator' })).status).toBe(204);
    expect([await living(), (await scene.page(old)).status]).toEqual([1, 404]);
    const states = (await scene.mailsOf(contactId, 'KEY_INVITED')).map(({ state }) => state);
    expect(states).toEqual(['cancelled', 'queued']);
  });

  it('tells what is wrong with a key, and stays as it was', async () => {
    const contactId = await scene.member();
    const token = await scene.invited(contactId);
    const good = browserKey();
    const cheap = fromBase64Url(good.wrapped) ?? new Uint8Array();
    cheap[8] = 2;
    const low = [new Uint8Array(32), Uint8Array.of(1, ...new Uint8Array(31)), new Uint8Array(31).fill(7), new Uint8Array(33).fill(7)];
    const bad = [
      ...low.map((point) => ({ ...good, publicKey: toBase64Url(point) })),
      { ...good, publicKey: `${good.publicKey}=` },
      { ...good, wrapped: good.wrapped.slice(4) },
      { ...good, wrapped: toBase64Url(new Uint8Array(157)) },
      { ...good, wrapped: toBase64Url(cheap) },
      { ...good, publicKey: '', wrapped: '' },
    ];
    for (const key of bad) {
      const refused = await scene.post(token, fieldsOf(key), '?lang=en');
      expect([refused.status, (await refused.text()).includes('role="alert"')]).toEqual([422, true]);
    }
    const taken = await desk.prisma.recipientKey.count({ where: { contactId } });
    expect(figure({ name: 'key.bad-browser-keys-accepted', value: taken, unit: 'keys', bound: '== 0', seed: null })).toBe(true);
    expect((await scene.post(token, fieldsOf(good))).status).toBe(200);
  });
});

describe('mail that waited for a key', () => {
  it('leaves when the first key comes, and nothing else that was put aside', async () => {
    const contactId = await scene.member();
    const token = await scene.invited(contactId);
    const put = (code: string) =>
      scene.inTx(async (tx) => {
        const key = `${code}:${contactId}`;
        await putNotice(tx, { key, kind: 'ADVICE_ASKED', contactId, caseId: null, language: 'en', data: {}, needs: null });
        return (await tx.db.outbox.update({ where: { key }, data: { state: 'held', lastCode: code } })).id;
      });
    const ids = [await put('NO_KEY'), await put('KEY_EXPIRED'), await put('SEAL_FAILED'), await put('NO_ADDRESS')];
    expect((await usable(contactId)).why).toBe('NO_KEY');
    await registerKey(desk.store, token, browserKey(), Date.now());
    const states = await Promise.all(ids.map(async (id) => (await desk.prisma.outbox.findUniqueOrThrow({ where: { id } })).state));
    expect(states).toEqual(['queued', 'queued', 'queued', 'held']);
    expect(await usable(contactId, Date.now() + KEY_LIVES_MS + DAY_MS)).toEqual({ keys: [], why: 'KEY_EXPIRED' });
  });
});
