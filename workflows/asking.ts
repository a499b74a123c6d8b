import { condition, sleep } from '@temporalio/workflow';
import type { Answers } from '../activities/contract.ts';
import { reminderMoments } from '../domain/deadline.ts';
import { desk } from './proxies.ts';

/** Counts what was noticed; a handler that adds to it wakes whoever waits. */
export type Nudge = { count: number };

export type Asked = {
  readonly questionId: string;
  readonly openedAt: number;
  readonly closesAt: number;
  /** shares of the window at which the silent are reminded, from the policy */
  readonly reminders: readonly number[];
  /** each person's answer, or counts only where there may be thousands */
  readonly each: boolean;
  /** least time between two looks at the answers, ms: a burst of signatures must not become a burst of history */
  readonly spacing?: number;
};

/**
 * Waits for answers by e-mail link: reminds only who has not answered, ends as soon as they are `enough`, at the latest when the window ends.
 * The question stays open: whoever asked decides whether to close or to extend it.
 */
export const awaitAnswers = async (asked: Asked, enough: (answers: Answers) => boolean, nudge: Nudge): Promise<Answers> => {
  const moments = reminderMoments(asked.openedAt, asked.closesAt, asked.reminders).filter((moment) => moment.at > Date.now());
  for (;;) {
    const seen = nudge.count;
    const answers = await desk.readAnswers({ questionId: asked.questionId, each: asked.each });
    const left = asked.closesAt - Date.now();
    if (enough(answers) || left <= 0) return answers;
    if (asked.spacing !== undefined) await sleep(Math.min(asked.spacing, left));
    const next = moments[0];
    const until = Math.max(0, Math.min(next?.at ?? asked.closesAt, asked.closesAt) - Date.now());
    const nudged = until > 0 && (await condition(() => nudge.count > seen, until));
    if (!nudged && next !== undefined && Date.now() >= next.at) {
      moments.shift();
      await desk.remindSilent({ questionId: asked.questionId, share: next.share, at: Date.now() });
    }
  }
};

/**
 * Waits and closes. An early end closes only what was read: when another answer slipped in between, the answers are weighed again.
 */
export const askUntilClosed = async (asked: Asked, enough: (answers: Answers) => boolean, nudge: Nudge): Promise<Answers> => {
  for (;;) {
    const answers = await awaitAnswers(asked, enough, nudge);
    const over = Date.now() >= asked.closesAt;
    const closing = { questionId: asked.questionId, ifFingerprint: over ? null : answers.fingerprint, each: asked.each, at: Date.now() };
    const closed = await desk.closeQuestion(closing);
    if (closed.closed) return closed;
  }
};
