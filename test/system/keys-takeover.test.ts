import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recipientKeyId } from '../../crypto/message.ts';
import { fromBase64Url } from '../../crypto/sodium.ts';
import { raiseTask } from '../../records/cases/tasks.ts';
import { usableKeys } from '../../records/keys/recipient-keys.ts';
import { registerKey } from '../../records/keys/recipient-keys-register.ts';
import { putNotice } from '../../records/mail/outbox.ts';
import { directoryFile } from '../data/load.ts';
import { figure } from '../support/figures.ts';
import { read, refusal } from './api-case.ts';
import { type ApiDesk, type Colleague, newApiDesk } from './api-desk.ts';
import { SAMPLES } from './api-samples.ts';
import { browserKey, type KeysScene, keysScene } from './keys-scene.ts';

// What one token of an administrator can do to the keys of somebody who is asked with words of a case, and what it takes a second person for.

let desk: ApiDesk;
let scene: KeysScene;
let thief: Colleague;
let other: Colleague;
let coordinator: Colleague;

beforeAll(async () => {
  desk = await newApiDesk();
  scene = keysScene(desk);
});
afterAll(() => desk.stop());
beforeEach(async () => {
  [thief, other, coordinator] = [await desk.hire('administrator'), await desk.hire('administrator'), await desk.hire('coordinator')];
});

const linesOf = (kind: 'advisors' | 'partners'): string[] => new TextDecoder().decode(directoryFile(kind)).trim().split('\n');
/** Imports one line of the fictional network again, changed. */
const reimport = async (kind: 'advisors' | 'partners', number: number, changes: readonly (readonly [string | RegExp, string])[]) => {
  const [header = '', ...rows] = linesOf(kind);
  const row = changes.reduce((line, [from, to]) => line.replace(from, to), rows[number - 1] ?? '');
  const sent = await desk.send({
    ...{ method: 'post', path: `/v1/directory/${kind}`, token: thief.token, raw: `${header}\n${row}` },
    headers: { 'content-type': 'text/csv' },
  });
  return read(sent);
};
const ADDRESS = /[^,]+@[^,]+/;
const contactOf = async (key: string): Promise<string> => (await desk.prisma.contact.findUniqueOrThrow({ where: { key } })).id;
const keyAct = (contactId: string, keyId: string, act: 'confirmation' | 'ending', body: unknown, token: string) =>
  desk.send({ method: 'post', path: `/v1/contacts/${contactId}/keys/${keyId}/${act}`, body, token });
/** As whoever holds the token sees them. */
const keysSeen = async (contactId: string, token = thief.token) => {
  const { keys } = await read(desk.send({ method: 'get', path: `/v1/contacts/${contactId}/keys`, token }));
  return keys as { keyId: string; state: string; fingerprint: string }[];
};
const usable = async (contactId: string): Promise<readonly string[]> =>
  (await usableKeys({ db: desk.prisma, seals: desk.store.seals }, contactId, Date.now())).keys.map(({ id }) => id);
/** A key made by the invitation that lies in the mailbox the address leads to. */
const madeThere = async (contactId: string): Promise<string> => {
  await desk.send({ method: 'post', path: `/v1/contacts/${contactId}/key-invitations`, token: thief.token });
  const done = await registerKey(desk.store, await scene.tailOf(contactId, 'KEY_INVITED'), browserKey(), Date.now());
  if (done.registered !== 'RECORDED') throw new Error(`not taken: ${done.registered}`);
  return (await desk.prisma.recipientKey.findFirstOrThrow({ where: { contactId }, orderBy: { createdAt: 'desc' } })).id;
};
const confirmAsShown = async (contactId: string, keyId: string, token: string): Promise<Response> => {
  const shown = (await keysSeen(contactId, token)).find((key) => key.keyId === keyId);
  return keyAct(contactId, keyId, 'confirmation', { fingerprint: shown?.fingerprint }, token);
};

describe('one token of an administrator', () => {
  it('makes nobody else an advisor or a partner', async () => {
    const taken: string[] = [];
    const advisor = await contactOf('a-01');
    const genuine = await scene.holder(advisor);
    await reimport('advisors', 1, [[ADDRESS, 'thief-1@elsewhere.example']]);
    expect((await keyAct(advisor, genuine.keyId, 'ending', { reason: 'LOST' }, thief.token)).status).toBe(204);
    const forged = await madeThere(advisor);
    expect(await refusal(await confirmAsShown(advisor, forged, thief.token))).toEqual([409, '/problems/not-yours-to-confirm']);
    taken.push(...(await usable(advisor)));

    // one who had no key: the first one is not let in either
    const keyless = await contactOf('a-02');
    await reimport('advisors', 2, [[ADDRESS, 'thief-2@elsewhere.example']]);
    const first = await madeThere(keyless);
    expect((await keysSeen(keyless)).map(({ state }) => state)).toEqual(['PENDING']);
    expect((await confirmAsShown(keyless, first, thief.token)).status).toBe(409);
    taken.push(...(await usable(keyless)));

    // a desk whose contact is replaced by a new one, without a history
    const [, row = ''] = linesOf('partners');
    const key = row.split(',').find((cell) => /^p-/.test(cell)) ?? '';
    await reimport('partners', 1, [
      [key, 'p-901'],
      [ADDRESS, 'thief-3@elsewhere.example'],
    ]);
    const successor = await contactOf('p-901');
    const theirs = await madeThere(successor);
    expect((await confirmAsShown(successor, theirs, thief.token)).status).toBe(409);
    taken.push(...(await usable(successor)));

    expect(figure({ name: 'key.takeovers-by-one-administrator', value: taken.length, unit: 'keys', bound: '== 0', seed: null })).toBe(true);
    const tried = await desk.prisma.audit.count({ where: { action: 'key.not-alone', actor: thief.personId } });
    expect(tried, 'noted, though the attempt was rolled back').toBe(3);
    // twin: a second person can, whoever they are, and from then on the first one may again
    expect((await confirmAsShown(advisor, forged, coordinator.token)).status).toBe(204);
    expect((await confirmAsShown(keyless, first, other.token)).status).toBe(204);
    expect((await confirmAsShown(successor, theirs, other.token)).status).toBe(204);
    const value = [...(await usable(advisor)), ...(await usable(keyless)), ...(await usable(successor))].length;
    expect(figure({ name: 'key.changes-with-a-second-person', value, unit: 'keys', bound: '== 3', seed: null })).toBe(true);
    const next = await madeThere(advisor);
    expect((await confirmAsShown(advisor, next, thief.token)).status).toBe(204);
  });

  it('is not freed by the confirmation of a key that was there before the change', async () => {
    const contactId = await contactOf('a-03');
    const genuine = await scene.holder(contactId);
    await reimport('advisors', 3, [[ADDRESS, 'thief-4@elsewhere.example']]);
    const forged = await madeThere(contactId);
    expect((await confirmAsShown(contactId, genuine.keyId, coordinator.token)).status).toBe(204);
    expect((await confirmAsShown(contactId, forged, thief.token)).status).toBe(409);
    expect((await confirmAsShown(contactId, genuine.keyId, thief.token)).status).toBe(409);
    expect(await usable(contactId)).toEqual([genuine.keyId]);
  });

  it('leaves the first key of whoever stays at one address active at once', async () => {
    const contactId = await contactOf('a-04');
    const { keyId } = await scene.holder(contactId);
    await reimport('advisors', 4, [[/Etc\/GMT[^,]*/, 'Etc/UTC']]);
    expect(await usable(contactId)).toEqual([keyId]);
  });
});

describe('a change of an address', () => {
  it('is noted by contact, told to the old address and to the other administrators, and not ticked off by whoever made it', async () => {
    const contactId = await contactOf('a-05');
    const before = (await desk.prisma.contact.findUniqueOrThrow({ where: { id: contactId } })).language;
    const [, old = ''] = new RegExp(`(${ADDRESS.source})`).exec(linesOf('advisors')[5] ?? '') ?? [];
    await reimport('advisors', 5, [[ADDRESS, 'elsewhere@advisors.example']]);
    const noted = await desk.prisma.audit.findFirstOrThrow({ where: { action: 'contact.readdressed', subjectId: contactId } });
    expect(noted.actor).toBe(thief.personId);
    const [mail] = await scene.mailsOf(contactId, 'ADDRESS_CHANGED');
    expect(await scene.noticeOf(mail?.id ?? '')).toEqual({ language: before, data: {}, needs: null, to: old });

    const toldOf = async (personId: string): Promise<number> => {
      const person = await desk.prisma.person.findUniqueOrThrow({ where: { id: personId } });
      const key = { startsWith: 'TASK_RAISED:ADDRESS_CHANGED:', contains: `:${thief.personId}:` };
      return desk.prisma.outbox.count({ where: { contactId: person.contactId, key } });
    };
    expect([await toldOf(other.personId), await toldOf(thief.personId)]).toEqual([1, 0]);
    const list = await read(desk.send({ method: 'get', path: '/v1/tasks?limit=100', token: other.token }));
    const task = (list['items'] as { taskId: string; kind: string; contactId: string }[]).find(
      (item) => item.kind === 'ADDRESS_CHANGED' && item.contactId === contactId,
    );
    const done = { method: 'post', path: `/v1/tasks/${task?.taskId}/completion` };
    expect(await refusal(await desk.send({ ...done, token: thief.token }))).toEqual([409, '/problems/not-yours-to-tick-off']);
    expect((await desk.send({ ...done, token: other.token })).status).toBe(200);
  });

  it('is nothing where only other cells change', async () => {
    const contactId = await contactOf('a-06');
    await reimport('advisors', 6, [[/Etc\/GMT[^,]*/, 'Etc/UTC']]);
    expect(await desk.prisma.audit.count({ where: { action: 'contact.readdressed', subjectId: contactId } })).toBe(0);
    expect(await scene.mailsOf(contactId, 'ADDRESS_CHANGED')).toEqual([]);
  });
});

describe('whoever confirms', () => {
  it('reads what they are to hear, and is told of it by a task and by mail', async () => {
    const contactId = await contactOf('a-07');
    const sent = browserKey();
    const { keyId } = await scene.holder(contactId, sent);
    const fingerprint = recipientKeyId(fromBase64Url(sent.publicKey) ?? new Uint8Array());
    const openKinds = async (id: string) =>
      (await desk.prisma.task.findMany({ where: { subjectId: id, doneAt: null } })).map(({ kind }) => kind);
    expect(await openKinds(keyId)).toEqual(['KEY_TO_VERIFY']);
    expect((await keyAct(contactId, keyId, 'confirmation', { fingerprint }, coordinator.token)).status).toBe(204);
    expect(await openKinds(keyId)).toEqual([]);
    const second = await scene.holder(contactId);
    expect(await openKinds(second.keyId)).toEqual(['KEY_TO_CONFIRM']);
    const { contactId: mailbox } = await desk.prisma.person.findUniqueOrThrow({ where: { id: other.personId } });
    expect(await desk.prisma.outbox.count({ where: { key: `TASK_RAISED:KEY_TO_CONFIRM:${second.keyId}:${mailbox}` } })).toBe(1);
    const tasks = await read(desk.send({ method: 'get', path: '/v1/tasks?limit=100', token: coordinator.token }));
    expect(tasks['items']).toContainEqual(expect.objectContaining({ kind: 'KEY_TO_CONFIRM', subjectId: second.keyId, contactId }));
    expect((await keyAct(contactId, second.keyId, 'ending', { reason: 'LOST' }, coordinator.token)).status).toBe(403);
  });
});

describe('mail that waits for somebody of the network', () => {
  it('is shown with whose it is and what stands in the way, and sent again once that is mended', async () => {
    const contactId = await contactOf('a-08');
    const [waiting] = await scene.mailsOf(contactId, 'KEY_INVITED');
    const mailId = waiting?.id ?? '';
    await desk.prisma.outbox.update({ where: { id: mailId }, data: { state: 'held', lastCode: 'NO_ADDRESS' } });
    const task = { caseId: null, kind: 'MAIL_HELD', urgency: 1, escalation: 1, subjectId: mailId, dueAt: null };
    await scene.inTx((tx) => raiseTask(tx, { ...task, key: `MAIL_HELD:${mailId}:1` }));
    const tasks = await read(desk.send({ method: 'get', path: '/v1/tasks?limit=100', token: other.token }));
    expect(tasks['items']).toContainEqual(expect.objectContaining({ kind: 'MAIL_HELD', subjectId: mailId, contactId }));
    const base = `/v1/contacts/${contactId}`;
    const channel = await read(desk.send({ method: 'get', path: `${base}/channel`, token: other.token }));
    expect(channel['stuck']).toEqual([{ mailId, kind: 'KEY_INVITED', state: 'held', code: 'NO_ADDRESS' }]);

    const path = `${base}/mail/${mailId}/resending`;
    const foreign = `/v1/contacts/${await contactOf('a-09')}/mail/${mailId}/resending`;
    const tried = [
      await desk.send({ method: 'post', path, token: coordinator.token }),
      await desk.send({ method: 'post', path: foreign, token: other.token }),
      await desk.send({ method: 'post', path, token: other.token }),
      await desk.send({ method: 'post', path, token: other.token }),
    ];
    expect(tried.map(({ status }) => status)).toEqual([403, 404, 202, 409]);
    expect(await desk.prisma.outbox.findUniqueOrThrow({ where: { id: mailId } })).toMatchObject({ state: 'queued' });
    expect(await desk.prisma.task.count({ where: { subjectId: mailId, doneAt: null } })).toBe(0);
  });

  it('of a case is neither shown here nor sent again from here: it would tell which advisor answered', async () => {
    const contactId = await contactOf('a-09');
    const opened = await read(desk.send({ method: 'post', path: '/v1/cases', body: SAMPLES['openCase'] }));
    const key = randomUUID();
    const caseId = String(opened['caseId']);
    await scene.inTx((tx) =>
      putNotice(tx, { key, kind: 'ADVICE_REMINDER', contactId, caseId, language: 'en', data: { token: key, deadline: 1 }, needs: null }),
    );
    const { id } = await desk.prisma.outbox.update({ where: { key }, data: { state: 'held', lastCode: 'NO_KEY' } });
    const task = { caseId, kind: 'MAIL_HELD', urgency: 1, escalation: 1, subjectId: id, dueAt: null };
    await scene.inTx((tx) => raiseTask(tx, { ...task, key: `MAIL_HELD:${id}:1` }));
    const channel = await read(desk.send({ method: 'get', path: `/v1/contacts/${contactId}/channel`, token: other.token }));
    expect(channel['stuck']).toEqual([]);
    const path = `/v1/contacts/${contactId}/mail/${id}/resending`;
    expect((await desk.send({ method: 'post', path, token: other.token })).status).toBe(404);
    const tasks = await read(desk.send({ method: 'get', path: '/v1/tasks?limit=100' }));
    expect(tasks['items']).toContainEqual(expect.objectContaining({ kind: 'MAIL_HELD', subjectId: id, contactId: null }));
  });
});
