import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policyOfCase } from '../../records/policies.ts';
import { putQuestion } from '../../records/questions/questions.ts';
import { remindSilent } from '../../records/questions/reminders.ts';
import { DESK } from '../../records/store.ts';
import { figure } from '../support/figures.ts';
import { statementsSent } from '../support/kill-at-statement.ts';
import { type ApiDesk, newApiDesk } from './api-desk.ts';
import { SAMPLES } from './api-samples.ts';

// A letter may be put to ten thousand members. What is asked of the database for each of them is counted, which is the same on a slow machine.

const MANY = 2_000;
const HOUR = 3_600_000;

let desk: ApiDesk;
let caseId = '';
let people: readonly string[] = [];

beforeAll(async () => {
  desk = await newApiDesk();
  const opened = await desk.send({ method: 'post', path: '/v1/cases', body: SAMPLES['openCase'] });
  caseId = ((await opened.json()) as { caseId: string }).caseId;
  people = await members(MANY);
}, 120_000);
afterAll(() => desk.stop());

const members = async (count: number): Promise<readonly string[]> => {
  const ids = Array.from({ length: count }, () => randomUUID());
  await desk.store.transact(DESK, Date.now(), async (tx) => {
    const seal = async (id: string) => tx.seals.seal('Contact', id, null, { name: 'A member', email: `${id}@member.example` });
    const rows = ids.map(async (id) => ({ id, role: 'SIGNATORY', language: 'en', sealed: await seal(id), createdAt: tx.at }));
    for (const some of pages(await Promise.all(rows))) await tx.db.contact.createMany({ data: some });
  });
  return ids;
};

const pages = <T>(rows: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(rows.length / 500) }, (_, n) => rows.slice(n * 500, n * 500 + 500));

const ask = async (contactIds: readonly string[], closesAt: number): Promise<string> => {
  const id = randomUUID();
  await desk.store.transact(DESK, Date.now(), async (tx) =>
    putQuestion(tx, tx.keyring, await policyOfCase(tx.db, caseId), {
      ...{ id, caseId, kind: 'SIGN_ON', subjectId: randomUUID(), workflowId: `case/${caseId}/letter/${randomUUID()}`, documentId: null },
      ...{ needs: null, changeable: true, openedAt: tx.at.getTime(), closesAt, notice: 'SIGN_ON_ASKED' },
      people: contactIds.map((contactId) => ({ contactId, language: 'en', byMail: true })),
    }),
  );
  return id;
};

const remind = async (questionId: string, share = 0.5): Promise<number> => {
  let all = 0;
  for (;;) {
    const { reminded, whole } = await remindSilent(desk.store, { questionId, share, notice: 'SIGN_ON_REMINDER', at: Date.now() });
    all += reminded;
    if (whole) return all;
  }
};
const reminders = () => desk.prisma.outbox.count({ where: { kind: 'SIGN_ON_REMINDER' } });

/** Statements to the database while this was done, for each of so many. */
const statementsEach = async (count: number, work: () => Promise<unknown>): Promise<number> => {
  const before = statementsSent();
  await work();
  return (statementsSent() - before) / count;
};

describe('a reminder to thousands', () => {
  it('asks the database in pages, reminds each once, and goes on where it was cut off', async () => {
    const questionId = await ask(people, Date.now() + HOUR);
    desk.store.caseKeys.forget(caseId);
    const each = await statementsEach(MANY, async () => expect(await remind(questionId)).toBe(MANY));
    expect(
      figure({ name: `statements for each of ${MANY} who are reminded`, value: each, unit: 'statements', bound: '< 0.1', seed: null }),
    ).toBe(true);
    expect(await reminders()).toBe(MANY);
    expect(await desk.prisma.link.count({ where: { invitation: { questionId } } })).toBe(2 * MANY);
    expect(await remind(questionId)).toBe(0);
    // a call that is given no time writes a page and says that it is not through
    const given = { questionId, share: 0.7, notice: 'SIGN_ON_REMINDER', at: Date.now() } as const;
    for (const _ of [1, 2]) expect(await remindSilent(desk.store, given, 0)).toMatchObject({ whole: false });
    await desk.prisma.outbox.deleteMany({ where: { key: { contains: ':0.7:' } } });
    // as if the call had ended after some pages
    const some = await desk.prisma.outbox.findMany({ where: { kind: 'SIGN_ON_REMINDER' }, select: { id: true }, take: 700 });
    await desk.prisma.outbox.deleteMany({ where: { id: { in: some.map(({ id }) => id) } } });
    expect(await remind(questionId)).toBe(700);
    expect(await reminders()).toBe(MANY);
    expect(await remind(questionId, 0.85)).toBe(MANY);
    const noted = await desk.prisma.audit.findMany({ where: { action: 'question.reminded', subjectId: questionId } });
    expect(noted.length).toBeGreaterThanOrEqual((2 * MANY) / 500);
  });

  it('twin: one after the other, as a single person is reminded, is found by the same count', async () => {
    const questionIds: string[] = [];
    for (const contactId of people.slice(0, 20)) questionIds.push(await ask([contactId], Date.now() + HOUR));
    const each = await statementsEach(questionIds.length, async () => {
      for (const questionId of questionIds) expect(await remind(questionId)).toBe(1);
    });
    expect(
      figure({ name: 'twin: statements for each who is reminded alone', value: each, unit: 'statements', bound: '> 5', seed: null }),
    ).toBe(true);
  });

  it('reminds nobody of a question whose time is over, or that was closed', async () => {
    const before = await reminders();
    expect(await remind(await ask(people.slice(0, 3), Date.now() - 1))).toBe(0);
    const closed = await ask(people.slice(0, 3), Date.now() + HOUR);
    await desk.prisma.question.update({ where: { id: closed }, data: { closedAt: new Date() } });
    expect(await remind(closed)).toBe(0);
    expect(await reminders()).toBe(before);
  });
});

describe('the key of a case that nobody keeps', () => {
  const sealing = async (keep: boolean): Promise<number> => {
    desk.store.caseKeys.forget(caseId);
    return statementsEach(MANY, () =>
      desk.store.transact(DESK, Date.now(), async (tx) => {
        for (const id of people.slice(0, keep ? MANY : 50)) {
          const sealed = keep ? await tx.seals.seal('Outbox', id, caseId, id) : await desk.store.caseKeys.of(caseId, tx.db);
          if (sealed instanceof Uint8Array) await tx.seals.open('Outbox', id, caseId, sealed);
        }
      }),
    );
  };

  it('is loaded once in a transaction, however many rows are sealed and opened', async () => {
    const all = (await sealing(true)) * MANY;
    // the beginning, the bar of an erasure, the key to seal, the key to open, the end
    expect(
      figure({ name: `statements to seal and open ${MANY} rows of a case`, value: all, unit: 'statements', bound: '<= 8', seed: null }),
    ).toBe(true);
  });

  it('twin: asked for row by row it is loaded for each', async () => {
    const all = (await sealing(false)) * MANY;
    expect(
      figure({ name: 'twin: statements for 50 rows that ask for the key', value: all, unit: 'statements', bound: '>= 50', seed: null }),
    ).toBe(true);
  });

  it('is asked for again where it was not there yet', async () => {
    const other = randomUUID();
    await desk.store.transact(DESK, Date.now(), async (tx) => {
      await expect(tx.seals.seal('Command', other, other, 'x')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await tx.db.case.create({
        data: { id: other, state: 'RECEIVED', band: 'HIGH', policyVersion: 1, openedBy: desk.personId, openedAt: tx.at },
      });
      await desk.store.caseKeys.create(tx.db, other, tx.at);
      expect(await tx.seals.seal('Command', other, other, 'x')).toBeInstanceOf(Uint8Array);
    });
  });
});
