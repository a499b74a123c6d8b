import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compareStories, runningStoriesOf } from '../../activities/running-stories.ts';
import { caseWorkflowId } from '../../domain/ids.ts';
import { connect } from '../../prisma/client.ts';
import { ErasureDesk } from '../support/erasure-desk.ts';
import { createDatabase } from '../support/postgres.ts';

let desk: ErasureDesk;
beforeAll(async () => {
  desk = await ErasureDesk.open();
}, 180_000);
afterAll(() => desk?.stop());

it('what runs at Temporal is told from what ended there and from what was never there', async () => {
  const stories = runningStoriesOf(desk.env.client);
  const [whole, ended, lost] = [await desk.opened(), await desk.opened(), await desk.opened()];
  await desk.store.prisma.case.updateMany({ data: { startedAt: new Date() } });
  for (const caseId of [whole, ended, lost]) expect(await stories.runs(caseId)).toBe(true);
  await desk.env.client.workflow.getHandle(caseWorkflowId(ended)).terminate();
  expect(await stories.runs(ended)).toBe(false);
  expect(await stories.runs(randomUUID())).toBe(false);

  const { id: _id, ...row } = await desk.store.prisma.case.findUniqueOrThrow({ where: { id: lost } });
  await desk.store.prisma.case.create({ data: { ...row, id: randomUUID() } });
  // the lists of Temporal follow a moment later
  await desk.until(async () => (await stories.page(new Uint8Array())).caseIds.length === 2);
  expect(await compareStories(desk.store.prisma, stories)).toEqual({ withoutStory: 2, withoutCase: 0 });
  const nothing = await createDatabase();
  const empty = connect(nothing.url, 1);
  expect(await compareStories(empty, stories)).toEqual({ withoutStory: 0, withoutCase: 2 });
  await empty.$disconnect();
  await nothing.drop();
});
