import { MockActivityEnvironment } from '@temporalio/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimDue, hold, prepare } from '../../records/mail/outbox-delivery.ts';
import { figure } from '../support/figures.ts';
import { ACTIVITY, type Desk, newDesk } from './delivery-desk.ts';
import { type MailServer, mailServer } from './mail-server.ts';

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

describe('a deliverer that dies or comes back late', () => {
  it('leaves a row in "sending"; after its lease it is unknown and sent again', async () => {
    const id = await desk.put();
    const claim = await claimDue(desk.store, Date.now(), 60_000);
    expect(claim?.id).toBe(id);
    const { leaseUntil } = await desk.row(id);
    expect(await desk.deliver(server.transport)).toEqual({ sent: 0, nextDueAt: leaseUntil?.getTime() });
    await desk.store.prisma.outbox.update({ where: { id }, data: { leaseUntil: new Date(Date.now() - 1) } });
    await desk.deliver(server.transport);
    expect(await desk.row(id)).toMatchObject({ state: 'deferred', copies: 1, lastCode: 'LEASE' });
    await desk.due(id);
    expect((await desk.deliver(server.transport)).sent).toBe(1);
  });

  it('may still say that the server took it, and nothing else', async () => {
    for (const [code, state] of [
      [null, 'accepted'],
      [550, 'deferred'],
    ] as const) {
      const id = await desk.put();
      server.answers(async () => {
        await desk.store.prisma.outbox.update({
          where: { id },
          data: { state: 'deferred', copies: 1, nextAt: new Date(Date.now() + 60_000) },
        });
        return code;
      });
      await desk.deliver(server.transport);
      expect((await desk.row(id)).state).toBe(state);
    }
  });

  it('ends quietly where the row was erased meanwhile', async () => {
    const id = await desk.put();
    server.answers(async () => {
      await desk.store.prisma.outbox.delete({ where: { id } });
      return null;
    });
    const ended = await desk.deliver(server.transport).then(
      () => 1,
      () => 0,
    );
    const gone = { id, caseId: null, attempts: 1 };
    await hold(desk.store, gone, 'TOO_LARGE', Date.now());
    expect(await prepare(desk.store, gone, desk.pen, Date.now())).toBeNull();
    expect(figure({ name: 'deliveries that end though their row was erased', value: ended, unit: 'of 1', bound: '== 1', seed: null })).toBe(
      true,
    );
    // the next message is sent as ever
    server.answers(() => null);
    const next = await desk.put();
    await desk.deliver(server.transport);
    expect((await desk.row(next)).state).toBe('accepted');
  });

  it('that was claimed from has nothing to say about the next attempt', async () => {
    const id = await desk.put();
    const first = await claimDue(desk.store, Date.now(), 60_000);
    await desk.store.prisma.outbox.update({ where: { id }, data: { state: 'deferred' } });
    const second = await claimDue(desk.store, Date.now(), 60_000);
    if (first === null || second === null) throw new Error('both were expected');
    expect([first.attempts, second.attempts]).toEqual([1, 2]);
    expect(await prepare(desk.store, first, desk.pen, Date.now())).toBeNull();
    expect((await prepare(desk.store, second, desk.pen, Date.now()))?.kind).toBe('SIGN_ON_ASKED');
  });

  it('stops after the message in hand when told to, and beats while it waits', async () => {
    const ids = [await desk.put(), await desk.put()];
    const worker = new MockActivityEnvironment({ ...ACTIVITY, heartbeatTimeoutMs: 60 });
    let beats = 0;
    const enough = new Promise<void>((resolve) => {
      worker.on('heartbeat', () => {
        beats += 1;
        if (beats === 3) resolve();
      });
    });
    server.answers(async () => {
      await enough;
      worker.cancel('WORKER_SHUTDOWN');
      return null;
    });
    const { sent, nextDueAt } = await desk.deliver(server.transport, 10, worker);
    expect(sent).toBe(1);
    expect(nextDueAt).toBeLessThanOrEqual(Date.now());
    expect((await Promise.all(ids.map(desk.row))).map(({ state }) => state).sort()).toEqual(['accepted', 'queued']);
  });

  it('takes up no message that could not end before the activity does', async () => {
    await desk.put();
    await desk.put();
    const worker = new MockActivityEnvironment({ ...ACTIVITY, startToCloseTimeoutMs: 60_000 });
    expect((await desk.deliver(server.transport, 10, worker)).sent).toBe(1);
  });

  it('keeps what the server said while the database is away', async () => {
    const id = await desk.put();
    const { name, url } = desk.database;
    const admin = new pg.Client({ connectionString: url.replace(name, 'postgres') });
    await admin.connect();
    const back = new Promise<void>((resolve, reject) => {
      server.answers(async () => {
        await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
        await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
        setTimeout(() => admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`).then(() => resolve(), reject), 500);
        return null;
      });
    });
    expect((await desk.deliver(server.transport)).sent).toBe(1);
    await back;
    await admin.end();
    expect(await desk.row(id)).toMatchObject({ state: 'accepted', copies: 0 });
  });
});
