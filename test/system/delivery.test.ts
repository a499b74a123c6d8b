import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimDue } from '../../records/mail/outbox-delivery.ts';
import { figure } from '../support/figures.ts';
import { ACTIVITY, type Desk, newDesk } from './delivery-desk.ts';
import { type MailServer, mailServer, quickTransport } from './mail-server.ts';
import { fakeServer } from './smtp-fake.ts';

let desk: Desk;
let server: MailServer;
beforeAll(async () => {
  desk = await newDesk();
}, 60_000);
afterAll(() => desk.stop());
beforeEach(async () => {
  server = await mailServer();
});
afterEach(async () => {
  await server.stop();
  await desk.clear();
});

const recipients = (): readonly string[] => server.taken.flatMap(({ to }) => to);

describe('what becomes of one message', () => {
  it('accepted: sent once, emptied, and never again', async () => {
    const id = await desk.put({ to: 'one@example.net' });
    expect(await desk.deliver(server.transport)).toEqual({ sent: 1, nextDueAt: null });
    expect(await desk.deliver(server.transport)).toEqual({ sent: 0, nextDueAt: null });
    expect(recipients()).toEqual(['one@example.net']);
    expect(await desk.row(id)).toMatchObject({
      state: 'accepted',
      sealed: null,
      attempts: 1,
      copies: 0,
      lastCode: '250',
      leaseUntil: null,
    });
    expect(await desk.audited(id)).toEqual(['mail.accepted']);
  });

  it('deferred: waits as long as the policy says and leaves under the same Message-ID', async () => {
    const id = await desk.put();
    server.answers(() => 451);
    const before = Date.now();
    const { sent, nextDueAt } = await desk.deliver(server.transport);
    const waiting = await desk.row(id);
    expect(waiting).toMatchObject({ state: 'deferred', lastCode: '451', copies: 0, endedAt: null });
    expect([sent, nextDueAt]).toEqual([0, waiting.nextAt.getTime()]);
    expect(nextDueAt).toBeGreaterThanOrEqual(before + 1_000);
    server.answers(() => null);
    await desk.due(id);
    expect((await desk.deliver(server.transport)).sent).toBe(1);
    expect(await desk.row(id)).toMatchObject({ state: 'accepted', attempts: 2 });
    expect(server.heard.map(({ messageId }) => messageId)).toEqual(Array(2).fill(`<${waiting.messageId}@mail.example.org>`));
    expect(await desk.audited(id)).toEqual(['mail.deferred', 'mail.accepted']);
  });

  it('refused: stops for this recipient, tells a coordinator, and does not hold up the others', async () => {
    const bad = await desk.put({ kind: 'TASK_DUE', to: 'bad@example.net' });
    await desk.put({ to: 'good@example.net' });
    server.answers(({ to }) => (to[0] === 'bad@example.net' ? 550 : null));
    expect(await desk.deliver(server.transport)).toEqual({ sent: 1, nextDueAt: null });
    expect(recipients()).toEqual(['good@example.net']);
    expect(await desk.row(bad)).toMatchObject({ state: 'refused', sealed: null, lastCode: '550' });
    expect(await desk.tasks(bad)).toMatchObject([{ kind: 'MAIL_REFUSED', urgency: 1, doneAt: null }]);
    expect(await desk.audited(bad)).toEqual(['mail.refused']);
  });

  it('not taken until the patience of the policy has ended: given up, and a coordinator is told', async () => {
    const id = await desk.put({ kind: 'SIGN_ON_RECEIPT' });
    await desk.store.prisma.outbox.update({ where: { id }, data: { attempts: 9, firstAt: new Date(Date.now() - 600_000) } });
    server.answers(() => 451);
    await desk.deliver(server.transport);
    expect((await desk.row(id)).state).toBe('refused');
    expect(await desk.tasks(id)).toMatchObject([{ kind: 'MAIL_REFUSED', urgency: 3 }]);
    expect(await desk.audited(id)).toEqual(['mail.given-up']);
  });

  it('dropped after the dot: nobody knows, so a second copy follows that is recognisable as the same message', async () => {
    const id = await desk.put();
    const fake = await fakeServer({ at: 'dot', act: 'close' });
    expect((await desk.deliver(quickTransport(fake.port))).sent).toBe(0);
    expect(fake.complete()).toBe(1);
    await fake.stop();
    const row = await desk.row(id);
    expect(row).toMatchObject({ state: 'deferred', copies: 1, lastCode: 'CONNECTION' });
    await desk.due(id);
    await desk.deliver(server.transport);
    expect(server.taken.map(({ messageId }) => messageId)).toEqual([`<${row.messageId}@mail.example.org>`]);
    expect(await desk.audited(id)).toEqual(['mail.unknown', 'mail.accepted']);
  });

  it('a fifth copy of which nobody knows is the last: a person looks', async () => {
    const id = await desk.put({ kind: 'TASK_DUE' });
    await desk.store.prisma.outbox.update({ where: { id }, data: { copies: 4 } });
    const fake = await fakeServer({ at: 'dot', act: 'reset' });
    expect((await desk.deliver(quickTransport(fake.port))).nextDueAt).toBeNull();
    await fake.stop();
    expect(await desk.row(id)).toMatchObject({ state: 'unknown', copies: 5 });
    expect(await desk.tasks(id)).toMatchObject([{ kind: 'MAIL_UNKNOWN', urgency: 1 }]);
  });
});

describe('many messages', () => {
  it('urgent ones go first, then the oldest', async () => {
    const kinds = ['SIGN_ON_ASKED', 'OUTCOME_TOLD', 'WITHDRAWN_NOTICE', 'SIGN_ON_RECEIPT', 'TASK_DUE'] as const;
    for (const [i, kind] of kinds.entries()) {
      const id = await desk.put({ kind, to: `${kind.toLowerCase()}@example.net` });
      await desk.store.prisma.outbox.update({ where: { id }, data: { createdAt: new Date(Date.now() - 60_000 + i) } });
    }
    await desk.deliver(server.transport);
    expect(recipients().map((to) => to.split('@')[0]?.toUpperCase())).toEqual([kinds[2], kinds[4], kinds[0], kinds[1], kinds[3]]);
  });

  it('stops at the limit and says that more is due', async () => {
    for (let i = 0; i < 3; i += 1) await desk.put();
    const { sent, nextDueAt } = await desk.deliver(server.transport, 2);
    expect(sent).toBe(2);
    expect(nextDueAt).toBeLessThanOrEqual(Date.now());
  });

  it('waits for the limiter once for each message, and not when nothing is due', async () => {
    let taken = 0;
    const limiter = {
      take: async () => {
        taken += 1;
      },
    };
    const worker = new MockActivityEnvironment(ACTIVITY);
    await desk.put();
    await desk.put();
    for (let i = 0; i < 2; i += 1) await worker.run(desk.activities(server.transport, { limiter }).deliverDue, { limit: 10 });
    expect([taken, server.taken.length]).toEqual([2, 2]);
  });

  it('many claims at once take up as many different rows', async () => {
    for (let i = 0; i < 12; i += 1) await desk.put();
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimDue(desk.store, Date.now(), 60_000)));
    expect(new Set(claims.map((claim) => claim?.id)).size).toBe(8);
  });

  it('two deliverers at once send each of 50 exactly once', async () => {
    for (let i = 0; i < 50; i += 1) await desk.put({ to: `reader${i}@example.net` });
    let sent = 0;
    const drain = async (): Promise<void> => {
      for (;;) {
        const batch = await desk.deliver(server.transport);
        sent += batch.sent;
        if (batch.nextDueAt === null) return;
      }
    };
    await Promise.all([drain(), drain()]);
    const twice = server.taken.length - new Set(recipients()).size;
    expect([sent, server.taken.length]).toEqual([50, 50]);
    expect(server.taken.every(({ to }) => to.length === 1)).toBe(true);
    expect(figure({ name: 'mails sent twice by two deliverers', value: twice, unit: 'mails of 50', bound: '== 0', seed: null })).toBe(true);
    const missed = 50 - new Set(recipients()).size;
    expect(figure({ name: 'mails missed by two deliverers', value: missed, unit: 'mails of 50', bound: '== 0', seed: null })).toBe(true);
  }, 60_000);
});
