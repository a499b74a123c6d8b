import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sweepActivities } from '../../activities/sweep.ts';
import { createDesk } from '../../api/desk.ts';
import { silence } from '../../api/door-failure.ts';
import { secondPersonActs } from '../../api/second-person-acts.ts';
import { figure } from '../support/figures.ts';
import { idleSweep } from '../support/idle-sweep.ts';
import { CaseAtHand, type Json, read, refusal } from './api-case.ts';
import type { ApiDesk, Colleague } from './api-desk.ts';
import { publishable, recording } from './api-letter.ts';

// Temporal was away at the instant of the approval: what stands approved is not lost from sight, and is carried out.

let at: CaseAtHand;
let desk: ApiDesk;
let second: Colleague;
let third: Colleague;
let letterId = '';
let id = '';

beforeAll(async () => {
  at = await CaseAtHand.begin();
  desk = at.desk;
  recording(desk);
  [second, third] = [await desk.hire('coordinator'), await desk.hire('coordinator')];
});
afterAll(() => desk.stop());

/** A case with an approved letter that nobody could publish. */
const approvedInVain = async (): Promise<void> => {
  desk.door.refuse = null;
  await at.next();
  letterId = await publishable(at);
  for (const { personId } of [second, third]) await at.post('/members', { personId });
  id = String((await read(at.post(`/letters/${letterId}/publication`)))['secondPersonId']);
  desk.door.refuse = silence;
  expect((await approve()).status).toBe(503);
  desk.door.refuse = null;
};
beforeEach(approvedInVain);

const post = (path: string, body?: unknown, token?: string) =>
  desk.send({ method: 'post', path: `/v1/second-person/${id}${path}`, body, ...(token !== undefined && { token }) });
const approve = () => post('/decision', { decision: 'APPROVE' }, second.token);
const carryOut = (token?: string) => post('/carrying-out', undefined, token);
const published = async (): Promise<number> => desk.prisma.publication.count({ where: { letterId } });
const stateFor = async (token?: string): Promise<unknown> => {
  const { items } = await read(desk.send({ method: 'get', path: '/v1/second-person?limit=100', ...(token !== undefined && { token }) }));
  return (items as Json[]).find(({ secondPersonId }) => secondPersonId === id)?.['state'];
};
const openTasks = () => desk.prisma.task.count({ where: { caseId: at.caseId, kind: 'SECOND_PERSON_NEEDED', doneAt: null } });
/** The sweep of a worker whose way to the stories is the door of this desk. */
const sweep = async (): Promise<void> => {
  const { store, door } = desk;
  const acts = secondPersonActs({ store, door, desk: createDesk({ store, door }), publicUrl: 'https://desk.example.org' });
  // who decided a moment ago may still be at it
  await desk.prisma.secondPerson.updateMany({ where: { decision: 'APPROVE' }, data: { decidedAt: new Date(Date.now() - 60_000) } });
  await sweepActivities({ ...idleSweep(store), carryOut: (approved, commandId) => acts[approved.act](approved, commandId) }).reconcile();
};

describe('what is approved and was not carried out', () => {
  it('stays in sight of everybody who may carry it out, until it is', async () => {
    for (const token of [undefined, second.token, third.token]) expect(await stateFor(token)).toBe('APPROVED');
    expect(await openTasks()).toBe(1);
    expect((await carryOut(third.token)).status).toBe(201);
    for (const token of [undefined, second.token, third.token]) expect(await stateFor(token)).toBeUndefined();
    expect(await openTasks()).toBe(0);
  });

  it('is carried out by whoever comes by, once, and everybody hears the same', async () => {
    const ways: Readonly<Record<string, () => Promise<unknown>>> = {
      'whoever decided, again': approve,
      'whoever asked': () => carryOut(),
      'any other member': () => carryOut(third.token),
      'the sweep': sweep,
    };
    let done = 0;
    for (const go of Object.values(ways)) {
      await approvedInVain();
      await go();
      done += await published();
      const receipts = await Promise.all([approve(), carryOut(), carryOut(third.token)].map(read));
      expect(new Set(receipts.map(({ url }) => url)).size).toBe(1);
      await sweep();
      expect(await published()).toBe(1);
    }
    const all = Object.keys(ways).length;
    const name = 'Approved publications carried out after an outage at the instant of the approval';
    expect(figure({ name, value: done, unit: `of ${all} ways`, bound: `== ${all}`, seed: null })).toBe(true);
  });

  it('the twin: nobody carries out what nobody approved, or what was taken back', async () => {
    let done = 0;
    const tried = async (): Promise<void> => {
      for (const token of [undefined, third.token])
        expect(await refusal(await carryOut(token))).toEqual([409, '/problems/second-person-needed']);
      await sweep();
      done += await published();
    };
    expect((await post('/decision', { decision: 'REFUSE' })).status).toBe(200);
    await tried();
    id = String((await read(at.post(`/letters/${letterId}/publication`)))['secondPersonId']);
    await tried();
    const outsider = await desk.hire('coordinator', true);
    expect((await carryOut(outsider.token)).status).toBe(403);
    const name = 'Publications carried out without an approval that stands (twin)';
    expect(figure({ name, value: done, unit: 'of 2 requests', bound: '== 0', seed: null })).toBe(true);
  });

  it('is not replaced by asking beside it', async () => {
    const again = await read(at.post(`/letters/${letterId}/publication`));
    expect(again).toMatchObject({ secondPersonId: id, state: 'APPROVED' });
    const beside = desk.send({ method: 'post', path: `/v1/cases/${at.caseId}/letters/${letterId}/publication`, token: third.token });
    expect(await refusal(await beside)).toEqual([409, '/problems/approved-already']);
    expect((await carryOut()).status).toBe(201);
  });

  it('gives way where one of its two has left: nobody could carry it out any more', async () => {
    await desk.prisma.person.update({ where: { id: second.personId }, data: { disabledAt: new Date() } });
    const again = await read(at.post(`/letters/${letterId}/publication`));
    expect(again).toMatchObject({ state: 'AWAITING_SECOND_PERSON' });
    await desk.prisma.person.update({ where: { id: second.personId }, data: { disabledAt: null } });
  });
});
