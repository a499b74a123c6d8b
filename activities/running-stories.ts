import { type Client, isGrpcServiceError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { caseWorkflowId, isUuid } from '../domain/ids.ts';
import { casesInProgress, unknownCases } from '../records/cases/storyless.ts';

const { WorkflowExecutionStatus } = proto.temporal.api.enums.v1;
/** gRPC: 5 NOT_FOUND. */
const NOT_FOUND = 5;
const PATIENCE_MS = 4_000;
const PAGE = 500;
const PREFIX = caseWorkflowId('');

/** What Temporal says of the stories of cases. Both throw when it cannot be reached in time. */
export interface RunningStories {
  /** False where there is none, and where the last run of it has ended, however it did. */
  runs(caseId: string): Promise<boolean>;
  /** The cases whose stories run, page by page; `next` is null after the last one. */
  page(from: Uint8Array): Promise<{ readonly caseIds: readonly string[]; readonly next: Uint8Array | null }>;
}

export const runningStoriesOf = (client: Client): RunningStories => {
  const { namespace } = client.options;
  const { workflowService } = client;
  const within = <T>(work: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + PATIENCE_MS, work);
  return {
    async runs(caseId) {
      const execution = { workflowId: caseWorkflowId(caseId) };
      try {
        const { workflowExecutionInfo } = await within(() => workflowService.describeWorkflowExecution({ namespace, execution }));
        return workflowExecutionInfo?.status === WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
      } catch (error) {
        if (isGrpcServiceError(error) && error.code === NOT_FOUND) return false;
        throw error;
      }
    },
    async page(nextPageToken) {
      const query = `WorkflowType = 'caseWorkflow' AND ExecutionStatus = 'Running'`;
      const page = await within(() => workflowService.listWorkflowExecutions({ namespace, query, pageSize: PAGE, nextPageToken }));
      const caseIds = (page.executions ?? []).map(({ execution }) => (execution?.workflowId ?? '').slice(PREFIX.length)).filter(isUuid);
      return { caseIds, next: page.nextPageToken && page.nextPageToken.length > 0 ? page.nextPageToken : null };
    },
  };
};

/** How many cases have no story, and how many stories no case. For a desk at rest: what is opened or closed meanwhile may be counted. */
export const compareStories = async (
  db: Parameters<typeof casesInProgress>[0],
  stories: RunningStories,
): Promise<{ withoutStory: number; withoutCase: number }> => {
  const running = new Set<string>();
  for (let from: Uint8Array | null = new Uint8Array(); from !== null; ) {
    const { caseIds, next }: Awaited<ReturnType<RunningStories['page']>> = await stories.page(from);
    for (const caseId of caseIds) running.add(caseId);
    from = next;
  }
  const inProgress = await casesInProgress(db, null, null);
  return {
    withoutStory: inProgress.filter((caseId) => !running.has(caseId)).length,
    withoutCase: (await unknownCases(db, [...running])).length,
  };
};
