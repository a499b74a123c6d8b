import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { questionActivities } from '../../activities/questions.ts';
import { storyActivities } from '../../activities/stories.ts';
import { addConsent } from '../../records/cases/consents.ts';
import { fileNewDocument } from '../../records/documents.ts';
import { directoryFile } from '../data/load.ts';
import { figure } from '../support/figures.ts';
import { CaseAtHand, type Json, read } from './api-case.ts';
import type { ApiDesk } from './api-desk.ts';
import { browserKey, type KeysScene, keysScene } from './keys-scene.ts';
import { BRIEF, HOUR } from './sealed-scene.ts';

let at: CaseAtHand;
let desk: ApiDesk;
let scene: KeysScene;
let advisors: readonly string[];

beforeAll(async () => {
  at = await CaseAtHand.begin();
  desk = at.desk;
  scene = keysScene(desk);
  const rows = await desk.prisma.contact.findMany({ where: { role: 'ADVISOR', advisor: { available: true } }, orderBy: { key: 'asc' } });
  advisors = rows.map(({ id }) => id);
});
afterAll(() => desk.stop());

const listed = async (path: string): Promise<Json[]> =>
  (await read(desk.send({ method: 'get', path: `${path}?limit=100`, role: 'administrator' })))['items'] as Json[];

describe('somebody who is asked with words of a case', () => {
  it('is invited to make a key when they come into the directory, and not again by the same file', async () => {
    const invited = async (): Promise<number> => desk.prisma.keyInvitation.count({ where: { spentAt: null, revokedAt: null } });
    // nine advisors and eight desks of partners; no signatory
    expect(figure({ name: 'key.invited-at-import', value: await invited(), unit: 'of 17 people', bound: '== 17', seed: null })).toBe(true);
    expect(await desk.prisma.outbox.count({ where: { kind: 'KEY_INVITED', contact: { role: 'SIGNATORY' } } })).toBe(0);
    const again = {
      method: 'post',
      path: '/v1/directory/advisors',
      role: 'administrator',
      headers: { 'content-type': 'text/csv' },
    } as const;
    expect((await desk.send({ ...again, raw: new Uint8Array(directoryFile('advisors')) })).status).toBe(200);
    expect(await desk.prisma.outbox.count({ where: { kind: 'KEY_INVITED' } })).toBe(17);
    expect(desk.door.calls, 'what was written leaves at once').toContain('ringPostroom');
  });

  it('is listed with what their mail would be sealed by', async () => {
    const [key = '', pending = '', expired = '', unsafe = '', none = ''] = advisors;
    await scene.holder(key);
    await scene.holder(pending);
    await desk.prisma.recipientKey.updateMany({ where: { contactId: pending }, data: { state: 'PENDING', activeAt: null } });
    await scene.holder(expired);
    await desk.prisma.recipientKey.updateMany({ where: { contactId: expired }, data: { expiresAt: new Date(Date.now() - 1) } });
    await scene.holder(unsafe);
    await desk.prisma.contact.update({ where: { id: unsafe }, data: { unsafeSince: new Date() } });
    const entries = await listed('/v1/advisors');
    const by = (id: string) => entries.find(({ contactId }) => contactId === id)?.['sealedBy'];
    expect([key, pending, expired, unsafe, none].map(by)).toEqual(['KEY', 'PENDING', 'EXPIRED', 'UNSAFE', 'NONE']);
    const partners = (await listed('/v1/partners')).map(({ contact }) => (contact as Json)['sealedBy']);
    expect(new Set(partners)).toEqual(new Set(['NONE']));
    await desk.prisma.contact.update({ where: { id: unsafe }, data: { unsafeSince: null } });
    await desk.prisma.recipientKey.deleteMany();
  });
});

describe('a consultation', () => {
  /** Put before the eight advisors who are available, as its workflow does. */
  const consult = async () => {
    await at.next();
    const { caseId } = at;
    const id = randomUUID();
    await desk.prisma.case.update({ where: { id: caseId }, data: { mode: 'NETWORK_VOICE' } });
    await at.inTx(async (tx) => {
      await addConsent(tx, caseId, at.defender, {
        ...{ id: randomUUID(), purpose: 'SHARE_WITH_ADVISORY_GROUP', recipientId: null, identifiability: 'FULL_NAME', method: 'SIGNED' },
        ...{ basis: 'INFORMED_CONSENT', language: 'en', explained: [], givenBy: 'Themselves', secondPersonId: null },
        ...{ reasonDocumentId: null, reviewAt: null, validFrom: 1_000, validTo: null, withdrawnAt: null },
      });
      await fileNewDocument(tx, { caseId, kind: 'BRIEF', commandId: randomUUID(), content: BRIEF }, { subjectId: id });
      const closesAt = new Date(tx.at.getTime() + HOUR);
      await tx.db.consultation.create({ data: { id, caseId, state: 'OPEN', openedAt: tx.at, closesAt } });
    });
    const { putQuestion } = questionActivities({ store: desk.store, ringPostroom: async () => undefined });
    const openedAt = Date.now();
    const question = { caseId, questionId: id, kind: 'ADVICE', subjectId: id, workflowId: `case/${caseId}/consultation/${id}` } as const;
    const put = () => putQuestion({ ...question, audience: { who: 'ADVISORS' }, openedAt, closesAt: openedAt + HOUR });
    expect(await put()).toMatchObject({ refused: null, invited: 8 });
    // the step may be repeated
    await put();
    return { caseId, id };
  };
  const alarms = ({ id }: { id: string }) =>
    desk.prisma.task.findMany({ where: { kind: 'QUORUM_OUT_OF_REACH', subjectId: id, doneAt: null } });
  const mails = ({ id }: { id: string }) =>
    desk.prisma.outbox.count({ where: { kind: 'TASK_RAISED', key: { contains: `QUORUM_OUT_OF_REACH:${id}:` } } });

  it('that cannot be decided by those who have keys is told at once, to the members and whoever stands in', async () => {
    const standIn = await desk.hire('coordinator', true);
    const silent: number[] = [];
    for (let keys = 0; keys <= advisors.length; keys += 1) {
      const consultation = await consult();
      const [alarm] = await alarms(consultation);
      if (alarm === undefined) expect(await mails(consultation)).toBe(0);
      else {
        silent.push(keys);
        expect(alarm).toMatchObject({ caseId: consultation.caseId, escalation: 1 });
        expect(await mails(consultation)).toBe(2);
        const seen = await read(desk.send({ method: 'get', path: '/v1/tasks?limit=100', token: standIn.token }));
        expect((seen['items'] as Json[]).map(({ taskId }) => taskId)).toContain(alarm.id);
      }
      if (keys < advisors.length) await scene.holder(advisors[keys] ?? '', browserKey(), Date.now() - 60_000);
    }
    // half of eight is four
    expect(silent).toEqual([0, 1, 2, 3]);
  });

  it('says how many the question has not reached, and the alarm ends with it', async () => {
    await desk.prisma.recipientKey.deleteMany({ where: { contactId: { in: advisors.slice(0, 6) } } });
    const consultation = await consult();
    const path = `/consultations/${consultation.id}`;
    expect(await at.view(path)).toMatchObject({ invited: 8, notReached: 0 });
    const invitations = await desk.prisma.invitation.findMany({ where: { questionId: consultation.id }, take: 6 });
    const keys = invitations.map(({ id }) => `ADVICE_ASKED:${id}`);
    await desk.prisma.outbox.updateMany({ where: { key: { in: keys } }, data: { state: 'held', lastCode: 'NO_KEY' } });
    expect(await at.view(path)).toMatchObject({ invited: 8, answered: 0, notReached: 6 });
    expect((await at.view())['consultations']).toMatchObject([{ notReached: 6 }]);
    expect(await alarms(consultation)).toHaveLength(1);
    const { recordAdvice } = storyActivities({ store: desk.store, ringPostroom: async () => undefined });
    const tally = { eligible: 8, recused: 0, needed: 4, answered: 0, approve: 0, approveWithChanges: 0, object: 0, block: 0 };
    await recordAdvice({
      ...{ caseId: consultation.caseId, consultationId: consultation.id, result: 'NO_QUORUM', conditions: [], at: Date.now() },
      tally: { ...tally, abstain: 0, needInfo: 0, regions: 0 },
    });
    expect(await alarms(consultation)).toEqual([]);
  });
});

describe('a large directory', () => {
  it('is invited in a large file too, within the time that the file takes', async () => {
    const [header = '', row = ''] = new TextDecoder().decode(directoryFile('advisors')).split('\n');
    const many = Array.from({ length: 600 }, (_, n) => row.replace('a-01', `many-${n}`).replace('nomvula@', `many-${n}@`));
    const began = Date.now();
    const send = {
      method: 'post',
      path: '/v1/directory/advisors',
      role: 'administrator',
      headers: { 'content-type': 'text/csv' },
    } as const;
    expect(await read(desk.send({ ...send, raw: [header, ...many].join('\n') }))).toMatchObject({ added: 600, rejected: [] });
    const each = (Date.now() - began) / many.length;
    expect(figure({ name: 'directory.import-with-invitation', value: each, unit: 'ms a row', bound: '<= 50', seed: null })).toBe(true);
    const where = { contact: { key: { startsWith: 'many-' } } };
    expect(await desk.prisma.keyInvitation.count({ where })).toBe(600);
  });
});
