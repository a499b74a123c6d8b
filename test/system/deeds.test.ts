import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Effects } from '../../domain/commands.ts';
import { raiseTask } from '../../records/cases/tasks.ts';
import { doOnce, Refused, settleDeed } from '../../records/deeds.ts';
import { figure } from '../support/figures.ts';
import { type Desk, newDesk } from './delivery-desk.ts';

let desk: Desk;

beforeAll(async () => {
  desk = await newDesk();
});
afterAll(() => desk.stop());

const ROUNDS = 40;
const by = randomUUID();
const effects = { done: true } as unknown as Effects;
const tasksOf = async (commandId: string): Promise<number> => (await desk.tasks(commandId)).length;

/** One attempt of a command that leaves a task behind. */
const attempt = (commandId: string, before: () => Promise<void> = async () => {}) =>
  doOnce(desk.store, { commandId, by, at: Date.now() }, async (tx) => {
    await before();
    const task = { caseId: null, kind: 'MAIL_HELD', urgency: 1, escalation: 0, dueAt: null };
    await raiseTask(tx, { ...task, key: commandId, subjectId: commandId });
    return effects;
  });

test('a command that was given up can do nothing any more', async () => {
  const commandId = randomUUID();
  expect(await settleDeed(desk.store, commandId, Date.now())).toBeNull();
  await expect(attempt(commandId)).rejects.toMatchObject({ code: 'TOO_LATE' });
  expect(await tasksOf(commandId)).toBe(0);
  // and giving it up again says the same
  expect(await settleDeed(desk.store, commandId, Date.now())).toBeNull();
});

test('a command that was carried out is told so, however often it is given up or repeated', async () => {
  const commandId = randomUUID();
  expect(await attempt(commandId)).toEqual({ refused: null, effects });
  expect(await settleDeed(desk.store, commandId, Date.now())).toEqual(effects);
  expect(await attempt(commandId)).toEqual({ refused: null, effects });
  expect(await tasksOf(commandId)).toBe(1);
});

test('a command that a rule refused leaves nothing and may be tried again', async () => {
  const commandId = randomUUID();
  const refusal = { code: 'not-now', say: 'Not now.' };
  const refused = attempt(commandId, async () => {
    throw new Refused(refusal);
  });
  expect(await refused).toEqual({ refused: refusal });
  expect(await attempt(commandId)).toEqual({ refused: null, effects });
});

test('giving up waits for an attempt that is under way, and then hears what it brought about', async () => {
  const commandId = randomUUID();
  let enter = (): void => {};
  let leave = (): void => {};
  const entered = new Promise<void>((resolve) => {
    enter = resolve;
  });
  const mayLeave = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const under = attempt(commandId, async () => {
    enter();
    await mayLeave;
  });
  await entered;
  const settled = settleDeed(desk.store, commandId, Date.now());
  leave();
  expect(await settled).toEqual(effects);
  expect(await under).toEqual({ refused: null, effects });
});

test('attempts and giving up at the same instant: what was told is what is there', async () => {
  let untrue = 0;
  let lateDoings = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const commandId = randomUUID();
    const attempts = [attempt(commandId), attempt(commandId)];
    const [told] = await Promise.all([settleDeed(desk.store, commandId, Date.now()), Promise.allSettled(attempts)]);
    const there = await tasksOf(commandId);
    if (there !== (told === null ? 0 : 1)) untrue += 1;
    const late = await attempt(commandId).then(
      () => true,
      () => false,
    );
    if (told === null && (late || (await tasksOf(commandId)) > 0)) lateDoings += 1;
  }
  const name = 'What a settled command was said to have done, against what is there: differences';
  expect(figure({ name, value: untrue, unit: 'commands', bound: '== 0', seed: null })).toBe(true);
  expect(
    figure({ name: 'Given-up commands that did something afterwards', value: lateDoings, unit: 'commands', bound: '== 0', seed: null }),
  ).toBe(true);
});

test('the twin: without the tombstone the same late attempt would do something', async () => {
  const commandId = randomUUID();
  await settleDeed(desk.store, commandId, Date.now());
  await desk.store.prisma.deed.delete({ where: { commandId } });
  await attempt(commandId);
  expect(await tasksOf(commandId)).toBe(1);
});
