import './workflow-runtime.ts';
import type { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';

type History = proto.temporal.api.history.v1.IHistory;
const { History: HistoryMessage } = proto.temporal.api.history.v1;

/** One run of a workflow as the server keeps it: sealed. */
export type Run = { readonly workflowId: string; readonly runId: string; readonly history: History };

/** A run, the runs that continued it, and those of all its children, in order of discovery. */
export const runsFrom = async (client: Client, workflowId: string, runId: string): Promise<Run[]> => {
  const runs: Run[] = [];
  const waiting = [{ workflowId, runId }];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const history = await client.workflow.getHandle(next.workflowId, next.runId).fetchHistory();
    runs.push({ ...next, history });
    for (const event of history.events ?? []) {
      const child = event.childWorkflowExecutionStartedEventAttributes?.workflowExecution;
      if (child?.workflowId && child.runId) waiting.push({ workflowId: child.workflowId, runId: child.runId });
      const continued = event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
      if (continued) waiting.push({ workflowId: next.workflowId, runId: continued });
    }
  }
  return runs;
};

/** Replays runs against a bundle, each under its own workflow id; returns what was refused, in words. */
export const refusedReplays = async (runs: readonly Run[], dataConverter: DataConverter, codePath: string): Promise<string[]> => {
  const histories = runs.map(({ workflowId, history }) => ({ workflowId, history }));
  const refused: string[] = [];
  const results = Worker.runReplayHistories({ workflowBundle: { codePath }, dataConverter, replayName: 'stories' }, histories);
  for await (const { workflowId, error } of results) if (error !== undefined) refused.push(`${workflowId}: ${error.message}`);
  return refused;
};

export type Weight = { readonly events: number; readonly bytes: number; readonly largestPayload: number };

/** What a history weighs on the server: Temporal warns at 10,240 events or 10 MB and ends the workflow at 51,200 or 50 MB. */
export const weightOf = (history: History): Weight => ({
  events: history.events?.length ?? 0,
  bytes: HistoryMessage.encode(history).finish().length,
  largestPayload: Math.max(0, ...payloadSizes(history)),
});

function* payloadSizes(node: unknown): Generator<number> {
  if (typeof node !== 'object' || node === null || node instanceof Uint8Array) return;
  if ('metadata' in node && 'data' in node && node.data instanceof Uint8Array) yield node.data.length;
  else for (const value of Object.values(node)) yield* payloadSizes(value);
}
