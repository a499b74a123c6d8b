import {
  isGrpcServiceError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { Problem } from './http/problem.ts';

/** No workflow of this id runs: it has ended, or it was never started. Whoever called knows from the records which. */
export class NotRunning extends Error {
  override readonly name = 'NotRunning';
}

/** gRPC: 10 ABORTED. The update was dropped before it was accepted, mostly because the workflow was just beginning a new run. */
const ABORTED = 10;
/** What the server calls an update that was accepted by a run which then ended. */
const LOST_WITH_ITS_RUN = 'AcceptedUpdateCompletedWorkflow';
const REFUSAL = /^[A-Z][A-Z0-9_]+$/;

/** The desk does not answer in time: the act may still be carried out, and the same key finds it. */
export const silence = (): Problem =>
  Problem.of('unavailable', {
    detail: 'The desk did not answer in time. Try again with the same Idempotency-Key: nothing is lost, and nothing is done twice.',
    headers: { 'Retry-After': '5' },
  });

/**
 * What the failure of an update means for whoever sent it. AGAIN: send it again under the same id. Anything else is thrown as it is returned.
 * What the workflow refused keeps its code and its sentence; no other text of an error travels further.
 */
export function readFailure(error: unknown): 'AGAIN' | 'NOT_RUNNING' | Error {
  if (error instanceof WorkflowUpdateFailedError) return readOutcome(error.cause);
  if (error instanceof WorkflowNotFoundError) return 'NOT_RUNNING';
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return silence();
  if (error instanceof ServiceError) return isGrpcServiceError(error.cause) && error.cause.code === ABORTED ? 'AGAIN' : silence();
  return error instanceof Error ? error : new Error('UNEXPECTED');
}

function readOutcome(cause: Error | undefined): 'AGAIN' | Error {
  if (cause instanceof ApplicationFailure && cause.type === LOST_WITH_ITS_RUN) return 'AGAIN';
  const [code] = cause instanceof ApplicationFailure && cause.type === 'REFUSED' ? (cause.details ?? []) : [];
  if (cause instanceof ApplicationFailure && typeof code === 'string' && REFUSAL.test(code)) {
    const refusal = { code, say: cause.message };
    return refusal.code === 'VERSION_CHANGED' ? Problem.of('precondition-failed', { detail: refusal.say }) : Problem.refused(refusal);
  }
  // The outcome of an update is kept with it: the same key would only hear the same again.
  if (cause instanceof ActivityFailure && cause.cause instanceof ApplicationFailure && cause.cause.type === 'NOT_FOUND')
    return Problem.of('not-found');
  return Problem.of('unavailable', {
    detail: 'The desk could not write this down. Read the case; if it is not there, try again with a new Idempotency-Key.',
    headers: { 'Retry-After': '30' },
  });
}
