import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NoticeKind } from '../../domain/notices.ts';
import type { Role } from '../../domain/roles.ts';
import { addPerson } from '../../records/access/staff.ts';
import { createToken } from '../../records/access/tokens.ts';
import { putNotice } from '../../records/mail/outbox.ts';
import { figure } from '../support/figures.ts';
import { type Desk, newDesk } from './delivery-desk.ts';
import { type MailServer, mailServer } from './mail-server.ts';
import { sealedScene } from './sealed-scene.ts';

let desk: Desk;
let scene: ReturnType<typeof sealedScene>;
let server: MailServer;
let administrator: Mailbox;
let standIn: Mailbox;

type Mailbox = { readonly personId: string; readonly contactId: string; readonly email: string };

const hire = (role: Role, backup = false): Promise<Mailbox> =>
  desk.inTx(async (tx) => {
    const email = `${randomUUID()}@secretariat.example`;
    const personId = await addPerson(tx, tx.keyring, { name: 'n', email, language: 'en', backup });
    await createToken(tx, tx.keyring, { personId, role, expiresAt: Date.now() + 3_600_000 });
    const { contactId } = await tx.db.person.findUniqueOrThrow({ where: { id: personId } });
    return { personId, contactId, email };
  });

const member = async (caseId: string): Promise<Mailbox> => {
  const hired = await hire('coordinator');
  const { personId } = hired;
  await desk.store.prisma.caseMember.create({ data: { caseId, personId, how: 'OPENED', addedBy: personId, addedAt: new Date() } });
  return hired;
};

beforeAll(async () => {
  desk = await newDesk();
  scene = sealedScene(desk);
  [administrator, standIn] = [await hire('administrator'), await hire('coordinator', true)];
}, 60_000);
afterAll(() => desk.stop());
beforeEach(async () => {
  server = await mailServer();
});
afterEach(async () => {
  await server.stop();
  await desk.clear();
});

const bellsFor = ({ contactId }: Mailbox) => desk.store.prisma.outbox.count({ where: { contactId, kind: 'TASK_RAISED' } });
/** An advisor who has no key, asked for advice. */
const asked = async (caseId: string): Promise<string> => {
  const contactId = await scene.contact('ADVISOR', `${randomUUID()}@example.net`);
  return (await scene.mailOf(await scene.question('ADVICE', caseId, { contactId }))).id;
};

describe('urgent mail that is held', () => {
  it('tells the members and whoever stands in, once for a case and a cause, however much is held and however often', async () => {
    const { caseId } = await scene.openCase();
    const people = [await member(caseId), await member(caseId), standIn];
    const outsider = await hire('coordinator');
    const rows = [await asked(caseId), await asked(caseId), await asked(caseId)];
    await desk.deliver(server.transport);
    for (const id of rows) {
      expect(await desk.row(id)).toMatchObject({ state: 'held', lastCode: 'NO_KEY' });
      expect(await desk.tasks(id)).toMatchObject([{ kind: 'MAIL_HELD', urgency: 1, escalation: 1 }]);
      await desk.store.prisma.outbox.update({ where: { id }, data: { state: 'queued' } });
    }
    await desk.deliver(server.transport);
    const told = await Promise.all(people.map(bellsFor));
    const value = told.reduce((sum, mails) => sum + mails, 0);
    expect(figure({ name: 'mails about held mail', value, unit: `to ${people.length} people`, bound: '== 3', seed: null })).toBe(true);
    expect(await Promise.all([outsider, administrator].map(bellsFor)), 'twin: others of the secretariat are left alone').toEqual([0, 0]);
    expect(server.taken.flatMap(({ to }) => to)).toEqual(expect.arrayContaining(people.map(({ email }) => email)));

    // another cause of the same case is told as well
    const unsafe = await scene.contact('ADVISOR', `${randomUUID()}@example.net`);
    await desk.store.prisma.contact.update({ where: { id: unsafe }, data: { unsafeSince: new Date() } });
    await scene.question('ADVICE', caseId, { contactId: unsafe });
    await desk.deliver(server.transport);
    expect(await Promise.all(people.map(bellsFor))).toEqual([2, 2, 2]);
  });

  it('of no case tells the administrators', async () => {
    const before = await bellsFor(administrator);
    await desk.put({ kind: 'KEY_CHANGED', to: null, data: {} });
    await desk.deliver(server.transport);
    expect((await bellsFor(administrator)) - before).toBe(1);
  });

  it('rings no bell about a bell, and none for what is not urgent or is held for another reason', async () => {
    const { caseId } = await scene.openCase();
    const one = await member(caseId);
    const kinds: readonly NoticeKind[] = ['TASK_RAISED', 'TASK_DUE', 'TASK_ESCALATED', 'SIGN_ON_ASKED', 'ADVICE_REMINDER'];
    const data = { token: randomUUID(), deadline: Date.UTC(2040, 0, 1) };
    for (const kind of kinds) await desk.put({ kind, to: null, caseId, data });
    const inactive = await desk.put({ kind: 'REQUEST_ACKNOWLEDGED', caseId, data: {} });
    const { contactId } = await desk.row(inactive);
    await desk.store.prisma.contact.update({ where: { id: contactId }, data: { active: false } });
    await desk.deliver(server.transport);
    expect(await desk.store.prisma.outbox.count({ where: { caseId, state: 'held' } })).toBe(kinds.length + 1);
    expect(await bellsFor(one)).toBe(0);
  });

  it('ends there: a bell for somebody without an address is held and rings nobody', async () => {
    const { caseId } = await scene.openCase();
    const one = await member(caseId);
    const sealed = await desk.store.seals.seal('Contact', one.contactId, null, { name: 'n', email: null });
    await desk.store.prisma.contact.update({ where: { id: one.contactId }, data: { sealed } });
    await asked(caseId);
    for (let turn = 0; turn < 4; turn += 1) await desk.deliver(server.transport);
    const bells = await desk.store.prisma.outbox.findMany({ where: { caseId, kind: 'TASK_RAISED' } });
    expect(bells.map(({ state }) => state).sort()).toEqual(['accepted', 'held']);
  });
});

describe('news of a changed address', () => {
  const tell = (to: string) =>
    desk.inTx(async (tx) => {
      const contactId = await scene.contact('PARTNER_DESK', 'now@example.net');
      await tx.db.contact.update({ where: { id: contactId }, data: { active: false } });
      const key = randomUUID();
      await putNotice(tx, { key, kind: 'ADDRESS_CHANGED', contactId, caseId: null, language: 'fr', data: {}, needs: null, to });
      return (await tx.db.outbox.findUniqueOrThrow({ where: { key } })).id;
    });

  it('goes to the address before, also of whoever is no longer written to', async () => {
    await tell('before@example.net');
    await desk.deliver(server.transport);
    expect(server.taken.flatMap(({ to }) => to)).toEqual(['before@example.net']);
    expect(server.taken[0]?.raw).not.toContain('now@example.net');
  });

  it('troubles nobody where that address takes no mail any more', async () => {
    const id = await tell('gone@example.net');
    server.answers(() => 550);
    await desk.deliver(server.transport);
    expect(await desk.row(id)).toMatchObject({ state: 'refused' });
    expect(await desk.tasks(id)).toEqual([]);
  });
});
