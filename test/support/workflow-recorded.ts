import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';
import manifest from '../../package.json' with { type: 'json' };
import type { Run } from './workflow-history.ts';

const { History } = proto.temporal.api.history.v1;
const FOLDER = fileURLToPath(new URL('../histories/', import.meta.url));

/** The file of a story as this release lived it. */
export const recordingPath = (story: string): string => `${FOLDER}${manifest.version}-${story}.json`;

type Written = { readonly workflowId: string; readonly runId: string; readonly events: number; readonly history: string };

/** Runs as text, one to a line: the history sealed as the server keeps it, as the bytes of its protocol message in base64. */
export const recordingText = (runs: readonly Run[]): string => {
  const written = runs.map(({ workflowId, runId, history }): Written => {
    const bytes = Buffer.from(History.encode(history).finish());
    return { workflowId, runId, events: history.events?.length ?? 0, history: bytes.toString('base64') };
  });
  return `[\n${written.map((run) => JSON.stringify(run)).join(',\n')}\n]\n`;
};

export type Recording = { readonly name: string; readonly runs: readonly Run[] };

/** Every story that this release or an earlier one recorded. */
export const recordings = async (): Promise<readonly Recording[]> => {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.json')).sort();
  return Promise.all(
    files.map(async (name) => {
      const written = JSON.parse(await readFile(`${FOLDER}${name}`, 'utf8')) as readonly Written[];
      const runs = written.map(({ workflowId, runId, history }) => ({
        workflowId,
        runId,
        history: History.decode(Buffer.from(history, 'base64')),
      }));
      return { name, runs };
    }),
  );
};
