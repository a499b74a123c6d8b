/**
 * Workflow ids are opaque and say only what kind of work it is: they are stored and shown in clear by Temporal.
 * A child carries its case's id in front, so that the payload codec finds the case's key from the workflow id alone.
 */
export type ChildKind = 'consultation' | 'letter' | 'referral' | 'review';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

export const caseWorkflowId = (caseId: string): string => `case/${caseId}`;

export const childWorkflowId = (caseId: string, kind: ChildKind, id: string): string => `case/${caseId}/${kind}/${id}`;

/** An erasure outlives its case, and its id says nothing of which case that was: so its payloads are sealed under the desk's key. */
export const erasureWorkflowId = (erasureId: string): string => `erasure/${erasureId}`;

export const isUuid = (text: string): boolean => new RegExp(`^${UUID}$`).test(text);

/** The two singletons of the network: one drains the outbox, one compares what is stored with what runs. */
export const POSTROOM = 'postroom';
export const SWEEP = 'sweep';
