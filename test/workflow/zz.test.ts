import { test } from 'vitest';
import { useWorld } from '../support/workflow-env.ts';
import { CaseStory, type LetterStory } from '../support/workflow-story.ts';
const world = useWorld();
const probe = async (name: string) => { const t = Date.now(); await Promise.race([world.pass('PT1H'), new Promise((r) => setTimeout(r, 3000))]); console.log(name, Date.now() - t); return Date.now() - t > 2500; };
test('x', async () => {
  let c!: CaseStory; let l!: LetterStory; let a: any; let s: any;
  const steps: [string, () => Promise<unknown>][] = [
    ['open', async () => { c = await CaseStory.open(world, 'HIGH'); }],
    ['ack', () => c.order('acknowledge', {})],
    ['src', () => c.order('addSource', { documentId: 'x' })],
    ['ver', () => c.order('concludeVerification', { documentId: 'x' })],
    ['con', () => c.order('recordConsent', { consentId: 'x', documentId: 'x' })],
    ['ass', () => c.order('assessRisk', { documentId: 'x' })],
    ['dec', () => c.order('decideAction', { documentId: 'x', mode: 'NETWORK_VOICE' })],
    ['consult', async () => { a = await c.consult(); }],
    ['a0', () => c.answer(a, 0, 'APPROVE')],
    ['a1', () => c.answer(a, 1, 'APPROVE')],
    ['a23', async () => { await c.answer(a, 2, 'APPROVE'); await c.answer(a, 3, 'APPROVE'); }],
    ['draft', async () => { l = await c.draft(); }],
    ['approve', () => l.untilApproved()],
    ['freeze', () => l.order('freezeLetter', { expectedVersion: 1 })],
    ['sign', async () => { await l.order('openSignOn', { documentId: 'x' }); s = await c.question('SIGN_ON'); }],
    ['s0', () => c.answer(s, 0, 'SIGN_PUBLIC')],
    ['s1', () => c.answer(s, 1, 'SIGN_PUBLIC')],
    ['refer', () => c.refer('p')],
    ['acc', async () => c.answer(await c.question('REFERRAL'), 0, 'ACCEPT')],
    ['del', async () => c.answer(await c.question('REFERRAL'), 0, 'DELIVERED')],
    ['arr', async () => c.answer(await c.question('HELP_CONFIRMATION'), 0, 'ARRIVED')],
  ];
  for (let n = 1; n <= steps.length; n++) {
    for (const [, step] of steps.slice(0, n)) await step();
    await world.settle();
    if (await probe(steps[n - 1]?.[0] ?? '')) return;
    for (const { workflowId } of world.opened.splice(0)) await world.handle(workflowId).terminate();
    for (const q of world.desk.asking.questions) await world.handle(q.workflowId).terminate().catch(() => 0);
  }
}, 100000);
