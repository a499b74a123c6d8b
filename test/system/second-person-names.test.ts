import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { figure } from '../support/figures.ts';
import { CaseAtHand, type Json, read, refusal } from './api-case.ts';
import type { ApiDesk, Colleague } from './api-desk.ts';
import { publishable, recording } from './api-letter.ts';
import { signedBy } from './second-person-scene.ts';

// What is approved is what everybody reads: the words, and who stands under them. The least number that signs is 5 (domain/policies/default.ts).

let at: CaseAtHand;
let desk: ApiDesk;
let second: Colleague;
let letterId = '';
let answers: readonly string[] = [];

beforeAll(async () => {
  at = await CaseAtHand.begin();
  desk = at.desk;
  recording(desk);
  second = await desk.hire('coordinator');
});
afterAll(() => desk.stop());
beforeEach(async () => {
  await at.next();
  letterId = await publishable(at);
  answers = await signedBy(at, letterId, [...Array(6).fill('SIGN_PUBLIC'), 'SIGN_COUNT_ONLY']);
  await at.post('/members', { personId: second.personId });
});

const ask = () => at.post(`/letters/${letterId}/publication`);
const asked = async (): Promise<string> => String((await read(ask()))['secondPersonId']);
const approve = (id: string) =>
  desk.send({ method: 'post', path: `/v1/second-person/${id}/decision`, body: { decision: 'APPROVE' }, token: second.token });
const letterOf = async (id: string) =>
  (await read(desk.send({ method: 'get', path: `/v1/second-person/${id}`, token: second.token })))['letter'] as Json;
const publication = () => desk.prisma.publication.findFirst({ where: { letterId } });

/** What may change under a letter between two looks, without a word of its text. */
const CHANGES: Readonly<Record<string, () => Promise<unknown>>> = {
  'a name goes': () => desk.prisma.answer.update({ where: { id: answers[0] ?? '' }, data: { quarantinedAt: new Date() } }),
  'one who is only counted goes': () => desk.prisma.answer.update({ where: { id: answers[6] ?? '' }, data: { quarantinedAt: new Date() } }),
  'a name comes': async () => {
    await desk.prisma.answer.update({ where: { id: answers[1] ?? '' }, data: { quarantinedAt: null } });
  },
  'an organisation moves to another country': async () => {
    const { invitation } = await desk.prisma.answer.findUniqueOrThrow({
      where: { id: answers[2] ?? '' },
      include: { invitation: { include: { contact: true } } },
    });
    await desk.prisma.organisation.update({ where: { id: invitation.contact.organisationId ?? '' }, data: { country: 'XX' } });
  },
};

describe('the names under a letter', () => {
  it('are shown to the second person as they will be published, and are published so', async () => {
    const id = await asked();
    const shown = await letterOf(id);
    expect(shown).toMatchObject({ countOnly: 1, asApproved: true });
    expect(shown['signatories']).toHaveLength(6);
    expect((await approve(id)).status).toBe(201);
    expect((await publication())?.content).toMatchObject({ signatories: shown['signatories'], countOnly: 1 });
  });

  it('that have changed since they were approved are looked at again', async () => {
    const went: string[] = [];
    for (const [change, make] of Object.entries(CHANGES)) {
      await at.next();
      letterId = await publishable(at);
      answers = await signedBy(at, letterId, [...Array(6).fill('SIGN_PUBLIC'), 'SIGN_COUNT_ONLY']);
      await at.post('/members', { personId: second.personId });
      if (change === 'a name comes')
        await desk.prisma.answer.update({ where: { id: answers[1] ?? '' }, data: { quarantinedAt: new Date() } });
      const id = await asked();
      await make();
      expect({ change, asApproved: (await letterOf(id))['asApproved'] }).toEqual({ change, asApproved: false });
      expect(await refusal(await approve(id))).toEqual([409, '/problems/signatures-changed']);
      if ((await publication()) !== null) went.push(change);
      // asked for as things stand now, it is another request, and goes out when it is approved
      const again = await asked();
      expect(again).not.toBe(id);
      expect((await approve(again)).status).toBe(201);
    }
    const name = 'Publications with other signatures than those a second person approved';
    expect(figure({ name, value: went.length, unit: `of ${Object.keys(CHANGES).length} changes`, bound: '== 0', seed: null })).toBe(true);
  });

  it('the twin: the same change before it is asked for stands in no way', async () => {
    let done = 0;
    for (const make of Object.values(CHANGES)) {
      await at.next();
      letterId = await publishable(at);
      answers = await signedBy(at, letterId, [...Array(6).fill('SIGN_PUBLIC'), 'SIGN_COUNT_ONLY']);
      await at.post('/members', { personId: second.personId });
      await make();
      done += (await approve(await asked())).status === 201 ? 1 : 0;
    }
    const unit = `of ${Object.keys(CHANGES).length} changes`;
    const name = 'Publications with signatures that changed before they were approved (twin)';
    expect(figure({ name, value: done, unit, bound: `== ${Object.keys(CHANGES).length}`, seed: null })).toBe(true);
  });

  it('that have become too few stop it, when it is asked for and when it is carried out', async () => {
    const id = await asked();
    await desk.prisma.answer.updateMany({ where: { id: { in: answers.slice(0, 3) } }, data: { quarantinedAt: new Date() } });
    expect((await approve(id)).status).toBe(409);
    expect((await ask()).status).toBe(409);
    expect(await publication()).toBeNull();
  });
});

describe('two colleagues who ask for the same', () => {
  const beside = (key = randomUUID()) =>
    desk.send({
      method: 'post',
      path: `/v1/cases/${at.caseId}/letters/${letterId}/publication`,
      token: second.token,
      headers: { 'idempotency-key': key },
    });
  const states = async () => (await desk.prisma.secondPerson.findMany({ where: { caseId: at.caseId } })).map(({ decision }) => decision);

  it('do not end each other: the second is told to decide, and whoever asks again finds their own', async () => {
    const id = await asked();
    expect(await asked()).toBe(id);
    expect(await refusal(await beside())).toEqual([409, '/problems/asked-already']);
    expect(await states()).toEqual([null]);
    expect((await approve(id)).status).toBe(201);
  });

  it('at the same instant: one request stands', async () => {
    const said = await Promise.all([ask(), beside()]);
    expect(said.map(({ status }) => status).sort()).toEqual([202, 409]);
    expect(await states()).toEqual([null]);
  });
});
