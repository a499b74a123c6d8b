import { ActivityFailure, condition, isCancellation, sleep } from '@temporalio/workflow';
import type { Answers } from '../activities/contract.ts';
import { reminderMoments } from '../domain/deadline.ts';
import { desk, reminding } from './proxies.ts';

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
 * Waits for answers by e-mail link: reminds only who has not answered, ends as soon as they are `enough`, at the latest when the window ends,
 * or earlier when the workflow has to `leave` for its next run. The question stays open: whoever asked decides whether to close or to extend it.
 */
export const awaitAnswers = async (
  asked: Asked,
  enough: (answers: Answers) => boolean,
  nudge: Nudge,
  leave: () => boolean = never,
): Promise<Answers> => {
  const moments = reminderMoments(asked.openedAt, asked.closesAt, asked.reminders).filter((moment) => moment.at > Date.now());
  for (;;) {
    const seen = nudge.count;
    // asked before the look: an answer that landed while it was taken must not be missed because time ran out meanwhile
    const over = Date.now() >= asked.closesAt;
    const answers = await desk.readAnswers({ questionId: asked.questionId, each: asked.each });
    if (over || enough(answers)) return answers;
    const next = moments[0];
    if (next !== undefined && Date.now() >= next.at) {
      moments.shift();
      await remind(asked, next.share);
      continue;
    }
    if (leave()) return answers;
    if (asked.spacing !== undefined) await sleep(Math.max(1, Math.min(asked.spacing, asked.closesAt - Date.now())));
    const until = Math.min(next?.at ?? asked.closesAt, asked.closesAt) - Date.now();
    if (until > 0) await condition(() => nudge.count > seen, until);
  }
};

/**
 * Waits and closes. An early end closes only what was read: when another answer slipped in between, the answers are weighed again.
 * `closed` is false only when the workflow left for its next run, which goes on asking.
 */
export const askUntilClosed = async (
  asked: Asked,
  enough: (answers: Answers) => boolean,
  nudge: Nudge,
  leave: () => boolean = never,
): Promise<Answers & { readonly closed: boolean }> => {
  for (;;) {
    const answers = await awaitAnswers(asked, enough, nudge, leave);
    const over = Date.now() >= asked.closesAt;
    if (!over && !enough(answers)) return { ...answers, closed: false };
    const closing = { questionId: asked.questionId, ifFingerprint: over ? null : answers.fingerprint, each: asked.each, at: Date.now() };
    const closed = await desk.closeQuestion(closing);
    if (closed.closed) return closed;
  }
};

/** One that could not be given until the close is left out: the close does not wait for it. */
const remind = async ({ questionId, closesAt }: Asked, share: number): Promise<void> => {
  try {
    await reminding(closesAt).remindSilent({ questionId, share, at: Date.now() });
  } catch (error) {
    const late = error instanceof ActivityFailure && !isCancellation(error) && error.retryState !== 'NON_RETRYABLE_FAILURE';
    if (!late) throw error;
  }
};

const never = (): boolean => false;
