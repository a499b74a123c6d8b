import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { Answers } from '../activities/contract.ts';
import { type Asked, askUntilClosed, awaitAnswers } from './asking.ts';
import { ReferralDesk } from './referral-desk.ts';

/**
 * One need, the partners who may meet it in the order that the coordinator chose. Each is asked only while the person's consent names it;
 * what counts at the end is the person's own word that help arrived. Source: product, stage 8.
 */
export async function referralWorkflow(ids: { caseId: string; referralId: string }): Promise<void> {
  const referral = new ReferralDesk(ids);
  let outcome = 'EXHAUSTED';
  try {
    outcome = await story(referral);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    outcome = 'REVOKED';
  }
  await CancellationScope.nonCancellable(() => referral.end(outcome));
}

async function story(referral: ReferralDesk): Promise<string> {
  for (const partnerId of await referral.takeUp()) {
    if (referral.ended()) return referral.ended() ?? 'REVOKED';
    const window = await accepted(referral, partnerId);
    if (window === null) continue;
    if (!(await delivered(referral, partnerId, window))) continue;
    if (await confirmed(referral)) return 'CONFIRMED_BY_DEFENDER';
  }
  const ended = referral.ended();
  if (ended !== null) return ended;
  await referral.ring('REFERRAL_EXHAUSTED');
  return 'EXHAUSTED';
}

/** Asks one partner; no answer by the clock means the next one is asked. */
async function accepted(referral: ReferralDesk, partnerId: string): Promise<Asked | null> {
  const window = await referral.put('REFERRAL', { who: 'PARTNER', partnerId }, 'REFERRAL');
  if (window === null) {
    await referral.ring('REFERRAL_REFUSED_BY_CONSENT');
    return null;
  }
  await referral.record('SENT', partnerId);
  for (;;) {
    const answers = await awaitAnswers(
      window,
      (a) => referral.ended() !== null || says(a, 'ACCEPT', 'REJECT', 'DELIVERED'),
      referral.nudge,
    );
    if (says(answers, 'ACCEPT', 'DELIVERED') && referral.ended() === null) break;
    // an answer that slips in before the close is weighed: a yes in the last second is a yes
    if (!(await referral.close(window, referral.ended() === null ? answers.fingerprint : null))) continue;
    if (referral.ended() === null) await referral.record(says(answers, 'REJECT') ? 'REJECTED' : 'EXPIRED', partnerId);
    return null;
  }
  await referral.record('ACCEPTED', partnerId);
  return window;
}

/**
 * The same link serves the partner to say that help was delivered; silence is noted as nothing and does not stop the person from being asked.
 * False when the partner took the promise back, so that the next one is asked.
 */
async function delivered(referral: ReferralDesk, partnerId: string, asked: Asked): Promise<boolean> {
  const window = await referral.extend(asked, 'DELIVERY');
  const answers = await askUntilClosed(window, (a) => referral.ended() !== null || says(a, 'DELIVERED', 'REJECT'), referral.nudge);
  if (referral.ended() !== null) return false;
  if (says(answers, 'DELIVERED')) await referral.record('DELIVERED_BY_PARTNER', partnerId);
  if (says(answers, 'REJECT')) await referral.record('REJECTED', partnerId);
  return !says(answers, 'REJECT');
}

/** Nobody is asked for ever; after this a coordinator finds another way. */
const MOST_ASKED = 3;

/** Only the person's word closes a need: asked again after silence, then it waits for the coordinator, who records the reason. */
async function confirmed(referral: ReferralDesk): Promise<boolean> {
  for (let asked = 0; asked < MOST_ASKED && referral.ended() === null; asked += 1) {
    const window = await referral.put('HELP_CONFIRMATION', { who: 'DEFENDERS' }, 'HELP_CONFIRMATION');
    if (window === null) break;
    const answers = await askUntilClosed(window, (a) => referral.ended() !== null || a.silent < a.invited, referral.nudge);
    if (says(answers, 'ARRIVED')) return true;
    if (says(answers, 'NOT_ARRIVED')) {
      await referral.ring('HELP_NOT_ARRIVED');
      return false;
    }
    // what is still missing is for a person to judge: asking the next partner for the whole would pay one thing twice
    if (says(answers, 'PARTLY')) {
      await referral.ring('HELP_NOT_ARRIVED');
      break;
    }
    if (referral.ended() === null) await referral.ring('HELP_UNCONFIRMED');
  }
  await referral.untilEnded();
  return false;
}

const says = (answers: Answers, ...choices: string[]): boolean => choices.some((choice) => (answers.counts[choice] ?? 0) > 0);
