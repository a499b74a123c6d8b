import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { usableKeys } from '../../records/keys/recipient-keys.ts';
import { putNotice } from '../../records/mail/outbox.ts';
import { currentPolicy } from '../../records/policies.ts';
import { findLink, giveAnswer } from '../../records/questions/answers.ts';
import { newLink } from '../../records/questions/questions.ts';
import { figure } from '../support/figures.ts';
import { CaseAtHand, type Json, read, refusal } from './api-case.ts';
import type { ApiDesk } from './api-desk.ts';
import { browserKey, type KeysScene, keysScene } from './keys-scene.ts';

let at: CaseAtHand;
let desk: ApiDesk;
let scene: KeysScene;

beforeAll(async () => {
  at = await CaseAtHand.begin();
  desk = at.desk;
  scene = keysScene(desk);
});
afterAll(() => desk.stop());
beforeEach(() => at.next());

const HOUR = 3_600_000;
const asAdmin = (contactId: string, act: 'unsafe' | 'safe', body: Json) =>
  desk.send({ method: 'post', path: `/v1/contacts/${contactId}/${act}`, role: 'administrator', body });
const reason = 'Somebody else reads the mailbox.';
type Asked = Awaited<ReturnType<CaseAtHand['ask']>>;

const mail = (contactId: string, kind: 'SIGN_ON_ASKED' | 'OUTCOME_TOLD', token?: string) =>
  at.inTx(async (tx) => {
    const key = randomUUID();
    const data = token === undefined ? {} : { token };
    await putNotice(tx, { key, kind, contactId, caseId: at.caseId, language: 'en', data, needs: null });
    return (await tx.db.outbox.findUniqueOrThrow({ where: { key } })).id;
  });
const stateOf = async (id: string) => (await desk.prisma.outbox.findUniqueOrThrow({ where: { id } })).state;

describe('a channel that is not safe', () => {
  it('carries nothing any more: links, invitations, sealed messages and mail', async () => {
    const [contactId, other] = [await scene.member(), await scene.member()];
    const asked: Asked[] = [];
    const safe: Asked[] = [];
    for (let made = 0; made < 12; made += 1) {
      asked.push(await at.ask('SIGN_ON', { contactId }));
      safe.push(await at.ask('SIGN_ON', { contactId: other }));
    }
    const { keyId } = await scene.holder(contactId);
    const invitation = await scene.invited(contactId);
    const outboxId = randomUUID();
    const message = { id: randomUUID(), outboxId, contactId, caseId: null, digest: outboxId, sealed: new Uint8Array(8) };
    await desk.prisma.sealedMessage.create({ data: { ...message, createdAt: new Date(), expiresAt: new Date(Date.now() + HOUR) } });
    const [brings, tells] = [await mail(contactId, 'SIGN_ON_ASKED', asked[0]?.token), await mail(contactId, 'OUTCOME_TOLD')];
    const gone = await mail(contactId, 'SIGN_ON_ASKED', asked[1]?.token);
    await desk.prisma.outbox.update({ where: { id: gone }, data: { state: 'accepted', attempts: 1, endedAt: new Date(), sealed: null } });

    const told = await read(asAdmin(contactId, 'unsafe', { reason }));
    expect(told).toMatchObject({ unsafeSince: expect.any(String), quarantined: [] });
    expect(told['sent']).toMatchObject([{ mailId: gone, kind: 'SIGN_ON_ASKED', caseId: at.caseId, state: 'accepted' }]);

    const tries = async (links: readonly Asked[]): Promise<number> => {
      let acted = 0;
      for (const { token } of links) {
        if ((await findLink(desk.store, token, Date.now())) !== null) acted += 1;
        if ((await giveAnswer(desk.store, token, { choice: 'DECLINE' }, Date.now())).given === 'RECORDED') acted += 1;
      }
      return acted;
    };
    const acted = (await tries(asked)) + ((await scene.page(invitation)).status === 404 ? 0 : 1);
    expect(figure({ name: 'channel.unsafe-old-links-that-act', value: acted, unit: 'acts', bound: '== 0', seed: null })).toBe(true);
    expect(await tries(safe), 'twin: the links of somebody else act').toBe(2 * safe.length);
    expect((await desk.prisma.sealedMessage.findUniqueOrThrow({ where: { id: message.id } })).revokedAt).not.toBeNull();
    expect([await stateOf(brings), await stateOf(tells)]).toEqual(['cancelled', 'held']);
    expect(await usableKeys({ db: desk.prisma, seals: desk.store.seals }, contactId, Date.now())).toEqual({ keys: [], why: 'UNSAFE' });
    expect((await desk.prisma.recipientKey.findUniqueOrThrow({ where: { id: keyId } })).state).toBe('ACTIVE');
    const path = `/v1/contacts/${contactId}/key-invitations`;
    expect(await refusal(await desk.send({ method: 'post', path, role: 'administrator' }))).toEqual([409, '/problems/cannot-be-invited']);
    expect(await desk.prisma.outbox.count({ where: { contactId, state: { in: ['queued', 'deferred'] } } })).toBe(0);
    expect(await desk.prisma.task.count({ where: { kind: 'CHANNEL_UNSAFE', subjectId: contactId, doneAt: null } })).toBe(1);
  });

  it('ends the keys that came since, or all where the machine is gone too', async () => {
    const [contactId, other] = [await scene.member(), await scene.member()];
    await scene.holder(contactId);
    const since = Date.now();
    await scene.holder(contactId, browserKey(), since + 1);
    await scene.holder(other);
    await asAdmin(contactId, 'unsafe', { reason, since: new Date(since).toISOString() });
    await asAdmin(other, 'unsafe', { reason, keysToo: true });
    const ends = async (id: string) => (await scene.keysOf(id)).map(({ state, endedFor }) => [state, endedFor]);
    expect([await ends(contactId), await ends(other)]).toEqual([
      [
        ['ACTIVE', null],
        ['ENDED', 'UNSAFE'],
      ],
      [['ENDED', 'UNSAFE']],
    ]);
  });

  it('is safe again by an act with a reason: what waited leaves, what is open is asked by fresh links', async () => {
    const contactId = await scene.member();
    const open = await at.ask('SIGN_ON', { contactId });
    await asAdmin(contactId, 'unsafe', { reason });
    const waits = await mail(contactId, 'OUTCOME_TOLD');
    await desk.prisma.outbox.update({ where: { id: waits }, data: { state: 'held', lastCode: 'UNSAFE' } });
    // asked while nobody could be written to
    const late = await at.ask('SIGN_ON', { contactId });
    const brings = await mail(contactId, 'SIGN_ON_ASKED', late.token);
    expect((await asAdmin(contactId, 'safe', {})).status).toBe(422);
    const ahead = { reason, since: new Date(Date.now() + HOUR).toISOString() };
    expect(await refusal(await asAdmin(contactId, 'unsafe', ahead))).toEqual([409, '/problems/since-lies-ahead']);
    expect((await asAdmin(contactId, 'safe', { reason: 'The password was changed.' })).status).toBe(204);
    expect([await stateOf(waits), await stateOf(brings)]).toEqual(['queued', 'cancelled']);
    const anew = await desk.prisma.outbox.findMany({ where: { contactId, kind: 'SIGN_ON_ASKED', state: 'queued' } });
    expect(anew).toHaveLength(2);
    for (const { token } of [open, late]) expect(await findLink(desk.store, token, Date.now())).toBeNull();
    expect(await desk.prisma.link.count({ where: { invitation: { contactId }, revokedAt: null } })).toBe(2);
    expect(await refusal(await asAdmin(contactId, 'safe', { reason }))).toEqual([409, '/problems/channel-safe']);
    expect(await desk.prisma.task.count({ where: { kind: 'CHANNEL_UNSAFE', subjectId: contactId, doneAt: null } })).toBe(0);
  });

  it('opens nothing by a link that came into being at the same moment', async () => {
    const contactId = await scene.member();
    const asked = await at.ask('SIGN_ON', { contactId });
    await asAdmin(contactId, 'unsafe', { reason });
    const token = await at.inTx(async (tx) => {
      const { policy } = await currentPolicy(tx.db);
      return newLink(tx, tx.keyring, policy, { invitationId: asked.invitationId, closesAt: Date.now() + HOUR });
    });
    expect(await findLink(desk.store, token, Date.now())).toBeNull();
    expect((await giveAnswer(desk.store, token, { choice: 'DECLINE' }, Date.now())).given).toBe('GONE');
  });

  it('is the business of administrators, and of those who work on the case', async () => {
    const contactId = await scene.member();
    const path = (of: string) => ({ method: 'post', path: `${of}/unsafe`, body: { reason } });
    const { token } = await desk.hire('coordinator');
    const tried = [
      await desk.send(path(`/v1/contacts/${contactId}`)),
      await desk.send({ ...path(`/v1/contacts/${at.defender}`), role: 'administrator' }),
      await desk.send({ ...path(`/v1/cases/${at.caseId}/persons/${at.defender}`), role: 'administrator' }),
      await desk.send({ ...path(`/v1/cases/${at.caseId}/persons/${at.defender}`), token }),
      await desk.send(path(`/v1/cases/${at.caseId}/persons/${contactId}`)),
    ];
    expect(tried.map(({ status }) => status)).toEqual([403, 404, 403, 403, 404]);
    expect(await desk.prisma.contact.count({ where: { id: { in: [contactId, at.defender] }, unsafeSince: { not: null } } })).toBe(0);
  });
});
