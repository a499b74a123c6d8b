import { simpleParser } from 'mailparser';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { markWithdrawn } from '../../records/cases/consents.ts';
import { claimDue, prepare } from '../../records/mail/outbox-delivery.ts';
import { figure } from '../support/figures.ts';
import { ASK, CANARIES, type Desk, newDesk } from './delivery-desk.ts';
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

describe('the last look before sending', () => {
  it('sends what the consent permits, and nothing once it was withdrawn, has run out, or was never given', async () => {
    const sendable = await desk.openCase();
    await desk.consent(sendable.caseId, sendable.defenderId);
    const sent = await desk.put({ caseId: sendable.caseId, needs: ASK });

    const withdrawn = await desk.openCase();
    const consentId = await desk.consent(withdrawn.caseId, withdrawn.defenderId);
    const stopped = await desk.put({ caseId: withdrawn.caseId, needs: ASK });
    await desk.inTx((tx) => markWithdrawn(tx, withdrawn.caseId, consentId));

    const ended = await desk.openCase();
    await desk.consent(ended.caseId, ended.defenderId, { validTo: Date.now() - 1 });
    const late = await desk.put({ caseId: ended.caseId, needs: ASK });

    const never = await desk.put({ caseId: (await desk.openCase()).caseId, needs: ASK });

    await desk.deliver(server.transport);
    expect(server.heard).toHaveLength(1);
    expect((await desk.row(sent)).state).toBe('accepted');
    const codes = ['CONSENT_WITHDRAWN', 'CONSENT_EXPIRED', 'CONSENT_MISSING'];
    for (const [i, id] of [stopped, late, never].entries()) {
      expect(await desk.row(id)).toMatchObject({ state: 'cancelled', sealed: null, lastCode: codes[i] });
      expect(await desk.audited(id)).toEqual(['mail.cancelled']);
    }
    expect(figure({ name: 'mails sent without consent', value: server.heard.length - 1, unit: 'mails', bound: '== 0', seed: null })).toBe(
      true,
    );
  });

  it('a withdrawal between the claim and the look stops the message', async () => {
    const { caseId, defenderId } = await desk.openCase();
    const consentId = await desk.consent(caseId, defenderId);
    const id = await desk.put({ caseId, needs: ASK });
    const claim = await claimDue(desk.store, Date.now(), 60_000);
    await desk.inTx((tx) => markWithdrawn(tx, caseId, consentId));
    expect(claim && (await prepare(desk.store, claim, desk.pen, Date.now()))).toBeNull();
    expect((await desk.row(id)).state).toBe('cancelled');
  });

  it('a withdrawal that cancels the very message in hand is never in a deadlock with it', async () => {
    const { caseId, defenderId } = await desk.openCase();
    const consentId = await desk.consent(caseId, defenderId);
    const id = await desk.put({ caseId, needs: ASK });
    const claim = await claimDue(desk.store, Date.now(), 60_000);
    if (claim === null) throw new Error('a claim was expected');
    const looks: Promise<unknown>[] = [];
    await desk.inTx(async (tx) => {
      // Whoever closes the circle last is then the one to fall, and is seen to begin again.
      await tx.db.$executeRaw`SET LOCAL deadlock_timeout = '10ms'`;
      await markWithdrawn(tx, caseId, consentId);
      looks.push(prepare(desk.store, claim, desk.pen, Date.now()));
      await expect.poll(() => desk.waitingForLocks()).toBe(1);
      await tx.db.outbox.update({ where: { id }, data: { state: 'cancelled', sealed: null } });
    });
    expect(await Promise.all(looks)).toEqual([null]);
    expect(await desk.audited(id)).toEqual([]);
  });

  it('a case whose key is destroyed sends nothing, although this process still knows the key', async () => {
    const { caseId } = await desk.openCase();
    const id = await desk.put({ caseId });
    await desk.store.seals.seal('Outbox', id, caseId, {});
    await desk.store.prisma.caseKey.updateMany({ where: { caseId }, data: { wrapped: null, destroyedAt: new Date() } });
    await desk.deliver(server.transport);
    expect(server.heard).toHaveLength(0);
    expect(await desk.row(id)).toMatchObject({ state: 'cancelled', sealed: null, lastCode: 'KEY_DESTROYED' });
  });

  it('holds what has no address, a bad address, a bad link, a broken seal, or a recipient who is gone', async () => {
    const kind = 'TASK_DUE';
    const noAddress = await desk.put({ kind, to: null });
    const badAddress = await desk.put({ kind, to: 'two@example.net, three@example.net' });
    const badLink = await desk.put({ kind, data: { path: '/с' } });
    const broken = await desk.put({ kind });
    await desk.store.prisma.outbox.update({ where: { id: broken }, data: { sealed: Buffer.from('broken') } });
    const gone = await desk.put({ kind });
    await desk.store.prisma.contact.update({ where: { id: (await desk.row(gone)).contactId }, data: { active: false } });
    await desk.put({ to: 'fine@example.net' });
    expect(await desk.deliver(server.transport)).toEqual({ sent: 1, nextDueAt: null });
    expect(server.heard.flatMap(({ to }) => to)).toEqual(['fine@example.net']);
    const held = Object.entries({
      NO_ADDRESS: noAddress,
      ADDRESS_INVALID: badAddress,
      LINK_INVALID: badLink,
      SEAL_BROKEN: broken,
      CONTACT_INACTIVE: gone,
    });
    for (const [lastCode, id] of held) {
      expect(await desk.row(id)).toMatchObject({ state: 'held', lastCode, endedAt: null });
      expect(await desk.tasks(id)).toMatchObject([{ kind: 'MAIL_HELD', urgency: 1 }]);
    }
  });

  it('a message that was cancelled while it was on its way is not tried again, and is counted as sent when it was', async () => {
    for (const [code, state] of [
      [451, 'cancelled'],
      [null, 'accepted'],
    ] as const) {
      const id = await desk.put();
      server.answers(async () => {
        await desk.store.prisma.outbox.update({ where: { id }, data: { state: 'cancelled', sealed: null } });
        return code;
      });
      await desk.deliver(server.transport);
      expect((await desk.row(id)).state).toBe(state);
    }
  });
});

it('nothing of the case or of the recipient is in a mail, in the audit or in the tasks', async () => {
  const { caseId, defenderId } = await desk.openCase();
  await desk.consent(caseId, defenderId);
  const ids = [
    await desk.put({ kind: 'TASK_DUE', caseId, needs: ASK, to: 'someone-known@example.net' }),
    await desk.put({ caseId, kind: 'WITHDRAWN_NOTICE', data: {} }),
    await desk.put({ caseId, to: null }),
  ];
  await desk.deliver(server.transport);
  expect(server.taken).toHaveLength(2);
  const texts = await Promise.all(
    server.taken.map(async ({ raw }) => {
      const { text, html, subject } = await simpleParser(raw);
      return [raw, text, html, subject].join('\n');
    }),
  );
  const forbidden = [...CANARIES, caseId, defenderId, ...ids];
  const found = texts.flatMap((text) => forbidden.filter((word) => text.includes(word)));
  expect(figure({ name: 'words of a case found in its mails', value: found.length, unit: 'words', bound: '== 0', seed: null })).toBe(true);
  expect(texts[0]).toMatch(/https:\/\/desk\.example\.org\/l\/[0-9a-f-]{36}/);
  const kept = JSON.stringify([
    await desk.store.prisma.task.findMany(),
    (await desk.store.prisma.audit.findMany()).map(({ seq, ...entry }) => entry),
  ]);
  expect(kept).not.toMatch(/example\.net|Marigold|Quillfeather|reader-of-the-case/);
});
