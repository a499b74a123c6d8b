import { randomUUID } from 'node:crypto';
import { cp } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErasureActivities } from '../../activities/contract.ts';
import { caseWorkflowId } from '../../domain/ids.ts';
import { verifyStored } from '../../records/audit/audit-verify.ts';
import { backupTo } from '../../records/backup/backup.ts';
import { unstarted } from '../../records/cases/cases.ts';
import { putDocument } from '../../records/documents.ts';
import { erasureEntry, unfinishedErasures } from '../../records/erasure/erasure.ts';
import { isGenuine } from '../../records/erasure/erasure-certificate.ts';
import { lateErasures, tellLate } from '../../records/erasure/erasure-late.ts';
import { leftOf } from '../../records/erasure/erasure-purge.ts';
import { purgeCase } from '../../records/erasure/erasure-steps.ts';
import { placeHold } from '../../records/erasure/legal-hold.ts';
import { deskFigures } from '../../records/figures.ts';
import { DESK, type Store } from '../../records/store.ts';
import { inDatabase } from '../support/canaries.ts';
import { ErasureDesk, readable, restored } from '../support/erasure-desk.ts';
import { figure } from '../support/figures.ts';
import { sos } from './sos-process.ts';

let desk: ErasureDesk;

beforeAll(async () => {
  desk = await ErasureDesk.open();
}, 180_000);
afterAll(() => desk?.stop());

const within = (name: string, value: number, unit: string, bound: string): void => {
  expect(figure({ name, value, unit, bound, seed: 1 }), `${name}: ${value} ${unit}, bound ${bound}`).toBe(true);
};

describe('a case that is erased in the middle of everything', { timeout: 240_000 }, () => {
  it('leaves no execution, no key, no row with content, a whole audit and a certificate, though the answer of every step is lost once', async () => {
    await desk.work();
    const caseId = await desk.busyCase();
    const { store, canaries } = desk;
    // the twin: the same looks find everything before
    const known = (await store.prisma.question.findMany({ where: { caseId } })).map(({ workflowId }) => workflowId);
    within('erasure.executions-before', (await desk.executions.find(caseId, known)).length, 'executions', '>= 5');
    within('erasure.readable-before', await readable(store, canaries.words), 'canaries', '>= 20');
    expect((await leftOf(store.prisma, caseId)).rows).toBeGreaterThan(20);
    const { commandId } = await store.prisma.document.findFirstOrThrow({ where: { caseId } });

    const yesterday = `${desk.backups}-of-yesterday`;
    await backupTo(store, desk.backups, Date.now());
    await cp(desk.backups, yesterday, { recursive: true });

    const lost: string[] = [];
    await desk.work((steps) =>
      Object.fromEntries(
        STEPS.map((name) => [
          name,
          async (step: never) => {
            const answer = await (steps[name] as (step: never) => Promise<unknown>)(step);
            if (lost.includes(name)) return answer;
            lost.push(name);
            throw new Error('the answer is lost');
          },
        ]),
      ),
    );
    const erasureId = await desk.accept(caseId);
    const began = performance.now();
    await desk.door.startErasure(erasureId);
    await desk.ended(erasureId);
    within('erasure.duration', Math.round((performance.now() - began) / 1_000), 's', '<= 120');
    expect([...lost].sort()).toEqual([...STEPS].sort());

    within('erasure.executions-after', (await desk.executions.find(caseId, known)).length, 'executions', '== 0');
    within('erasure.readable-after', await readable(store, canaries.words), 'canaries', '== 0');
    expect(await leftOf(store.prisma, caseId)).toEqual({ keys: 0, rows: 0 });
    expect(await inDatabase(desk.databaseUrl, canaries.words)).toEqual(new Map());
    expect(await store.prisma.case.findUnique({ where: { id: caseId } })).toMatchObject({ state: 'PURGED', openedAt: expect.any(Date) });
    expect(await unstarted(store.prisma, new Date(Date.now() + 60_000), 10)).toEqual([]);
    expect((await verifyStored(store.prisma, store.keyring)).whole).toBe(true);
    expect(await store.prisma.deed.count({ where: { commandId } })).toBe(0);

    const { certificate } = await erasureEntry(store.prisma, erasureId);
    if (certificate === null) throw new Error('an erasure that has ended has a certificate');
    expect(isGenuine(store.keyring, certificate)).toBe(true);
    expect(isGenuine(store.keyring, { ...certificate, destroyed: { ...certificate.destroyed, keys: 2 } })).toBe(false);
    expect(certificate.destroyed).toMatchObject({ keys: 1, rows: { Document: expect.any(Number), Contact: 3, Answer: 1 } });
    expect(certificate.destroyed.executions).toBeGreaterThanOrEqual(5);
    expect(JSON.stringify(certificate)).not.toMatch(new RegExp(canaries.words.join('|')));

    // yesterday's backup, with the keyring and all that is left of the keys
    const look = async (there: Store, url: string) => {
      const hits = await readable(there, canaries.words);
      const inClear = [...(await inDatabase(url, canaries.words)).values()].reduce((sum, n) => sum + n, 0);
      const { whole } = await verifyStored(there.prisma, there.keyring);
      // there, the sweep takes it up again
      const unfinished = await unfinishedErasures(there.prisma, new Date(Date.now() + 60_000), 10);
      for (const id of unfinished) await purgeCase(there, id);
      return { readable: hits + inClear, whole, unfinished, left: await leftOf(there.prisma, caseId) };
    };
    const backup = await restored(store.keyring, desk.backups, look);
    within('restore.readable-after-erasure', backup.readable, 'canaries', '== 0');
    expect(backup).toMatchObject({ whole: true, unfinished: [erasureId], left: { keys: 0, rows: 0 } });
    // the twin: the same backup with the keys as they lay beside it before
    within('restore.readable-without-erasure', (await restored(store.keyring, yesterday, look)).readable, 'canaries', '>= 20');
  });
});

const STEPS: readonly (keyof ErasureActivities)[] = [
  'barCase',
  'settleForErasure',
  'endExecutions',
  'deleteExecutions',
  'destroyKeys',
  'purgeCase',
  'renewKeyBackup',
  'certifyErasure',
];

describe('a case that is being erased', { timeout: 240_000 }, () => {
  it('takes no command from the acceptance on and no text from the beginning on', async () => {
    await desk.work();
    const caseId = await desk.opened();
    const erasureId = await desk.accept(caseId);
    await expect(desk.order(caseId, 'acknowledge', {})).rejects.toMatchObject({ status: 409, document: { type: '/problems/case-erased' } });
    await desk.door.startErasure(erasureId);
    await desk.until(async () => (await desk.stateOf(erasureId)) === 'STARTED');
    const late = { caseId, kind: 'SOURCE', commandId: 'late', content: {} } as const;
    await expect(putDocument(desk.store, Date.now(), late)).rejects.toMatchObject({ code: 'KEY_DESTROYED' });
  });

  it('and is held after it was barred, ends as a closed case that can be read, with nothing running behind it', async () => {
    let caseId = '';
    const holdPlaced = (at: keyof ErasureActivities) =>
      desk.work((steps) => ({
        [at]: async (step: never) => {
          const order = { commandId: randomUUID(), by: desk.first, at: Date.now(), caseId, holdId: randomUUID(), reason: 'a court' };
          if ((await desk.store.prisma.legalHold.count({ where: { caseId } })) === 0) await placeHold(desk.store, order);
          return (steps[at] as (step: never) => Promise<unknown>)(step);
        },
      }));
    let behind = 0;
    for (const at of ['settleForErasure', 'endExecutions', 'deleteExecutions'] as const) {
      await desk.rest();
      caseId = '';
      await holdPlaced(at);
      caseId = await desk.opened();
      const erasureId = await desk.accept(caseId);
      await desk.door.startErasure(erasureId);
      await desk.until(async () => (await desk.stateOf(erasureId)) === 'STOPPED');
      const runs = await desk.executions.find(caseId, [caseWorkflowId(caseId)]);
      behind += runs.filter(({ state }) => state === 'RUNNING').length;
      await expect(desk.order(caseId, 'acknowledge', {}), at).rejects.toThrow();
      const left = await desk.store.prisma.case.findUniqueOrThrow({ where: { id: caseId } });
      expect(left, at).toMatchObject({ closedAt: expect.any(Date) });
      expect(await desk.store.prisma.question.count({ where: { caseId, closedAt: null } })).toBe(0);
      expect((await desk.store.caseKeys.of(caseId)).id).toContain(caseId);
    }
    within('erasure.running-behind-held', behind, 'executions', '== 0');
  });

  it('and does not end within the hour, is told to the administrators once, counted, and explained on the command line', async () => {
    await desk.rest();
    const caseId = await desk.opened();
    const erasureId = await desk.accept(caseId);
    const { prisma } = desk.store;
    const tasks = { where: { kind: 'ERASURE_LATE', subjectId: erasureId, doneAt: null } };
    const late = () => lateErasures(prisma, new Date(), 10);
    // the twin: one that was accepted just now is not late
    expect(await late()).not.toContain(erasureId);
    await prisma.erasure.update({ where: { id: erasureId }, data: { startedAt: new Date(Date.now() - 2 * 3_600_000) } });
    expect(await late()).toContain(erasureId);
    await desk.store.transact(DESK, Date.now(), (tx) => tellLate(tx, erasureId));
    expect(await late()).not.toContain(erasureId);
    expect(await prisma.task.count(tasks)).toBe(1);
    expect(await prisma.outbox.count({ where: { kind: 'TASK_RAISED', key: { contains: erasureId }, caseId: null } })).toBeGreaterThan(0);
    const { erasures } = await deskFigures(prisma, Date.now());
    expect(erasures.unfinished).toBeGreaterThan(0);
    expect(erasures.oldestSeconds).toBeGreaterThan(3_600);
    const { out } = await sos(desk.settings, ['erase', 'status']);
    expect(out).toContain('waits for the sweep to begin it');
    await desk.work();
    await desk.door.startErasure(erasureId);
    await desk.ended(erasureId);
    expect(await prisma.task.count(tasks)).toBe(0);
  });

  it('and was accepted while Temporal was away, is started by the sweep and by nobody twice', async () => {
    await desk.work();
    const caseId = await desk.opened();
    const erasureId = await desk.accept(caseId);
    await desk.store.prisma.erasure.update({ where: { id: erasureId }, data: { startedAt: new Date(Date.now() - 60_000) } });
    await desk.door.startSingletons(500);
    await desk.ended(erasureId);
    expect(await desk.store.prisma.audit.count({ where: { caseId, action: 'case.keys-destroyed' } })).toBe(1);
    expect(await desk.store.prisma.audit.count({ where: { caseId, action: 'erasure.proved' } })).toBe(1);
  });

  it('is asked for and approved on the command line, by two administrators, and begins there', async () => {
    await desk.work();
    const caseId = await desk.opened();
    const by = (name: string): string[] => ['--by', `${name}@secretariat.example`, '--json'];
    const erase = (words: readonly string[], settings = desk.settings) => sos(settings, ['erase', ...words]);
    expect(await erase([caseId, ...by('first')])).toMatchObject({ status: 2, err: expect.stringContaining('--basis') });
    const { out } = await erase([caseId, '--basis', 'COURT_ORDER', ...by('first')]);
    const { secondPersonId } = JSON.parse(out);
    expect(await erase(['confirm', secondPersonId, ...by('first')])).toMatchObject({
      status: 1,
      err: expect.stringContaining('somebody else'),
    });
    expect(await desk.store.prisma.erasure.count({ where: { caseId } })).toBe(0);
    const confirmed = await erase(['confirm', secondPersonId, ...by('second')]);
    const { erasureId, started } = JSON.parse(confirmed.out);
    expect([confirmed.status, started]).toEqual([0, true]);
    await desk.until(async () => (await desk.stateOf(erasureId)) === 'STARTED');
    const status = await erase(['status', '--json']);
    const shown = JSON.parse(status.out) as readonly { erasureId: string; state: string; genuine: boolean | null }[];
    expect(shown[0]).toMatchObject({ erasureId, caseId, state: 'STARTED', basis: 'COURT_ORDER', genuine: null });
    expect(shown.filter(({ state }) => state === 'ENDED').every(({ genuine }) => genuine)).toBe(true);

    // Temporal is away: accepted all the same
    const other = await desk.opened();
    const away = { ...desk.settings, TEMPORAL_ADDRESS: '127.0.0.1:1' };
    const asked = JSON.parse((await erase([other, '--basis', 'COURT_ORDER', ...by('second')], away)).out);
    const accepted = await erase(['confirm', asked.secondPersonId, ...by('first')], away);
    expect([accepted.status, JSON.parse(accepted.out).started]).toEqual([0, false]);
    expect(['ACCEPTED', 'STARTED']).toContain(await desk.stateOf(JSON.parse(accepted.out).erasureId));
  });
});
