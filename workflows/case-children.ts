import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  type ExternalWorkflowHandle,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  startChild,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import type { CaseFile } from '../domain/case.ts';
import type { CaseCommandName, Effects, Order } from '../domain/commands.ts';
import { type ChildKind, childWorkflowId } from '../domain/ids.ts';
import { consultationWorkflow } from './consultation.ts';
import { letterWorkflow } from './letter.ts';
import { consentWithdrawnSignal, endSignal } from './messages.ts';
import { referralWorkflow } from './referral.ts';
import { reviewWorkflow } from './review.ts';

/** Children outlive the run that started them, because they do not cross its continue-as-new; the case ends them itself. */
const DETACHED = { parentClosePolicy: ParentClosePolicy.ABANDON, workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE } as const;

/** What a command sets going beside the story. */
export const beginFor = async (file: CaseFile, order: Order<CaseCommandName>, effects: Effects): Promise<void> => {
  const { caseId } = file;
  const id = (kind: ChildKind, child: string): { workflowId: string } => ({ workflowId: childWorkflowId(caseId, kind, child) });
  switch (order.name) {
    case 'openConsultation': {
      const { consultationId } = order.what;
      await startChild(consultationWorkflow, { ...id('consultation', consultationId), args: [{ caseId, consultationId }], ...DETACHED });
      return;
    }
    case 'draftLetter': {
      const { letterId } = order.what;
      await startChild(letterWorkflow, { ...id('letter', letterId), args: [{ caseId, letterId }], ...DETACHED });
      return;
    }
    case 'refer': {
      const { referralId } = order.what;
      await startChild(referralWorkflow, { ...id('referral', referralId), args: [{ caseId, referralId }], ...DETACHED });
      return;
    }
    case 'endConsultation':
      await tellChildren(file, (handle) => handle.signal(endSignal), [order.what.consultationId]);
      return;
    case 'endReferral':
      await tellChildren(file, (handle) => handle.signal(endSignal), [order.what.referralId]);
      return;
    case 'recordConsent':
      await tellChildren(file, (handle) => handle.signal(consentWithdrawnSignal), effects.stopped ?? []);
      return;
    default:
  }
};

/** Asks one review. A run that took over from another finds it asked already. */
export const startReview = async (caseId: string, review: { readonly id: string; readonly number: number }): Promise<void> => {
  const start = { caseId, reviewId: review.id, number: review.number };
  const workflowId = childWorkflowId(caseId, 'review', review.id);
  await CancellationScope.nonCancellable(() => startChild(reviewWorkflow, { workflowId, args: [start], ...DETACHED })).catch(
    (error: unknown) => {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    },
  );
};

/** Speaks to the open children, to all of them or to those named; one that has just ended by itself needs nothing more. */
export const tellChildren = async (
  file: CaseFile,
  tell: (handle: ExternalWorkflowHandle) => Promise<void>,
  only?: readonly string[],
): Promise<void> => {
  const { caseId, openReview } = file;
  const open = (kind: ChildKind, children: CaseFile['letters']) =>
    children.filter((c) => c.open && (only === undefined || only.includes(c.id))).map((c) => childWorkflowId(caseId, kind, c.id));
  const ids = [
    ...open('consultation', file.consultations),
    ...open('letter', file.letters),
    ...open('referral', file.referrals),
    ...(openReview === null || only !== undefined ? [] : [childWorkflowId(caseId, 'review', openReview.id)]),
  ];
  for (const workflowId of ids) await tell(getExternalWorkflowHandle(workflowId)).catch(() => undefined);
};
