import { type Client, isGrpcServiceError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { caseWorkflowId } from '../domain/ids.ts';

const { WorkflowExecutionStatus } = proto.temporal.api.enums.v1;
/** gRPC: 5 NOT_FOUND. */
const NOT_FOUND = 5;
const PATIENCE_MS = 10_000;
const PAGE = 500;

/** One run. GONE: lists still show it, though the run itself is deleted already. */
type Execution = { readonly workflowId: string; readonly runId: string; readonly state: 'RUNNING' | 'CLOSED' | 'GONE' };
type Named = Pick<Execution, 'workflowId' | 'runId'>;

/** What an erasure needs of Temporal. No payload passes here: runs are spoken of by id, and never opened. */
export interface Executions {
  /** Every run of a case and of what belongs to it, closed ones included: what lists show, and the runs of the workflows that are known anyway. */
  find(caseId: string, known: readonly string[]): Promise<readonly Execution[]>;
  /** Asks a run to end by itself. One that has ended or is gone needs nothing. */
  cancel(run: Named): Promise<void>;
  terminate(run: Named): Promise<void>;
  /** Deletes a run with its history and its line in the lists. The server does so a moment later. */
  remove(run: Named): Promise<void>;
}

/** The case's workflow and those below it. Case ids are hexadecimal, so the query needs no escaping. */
const queryFor = (caseId: string): string => {
  const id = caseWorkflowId(caseId);
  return `WorkflowId = '${id}' OR WorkflowId STARTS_WITH '${id}/'`;
};

export const executionsOf = (client: Client): Executions => {
  const { namespace } = client.options;
  const { workflowService } = client;
  const within = <T>(work: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + PATIENCE_MS, work);

  /** null when there is no such run, or no run of this workflow. */
  const orNull = async <T>(work: () => Promise<T>): Promise<T | null> => {
    try {
      return await within(work);
    } catch (error) {
      if (isGrpcServiceError(error) && error.code === NOT_FOUND) return null;
      throw error;
    }
  };

  const listed = async (caseId: string): Promise<readonly Named[]> => {
    const runs: Named[] = [];
    let nextPageToken: Uint8Array = new Uint8Array();
    do {
      const asked = { namespace, query: queryFor(caseId), pageSize: PAGE, nextPageToken };
      const page = await within(() => workflowService.listWorkflowExecutions(asked));
      for (const { execution } of page.executions ?? [])
        runs.push({ workflowId: execution?.workflowId ?? '', runId: execution?.runId ?? '' });
      nextPageToken = page.nextPageToken ?? new Uint8Array();
    } while (nextPageToken.length > 0);
    return runs;
  };

  const described = async ({ workflowId, runId }: Named): Promise<Execution | null> => {
    const seen = await orNull(() => workflowService.describeWorkflowExecution({ namespace, execution: { workflowId, runId } }));
    const info = seen?.workflowExecutionInfo;
    if (!info) return null;
    const running = info.status === WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
    return { workflowId, runId: info.execution?.runId ?? runId, state: running ? 'RUNNING' : 'CLOSED' };
  };

  /** The run that this one continues, by the first event of its history. */
  const before = async ({ workflowId, runId }: Named): Promise<Named | null> => {
    const asked = { namespace, execution: { workflowId, runId }, maximumPageSize: 1 };
    const first = await orNull(() => workflowService.getWorkflowExecutionHistory(asked));
    const earlier = first?.history?.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    return earlier ? { workflowId, runId: earlier } : null;
  };

  /** From the latest run of a workflow back to its first; ends where a run is gone. */
  const chainOf = async (workflowId: string): Promise<readonly Execution[]> => {
    const chain: Execution[] = [];
    for (let run = await described({ workflowId, runId: '' }); run !== null; ) {
      chain.push(run);
      const earlier = await before(run);
      run = earlier && (await described(earlier));
    }
    return chain;
  };

  return {
    async find(caseId, known) {
      const found = new Map<string, Execution>();
      const chains = [];
      for (const workflowId of known) chains.push(...(await chainOf(workflowId)));
      for (const run of chains) found.set(run.runId, run);
      for (const run of await listed(caseId))
        if (!found.has(run.runId)) found.set(run.runId, (await described(run)) ?? { ...run, state: 'GONE' });
      return [...found.values()];
    },
    async cancel(run) {
      await orNull(() => workflowService.requestCancelWorkflowExecution({ namespace, workflowExecution: run }));
    },
    async terminate(run) {
      await orNull(() => workflowService.terminateWorkflowExecution({ namespace, workflowExecution: run }));
    },
    async remove(run) {
      await orNull(() => workflowService.deleteWorkflowExecution({ namespace, workflowExecution: run }));
    },
  };
};
