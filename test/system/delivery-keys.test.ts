import { randomUUID } from 'node:crypto';
import { simpleParser } from 'mailparser';
import { decrypt, generateKey, readMessage, readPrivateKey } from 'openpgp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KeyContent } from '../../records/keys/recipient-keys.ts';
import { figure } from '../support/figures.ts';
import { type Desk, newDesk } from './delivery-desk.ts';
import { type MailServer, mailServer } from './mail-server.ts';
import { armourOf, linksIn, newBrowserKey, openedBy, sealedScene } from './sealed-scene.ts';

let desk: Desk;
let scene: ReturnType<typeof sealedScene>;
let server: MailServer;
beforeAll(async () => {
  desk = await newDesk();
  scene = sealedScene(desk);
}, 60_000);
afterAll(() => desk.stop());
beforeEach(async () => {
  server = await mailServer();
});
afterEach(async () => {
  await server.stop();
  await desk.clear();
});

type Held = { readonly content: KeyContent; readonly heard: boolean };

const browser = newBrowserKey();
const browserKey = (): KeyContent => {
  if (browser.sent.kind !== 'X25519') throw new Error('not a key of the browser');
  return { ...browser.sent, fingerprint: `x25519:${randomUUID()}` };
};
const certificate = (armored: string): KeyContent => ({ kind: 'OPENPGP', fingerprint: randomUUID(), certificate: armored, weak: false });
const made = async (subkeys?: []) =>
  generateKey({ userIDs: { email: 'reader@example.net' }, date: new Date(Date.now() - 60_000), ...(subkeys && { subkeys }) });

/** Somebody with these keys, the oldest first, who is asked for advice; what became of the mail that asks. */
const asked = async (...held: readonly Held[]) => {
  const { caseId } = await scene.openCase();
  const contactId = await scene.contact('ADVISOR', `${randomUUID()}@example.net`);
  const ids: string[] = [];
  for (const [place, { content, heard }] of held.entries()) {
    const id = randomUUID();
    const createdAt = new Date(Date.now() - 60_000 + place);
    const sealed = await desk.store.seals.seal('RecipientKey', id, null, content);
    const row = { id, contactId, kind: content.kind, state: 'ACTIVE', createdAt, activeAt: createdAt, sealed };
    await desk.store.prisma.recipientKey.create({ data: { ...row, ...(heard && { verifiedAt: createdAt, verifiedBy: randomUUID() }) } });
    ids.push(id);
  }
  const questionId = await scene.question('ADVICE', caseId, { contactId });
  await desk.deliver(server.transport);
  const { id, messageId } = await scene.mailOf(questionId);
  const raw = server.taken.find((mail) => mail.messageId.includes(messageId))?.raw ?? null;
  const tasks = await desk.store.prisma.task.findMany({ where: { subjectId: { in: ids } }, orderBy: { createdAt: 'asc' } });
  return { ids, row: await desk.row(id), raw, broken: tasks.map(({ kind, subjectId }) => [kind, subjectId]) };
};

const wayOf = async (raw: string | null): Promise<'PAGE' | 'PGP' | null> => {
  if (raw === null) return null;
  return (await linksIn(raw, 'm')).length > 0 ? 'PAGE' : 'PGP';
};

describe('a message to somebody with several keys', () => {
  it('leaves sealed to the certificates that work, and a person is asked to see to the others', async () => {
    const good = await made();
    const without = await made([]);
    const keys = [without.publicKey, good.publicKey, 'no certificate'].map((armored) => ({ content: certificate(armored), heard: true }));
    const { ids, row, raw, broken } = await asked(...keys);
    expect([row.state, await wayOf(raw)]).toEqual(['accepted', 'PGP']);
    const armour = armourOf(await simpleParser(raw ?? ''));
    const decryptionKeys = await readPrivateKey({ armoredKey: good.privateKey });
    const { data } = await decrypt({ message: await readMessage({ armoredMessage: armour }), decryptionKeys });
    expect(await linksIn(String(data), 'l')).toHaveLength(1);
    expect(new Set(broken)).toEqual(new Set([ids[0], ids[2]].map((id) => ['KEY_BROKEN', id])));
    const twin = await asked({ content: certificate(good.publicKey), heard: true });
    expect([twin.row.state, twin.broken]).toEqual(['accepted', []]);
  });

  it('takes the way of a key that somebody has heard, and among equals that of the newest', async () => {
    const pgp = certificate((await made()).publicKey);
    const ways = [
      await asked({ content: browserKey(), heard: true }, { content: pgp, heard: false }),
      await asked({ content: pgp, heard: true }, { content: browserKey(), heard: false }),
      await asked({ content: pgp, heard: false }, { content: browserKey(), heard: false }),
      await asked({ content: browserKey(), heard: true }, { content: pgp, heard: true }),
    ];
    expect(await Promise.all(ways.map(({ raw }) => wayOf(raw)))).toEqual(['PAGE', 'PGP', 'PAGE', 'PGP']);
    expect((await openedBy(desk.store, browser.pair, ways[0]?.raw ?? '')).attachments).toHaveLength(1);
    const passedOver = ways.filter(({ broken, row }) => broken.length > 0 || row.state !== 'accepted').length;
    expect(
      figure({ name: 'mail that took the way of a key nobody has heard', value: passedOver, unit: 'mails', bound: '== 0', seed: null }),
    ).toBe(true);
  });

  it('is not sealed to a key that nobody has heard beside one that somebody has', async () => {
    const other = newBrowserKey();
    if (other.sent.kind !== 'X25519') throw new Error('not a key of the browser');
    const planted = { content: { ...other.sent, fingerprint: `x25519:${randomUUID()}` }, heard: false } as const;
    const { raw } = await asked(planted, { content: browserKey(), heard: true });
    await expect(openedBy(desk.store, other.pair, raw ?? '')).rejects.toThrow(/not at hand/);
    expect((await openedBy(desk.store, browser.pair, raw ?? '')).attachments).toHaveLength(1);
    const both = await asked({ ...planted, heard: true }, { content: browserKey(), heard: true });
    expect((await openedBy(desk.store, other.pair, both.raw ?? '')).attachments, 'twin').toHaveLength(1);
  });

  it('waits where its way fails, and takes no other', async () => {
    const { publicKey } = await made([]);
    const { row, raw } = await asked({ content: browserKey(), heard: false }, { content: certificate(publicKey), heard: true });
    expect([row.state, row.lastCode, raw]).toEqual(['held', 'SEAL_FAILED', null]);
  });
});
