import type { UpdateDefinition } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { CaseFile, ChildReport } from '../domain/case.ts';
import {
  CASE_COMMANDS,
  type CaseCommandName,
  LETTER_COMMANDS,
  type LetterCommandName,
  type Order,
  type Receipt,
} from '../domain/commands.ts';
import type { LetterFile } from '../domain/letter.ts';

/**
 * The only door between the api and the workflows. Names are visible to whoever reads Temporal's database, so they say the act and nothing else.
 * Updates are for what a person waits for; signals for what has already been committed and only needs to be noticed.
 */
type UpdateOf<N extends CaseCommandName | LetterCommandName> = UpdateDefinition<Receipt, [Order<N>]>;

const updates = <N extends CaseCommandName | LetterCommandName>(names: readonly N[]): { readonly [K in N]: UpdateOf<K> } =>
  Object.fromEntries(names.map((name) => [name, defineUpdate<Receipt, [Order<N>]>(name)])) as unknown as { readonly [K in N]: UpdateOf<K> };

export const caseUpdates = updates(CASE_COMMANDS);
export const letterUpdates = updates(LETTER_COMMANDS);

/** An answer to one of this workflow's questions was committed. Says nothing of it. */
export const answeredSignal = defineSignal('answered');
/** A child tells the case how it ended; by signal and not by result, because results do not cross the case's continue-as-new. */
export const childReportedSignal = defineSignal<[ChildReport]>('childReported');
/** The consent that a consultation, letter or referral rests on was withdrawn; the records have already closed its doors. */
export const consentWithdrawnSignal = defineSignal('consentWithdrawn');
/** The same, to the case: which statement it was, and the consultations, letters and referrals that lost their ground by it. */
export type Withdrawn = { readonly consentId: string; readonly stopped: readonly string[] };
export const withdrawnSignal = defineSignal<[Withdrawn]>('withdrawn');
/** Ends a consultation or a referral before its time; the reason lies in the records. */
export const endSignal = defineSignal('end');
/** There is mail in the outbox. */
export const mailWaitingSignal = defineSignal('mailWaiting');
/** Begin a new run now: for operators, and for the tests that must see the boundary crossed. */
export const turnPageSignal = defineSignal('turnPage');

export const caseFileQuery = defineQuery<CaseFile>('caseFile');
export const letterFileQuery = defineQuery<LetterFile>('letterFile');

export const TASK_QUEUES = { desk: 'desk', mail: 'mail' } as const;
