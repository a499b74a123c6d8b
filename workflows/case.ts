import { CancellationScope, continueAsNew, isCancellation } from '@temporalio/workflow';
import type { CaseFile } from '../domain/case.ts';
import { CaseDesk } from './case-desk.ts';

/**
 * The story of a case. Commands of the coordinator arrive meanwhile as updates (see CaseDesk), letters, consultations and referrals run as
 * workflows of their own; here stand the stages in their order, each with its clock, and the follow-up that does not stop before the case does.
 */
export async function caseWorkflow(carried: CaseFile): Promise<void> {
  const desk = new CaseDesk(carried);
  const page = new CancellationScope();
  const told = page.run(() => story(desk)).then(() => 'END' as const);
  try {
    const end = await Promise.race([told, desk.turnOfPage()]);
    if (end === 'END') return;
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(() => desk.abandon());
    throw error;
  }
  page.cancel();
  await told.catch(() => undefined);
  await continueAsNew<typeof caseWorkflow>(await desk.handOver());
}

async function story(desk: CaseDesk): Promise<void> {
  await desk.takeUp();
  await desk.until('ACKNOWLEDGE');
  await desk.until('VERIFY');
  await desk.until('ASSESS');
  await Promise.all([act(desk), keepAsking(desk)]);
  await desk.settle();
  await aftercare(desk);
}

async function act(desk: CaseDesk): Promise<void> {
  await desk.until('DECIDE');
  await desk.until('CONSULT');
  await desk.until('ACT');
}

/** From the first assessment on, somebody asks the person how things are, whatever else is going on. */
async function keepAsking(desk: CaseDesk): Promise<void> {
  while (await desk.untilReviewDue()) {
    const verdict = await desk.review();
    if (verdict.escalate) await desk.ring('CANNOT_REACH');
    if (verdict.mayProposeClosing) await desk.ring('MAY_CLOSE');
    if (verdict.toTriage) {
      await desk.ring('WORSE');
      await desk.until('REASSESS');
    }
  }
}

/** A closed case is looked at again: a week, a month and three months later by the default policy. */
async function aftercare(desk: CaseDesk): Promise<void> {
  while (await desk.untilAftercareDue()) {
    const verdict = await desk.review();
    if (verdict.toTriage) await desk.ring('WORSE');
    else if (verdict.escalate) await desk.ring('CANNOT_REACH');
  }
}
