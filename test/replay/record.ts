/**
 * Records how this release lives a few stories: `npx tsx test/replay/record.ts`, with the names of those that are new where the others are recorded.
 * Run it once for a release, and never again for an older one: that its histories still replay is the proof that running cases outlive a change of the code. The people are made up, and so are the keys.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { erasureWorkflowId } from '../../domain/ids.ts';
import { turnPageSignal } from '../../workflows/messages.ts';
import { bundledWorkflows } from '../support/workflow-bundle.ts';
import { World } from '../support/workflow-env.ts';
import { MemoryEraser } from '../support/workflow-eraser.ts';
import { openKeys } from '../support/workflow-keys.ts';
import { recordingPath, recordingText } from '../support/workflow-recorded.ts';
import { CaseStory } from '../support/workflow-story.ts';

const STORIES: Readonly<Record<string, (world: World) => Promise<unknown>>> = {
  'silence-then-advice': async (world) => {
    const aCase = await CaseStory.open(world);
    await world.pass('PT7H');
    await aCase.untilDecided('NETWORK_VOICE');
    const advice = await aCase.consult();
    await world.pass('PT30H');
    for (const advisor of [0, 1, 2, 3]) await aCase.answer(advice, advisor, 'APPROVE');
  },
  'letter-over-two-runs': async (world) => {
    const aCase = await CaseStory.open(world);
    await aCase.untilDecided('NAMED_ENDORSEMENTS');
    const letter = await aCase.draft();
    const signOn = await letter.openSignOn();
    await letter.turnPage();
    for (const member of [0, 1, 2, 3, 4]) await aCase.answer(signOn, member, 'SIGN_PUBLIC');
    await world.pass('PT49H');
    await letter.order('publishLetter', { slug: 'letter-1' });
    await aCase.answerReview('SAME');
  },
  'help-then-closing': async (world) => {
    const aCase = await CaseStory.open(world);
    await aCase.untilAssessed();
    await aCase.refer('first', 'second');
    await aCase.answer(await aCase.question('REFERRAL'), 0, 'REJECT');
    await aCase.answer(await aCase.question('REFERRAL'), 0, 'ACCEPT');
    await aCase.answer(await aCase.question('REFERRAL'), 0, 'DELIVERED');
    await aCase.answer(await aCase.question('HELP_CONFIRMATION'), 0, 'ARRIVED');
    await world.pass('PT73H');
    await aCase.answerReview('BETTER');
    await aCase.order('closeCase', { documentId: randomUUID() });
    await world.pass('P100D');
  },
  'erasure-over-two-runs': async (world) => {
    const eraser = new MemoryEraser(() => world.now());
    eraser.obeys = false;
    const handle = await erase(world, eraser);
    let turned = false;
    eraser.before = async (step) => {
      if (step !== 'deleteExecutions' || turned) return;
      turned = true;
      await handle.signal(turnPageSignal);
    };
    await handle.result();
  },
  'erasure-held': async (world) => {
    const eraser = new MemoryEraser(() => world.now());
    eraser.before = (step) => {
      if (step === 'settleForErasure') eraser.isHeld = true;
    };
    await (await erase(world, eraser)).result();
  },
};

/** Begins an erasure, on a queue of its own. */
const erase = async (world: World, eraser: MemoryEraser) => {
  const taskQueue = `erasing-${randomUUID()}`;
  await world.work(taskQueue, eraser.activities);
  const workflowId = erasureWorkflowId(randomUUID());
  const handle = await world.client.workflow.start('erasureWorkflow', { workflowId, taskQueue, args: [randomUUID()] });
  world.opened.push({ workflowId, runId: handle.firstExecutionRunId });
  return world.handle(workflowId);
};

/** By their names, where not all are wanted. */
const wanted = process.argv.slice(2);

const folder = await mkdtemp(path.join(os.tmpdir(), 'sos-record-'));
const bundlePath = path.join(folder, 'bundle.js');
await writeFile(bundlePath, await bundledWorkflows());
const world = new World(bundlePath, openKeys);
await world.open('SKIPPING');
for (const [name, story] of Object.entries(STORIES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  await story(world);
  await world.settle();
  await world.clear();
  const runs = world.lived.splice(0);
  await writeFile(recordingPath(name), recordingText(runs));
  console.log(`${name}: ${runs.length} runs`);
  world.freshDesk();
}
await world.close();
await rm(folder, { recursive: true, force: true });
