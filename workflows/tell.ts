import { ApplicationFailure, getExternalWorkflowHandle } from '@temporalio/workflow';
import type { ChildReport } from '../domain/case.ts';
import { caseWorkflowId } from '../domain/ids.ts';
import type { Refusal } from '../domain/refusal.ts';
import { childReportedSignal } from './messages.ts';

/** Reports to the case. When the case has ended meanwhile nobody is left to hear, and the records hold the outcome. */
export const tellCase = async (caseId: string, report: ChildReport): Promise<void> => {
  await getExternalWorkflowHandle(caseWorkflowId(caseId))
    .signal(childReportedSignal, report)
    .catch(() => undefined);
};

/** A rule said no. The type of a failure stands in clear in Temporal, so it is the same for all; which rule it was travels sealed, in the details. */
export const asFailure = (refusal: Refusal): ApplicationFailure => ApplicationFailure.nonRetryable(refusal.say, 'REFUSED', refusal.code);
