import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mintToken } from '../../crypto/link-token.ts';
import { LANGUAGES } from '../../domain/vocabulary.ts';
import { cutChannel } from '../../records/mail/readdress.ts';
import { putSealedMessage } from '../../records/mail/sealed-messages.ts';
import { findLink } from '../../records/questions/answers.ts';
import { figure } from '../support/figures.ts';
import { CaseAtHand, refusal } from './api-case.ts';
import { type KeysScene, keysScene } from './keys-scene.ts';

type Asked = Awaited<ReturnType<CaseAtHand['ask']>>;
type Page = 'l' | 'm' | 'k';

let hand: CaseAtHand;
let scene: KeysScene;
let contactId: string;

beforeAll(async () => {
  hand = await CaseAtHand.begin();
  scene = keysScene(hand.desk);
});
afterAll(() => hand.desk.stop());
beforeEach(async () => {
  await hand.next();
  contactId = await scene.member();
});

const ask = (): Promise<Asked> => hand.ask('ADVICE', { contactId });
const send = (page: Page, token: string, step: string): Promise<Response> =>
  hand.desk.send({
    ...{ method: 'post', path: `/${page}/${token}?lang=en`, role: null, raw: new URLSearchParams({ step }).toString() },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
const askFresh = (page: Page, token: string): Promise<Response> => send(page, token, 'reissue');
const order = ({ invitationId }: Asked): Promise<Response> => hand.post(`/invitations/${invitationId}/link`);
const fresh = ({ invitationId }: Asked): Promise<number> =>
  hand.desk.prisma.outbox.count({ where: { key: { startsWith: `ADVICE_ASKED:${invitationId}:` } } });
const living = ({ invitationId }: Asked): Promise<number> => hand.desk.prisma.link.count({ where: { invitationId, revokedAt: null } });

describe('a link that was replaced before the mailbox was lost', () => {
  const scenes = async (cut: boolean): Promise<number> => {
    const asked = await ask();
    await askFresh('l', asked.token);
    if (cut) await hand.inTx((tx) => cutChannel(tx, contactId));
    expect((await order(asked)).status).toBe(202);
    const before = await fresh(asked);
    for (let time = 0; time < 3; time += 1) await askFresh('l', asked.token);
    return (await fresh(asked)) - before;
  };

  it('takes no fresh link away from its owner any more', async () => {
    const value = await scenes(true);
    const name = 'fresh links that a link orders which was replaced before the mailbox was lost';
    expect(figure({ name, value, unit: 'of 3 tries', bound: '== 0', seed: null })).toBe(true);
  });

  it('twin: while the mailbox is its owner’s, it still renews', async () => {
    expect(await scenes(false)).toBe(2);
  });
});

describe('a coordinator', () => {
  it('can send fresh links though somebody has used up those of an old one, and the other way round', async () => {
    const asked = await ask();
    for (let time = 0; time < 5; time += 1) await askFresh('l', asked.token);
    expect(await fresh(asked)).toBe(3);
    for (let time = 0; time < 3; time += 1) expect((await order(asked)).status).toBe(202);
    expect(await refusal(await order(asked))).toEqual([409, '/problems/enough-links']);
    const other = await ask();
    for (let time = 0; time < 3; time += 1) await order(other);
    await askFresh('l', other.token);
    expect(await fresh(other)).toBe(4);
  });
});

describe('the way to a sealed message', () => {
  /** The mail that brought a question, with the message that waits behind it. */
  const brought = async (): Promise<{ asked: Asked; token: string; id: string }> => {
    const asked = await ask();
    const { publicKey, wrapped } = { publicKey: new Uint8Array(32).fill(9), wrapped: new Uint8Array(8) };
    return hand.inTx(async (tx) => {
      const outboxId = randomUUID();
      const base = { id: outboxId, key: `ADVICE_ASKED:${asked.invitationId}`, kind: 'ADVICE_ASKED', contactId, caseId: hand.caseId };
      const sent = { state: 'accepted', urgent: true, messageId: randomUUID(), nextAt: tx.at, createdAt: tx.at, endedAt: tx.at };
      await tx.db.outbox.create({ data: { ...base, ...sent } });
      const content = { language: 'en', subject: 's', text: [], attachments: [] } as never;
      const put = await putSealedMessage(tx, {
        ...{ outboxId, contactId, caseId: hand.caseId, needs: null, content, expiresAt: new Date(Date.now() + 60_000) },
        keys: [{ id: randomUUID(), verified: false, kind: 'X25519', publicKey, wrapped }],
      });
      if ('code' in put) throw new Error(put.code);
      const { id } = await tx.db.sealedMessage.findUniqueOrThrow({ where: { outboxId } });
      return { asked, token: put.token, id };
    });
  };
  const set = (id: string, data: { revokedAt?: Date; expiresAt?: Date }) => hand.desk.prisma.sealedMessage.update({ where: { id }, data });
  const unknown = (): string => mintToken(hand.desk.store.keyring, 'link').token;

  it('that has run out brings a fresh link while the question is open, and the old one is dead', async () => {
    const { asked, token, id } = await brought();
    await set(id, { expiresAt: new Date(1_000) });
    await askFresh('m', token);
    expect([await fresh(asked), await living(asked)]).toEqual([1, 1]);
    expect(await findLink(hand.desk.store, asked.token, Date.now())).toBeNull();
    expect(hand.desk.door.calls).toContain('ringPostroom');
  });

  it('brings nothing where it was closed, the question is over, or the mail was about something else', async () => {
    const [closed, over, other] = [await brought(), await brought(), await brought()];
    await set(closed.id, { revokedAt: new Date() });
    await hand.desk.prisma.question.update({ where: { id: over.asked.questionId }, data: { closedAt: new Date() } });
    const data = { key: `KEY_INVITED:${randomUUID()}` };
    await hand.desk.prisma.outbox.updateMany({ where: { key: `ADVICE_ASKED:${other.asked.invitationId}` }, data });
    for (const { token } of [closed, over, other]) await askFresh('m', token);
    const sent = (await Promise.all([closed, over, other].map(({ asked }) => fresh(asked)))).reduce((a, b) => a + b, 0);
    expect(figure({ name: 'fresh links by messages that renew nothing', value: sent, unit: 'of 3', bound: '== 0', seed: null })).toBe(true);
  });

  it('offers it on the one page that every dead way shows, and answers every way alike', async () => {
    const { token, id } = await brought();
    await set(id, { revokedAt: new Date() });
    const expired = await brought();
    await set(expired.id, { expiresAt: new Date(1_000) });
    for (const language of LANGUAGES) {
      const pages = await Promise.all(
        [token, expired.token, unknown(), 'x'].map(async (way) => {
          const page = await hand.desk.send({ method: 'get', path: `/m/${way}?lang=${language}`, role: null });
          return `${page.status} ${await page.text()}`;
        }),
      );
      expect(new Set(pages).size).toBe(1);
      expect(pages[0]).toMatch(/^404 [\s\S]*name="step" value="reissue"/);
    }
    const answers: string[] = [];
    for (const way of [token, expired.token, (await brought()).token, unknown(), 'x']) {
      const answer = await askFresh('m', way);
      answers.push(JSON.stringify([answer.status, [...answer.headers].filter(([name]) => name !== 'date'), await answer.text()]));
    }
    const name = 'answers to "send me a fresh link" by a message that differ from that to an unknown one';
    expect(figure({ name, value: new Set(answers).size - 1, unit: `of ${answers.length}`, bound: '== 0', seed: null })).toBe(true);
    expect((await send('m', unknown(), 'open')).status).toBe(400);
  });
});

describe('an invitation to make a key', () => {
  const invited = (): Promise<number> => hand.desk.prisma.outbox.count({ where: { contactId, kind: 'KEY_INVITED' } });
  const set = (data: { expiresAt?: Date; revokedAt?: Date; spentAt?: Date }) =>
    hand.desk.prisma.keyInvitation.updateMany({ where: { contactId, revokedAt: null }, data });
  const past = { expiresAt: new Date(1_000) };
  /** somebody whom nothing was sent to before */
  const newcomer = async (): Promise<void> => {
    contactId = await scene.member();
    await hand.desk.prisma.keyInvitation.deleteMany({ where: { contactId } });
    await hand.desk.prisma.outbox.deleteMany({ where: { contactId } });
  };
  beforeEach(newcomer);

  it('that has run out brings another, once, to the registered address', async () => {
    const token = await scene.invited(contactId);
    await set(past);
    expect((await scene.page(token)).status).toBe(404);
    for (let time = 0; time < 3; time += 1) expect((await askFresh('k', token)).status).toBe(200);
    expect(await invited()).toBe(2);
    expect((await scene.page(await scene.tailOf(contactId, 'KEY_INVITED'))).status).toBe(200);
  });

  it('brings nothing where it still opens, was taken up or was revoked; nor more than three a day', async () => {
    const states = [{}, { ...past, spentAt: new Date() }, { ...past, revokedAt: new Date() }];
    let sent = 0;
    for (const state of states) {
      await newcomer();
      const token = await scene.invited(contactId);
      await set(state);
      await askFresh('k', token);
      sent += (await invited()) - 1;
    }
    expect(figure({ name: 'invitations that old ones brought wrongly', value: sent, unit: 'of 3', bound: '== 0', seed: null })).toBe(true);
    for (let time = 0; time < 5; time += 1) {
      const token = await scene.tailOf(contactId, 'KEY_INVITED').catch(() => '');
      await hand.desk.prisma.keyInvitation.updateMany({ where: { contactId }, data: { ...past, revokedAt: null } });
      await askFresh('k', token);
    }
    expect(await invited()).toBe(3);
  });

  it('is answered alike, whatever has become of it', async () => {
    const answers: string[] = [];
    for (const state of [{}, past, { ...past, revokedAt: new Date() }, null]) {
      await newcomer();
      const token = state === null ? 'x' : await scene.invited(contactId);
      if (state !== null) await set(state);
      const answer = await askFresh('k', token);
      answers.push(JSON.stringify([answer.status, [...answer.headers].filter(([name]) => name !== 'date'), await answer.text()]));
    }
    expect(new Set(answers).size).toBe(1);
  });
});
