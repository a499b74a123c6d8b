import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningStories } from '../../activities/running-stories.ts';
import { type SweepDeps, sweepActivities } from '../../activities/sweep.ts';
import type { Checkpoint } from '../../crypto/checkpoint.ts';
import { checkpointOfDay } from '../../records/audit/checkpoints.ts';
import { idleSweep } from '../support/idle-sweep.ts';
import { type ApiDesk, newApiDesk } from './api-desk.ts';
import { SAMPLES } from './api-samples.ts';

let desk: ApiDesk;
beforeAll(async () => {
  desk = await newApiDesk();
});
afterAll(() => desk.stop());

const sweepWith = (more: Partial<SweepDeps>) => sweepActivities({ ...idleSweep(desk.store), ...more });
const forEver = (): Promise<never> => new Promise(() => undefined);
const opened = async (): Promise<string> => {
  const { caseId } = (await (await desk.send({ method: 'post', path: '/v1/cases', body: SAMPLES['openCase'] })).json()) as {
    caseId: string;
  };
  return caseId;
};
const taken = async (): Promise<string> => {
  const caseId = await opened();
  await desk.prisma.case.update({ where: { id: caseId }, data: { startedAt: new Date() } });
  return caseId;
};
const longAgo = (caseId: string) => desk.prisma.case.update({ where: { id: caseId }, data: { openedAt: new Date(Date.now() - 60_000) } });

describe('a round', () => {
  it('ends in time, though what it asks never answers, and another one does not begin beside it', { timeout: 60_000 }, async () => {
    for (let n = 0; n < 6; n += 1) await longAgo(await opened());
    const erasures: string[] = [];
    const { reconcile } = sweepWith({ startCase: forEver, startErasure: async (id) => void erasures.push(id) });
    const began = performance.now();
    const round = reconcile();
    expect(await reconcile()).toEqual({ cases: 0, answers: 0, mails: 0, erasures: 0 });
    expect(await round).toMatchObject({ cases: 0 });
    expect(performance.now() - began).toBeLessThan(18_000);

    // what was cut short does not have the next round as well: first it is the turn of the others
    const erasureId = randomUUID();
    const [basis, startedAt] = ['REQUEST_OF_PERSON', new Date(Date.now() - 60_000)];
    const by = { askedBy: desk.personId, secondBy: desk.personId };
    await desk.prisma.erasure.create({ data: { id: erasureId, caseId: randomUUID(), state: 'ACCEPTED', basis, startedAt, ...by } });
    await reconcile();
    expect(erasures).toContain(erasureId);
    await desk.prisma.erasure.delete({ where: { id: erasureId } });
  });

  it('does the rest where a part fails, and then says that it failed', async () => {
    await desk.prisma.case.updateMany({ where: { startedAt: null }, data: { startedAt: new Date() } });
    const handed: Checkpoint[] = [];
    const broken: RunningStories = { runs: () => Promise.reject(new Error('Temporal is away')), page: forEver };
    const { reconcile } = sweepWith({ stories: broken, keepCheckpoint: async (one) => void handed.push(one) });
    await expect(reconcile()).rejects.toThrow('Temporal is away');
    expect(handed.length).toBeGreaterThan(0);
  });

  it('waits a few seconds for the folder of the checkpoints, and lets no second write hang there', { timeout: 30_000 }, async () => {
    let writes = 0;
    const { reconcile } = sweepWith({
      keepCheckpoint: () => {
        writes += 1;
        return forEver();
      },
    });
    for (const _ of [1, 2]) await expect(reconcile()).rejects.toMatchObject({ code: 'OVERDUE' });
    expect(writes).toBe(1);
  });

  it('hands over the checkpoints of the last days, for a folder that was away', async () => {
    const DAY = 24 * 3_600_000;
    const days = [3, 2, 1].map((ago) => Date.now() - ago * DAY);
    for (const day of days) await checkpointOfDay(desk.store, day);
    const handed: Checkpoint[] = [];
    await sweepWith({ keepCheckpoint: async (one) => void handed.push(one) }).reconcile();
    const dates = new Set(handed.map(({ at }) => at.slice(0, 10)));
    for (const day of [...days, Date.now()]) expect(dates).toContain(new Date(day).toISOString().slice(0, 10));
    expect(handed.length).toBeLessThanOrEqual(14);
  });
});

describe('cases and the stories that run', () => {
  const tasks = (kind: string) => desk.prisma.task.findMany({ where: { kind, doneAt: null } });
  const stories = (lost: ReadonlySet<string>, strays: readonly string[] = []): RunningStories => ({
    runs: async (caseId) => !lost.has(caseId),
    page: async () => ({ caseIds: strays, next: null }),
  });
  const round = (lost: ReadonlySet<string>, strays?: readonly string[]) => sweepWith({ stories: stories(lost, strays) }).reconcile();

  it('are compared: who lost a story is told once, in the list of the administrators, until it runs again', async () => {
    const [whole, lost] = [await taken(), await taken()];
    const ended = await taken();
    await desk.prisma.case.update({ where: { id: ended }, data: { closedAt: new Date() } });
    await round(new Set([lost, ended]));
    await round(new Set([lost, ended]));
    expect(await tasks('CASE_WITHOUT_STORY')).toMatchObject([{ caseId: lost, escalation: 2, urgency: 1 }]);
    expect(whole).not.toBe(lost);
    const mails = { kind: 'TASK_RAISED', key: { startsWith: 'TASK_RAISED:CASE_WITHOUT_STORY:' } };
    expect(await desk.prisma.outbox.count({ where: mails })).toBeGreaterThan(0);

    const administrator = await desk.hire('administrator');
    const [task] = await tasks('CASE_WITHOUT_STORY');
    const listed = await desk.send({ method: 'get', path: '/v1/tasks?limit=100', token: administrator.token });
    expect(JSON.stringify(await listed.json())).toContain(task?.id);
    const ticked = await desk.send({ method: 'post', path: `/v1/tasks/${task?.id}/completion`, token: administrator.token });
    expect(ticked.ok).toBe(true);
    await round(new Set([lost]));
    expect(await tasks('CASE_WITHOUT_STORY')).toEqual([]);
    // a day later nothing has changed
    await desk.prisma.task.updateMany({ where: { kind: 'CASE_WITHOUT_STORY' }, data: { doneAt: new Date(Date.now() - 25 * 3_600_000) } });
    await round(new Set([lost]));
    expect(await tasks('CASE_WITHOUT_STORY')).toHaveLength(1);
    await round(new Set());
    expect(await tasks('CASE_WITHOUT_STORY')).toEqual([]);
  });

  it('are told of, where a story runs for a case that nobody knows', async () => {
    const [stray, known] = [randomUUID(), await taken()];
    for (const _ of [1, 2]) await round(new Set(), [stray, known]);
    expect(await tasks('STORY_WITHOUT_CASE')).toMatchObject([{ caseId: null, subjectId: stray, escalation: 2 }]);
  });

  it('are looked at all, a few at a round, and each not again for some minutes', async () => {
    const some = await desk.prisma.case.findFirstOrThrow();
    const ids = Array.from({ length: 120 }, () => randomUUID());
    const { state, policyVersion, openedBy, openedAt } = some;
    await desk.prisma.case.createMany({
      data: ids.map((id) => ({ id, state, policyVersion, openedBy, openedAt, startedAt: new Date() })),
    });
    const looked: string[] = [];
    const watching: RunningStories = { ...stories(new Set()), runs: async (caseId) => looked.push(caseId) > 0 };
    const { reconcile } = sweepWith({ stories: watching });
    const counts: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      await reconcile();
      counts.push(looked.length);
    }
    expect(counts[0]).toBe(50);
    expect(new Set(looked).size).toBe(looked.length);
    for (const id of ids) expect(looked).toContain(id);
    expect(counts[5]).toBe(counts[4]);
  });

  it('are left alone where the case is being erased', async () => {
    const caseId = await taken();
    const by = { askedBy: desk.personId, secondBy: desk.personId, basis: 'REQUEST_OF_PERSON', startedAt: new Date() };
    await desk.prisma.erasure.create({ data: { id: randomUUID(), caseId, state: 'ACCEPTED', ...by } });
    await round(new Set([caseId]));
    expect(await desk.prisma.task.count({ where: { caseId, kind: 'CASE_WITHOUT_STORY' } })).toBe(0);
  });
});
