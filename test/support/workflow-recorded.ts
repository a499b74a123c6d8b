import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { version as release } from '../../package.json' with { type: 'json' };
import type { Run } from './workflow-history.ts';

const FOLDER = fileURLToPath(new URL('../histories/', import.meta.url));

/** The file of a story as this release lived it. */
export const recordingPath = (story: string): string => `${FOLDER}${release}-${story}.json`;

/** Runs as text: sealed as the server keeps them, one run to a line, so that a changed run shows as one changed line. */
export const recordingText = (runs: readonly Run[]): string => {
  const lines = runs.map(({ workflowId, runId, history }) =>
    JSON.stringify({ workflowId, runId, history: JSON.parse(historyToJSON(history)) }),
  );
  return `[\n${lines.join(',\n')}\n]\n`;
};

export type Recording = { readonly name: string; readonly runs: readonly Run[] };

/** Every story that this release or an earlier one recorded. */
export const recordings = async (): Promise<readonly Recording[]> => {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.json')).sort();
  return Promise.all(
    files.map(async (name) => {
      const runs = JSON.parse(await readFile(`${FOLDER}${name}`, 'utf8')) as readonly {
        workflowId: string;
        runId: string;
        history: unknown;
      }[];
      return { name, runs: runs.map((run) => ({ ...run, history: historyFromJSON(run.history) })) };
    }),
  );
};
