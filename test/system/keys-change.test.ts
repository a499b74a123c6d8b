import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipientKeyId } from '../../crypto/message.ts';
import { fromBase64Url } from '../../crypto/sodium.ts';
import { KEY_LIVES_MS } from '../../domain/recipient-key.ts';
import { usableKeys } from '../../records/keys/recipient-keys.ts';
import { registerKey } from '../../records/keys/recipient-keys-register.ts';
import { figure } from '../support/figures.ts';
import { CaseAtHand, read, refusal } from './api-case.ts';
import type { ApiDesk } from './api-desk.ts';
import { browserKey, type KeysScene, keysScene, type Sent25519 } from './keys-scene.ts';

let at: CaseAtHand;
let desk: ApiDesk;
let scene: KeysScene;

beforeAll(async () => {
  at = await CaseAtHand.begin();
  desk = at.desk;
  scene = keysScene(desk);
  await at.next();
});
afterAll(() => desk.stop());

const idOf = ({ publicKey }: Sent25519): string => recipientKeyId(fromBase64Url(publicKey) ?? new Uint8Array());
const usableIds = async (contactId: string): Promise<readonly string[]> =>
  (await usableKeys({ db: desk.prisma, seals: desk.store.seals }, contactId, Date.now())).keys.map(({ id }) => id);
const act = (path: string, body?: unknown) => desk.send({ method: 'post', path, role: 'administrator', body });
const mailbox = async (email: string | null, id: string): Promise<void> => {
  await at.put(`/persons/${id}`, { email });
};

describe('a further key', () => {
  it('is sealed to only when a person has heard its fingerprint from its holder', async () => {
    const contactId = await scene.member();
    const first = await scene.holder(contactId);
    const change = browserKey();
    const second = await scene.holder(contactId, change);
    const path = `/v1/contacts/${contactId}/keys/${second.keyId}/confirmation`;
    expect(await usableIds(contactId)).toEqual([first.keyId]);
    const task = { where: { kind: 'KEY_TO_CONFIRM', subjectId: second.keyId, doneAt: null } };
    expect(await desk.prisma.task.count(task)).toBe(1);
    for (const wrong of [idOf(browserKey()), idOf(change).slice(0, -1), idOf(change).slice(-8)])
      expect(await refusal(await act(path, { fingerprint: wrong }))).toEqual([409, '/problems/fingerprint-differs']);
    expect([await usableIds(contactId), await scene.auditOf(second.keyId)]).toEqual([
      [first.keyId],
      ['key.proposed', 'key.mismatch', 'key.mismatch', 'key.mismatch'],
    ]);
    const grouped = idOf(change).replace('x25519:', '').toUpperCase().match(/.{4}/g)?.join(' ');
    expect((await act(path, { fingerprint: grouped })).status).toBe(204);
    expect(await usableIds(contactId)).toEqual([first.keyId, second.keyId]);
    expect([await desk.prisma.task.count(task), (await scene.keysOf(contactId))[1]?.verifiedBy]).toEqual([0, desk.personId]);
    // of the first key, of the change, and of its confirmation
    expect(await scene.mailsOf(contactId, 'KEY_CHANGED')).toHaveLength(3);
  });

  it('is not let in by the end of the one before: a mailbox alone makes nobody a recipient', async () => {
    const people = [await scene.member(), await scene.member(), await scene.member()];
    const [expired, lost, withdrawn] = people as [string, string, string];
    const past = Date.now() - KEY_LIVES_MS - 1;
    await scene.holder(expired, browserKey(), past);
    for (const [contactId, reason] of [
      [lost, 'LOST'],
      [withdrawn, 'WITHDRAWN'],
    ] as const) {
      const { keyId } = await scene.holder(contactId);
      expect((await act(`/v1/contacts/${contactId}/keys/${keyId}/ending`, { reason })).status).toBe(204);
    }
    for (const contactId of people) await scene.holder(contactId);
    const let_in = (await Promise.all(people.map(usableIds))).flat().length;
    expect(figure({ name: 'key.changes-active-unconfirmed', value: let_in, unit: 'keys', bound: '== 0', seed: null })).toBe(true);
    const newcomer = await scene.member();
    await scene.holder(newcomer);
    expect(await usableIds(newcomer), 'twin: a first key is active at once').toHaveLength(1);
  });

  it('cannot be the same again, nor one that has ended', async () => {
    const contactId = await scene.member();
    const { sent } = await scene.holder(contactId);
    const again = await registerKey(desk.store, await scene.invited(contactId), sent, Date.now());
    expect(again).toMatchObject({ registered: 'REFUSED', fault: 'KNOWN_KEY' });
  });
});

describe('a key that is lost', () => {
  it('takes what was sealed to it along: messages close, links die, open questions wait for the next key', async () => {
    const contactId = at.defender;
    await mailbox('reader@correo-seguro.example', contactId);
    const { keyId } = await scene.holder(contactId);
    const asked = await at.ask('REVIEW', { contactId });
    const outboxId = randomUUID();
    const message = { id: randomUUID(), outboxId, contactId, caseId: at.caseId, digest: outboxId, sealed: new Uint8Array(8) };
    await desk.prisma.sealedMessage.create({ data: { ...message, createdAt: new Date(), expiresAt: new Date(Date.now() + 3_600_000) } });
    expect((await at.post(`/persons/${contactId}/keys/${keyId}/ending`, { reason: 'LOST' })).status).toBe(204);
    expect((await desk.prisma.sealedMessage.findUniqueOrThrow({ where: { id: message.id } })).revokedAt).not.toBeNull();
    expect((await desk.send({ method: 'get', path: `/l/${asked.token}`, role: null })).status).toBe(404);
    const anew = await desk.prisma.outbox.findMany({ where: { key: { startsWith: `REVIEW_ASKED:${asked.invitationId}:` } } });
    expect(anew.map(({ state }) => state)).toEqual(['queued']);
    expect(await desk.prisma.keyInvitation.count({ where: { contactId, spentAt: null, revokedAt: null } })).toBe(1);
    expect((await scene.keysOf(contactId)).at(-1)).toMatchObject({ state: 'ENDED', endedFor: 'LOST' });
    expect(await refusal(await at.post(`/persons/${contactId}/keys/${keyId}/ending`, { reason: 'LOST' }))).toEqual([
      409,
      '/problems/key-ended',
    ]);
  });
});

describe('an address that changes', () => {
  it('takes the invitations to the old one along, and brings one to the new', async () => {
    const contactId = at.defender;
    const token = await scene.invited(contactId);
    await mailbox('elsewhere@correo-seguro.example', contactId);
    expect((await scene.page(token)).status).toBe(404);
    expect((await scene.page(await scene.tailOf(contactId, 'KEY_INVITED'))).status).toBe(200);
    await mailbox(null, contactId);
    expect(await refusal(await at.post(`/persons/${contactId}/key-invitations`))).toEqual([409, '/problems/cannot-be-invited']);
  });
});

describe('the list of keys', () => {
  it('shows what they are, to whoever the person is the business of', async () => {
    const contactId = await scene.member();
    const sent = browserKey();
    const { keyId } = await scene.holder(contactId, sent);
    const path = `/v1/contacts/${contactId}/keys`;
    const listed = await read(desk.send({ method: 'get', path, role: 'administrator' }));
    const key = { keyId, kind: 'X25519', state: 'ACTIVE', fingerprint: idOf(sent), verifiedAt: null, endedFor: null };
    expect(listed).toMatchObject({ keys: [key], invitedUntil: null });
    expect(JSON.stringify(listed)).not.toContain(sent.wrapped.slice(0, 40));
    // whoever compares a fingerprint has to read it: of the network that is every coordinator too
    expect((await desk.send({ method: 'get', path })).status).toBe(200);
    expect((await desk.send({ method: 'get', path, role: 'auditor' })).status).toBe(403);
    const ofCase = await desk.send({ method: 'get', path: `/v1/contacts/${at.defender}/keys`, role: 'administrator' });
    const ofNetwork = await desk.send({ method: 'get', path: `/v1/cases/${at.caseId}/persons/${contactId}/keys` });
    const ofOther = await desk.send({ method: 'get', path: `/v1/cases/${await at.open()}/persons/${at.defender}/keys` });
    expect([ofCase.status, ofNetwork.status, ofOther.status]).toEqual([404, 404, 404]);
    const { token } = await desk.hire('coordinator');
    const stranger = await desk.send({ method: 'get', path: `/v1/cases/${at.caseId}/persons/${at.defender}/keys`, token });
    expect(stranger.status).toBe(403);
  });
});
