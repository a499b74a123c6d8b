import { randomUUID } from 'node:crypto';
import type { UpdateDefinition } from '@temporalio/common';
import type { QuestionKind } from '../../activities/contract.ts';
import { type CaseFile, openCaseFile } from '../../domain/case.ts';
import type { CaseCommandName, CaseCommands, LetterCommandName, LetterCommands, Order, Receipt } from '../../domain/commands.ts';
import { caseWorkflowId, childWorkflowId } from '../../domain/ids.ts';
import type { LetterFile } from '../../domain/letter.ts';
import type { ActionMode, Band } from '../../domain/vocabulary.ts';
import {
  answeredSignal,
  caseFileQuery,
  caseUpdates,
  letterFileQuery,
  letterUpdates,
  TASK_QUEUES,
  turnPageSignal,
  withdrawnSignal,
} from '../../workflows/messages.ts';
import type { World } from './workflow-env.ts';
import type { Question } from './workflow-questions.ts';

type CaseUpdate = UpdateDefinition<Receipt, [Order<CaseCommandName>]>;
type LetterUpdate = UpdateDefinition<Receipt, [Order<LetterCommandName>]>;

const COORDINATOR = 'coordinator-1';

/** How the failure of a command looks that a rule refused: the code travels sealed, in the details. */
export const refusal = (code: string) => ({ cause: { type: 'REFUSED', details: [code] } });

/** A coordinator at work on one case, and the people it concerns answering their links. */
export class CaseStory {
  readonly id: string;
  private readonly world: World;

  private constructor(world: World, id: string) {
    this.world = world;
    this.id = id;
  }

  static async open(world: World, band: Band = 'HIGH', file: Partial<CaseFile> = {}): Promise<CaseStory> {
    const id = randomUUID();
    const workflowId = caseWorkflowId(id);
    const carried = { ...openCaseFile(id, await world.now(), band), ...file };
    world.desk.row(id).band = band;
    world.desk.nextBand = band;
    const handle = await world.client.workflow.start('caseWorkflow', { workflowId, taskQueue: TASK_QUEUES.desk, args: [carried] });
    world.opened.push({ workflowId, runId: handle.firstExecutionRunId });
    return new CaseStory(world, id);
  }

  get workflowId(): string {
    return caseWorkflowId(this.id);
  }

  child(kind: 'consultation' | 'letter' | 'referral' | 'review', id: string): string {
    return childWorkflowId(this.id, kind, id);
  }

  file(): Promise<CaseFile> {
    return this.world.handle(this.workflowId).query(caseFileQuery);
  }

  order<N extends CaseCommandName>(
    name: N,
    what: CaseCommands[N],
    commandId: string = randomUUID(),
    updateId = commandId,
  ): Promise<Receipt> {
    const args = [{ name, commandId, by: COORDINATOR, what } as Order<CaseCommandName>] as [Order<CaseCommandName>];
    return this.world.handle(this.workflowId).executeUpdate(caseUpdates[name] as CaseUpdate, { args, updateId });
  }

  turnPage(): Promise<void> {
    return this.world.handle(this.workflowId).signal(turnPageSignal);
  }

  /** Consent is withdrawn: the records close what rests on it, then the case is told. */
  async withdraw(): Promise<void> {
    const stopped = this.world.desk.withdraw(this.id, await this.world.now());
    await this.world.handle(this.workflowId).signal(withdrawnSignal, { consentId: randomUUID(), stopped });
    await this.world.settle();
  }

  /** One of several consents is withdrawn; the case is told which one, and what rested on it. */
  async withdrawOne(consentId: string, ...stopped: string[]): Promise<void> {
    await this.world.handle(this.workflowId).signal(withdrawnSignal, { consentId, stopped });
    await this.world.settle();
  }

  /** From the request to an assessed risk; everybody prompt. */
  async untilAssessed(): Promise<void> {
    await this.order('acknowledge', {});
    await this.order('addSource', { documentId: randomUUID() });
    await this.order('concludeVerification', { documentId: randomUUID() });
    await this.order('recordConsent', { consentId: randomUUID(), documentId: randomUUID() });
    await this.order('assessRisk', { documentId: randomUUID() });
    await this.world.settle();
  }

  async untilDecided(mode: ActionMode): Promise<void> {
    await this.untilAssessed();
    await this.order('decideAction', { documentId: randomUUID(), mode });
    await this.world.settle();
  }

  async consult(): Promise<Question> {
    const consultationId = randomUUID();
    await this.order('openConsultation', { consultationId, documentId: randomUUID() });
    return this.question('ADVICE');
  }

  async draft(): Promise<LetterStory> {
    const letterId = randomUUID();
    await this.order('draftLetter', { letterId, documentId: randomUUID() });
    await this.world.settle();
    return new LetterStory(this.world, this, letterId);
  }

  async refer(...partnerIds: string[]): Promise<string> {
    const referralId = randomUUID();
    this.world.desk.row(this.id).partnerIds = partnerIds;
    await this.order('refer', { referralId, documentId: randomUUID() });
    await this.world.settle();
    return referralId;
  }

  questions(kind: QuestionKind): readonly Question[] {
    return this.world.desk.asking.of(this.id, kind);
  }

  /** The newest question of this kind, once everything under way has come to rest. */
  async question(kind: QuestionKind): Promise<Question> {
    await this.world.until(async () => this.questions(kind).length > 0, `no ${kind} was asked`);
    await this.world.settle();
    return this.questions(kind).at(-1) as Question;
  }

  /** Commits an answer and nudges the workflow, as the api does. False when it came too late. */
  async answer(question: Question, invitation: number, choice: string, told = true): Promise<boolean> {
    const given = this.world.desk.asking.answer(question.questionId, invitation, choice, await this.world.now());
    if (given && told) await this.world.handle(question.workflowId).signal(answeredSignal);
    await this.world.settle();
    return given;
  }

  async answerReview(choice: string): Promise<void> {
    await this.answer(await this.question('REVIEW'), 0, choice);
  }
}

/** The coordinator's hand on one letter. */
export class LetterStory {
  readonly id: string;
  private readonly world: World;
  private readonly aCase: CaseStory;

  constructor(world: World, aCase: CaseStory, id: string) {
    this.world = world;
    this.aCase = aCase;
    this.id = id;
  }

  get workflowId(): string {
    return this.aCase.child('letter', this.id);
  }

  file(): Promise<LetterFile> {
    return this.world.handle(this.workflowId).query(letterFileQuery);
  }

  order<N extends LetterCommandName>(name: N, what: LetterCommands[N], commandId: string = randomUUID()): Promise<Receipt> {
    const args = [{ name, commandId, by: COORDINATOR, what } as Order<LetterCommandName>] as [Order<LetterCommandName>];
    return this.world.handle(this.workflowId).executeUpdate(letterUpdates[name] as LetterUpdate, { args, updateId: commandId });
  }

  turnPage(): Promise<void> {
    return this.world.handle(this.workflowId).signal(turnPageSignal);
  }

  async untilApproved(): Promise<void> {
    const { version } = await this.file();
    await this.order('askApproval', { expectedVersion: version });
    await this.aCase.answer(await this.aCase.question('LETTER_APPROVAL'), 0, 'APPROVE');
    await this.world.until(async () => (await this.file()).state === 'APPROVED', 'the letter was not approved');
  }

  async openSignOn(): Promise<Question> {
    await this.untilApproved();
    const { version } = await this.file();
    await this.order('freezeLetter', { expectedVersion: version });
    await this.order('openSignOn', { documentId: randomUUID() });
    return this.aCase.question('SIGN_ON');
  }
}
