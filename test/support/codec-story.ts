/** Workflows that pass a word through every door a payload can take. Bundled by test/unit/crypto-temporal.test.ts. */
import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  executeChild,
  getExternalWorkflowHandle,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';

/** The activities of the story: `repeat` beats and returns the word, `lose` destroys the key of its case on the way, `fail` fails with the word. */
export interface StoryActivities {
  repeat(word: string): Promise<string>;
  lose(word: string): Promise<string>;
  fail(word: string): Promise<void>;
}

export interface StoryInput {
  readonly round: number;
  readonly word: string;
  readonly heard: readonly string[];
}

export const hear = defineSignal<[string]>('hear');
export const finish = defineSignal('finish');
export const decide = defineUpdate<string, [string]>('decide');
export const recall = defineQuery<string[]>('recall');

const retry = { maximumAttempts: 1 };
const { repeat, lose, fail } = proxyActivities<StoryActivities>({ startToCloseTimeout: '10 seconds', retry });
const local = proxyLocalActivities<StoryActivities>({ startToCloseTimeout: '10 seconds', retry });

async function messageOf(failing: Promise<unknown>): Promise<string> {
  try {
    await failing;
    return 'nothing failed';
  } catch (error) {
    const cause = (error as Error).cause as Error | undefined;
    return cause?.message ?? (error as Error).message;
  }
}

/** Hears signals and updates until told to finish, does everything once, continues as new, and tells what it heard. */
export async function story({ round, word, heard }: StoryInput): Promise<{ round: number; heard: string[] }> {
  const words = [...heard];
  let done = false;
  setHandler(recall, () => words);
  setHandler(hear, (said) => {
    words.push(`signal ${said}`);
  });
  setHandler(finish, () => {
    done = true;
  });
  setHandler(
    decide,
    (said) => {
      words.push(`update ${said}`);
      return said;
    },
    {
      validator: (said) => {
        if (!said.startsWith(word)) throw ApplicationFailure.nonRetryable(`${word} is not ${said}`);
      },
    },
  );
  await condition(() => done);
  if (round > 0) return { round, heard: words };

  upsertMemo({ remembered: word });
  words.push(`activity ${await repeat(word)}`);
  words.push(`local ${await local.repeat(word)}`);
  words.push(`failure ${await messageOf(fail(word))}`);
  const { workflowId } = workflowInfo();
  words.push(`child ${await executeChild(chapter, { workflowId: `${workflowId}/chapter`, args: [word, workflowId] })}`);
  words.push(`child failure ${await messageOf(executeChild(doomed, { workflowId: `${workflowId}/doomed`, args: [word] }))}`);
  await condition(() => words.includes(`signal ${word} from the child`) && allHandlersFinished());
  return continueAsNew<typeof story>({ round: 1, word, heard: words });
}

/** A child that speaks to its parent. */
export async function chapter(word: string, parent: string): Promise<string> {
  await getExternalWorkflowHandle(parent).signal(hear, `${word} from the child`);
  return word;
}

/** Fails, with the word in its message and its details. */
export async function doomed(word: string): Promise<void> {
  throw ApplicationFailure.create({ message: `doomed ${word}`, nonRetryable: true, details: [word] });
}

/** Loses the key of its case while an activity is under way. */
export async function bereft(word: string): Promise<string> {
  return lose(word);
}
