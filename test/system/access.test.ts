import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clockActivities } from '../../activities/clocks.ts';
import type { Bell } from '../../activities/contract.ts';
import { disablePerson } from '../../records/access/staff.ts';
import { CaseAtHand, type Json, read, refusal } from './api-case.ts';
import type { ApiDesk, Colleague } from './api-desk.ts';
import { heardBy } from './second-person-scene.ts';

let at: CaseAtHand;
let desk: ApiDesk;
let colleague: Colleague;
let standIn: Colleague;
let administrator: Colleague;
/** of somebody else's case */
let foreign = '';

beforeAll(async () => {
  at = await CaseAtHand.begin();
  desk = at.desk;
  colleague = await desk.hire('coordinator');
  standIn = await desk.hire('coordinator', true);
  administrator = await desk.hire('administrator');
});
afterAll(() => desk.stop());
beforeEach(async () => {
  foreign = await at.open();
  await desk.prisma.caseMember.update({
    where: { caseId_personId: { caseId: foreign, personId: desk.personId } },
    data: { personId: colleague.personId },
  });
  await at.next();
});

const get = (path: string, token?: string) => desk.send({ method: 'get', path, ...(token !== undefined && { token }) });
const post = (path: string, body: unknown, token?: string) =>
  desk.send({ method: 'post', path, body, ...(token !== undefined && { token }) });
const statusOf = async (caseId: string, token?: string) => (await get(`/v1/cases/${caseId}`, token)).status;
const reason = { text: 'Nobody answers, and the hearing is tomorrow.' };
const listed = async (path: string, token?: string) => (await read(get(`${path}?limit=100`, token)))['items'] as Json[];
const audited = async (caseId: string) =>
  (await desk.prisma.audit.findMany({ where: { caseId, action: { startsWith: 'member.' } }, orderBy: { seq: 'asc' } })).map(
    ({ action, actor, subjectId }) => [action, actor, subjectId],
  );
const toldOf = async (caseId: string) =>
  (
    await desk.prisma.outbox.findMany({
      where: { caseId, kind: { startsWith: 'TASK_' } },
      include: { contact: { include: { person: true } } },
    })
  )
    .map(({ contact }) => contact.person?.id)
    .sort();

describe('need to know', () => {
  it('lets whoever opened a case into it, and nobody else; they are told whom to ask', async () => {
    expect([await statusOf(at.caseId), await statusOf(at.caseId, colleague.token)]).toEqual([200, 403]);
    const told = await read(get(`/v1/cases/${at.caseId}`, colleague.token));
    expect(told).toMatchObject({ type: '/problems/not-a-member', detail: expect.stringContaining('Ask a member of this case') });
    expect(JSON.stringify(told)).not.toContain(at.caseId);
  });

  it('lists to a coordinator what is theirs, to an auditor that there are cases', async () => {
    const ids = async (token?: string) => (await listed('/v1/cases', token)).map(({ caseId }) => caseId);
    expect(await ids()).toContain(at.caseId);
    expect(await ids()).not.toContain(foreign);
    expect(await ids(colleague.token)).toContain(foreign);
    expect(await ids(standIn.token)).toEqual([]);
    const all = (await read(desk.send({ method: 'get', path: '/v1/cases?limit=100', role: 'auditor' })))['items'] as Json[];
    expect(all.map(({ caseId }) => caseId)).toEqual(expect.arrayContaining([at.caseId, foreign]));
    expect((await get('/v1/cases', administrator.token)).status).toBe(403);
  });

  it('shows tasks to members; what went up, to stand-ins and administrators by kind and case alone', async () => {
    const put = async (caseId: string | null, escalation: number) => {
      const id = randomUUID();
      const base = { id, caseId, key: id, kind: 'ASSESS', urgency: 1, escalation, subjectId: randomUUID(), createdAt: new Date() };
      await desk.prisma.task.create({ data: base });
      return id;
    };
    const [mine, low, high, none] = [await put(at.caseId, 0), await put(foreign, 0), await put(foreign, 1), await put(null, 0)];
    const seen = async (token?: string) => {
      const items = await listed('/v1/tasks', token);
      const of = (id: string) => items.find(({ taskId }) => taskId === id);
      return [mine, low, high, none].map((id) => {
        const item = of(id);
        if (item === undefined) return null;
        return item['subjectId'] === null ? 'KIND' : 'WHOLE';
      });
    };
    expect(await seen()).toEqual(['WHOLE', null, null, 'WHOLE']);
    expect(await seen(colleague.token)).toEqual([null, 'WHOLE', 'WHOLE', 'WHOLE']);
    expect(await seen(standIn.token)).toEqual([null, null, 'KIND', 'WHOLE']);
    expect(await seen(administrator.token)).toEqual([null, null, 'KIND', 'WHOLE']);
    const tick = (id: string, token?: string) => post(`/v1/tasks/${id}/completion`, undefined, token);
    expect((await tick(high)).status).toBe(403);
    expect((await tick(high, standIn.token)).status).toBe(403);
    expect(await refusal(await tick(high, administrator.token))).toEqual([409, '/problems/not-yours-to-tick-off']);
    expect([(await tick(mine)).status, (await tick(none, administrator.token)).status]).toEqual([200, 200]);
  });
});

describe('members', () => {
  it('let each other in and take each other out, but for the last; both are noted', async () => {
    expect((await at.post('/members', { personId: colleague.personId })).status).toBe(201);
    expect((await at.post('/members', { personId: colleague.personId })).status).toBe(201);
    expect(await statusOf(at.caseId, colleague.token)).toBe(200);
    const { items } = (await at.view('/members')) as { items: Json[] };
    expect(items.map(({ personId, how }) => [personId, how])).toEqual([
      [desk.personId, 'OPENED'],
      [colleague.personId, 'ADDED'],
    ]);
    expect((await at.post(`/members/${colleague.personId}/removal`)).status).toBe(204);
    expect(await statusOf(at.caseId, colleague.token)).toBe(403);
    expect(await refusal(await at.post(`/members/${desk.personId}/removal`))).toEqual([409, '/problems/last-member']);
    expect((await at.post(`/members/${colleague.personId}/removal`)).status).toBe(404);
    expect(await audited(at.caseId)).toEqual([
      ['member.added', desk.personId, colleague.personId],
      ['member.removed', desk.personId, colleague.personId],
    ]);
  });

  it('are not counted as able to act without a token that lives, or after they have left', async () => {
    const leaving = await desk.hire('coordinator');
    await at.post('/members', { personId: leaving.personId });
    await desk.prisma.person.update({ where: { id: leaving.personId }, data: { disabledAt: new Date() } });
    expect(await refusal(await at.post(`/members/${desk.personId}/removal`))).toEqual([409, '/problems/last-member']);
    expect(await refusal(await at.post('/members', { personId: leaving.personId }))).toEqual([409, '/problems/person-unknown']);
    expect(((await at.view('/members')) as { items: Json[] }).items.map(({ active }) => active)).toEqual([true, false]);
  });

  it('never take out each other both, at the same instant', async () => {
    await at.post('/members', { personId: colleague.personId });
    const path = (of: string) => `/v1/cases/${at.caseId}/members/${of}/removal`;
    const both = [post(path(colleague.personId), undefined), post(path(desk.personId), undefined, colleague.token)];
    expect((await Promise.all(both)).filter(({ status }) => status === 204)).toHaveLength(1);
    expect(await desk.prisma.caseMember.count({ where: { caseId: at.caseId, endedAt: null } })).toBe(1);
  });

  it('are added by an administrator too, who does not come to see the case by it', async () => {
    const path = `/v1/cases/${foreign}/members`;
    expect((await post(path, { personId: desk.personId }, administrator.token)).status).toBe(201);
    expect(await heardBy(desk, foreign, 'MEMBERS_CHANGED')).toEqual([desk.personId, colleague.personId].sort());
    expect([await statusOf(foreign), await statusOf(foreign, administrator.token)]).toEqual([200, 403]);
    expect((await post(path, { personId: desk.personId }, standIn.token)).status).toBe(403);
    expect((await post(`${path}/${colleague.personId}/removal`, undefined, administrator.token)).status).toBe(403);
  });
});

describe('nobody comes to a case or leaves it in silence', () => {
  const open = async (caseId: string) =>
    (await desk.prisma.task.findMany({ where: { caseId, kind: 'MEMBERS_CHANGED', doneAt: null }, orderBy: { createdAt: 'asc' } })).map(
      ({ id, subjectId }) => ({ id, subjectId }),
    );
  const tick = (id: string | undefined, token?: string) => post(`/v1/tasks/${id}/completion`, undefined, token);

  it('an administrator who also coordinates cannot let themselves in but by standing in', async () => {
    const both = await desk.give(colleague.personId, 'administrator');
    for (const token of [both.token, colleague.token]) {
      const alone = await post(`/v1/cases/${at.caseId}/members`, { personId: colleague.personId }, token);
      expect([403, 409]).toContain(alone.status);
    }
    const path = `/v1/cases/${at.caseId}/members`;
    expect(await refusal(await post(path, { personId: colleague.personId }, both.token))).toEqual([409, '/problems/not-yourself']);
    expect([await statusOf(at.caseId, colleague.token), await open(at.caseId)]).toEqual([403, []]);
    await desk.prisma.token.update({ where: { id: both.tokenId }, data: { revokedAt: new Date() } });
  });

  it('whoever is let in or taken out, the members and the administrators hear of it; whoever did it leaves the task alone', async () => {
    const third = await desk.hire('coordinator');
    const everybody = [colleague.personId, third.personId, administrator.personId].sort();
    await at.post('/members', { personId: third.personId });
    await at.post('/members', { personId: colleague.personId });
    expect(await heardBy(desk, at.caseId, 'MEMBERS_CHANGED')).toEqual([...everybody, third.personId, administrator.personId].sort());
    await desk.prisma.outbox.deleteMany({ where: { caseId: at.caseId } });
    await at.post(`/members/${third.personId}/removal`);
    expect(await heardBy(desk, at.caseId, 'MEMBERS_CHANGED')).toEqual(everybody);
    const [first, next, last] = await open(at.caseId);
    for (const task of [first, next, last]) expect(task?.subjectId).toBe(desk.personId);
    expect(await refusal(await tick(first?.id))).toEqual([409, '/problems/not-yours-to-tick-off']);
    expect([(await tick(first?.id, administrator.token)).status, (await tick(next?.id, colleague.token)).status]).toEqual([200, 200]);
    expect((await tick(last?.id, third.token)).status).toBe(403);
  });

  it('whoever stood in does not take out those who were there before', async () => {
    await post(`/v1/cases/${at.caseId}/standing-in`, reason, standIn.token);
    const removal = (of: string, token?: string) => post(`/v1/cases/${at.caseId}/members/${of}/removal`, undefined, token);
    expect(await refusal(await removal(desk.personId, standIn.token))).toEqual([409, '/problems/there-before-you']);
    await post(`/v1/cases/${at.caseId}/members`, { personId: colleague.personId }, standIn.token);
    expect((await removal(colleague.personId, standIn.token)).status).toBe(204);
    // the twin: those who were there take out whoever stood in
    expect((await removal(standIn.personId)).status).toBe(204);
  });
});

describe('whoever stands in', () => {
  it('takes a case up alone, with a reason; the members and the administrators are told', async () => {
    expect(await statusOf(at.caseId, standIn.token)).toBe(403);
    const path = `/v1/cases/${at.caseId}/standing-in`;
    expect((await post(path, reason, colleague.token)).status).toBe(403);
    expect((await post(path, reason, standIn.token)).status).toBe(201);
    expect(await statusOf(at.caseId, standIn.token)).toBe(200);
    expect(await audited(at.caseId)).toEqual([['member.stood-in', standIn.personId, standIn.personId]]);
    expect(await toldOf(at.caseId)).toEqual([desk.personId, administrator.personId].sort());
    expect(((await at.view('/members')) as { items: Json[] }).items.map(({ reason: why }) => why)).toEqual([null, reason.text]);
    const task = (await listed('/v1/tasks', administrator.token)).find(({ caseId, kind }) => caseId === at.caseId && kind === 'STOOD_IN');
    const tick = (token?: string) => post(`/v1/tasks/${task?.['taskId']}/completion`, undefined, token);
    // standing in has made them a member; it is theirs to have done, and others' to look into
    const { token: theirOther } = await desk.give(standIn.personId, 'administrator');
    for (const token of [standIn.token, theirOther])
      expect(await refusal(await tick(token))).toEqual([409, '/problems/not-yours-to-tick-off']);
    expect((await tick(administrator.token)).status).toBe(200);
    expect(await refusal(await post(path, reason, standIn.token))).toEqual([409, '/problems/already-member']);
  });
});

describe('access ends at the very next request', () => {
  it('for a token that is revoked, a member who is taken out, a person who is disabled', async () => {
    const leaving = await desk.hire('coordinator');
    await at.post('/members', { personId: leaving.personId });
    const other = await desk.give(leaving.personId, 'coordinator');
    const both = async () => [await statusOf(at.caseId, leaving.token), await statusOf(at.caseId, other.token)];
    expect(await both()).toEqual([200, 200]);
    await desk.prisma.token.update({ where: { id: leaving.tokenId }, data: { revokedAt: new Date() } });
    expect(await both()).toEqual([401, 200]);
    await at.post(`/members/${leaving.personId}/removal`);
    expect(await both()).toEqual([401, 403]);
    await at.post('/members', { personId: leaving.personId });
    expect(await both()).toEqual([401, 200]);
    const third = await desk.give(leaving.personId, 'coordinator');
    await at.inTx((tx) => disablePerson(tx, leaving.personId));
    expect([...(await both()), await statusOf(at.caseId, third.token)]).toEqual([401, 401, 401]);
  });

  it('also for what was answered to them before', async () => {
    const key = randomUUID();
    await at.post('/members', { personId: colleague.personId });
    const repeat = () =>
      desk.send({
        method: 'post',
        path: `/v1/cases/${at.caseId}/constraints`,
        body: { what: 'OTHER', text: 'Do not call.' },
        token: colleague.token,
        headers: { 'idempotency-key': key },
      });
    expect([(await repeat()).status, (await repeat()).status]).toEqual([204, 204]);
    await at.post(`/members/${colleague.personId}/removal`);
    expect((await repeat()).status).toBe(403);
  });
});

describe('clocks', () => {
  const ring = (bell: Partial<Bell>) =>
    clockActivities({ store: desk.store, ringPostroom: async () => undefined }).ring({
      ...{ caseId: at.caseId, duty: 'ASSESS', key: randomUUID(), began: Date.now(), moment: 'DUE' },
      ...{ subjectId: null, dueAt: Date.now(), at: Date.now(), ...bell },
    });

  it('ring for the members of the case, then for stand-ins, then for administrators', async () => {
    await ring({});
    expect(await toldOf(at.caseId)).toEqual([desk.personId]);
    await ring({ moment: 'ESCALATE_BACKUP' });
    expect(await toldOf(at.caseId)).toEqual([desk.personId, standIn.personId].sort());
    await ring({ moment: 'ESCALATE_ADMINISTRATOR' });
    expect((await toldOf(at.caseId)).filter((id) => id === administrator.personId)).toHaveLength(1);
    expect(await toldOf(at.caseId)).not.toContain(colleague.personId);
  });

  it('ring for whoever is next where no member can act', async () => {
    await desk.prisma.caseMember.updateMany({ where: { caseId: at.caseId }, data: { endedAt: new Date() } });
    await ring({});
    expect(await toldOf(at.caseId)).toEqual([standIn.personId]);
  });

  it('an alarm is heard by members and stand-ins at once, who then see that there is one', async () => {
    await ring({ began: null, duty: 'WORSE' });
    expect(await toldOf(at.caseId)).toEqual([desk.personId, standIn.personId].sort());
    expect((await listed('/v1/tasks', standIn.token)).some(({ caseId, kind }) => caseId === at.caseId && kind === 'WORSE')).toBe(true);
  });
});
