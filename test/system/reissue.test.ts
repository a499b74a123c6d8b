import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mintToken } from '../../crypto/link-token.ts';
import { LANGUAGES } from '../../domain/vocabulary.ts';
import { openCard } from '../../records/cases/contacts.ts';
import type { Notice } from '../../records/mail/outbox.ts';
import { reissueByLink } from '../../records/questions/reissue.ts';
import { figure } from '../support/figures.ts';
import { CaseAtHand, read, refusal } from './api-case.ts';

type Asked = Awaited<ReturnType<CaseAtHand['ask']>>;

let hand: CaseAtHand;
let advisor: string;

beforeAll(async () => {
  hand = await CaseAtHand.begin();
  advisor = (await hand.desk.prisma.contact.findFirstOrThrow({ where: { role: 'ADVISOR' } })).id;
});
afterAll(() => hand.desk.stop());
beforeEach(async () => {
  await hand.next();
  await clear();
});

/** Nothing of an earlier test counts. */
const clear = async (): Promise<void> => {
  await hand.desk.prisma.link.deleteMany({ where: { invitation: { contactId: advisor } } });
  await hand.desk.prisma.outbox.deleteMany({ where: { contactId: advisor } });
};

const act = (token: string, fields: Readonly<Record<string, string>>, query = '?lang=en'): Promise<Response> =>
  hand.desk.send({
    method: 'post',
    path: `/l/${token}${query}`,
    role: null,
    raw: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
const askFresh = (token: string): Promise<Response> => act(token, { step: 'reissue' });
const ask = (kind = 'ADVICE'): Promise<Asked> => hand.ask(kind, { contactId: advisor });
const mails = ({ invitationId }: Asked) =>
  hand.desk.prisma.outbox.findMany({ where: { key: { contains: invitationId } }, orderBy: { createdAt: 'asc' } });
const set = async ({ invitationId }: Asked, data: { expiresAt?: Date; revokedAt?: Date; spentAt?: Date; replacedAt?: Date }) => {
  await hand.desk.prisma.link.updateMany({ where: { invitationId }, data });
};
const tokenIn = async (asked: Asked): Promise<string> => {
  const [mail] = (await mails(asked)).filter(({ state }) => state === 'queued').slice(-1);
  if (mail?.sealed === undefined || mail.sealed === null) throw new Error('There is no mail for it.');
  return (await hand.desk.store.seals.open<Notice>('Outbox', mail.id, hand.caseId, mail.sealed)).data.token ?? '';
};

/** Brings a link into a state in which it may be presented. */
const STATES: Readonly<Record<string, (asked: Asked) => Promise<unknown>>> = {
  expired: (asked) => set(asked, { expiresAt: new Date(1_000) }),
  spent: async (asked) => {
    await hand.say(asked, { choice: 'ABSTAIN' });
    await set(asked, { spentAt: new Date() });
  },
  revoked: (asked) => set(asked, { revokedAt: new Date() }),
  replaced: (asked) => set(asked, { revokedAt: new Date(), replacedAt: new Date() }),
  living: async () => undefined,
  closed: ({ questionId }) => hand.desk.prisma.question.update({ where: { id: questionId }, data: { closedAt: new Date() } }),
};
const unknown = (): string => mintToken(hand.desk.store.keyring, 'link').token;
const inState = async (state: string): Promise<string> => {
  if (state === 'unknown') return unknown();
  if (state === 'malformed') return 'x';
  const asked = await ask();
  await STATES[state]?.(asked);
  return asked.token;
};
const ALL = ['unknown', 'malformed', ...Object.keys(STATES)];

describe('a link that opens nothing', () => {
  it('offers a fresh one in every language, and the same page whatever it was', async () => {
    for (const language of LANGUAGES) {
      const told = await Promise.all(
        ['unknown', 'malformed', 'expired', 'revoked', 'replaced'].map(async (state) => {
          const page = await hand.desk.send({ method: 'get', path: `/l/${await inState(state)}?lang=${language}`, role: null });
          return `${page.status} ${await page.text()}`;
        }),
      );
      expect(new Set(told).size).toBe(1);
      expect(told[0]).toMatch(/^404 [\s\S]*name="step" value="reissue"/);
    }
  });

  it('answers alike, byte for byte and header for header, to whoever asks for a fresh one', async () => {
    const answers = new Map<string, string>();
    for (const state of ALL) {
      const answer = await askFresh(await inState(state));
      const headers = [...answer.headers].filter(([name]) => name !== 'date');
      answers.set(state, JSON.stringify([answer.status, headers, await answer.text()]));
    }
    const differing = ALL.filter((state) => answers.get(state) !== answers.get('unknown'));
    expect(differing).toEqual([]);
    const name = 'answers to "send me a fresh link" that differ from that to an unknown link';
    expect(figure({ name, value: differing.length, unit: `of ${ALL.length} states`, bound: '== 0', seed: null })).toBe(true);
  });

  it('answers after the same time, whether a mail was written or not', async () => {
    const best = new Map<string, number>();
    for (let round = 0; round < 3; round += 1) {
      for (const state of ['unknown', 'revoked', 'expired', 'living']) {
        const token = await inState(state);
        const began = performance.now();
        await (await askFresh(token)).text();
        best.set(state, Math.min(best.get(state) ?? Number.POSITIVE_INFINITY, performance.now() - began));
      }
      await clear();
    }
    const times = [...best.values()];
    const apart = Math.max(...times) - Math.min(...times);
    const name = 'time by which answers to "send me a fresh link" differ, best of 3';
    expect(figure({ name, value: Math.round(apart * 10) / 10, unit: 'ms', bound: '< 60', seed: null })).toBe(true);
  });

  it('twin: the work itself takes longer where there is something to do', async () => {
    const work = async (token: string): Promise<number> => {
      const began = performance.now();
      await reissueByLink(hand.desk.store, token, Date.now());
      return performance.now() - began;
    };
    const [nothing, something] = [await work(unknown()), await work((await ask()).token)];
    const name = 'twin: how many times as long it takes to send a fresh link as to send none';
    expect(figure({ name, value: Math.round(something / nothing), unit: 'times', bound: '> 1', seed: null })).toBe(true);
  });
});

describe('a fresh link', () => {
  it('goes to the registered address as the notice of the first time, and the old one is dead', async () => {
    const states = ['expired', 'replaced', 'living'];
    let elsewhere = 0;
    let acted = 0;
    for (const state of states) {
      const asked = await ask();
      await STATES[state]?.(asked);
      await askFresh(asked.token);
      const [mail, ...more] = await mails(asked);
      expect(more).toEqual([]);
      expect(mail).toMatchObject({ kind: 'ADVICE_ASKED', state: 'queued', caseId: hand.caseId });
      const to = await hand.desk.prisma.contact.findUniqueOrThrow({ where: { id: mail?.contactId ?? '' } });
      if (to.id !== advisor || (await openCard(hand.desk.store.seals, to)).email === null) elsewhere += 1;

      const fresh = await tokenIn(asked);
      expect((await hand.desk.send({ method: 'get', path: `/l/${fresh}`, role: null })).status).toBe(200);
      for (const fields of [{ step: 'open' }, { step: 'answer', choice: 'ABSTAIN' }])
        if ((await act(asked.token, fields)).status !== 404) acted += 1;
      expect(await hand.desk.prisma.answer.count({ where: { invitationId: asked.invitationId } })).toBe(0);
      expect(await hand.desk.prisma.link.count({ where: { invitationId: asked.invitationId, revokedAt: null } })).toBe(1);
      const noted = await hand.desk.prisma.audit.findFirstOrThrow({ where: { subjectId: asked.invitationId, action: 'link.replaced' } });
      expect(noted).toMatchObject({ actor: `contact:${advisor}`, caseId: hand.caseId });
    }
    const unit = `of ${states.length} links`;
    expect(
      figure({ name: 'fresh links sent to another address than the registered one', value: elsewhere, unit, bound: '== 0', seed: null }),
    ).toBe(true);
    expect(
      figure({
        name: 'acts that a replaced link still allowed',
        value: acted,
        unit: `of ${2 * states.length} tries`,
        bound: '== 0',
        seed: null,
      }),
    ).toBe(true);
  });

  it('twin: the link that was not replaced acts, so it could have been seen', async () => {
    const asked = await hand.ask('REVIEW');
    const acted = (await act(asked.token, { step: 'answer', choice: 'SAME' })).status === 200 ? 1 : 0;
    expect(
      figure({
        name: 'twin: acts that a link allows as long as it is not replaced',
        value: acted,
        unit: 'of 1 try',
        bound: '== 1',
        seed: null,
      }),
    ).toBe(true);
  });

  it('is not sent where the old one was revoked, or nothing is asked any more, or mail is not safe', async () => {
    const reasons: Readonly<Record<string, (asked: Asked) => Promise<unknown>>> = {
      'revoked when the address changed': (asked) => set(asked, { revokedAt: new Date() }),
      closed: ({ questionId }) => hand.desk.prisma.question.update({ where: { id: questionId }, data: { closedAt: new Date() } }),
      'past its time': ({ questionId }) => hand.desk.prisma.question.update({ where: { id: questionId }, data: { closesAt: new Date() } }),
      'no consent': ({ questionId }) =>
        hand.desk.prisma.question.update({
          where: { id: questionId },
          data: { needs: { purpose: 'SHARE_WITH_ADVISORY_GROUP', identifiability: 'FULL_NAME' } },
        }),
      unsafe: () => hand.desk.prisma.contact.update({ where: { id: advisor }, data: { unsafeSince: new Date() } }),
      'not of the network any more': () => hand.desk.prisma.contact.update({ where: { id: advisor }, data: { active: false } }),
    };
    const sent: string[] = [];
    for (const [reason, bring] of Object.entries(reasons)) {
      const asked = await ask();
      await bring(asked);
      await askFresh(asked.token);
      if ((await mails(asked)).length > 0) sent.push(reason);
      await hand.desk.prisma.contact.update({ where: { id: advisor }, data: { unsafeSince: null, active: true } });
    }
    expect(sent).toEqual([]);
    const spoken = await hand.ask('REVIEW');
    await hand.say(spoken, { choice: 'SAME' });
    const before = (await mails(spoken)).length;
    await askFresh(spoken.token);
    expect((await mails(spoken)).length).toBe(before);
  });

  it('comes at most three times a day, and takes waiting mail with dead links back', async () => {
    const asked = await ask();
    let held = asked.token;
    for (let time = 0; time < 5; time += 1) {
      await askFresh(held);
      held = await tokenIn(asked);
    }
    const states = (await mails(asked)).map(({ state }) => state);
    expect(states).toEqual(['cancelled', 'cancelled', 'queued']);
    const yesterday = new Date(Date.now() - 25 * 3_600_000);
    await hand.desk.prisma.outbox.updateMany({ where: { contactId: advisor }, data: { createdAt: yesterday } });
    await askFresh(asked.token);
    expect((await mails(asked)).length).toBe(4);
  });
});

describe('a coordinator', () => {
  const order = (asked: Asked, key: string = randomUUID()): Promise<Response> =>
    hand.post(`/invitations/${asked.invitationId}/link`, undefined, key);

  it('sends a fresh link, once for the same intention', async () => {
    const asked = await ask();
    const key = randomUUID();
    for (let time = 0; time < 2; time += 1) expect((await order(asked, key)).status).toBe(202);
    expect(await mails(asked)).toHaveLength(1);
    expect((await act(asked.token, { step: 'open' })).status).toBe(404);
    expect(hand.desk.door.calls).toContain('ringPostroom');
  });

  it('is told why none is sent', async () => {
    const asked = await ask();
    for (let time = 0; time < 3; time += 1) expect((await order(asked)).status).toBe(202);
    expect(await refusal(await order(asked))).toEqual([409, '/problems/enough-links']);
    const closed = await ask();
    await STATES['closed']?.(closed);
    expect(await refusal(await order(closed))).toEqual([409, '/problems/question-closed']);
    await hand.desk.prisma.contact.update({ where: { id: advisor }, data: { unsafeSince: new Date() } });
    expect(await refusal(await order(await ask()))).toEqual([409, '/problems/channel-unsafe']);
    await hand.desk.prisma.contact.update({ where: { id: advisor }, data: { unsafeSince: null } });
    const elsewhere = { ...(await ask()), invitationId: randomUUID() };
    expect((await read(order(elsewhere)))['type']).toBe('/problems/not-found');
  });
});
