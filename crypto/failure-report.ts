import { defaultPayloadConverter, type Payload } from '@temporalio/common';

/*
 * The SDK seals a failure in the very branch that handles it, twice without a way out: a workflow task that failed outside of the workflow is reported
 * without naming the workflow, and an activity whose case key is gone (erased, or the database is down) is reported under that key. An error from the
 * codec there ends the worker, and the same task ends the next one. So a failure, and nothing else, may be replaced by a sentence that tells nothing.
 */

/** What is reported in place of a failure that cannot be sealed under the key of its case. The worker's log tells the reason. */
export const NEUTRAL_REPORT: Payload = defaultPayloadConverter.toPayload({
  message: 'The failure could not be sealed under the key it belongs to. The log of the worker tells the reason.',
  stack_trace: '',
});

/** Whether a payload is the message and stack of a failure, as `failureConverter` writes them. */
export function isFailureReport(payload: Payload): boolean {
  try {
    const value: unknown = defaultPayloadConverter.fromPayload(payload);
    return typeof value === 'object' && value !== null && Object.keys(value).sort().join() === 'message,stack_trace';
  } catch {
    return false;
  }
}
