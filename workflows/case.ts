import { CancellationScope, continueAsNew, isCancellation } from '@temporalio/workflow';
import type { CaseFile } from '../domain/case.ts';
import { CaseDesk } from './case-desk.ts';
import { handlersAtRest } from './turns.ts';

/**
 * The story of a case. Commands of the coordinator arrive meanwhile as updates (see CaseDesk), letters, consultations and referrals run as
 * workflows of their own; here stand the stages in their order, each with its clock, and the follow-up that does not stop before the case does.
 */
export async function caseWorkflow(carried: CaseFile): Promise<void> {
  const desk = new CaseDesk(carried);
  const page = new CancellationScope();
  const told = page.run(() => story(desk)).then(() => 'END' as const);
  try {
    if ((await Promise.race([told, desk.turnOfPage()])) === 'END') return;
    page.cancel();
    await told.catch(() => undefined);
    await handlersAtRest();
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(() => desk.abandon());
    throw error;
  }
  await continueAsNew<typeof caseWorkflow>(desk.handOver());
}

async function story(desk: CaseDesk): Promise<void> {
  await desk.takeUp();
  await desk.until('ACKNOWLEDGE', 'VERIFY', 'ASSESS');
  await Promise.all([desk.until('DECIDE', 'CONSULT', 'ACT'), keepAsking(desk)]);
  await desk.settle();
  await aftercare(desk);
}

/** From the first assessment on, somebody asks the person how things are, whatever else is going on. */
async function keepAsking(desk: CaseDesk): Promise<void> {
  // what the last answer sets in motion comes first: this run may have begun between the two
  for (await heed(desk); await desk.untilReviewDue(); await heed(desk)) await desk.review();
}

async function heed(desk: CaseDesk): Promise<void> {
  // what is heeded after the closing stands below
  if (desk.isClosed()) return;
  const verdict = desk.verdict();
  if (verdict.escalate) await desk.ring('CANNOT_REACH');
  else if (verdict.silent) await desk.ring('SILENT');
  if (verdict.changed) await desk.ring('CHANGED');
  if (verdict.mayProposeClosing) await desk.ring('MAY_CLOSE');
  if (verdict.toTriage) {
    await desk.ring('WORSE');
  }
  // also for a case that was reopened
  await desk.until('REASSESS');
}

/** A closed case is looked at again: a week, a month and three months later by the default policy. */
async function aftercare(desk: CaseDesk): Promise<void> {
  for (await heedAfterwards(desk); await desk.untilAftercareDue(); await heedAfterwards(desk)) await desk.review();
}

async function heedAfterwards(desk: CaseDesk): Promise<void> {
  const verdict = desk.verdict();
  if (verdict.toTriage) await desk.ring('WORSE');
  else if (verdict.changed) await desk.ring('CHANGED');
  else if (verdict.escalate) await desk.ring('CANNOT_REACH');
}
