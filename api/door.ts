import { setTimeout as delay } from 'node:timers/promises';
import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { type UpdateDefinition, WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import type { CaseFile } from '../domain/case.ts';
import type { CaseCommandName, LetterCommandName, Order, Receipt } from '../domain/commands.ts';
import { caseWorkflowId, childWorkflowId, erasureWorkflowId, POSTROOM, SWEEP } from '../domain/ids.ts';
import { markTold } from '../records/questions/answers.ts';
import type { Store } from '../records/store.ts';
import {
  answeredSignal,
  caseUpdates,
  letterUpdates,
  mailWaitingSignal,
  TASK_QUEUES,
  type Withdrawn,
  withdrawnSignal,
} from '../workflows/messages.ts';
import { coalesce } from './coalesce.ts';
import { NotRunning, readFailure, silence } from './door-failure.ts';

/** All that the api can ask of the workflows. Whoever stands before it needs no Temporal; tests stand another door here. */
export interface Door {
  /** Starts the workflow of a case that was recorded; one that runs or ran already is left alone. @throws when Temporal cannot be reached in time */
  startCase(file: CaseFile): Promise<void>;
  /** Sends a command and waits for its receipt. @throws Problem (refused, unavailable), or NotRunning when the case has no running workflow */
  command(caseId: string, order: Order<CaseCommandName>): Promise<Receipt>;
  letterCommand(caseId: string, letterId: string, order: Order<LetterCommandName>): Promise<Receipt>;
  /** Lets a workflow know soon that an answer was committed; what cannot be said here, the sweep says later. */
  tell(workflowId: string, answerId: string): void;
  /** Lets a case know that a consent was withdrawn. The records have acted already, so this does not fail. */
  tellWithdrawn(caseId: string, withdrawn: Withdrawn): Promise<void>;
  /** Starts the workflow of an erasure that was accepted; one that runs is left alone. What cannot be started here, the sweep starts. @throws when Temporal cannot be reached in time */
  startErasure(erasureId: string): Promise<void>;
  /** Lets the postroom know soon that there is mail. Losing it delays a message and never loses one, so it does not fail. */
  ringPostroom(): Promise<void>;
  /** @throws when Temporal does not answer within so many milliseconds */
  reach(ms: number): Promise<void>;
}

/** What the worker asks beside: for the sweep, and for the two workflows of the network that always run. */
export interface BackDoor extends Door {
  /** Signals a workflow that answers were committed. A workflow that has ended needs no word. @throws when Temporal cannot be reached in time */
  nudge(workflowId: string): Promise<void>;
  /** @param sweepEveryMs how often what is stored is compared with what runs */
  startSingletons(sweepEveryMs?: number): Promise<void>;
  /** Says what is still to be said. For the end of the process. */
  close(): Promise<void>;
}

export interface DoorDeps {
  readonly store: Store;
  readonly log: { warn(event: string, fields: { code: string }): void };
}

/** How long a person waits for a receipt. */
const PATIENCE_MS = 30_000;
const START_PATIENCE_MS = 8_000;
/** A thousand answers in one second are one nudge: a burst must not become a burst of history. */
const BURST_MS = 250;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
const SWEEP_EVERY_MS = 15_000;
/** A poll that meets a change of runs hears "not found" once. */
const NOT_FOUND_PATIENCE = 2;

type AnyUpdate = UpdateDefinition<Receipt, [Order]>;

/** The door to the workflows behind a client of Temporal. */
export function createDoor(client: Client, { store, log }: DoorDeps): BackDoor {
  const within = <T>(ms: number, work: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + ms, work);

  const update = async (workflowId: string, definition: AnyUpdate, order: Order): Promise<Receipt> => {
    const until = Date.now() + PATIENCE_MS;
    const handle = client.workflow.getHandle(workflowId);
    let missed = 0;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        return await client.withDeadline(until, () => handle.executeUpdate(definition, { updateId: order.commandId, args: [order] }));
      } catch (error) {
        const failure = readFailure(error);
        if (failure instanceof Error) throw failure;
        missed += failure === 'NOT_RUNNING' ? 1 : 0;
        if (missed >= NOT_FOUND_PATIENCE) throw new NotRunning();
        if (Date.now() + pause >= until) throw silence();
        await delay(pause);
      }
    }
  };

  // The sweep says again what could not be said here.
  const quietly = async (event: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      log.warn(event, { code: error instanceof Error ? error.name : 'UNEXPECTED' });
    }
  };

  const nudge = async (workflowId: string): Promise<void> => {
    try {
      await within(PATIENCE_MS, () => client.workflow.getHandle(workflowId).signal(answeredSignal));
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  };

  const nudges = coalesce(BURST_MS, (workflowId, answerIds) =>
    quietly('door.nudge-failed', async () => {
      await nudge(workflowId);
      await markTold(store.prisma, answerIds, new Date());
    }),
  );

  const rings = coalesce(BURST_MS, () =>
    quietly('door.ring-failed', () =>
      within(PATIENCE_MS, () =>
        client.workflow.signalWithStart('postroomWorkflow', {
          workflowId: POSTROOM,
          taskQueue: TASK_QUEUES.desk,
          signal: mailWaitingSignal,
        }),
      ),
    ),
  );

  const keepRunning = (workflowType: string, workflowId: string, args: unknown[]): Promise<unknown> => {
    const options = { workflowId, taskQueue: TASK_QUEUES.desk, workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING, args };
    return within(START_PATIENCE_MS, () => client.workflow.start(workflowType, options));
  };

  return {
    async startCase(file) {
      const options = {
        workflowId: caseWorkflowId(file.caseId),
        taskQueue: TASK_QUEUES.desk,
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        args: [file],
      };
      try {
        await within(START_PATIENCE_MS, () => client.workflow.start('caseWorkflow', options));
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },
    command: (caseId, order) => update(caseWorkflowId(caseId), caseUpdates[order.name] as unknown as AnyUpdate, order),
    letterCommand: (caseId, letterId, order) =>
      update(childWorkflowId(caseId, 'letter', letterId), letterUpdates[order.name] as unknown as AnyUpdate, order),
    tell: (workflowId, answerId) => nudges.add(workflowId, answerId),
    tellWithdrawn: (caseId, withdrawn) =>
      quietly('door.withdrawal-untold', () => client.workflow.getHandle(caseWorkflowId(caseId)).signal(withdrawnSignal, withdrawn)),
    startErasure: async (erasureId) => {
      await keepRunning('erasureWorkflow', erasureWorkflowId(erasureId), [erasureId]);
    },
    ringPostroom: async () => rings.add(POSTROOM, POSTROOM),
    nudge,
    async startSingletons(sweepEveryMs = SWEEP_EVERY_MS) {
      await keepRunning('postroomWorkflow', POSTROOM, []);
      await keepRunning('sweepWorkflow', SWEEP, [sweepEveryMs]);
    },
    async reach(ms) {
      const { namespace } = client.options;
      await within(ms, () => client.workflowService.describeNamespace({ namespace }));
    },
    async close() {
      await Promise.all([nudges.settle(), rings.settle()]);
    },
  };
}
