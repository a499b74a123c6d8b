import { allHandlersFinished, CancellationScope, condition, continueAsNew, isCancellation } from '@temporalio/workflow';
import type { Answers } from '../activities/contract.ts';
import { afterApproval, afterHalt, afterSignOnClosed, isDone, type LetterFile, openLetterFile } from '../domain/letter.ts';
import { askUntilClosed, awaitAnswers } from './asking.ts';
import { LetterDesk } from './letter-desk.ts';
import { desk } from './proxies.ts';
import { tellCase } from './tell.ts';
import { handlersAtRest } from './turns.ts';

/**
 * The story of a letter: drafted and revised, approved by the defender on exactly these words, frozen, signed by members, published.
 * The coordinator's acts arrive as updates (see LetterDesk); here stands what the letter waits for.
 */
export async function letterWorkflow(ids: { caseId: string; letterId: string; carried?: LetterFile }): Promise<void> {
  const letter = new LetterDesk(ids.carried ?? openLetterFile(ids.caseId, ids.letterId));
  try {
    await letter.takeUp();
    while (!isDone(letter.file)) {
      if (letter.pageDue()) {
        await handlersAtRest();
        if (isDone(letter.file)) continue;
        await continueAsNew<typeof letterWorkflow>({ ...ids, carried: { ...letter.file, runs: letter.file.runs + 1 } });
      }
      if (letter.file.state === 'AWAITING_APPROVAL') await approval(letter);
      else if (letter.file.state === 'OPEN_FOR_SIGN_ON') await signOn(letter);
      else await letter.changed();
    }
    await condition(allHandlersFinished);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(() => halt(letter));
  }
  await CancellationScope.nonCancellable(() => tellCase(ids.caseId, { kind: 'letter', id: ids.letterId, outcome: letter.file.state }));
}

/** The defender is asked; silence is no approval, it is a task for the coordinator. */
async function approval(letter: LetterDesk): Promise<void> {
  const asked = letter.file.approval;
  if (asked === null) return;
  const { questionId, openedAt, closesAt } = asked;
  const put = await letter.put(questionId, 'LETTER_APPROVAL', { who: 'DEFENDERS' }, openedAt, closesAt);
  if (!put) return letter.become(afterApproval(letter.file, questionId, false), 'APPROVAL_REFUSED');

  const overtaken = (): boolean => letter.file.approval?.questionId !== questionId || letter.file.state !== 'AWAITING_APPROVAL';
  const window = { questionId, openedAt, closesAt, reminders: letter.rules().reminders, each: true };
  const enough = (a: Answers): boolean => a.silent === 0 || overtaken();
  const answers = await askUntilClosed(window, enough, letter.nudge, () => letter.pageDue());
  if (overtaken() || !answers.closed) return;
  const approved = answers.invited > 0 && answers.counts['APPROVE'] === answers.invited;
  const alarm = approved ? 'READY_TO_FREEZE' : (answers.counts['REFUSE'] ?? 0) > 0 ? 'APPROVAL_REFUSED' : 'APPROVAL_SILENT';
  await letter.become(afterApproval(letter.file, questionId, approved), alarm);
}

/** Members sign until the window ends or the coordinator closes it; the count is that of the committed rows, never of messages. */
async function signOn(letter: LetterDesk): Promise<void> {
  const asked = letter.file.signOn;
  if (asked === null) return;
  const { questionId, openedAt, closesAt } = asked;
  const put = await letter.put(questionId, 'SIGN_ON', { who: 'MEMBERS' }, openedAt, closesAt);
  if (!put) return letter.become(afterHalt(letter.file), 'CONSENT_WITHDRAWN');

  const { reminders, signOn: rule } = letter.rules();
  // history grows with time, not with members: however many sign at once, the workflow looks at them at this pace
  const spacing = Math.min(rule.longestSpacing, (closesAt - openedAt) / 20);
  const window = { questionId, openedAt, closesAt, reminders, each: false, spacing };
  const signed = (a: Answers): number => (a.counts['SIGN_PUBLIC'] ?? 0) + (a.counts['SIGN_COUNT_ONLY'] ?? 0);
  const enough = (): boolean => letter.file.closeAsked || isDone(letter.file);
  const so = await awaitAnswers(window, enough, letter.nudge, () => letter.pageDue());
  if (!enough() && Date.now() >= closesAt && signed(so) < asked.minimum && (await letter.extendSignOn())) return;
  const answers = await askUntilClosed(window, enough, letter.nudge, () => letter.pageDue());
  if (isDone(letter.file) || !answers.closed) return;
  await letter.become(
    afterSignOnClosed(letter.file, signed(answers)),
    signed(answers) < asked.minimum ? 'TOO_FEW_SIGNATURES' : 'READY_TO_PUBLISH',
  );
}

async function halt(letter: LetterDesk): Promise<void> {
  for (const open of [letter.file.approval, letter.file.signOn]) {
    if (open !== null) await desk.closeQuestion({ questionId: open.questionId, ifFingerprint: null, each: false, at: Date.now() });
  }
  await letter.become(afterHalt(letter.file), null);
}
