import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { erasureIdOf } from '../../records/erasure/erasure.ts';
import { leftOf } from '../../records/erasure/erasure-purge.ts';
import { barCase, certifyErasure, destroyKeys, purgeCase, settleForErasure, stopErasure } from '../../records/erasure/erasure-steps.ts';
import { SEALED_COLUMNS } from '../../records/sealed-columns.ts';
import { CaseAtHand, type Json, read, refusal } from './api-case.ts';
import type { ApiDesk, Colleague } from './api-desk.ts';
import { publishable } from './api-letter.ts';

let at: CaseAtHand;
let desk: ApiDesk;
let second: Colleague;

beforeAll(async () => {
  at = await CaseAtHand.begin();
  desk = at.desk;
  second = await desk.hire('administrator');
});
afterAll(() => desk.stop());
beforeEach(async () => {
  desk.door.refuse = null;
  await at.next();
});

const ask = (basis = 'REQUEST_OF_PERSON') => at.post('/erasure', { basis, reason: 'As they wished.' });
const asked = async (basis?: string): Promise<string> => String((await read(ask(basis)))['secondPersonId']);
const decide = (id: string, token: string | undefined = second.token, key = randomUUID()) =>
  desk.send({
    method: 'post',
    path: `/v1/second-person/${id}/decision`,
    body: { decision: 'APPROVE' },
    ...(token !== undefined && { token }),
    headers: { 'idempotency-key': key },
  });
const accepted = async (basis?: string): Promise<string> => String((await read(decide(await asked(basis))))['erasureId']);
const hold = async (): Promise<string> => String((await read(at.post('/legal-holds', { text: 'A court asks for it.' })))['holdId']);
const lift = (holdId: string, role: 'coordinator' | 'administrator' = 'administrator') =>
  desk.send({ method: 'post', path: `/v1/cases/${at.caseId}/legal-holds/${holdId}/lifting`, role, body: { text: 'It has ended.' } });
const stateOf = async (id: string) => (await desk.prisma.erasure.findUniqueOrThrow({ where: { id } })).state;
const close = () =>
  desk.prisma.case.update({ where: { id: at.caseId }, data: { state: 'CLOSED', closedAt: new Date(Date.now() - 2_000 * 86_400_000) } });

/** All steps of an erasure but those that happen in Temporal. */
const carryOut = async (id: string): Promise<void> => {
  const { store } = desk;
  expect(await barCase(store, id)).toBe(true);
  await settleForErasure(store, id);
  expect(await destroyKeys(store, id)).toBe(true);
  await purgeCase(store, id);
  expect(await certifyErasure(store, id, 0)).toBe(true);
};

describe('the erasure of a case', () => {
  it('is asked for by one, approved by another, accepted and begun once; an auditor sees it, and nothing of the case', async () => {
    const response = await ask();
    expect(response.status).toBe(202);
    const id = String((await read(response))['secondPersonId']);
    expect(await asked()).toBe(id);
    // the same person, with the token of another role
    const own = await desk.send({
      method: 'post',
      path: `/v1/second-person/${id}/decision`,
      role: 'administrator',
      body: { decision: 'APPROVE' },
    });
    expect(await refusal(own)).toEqual([409, '/problems/same-person']);
    const first = await read(decide(id));
    expect(first).toMatchObject({ act: 'ERASE', state: 'ACCEPTED', erasureId: await erasureIdOf(desk.prisma, at.caseId) });
    expect(await read(decide(id))).toEqual(first);
    expect(desk.door.calls.filter((call) => call === 'startErasure').length).toBeGreaterThan(0);
    expect(await desk.prisma.erasure.count({ where: { caseId: at.caseId } })).toBe(1);
    expect(await refusal(await ask())).toEqual([409, '/problems/erasure-accepted']);

    const erasureId = String(first['erasureId']);
    const path = `/v1/erasures/${erasureId}`;
    expect((await desk.send({ method: 'get', path })).status).toBe(403);
    const entry = await read(desk.send({ method: 'get', path, role: 'auditor' }));
    expect(entry).toMatchObject({ state: 'ACCEPTED', askedBy: desk.personId, secondBy: second.personId, certificate: null, genuine: null });
    await carryOut(erasureId);
    const proved = await read(desk.send({ method: 'get', path, role: 'administrator' }));
    expect(proved).toMatchObject({ state: 'ENDED', genuine: true, certificate: { destroyed: { keys: 1 }, left: { rows: 0 } } });
    const listed = await read(desk.send({ method: 'get', path: '/v1/erasures', role: 'auditor' }));
    expect((listed['items'] as Json[])[0]).toEqual(proved);
    expect((await desk.send({ method: 'get', path: `/v1/cases/${at.caseId}` })).status).toBe(404);
    const months = await desk.prisma.case.findUniqueOrThrow({ where: { id: at.caseId } });
    for (const date of [months.openedAt, months.closedAt, months.startedAt]) expect(date?.toISOString()).toMatch(/-01T00:00:00\.000Z$/);
  });

  it('for its age waits until it is closed and the time of the policy is over', async () => {
    expect(await refusal(await ask('RETENTION_ENDED'))).toEqual([409, '/problems/case-runs']);
    await desk.prisma.case.update({ where: { id: at.caseId }, data: { closedAt: new Date() } });
    expect(await refusal(await ask('RETENTION_ENDED'))).toEqual([409, '/problems/still-kept']);
    await close();
    expect((await ask('RETENTION_ENDED')).status).toBe(202);
  });

  it('is accepted though Temporal is away', async () => {
    const { startErasure } = desk.door;
    desk.door.startErasure = async () => {
      throw new Error('away');
    };
    const erasureId = await accepted().finally(() => {
      desk.door.startErasure = startErasure;
    });
    expect(await stateOf(erasureId)).toBe('ACCEPTED');
  });

  it('leaves nothing under the key of the case, whichever table of the schema it is in', async () => {
    const { token, contactId } = await at.ask('REVIEW');
    const { prisma, store, inTx } = { ...desk, inTx: at.inTx.bind(at) };
    const { caseId } = at;
    await inTx(async (tx) => {
      const sealed = await tx.seals.seal('Need', randomUUID(), caseId, {});
      const base = { caseId, state: 'OPEN', sealed };
      const need = await tx.db.need.create({ data: { id: randomUUID(), createdAt: tx.at, ...base } });
      await tx.db.referral.create({ data: { id: randomUUID(), needId: need.id, createdAt: tx.at, ...base } });
      await tx.db.review.create({ data: { id: randomUUID(), number: 1, dueAt: tx.at, ...base } });
      await tx.db.consultation.create({ data: { id: randomUUID(), openedAt: tx.at, closesAt: tx.at, ...base } });
      await tx.db.consent.create({ data: { id: randomUUID(), caseId, personId: contactId, sealed, recordedAt: tx.at } });
      await tx.db.recipientKey.create({ data: { id: randomUUID(), contactId, kind: 'X25519', state: 'ACTIVE', sealed, createdAt: tx.at } });
      const message = { id: randomUUID(), outboxId: randomUUID(), contactId, digest: token, sealed, createdAt: tx.at, expiresAt: tx.at };
      await tx.db.sealedMessage.create({ data: { caseId, ...message } });
      const mail = {
        key: randomUUID(),
        kind: 'REVIEW_ASKED',
        contactId,
        urgent: false,
        messageId: randomUUID(),
        sealed,
        nextAt: tx.at,
        createdAt: tx.at,
      };
      await tx.db.outbox.create({ data: { id: randomUUID(), caseId, ...mail } });
      const invitation = await tx.db.invitation.findFirstOrThrow({ where: { contactId } });
      await tx.db.answer.create({ data: { id: randomUUID(), invitationId: invitation.id, version: 1, sealed, answeredAt: tx.at } });
    });
    await lift(await hold());
    const id = await accepted();
    const tables = async (): Promise<string[]> => {
      const filled: string[] = [];
      for (const { table } of SEALED_COLUMNS) {
        const model = prisma[`${table[0]?.toLowerCase()}${table.slice(1)}` as 'document'];
        const where =
          table === 'Answer' ? { invitation: { question: { caseId } } } : table === 'RecipientKey' ? { contact: { caseId } } : { caseId };
        if (!NETWORK.includes(table) && (await model.count({ where: where as never })) > 0) filled.push(table);
      }
      return filled;
    };
    // the twin: each of them holds something before
    expect((await tables()).sort()).toEqual(
      SEALED_COLUMNS.map(({ table }) => table)
        .filter((table) => !NETWORK.includes(table))
        .sort(),
    );
    expect((await leftOf(prisma, caseId)).keys).toBe(1);
    expect(await certifyErasure(store, id, 0)).toBe(false);
    await carryOut(id);
    expect(await tables()).toEqual(['CaseKey']);
    expect(await leftOf(prisma, caseId)).toEqual({ keys: 0, rows: 0 });
  });
});

/** What belongs to the network and to no case. */
const NETWORK: readonly string[] = ['Organisation', 'Advisor', 'Target', 'NetworkKey'];

describe('a legal hold', () => {
  it('keeps a case whoever asks; whoever works on it reads why, and only an administrator lifts it', async () => {
    const holdId = await hold();
    expect(await refusal(await ask())).toEqual([409, '/problems/legal-hold']);
    expect((await at.view())['legalHolds']).toMatchObject([{ holdId, reason: 'A court asks for it.', liftedBecause: null }]);
    const list = await read(desk.send({ method: 'get', path: `/v1/cases/${at.caseId}/legal-holds`, role: 'administrator' }));
    expect(list['items']).toEqual([expect.objectContaining({ holdId, liftedAt: null })]);
    expect(JSON.stringify(list)).not.toContain('court');
    expect((await lift(holdId, 'coordinator')).status).toBe(403);
    expect((await lift(holdId)).status).toBe(204);
    expect(await refusal(await lift(holdId))).toEqual([409, '/problems/hold-lifted']);
    expect((await at.view())['legalHolds']).toMatchObject([{ reason: 'A court asks for it.', liftedBecause: 'It has ended.' }]);
    expect((await ask()).status).toBe(202);
  });

  it('placed after the request refuses the approval, which then still stands', async () => {
    const id = await asked();
    const holdId = await hold();
    expect(await refusal(await decide(id))).toEqual([409, '/problems/legal-hold']);
    await lift(holdId);
    expect((await decide(id)).status).toBe(201);
  });

  it('placed while the case is taken apart stops it, and the case can be read; lifted, it is asked for anew', async () => {
    const { store } = desk;
    const id = await accepted();
    expect(await barCase(store, id)).toBe(true);
    await settleForErasure(store, id);
    const holdId = await hold();
    expect(await destroyKeys(store, id)).toBe(false);
    await purgeCase(store, id);
    // its workflow may still run: until it has ended nothing is ordered
    expect(await stateOf(id)).toBe('STARTED');
    expect(await refusal(await ask())).toEqual([409, '/problems/erasure-accepted']);
    await stopErasure(store, id);
    expect([await stateOf(id), (await at.view())['state']]).toEqual(['STOPPED', 'CLOSED']);
    await lift(holdId);
    expect(await destroyKeys(store, id)).toBe(false);
    const again = await accepted();
    expect(again).not.toBe(id);
    await carryOut(again);
  });

  it('placed before anything was done stops it, and the case goes on as it was', async () => {
    const { store } = desk;
    const id = await accepted();
    const { state } = await desk.prisma.case.findUniqueOrThrow({ where: { id: at.caseId } });
    await hold();
    expect(await barCase(store, id)).toBe(false);
    await stopErasure(store, id);
    expect(await stateOf(id)).toBe('STOPPED');
    expect(await desk.prisma.case.findUniqueOrThrow({ where: { id: at.caseId } })).toMatchObject({ state, closedAt: null });
  });

  it('comes too late when the keys are destroyed', async () => {
    const { store } = desk;
    const id = await accepted();
    expect([await barCase(store, id), await destroyKeys(store, id)]).toEqual([true, true]);
    expect(await refusal(await at.post('/legal-holds', { text: 'Too late.' }))).toEqual([409, '/problems/already-erased']);
    await stopErasure(store, id);
    expect(await stateOf(id)).toBe('DESTROYED');
  });
});

describe('a letter that is public when its case is erased', () => {
  const published = async (): Promise<{ letterId: string; slug: string }> => {
    const letterId = await publishable(at);
    const slug = randomUUID();
    const content = { slug, words: 'In clear.' };
    await desk.prisma.publication.create({ data: { slug, letterId, content, needs: {}, publishedAt: new Date() } });
    return { letterId, slug };
  };

  it('goes with it, and those who signed are told in a message that belongs to no case', async () => {
    const { letterId, slug } = await published();
    const signatory = await desk.prisma.contact.findFirstOrThrow({ where: { role: 'SIGNATORY' } });
    await at.say(await at.ask('SIGN_ON', { contactId: signatory.id, subjectId: letterId }), { choice: 'SIGN_PUBLIC' });
    const id = await accepted();
    await carryOut(id);
    expect(await desk.prisma.publication.findUnique({ where: { slug } })).toMatchObject({ content: {}, retractedAt: expect.any(Date) });
    expect((await desk.prisma.letter.findUniqueOrThrow({ where: { id: letterId } })).digest).toBeNull();
    const told = await desk.prisma.outbox.findMany({ where: { contactId: signatory.id, kind: 'WITHDRAWN_NOTICE' } });
    expect(told).toMatchObject([{ caseId: null, state: 'queued', key: `WITHDRAWN_NOTICE:${id}:${signatory.id}` }]);
  });

  it('stays where only the time was over, and can still be taken down', async () => {
    const { letterId, slug } = await published();
    await close();
    await carryOut(await accepted('RETENTION_ENDED'));
    expect(await desk.prisma.publication.findUnique({ where: { slug } })).toMatchObject({
      content: { words: 'In clear.' },
      retractedAt: null,
    });
    expect((await at.post(`/letters/${letterId}/retraction`, { text: 'The person wishes it.' })).status).toBe(204);
    expect(await desk.prisma.publication.findUnique({ where: { slug } })).toMatchObject({ content: {}, retractedAt: expect.any(Date) });
  });
});
