import { afterCommand, type CaseFile, type Duty, fulfilled, stageOf } from '../domain/case.ts';
import type { CaseCommandName, Commands, LetterCommandName, Order } from '../domain/commands.ts';
import { afterLetterCommand, type LetterFile } from '../domain/letter.ts';
import { refuse } from '../domain/refusal.ts';
import type { Band } from '../domain/vocabulary.ts';
import { projectCase } from '../records/cases/cases.ts';
import { CASE_RECORDERS } from '../records/cases/record-case.ts';
import { finishTasks } from '../records/cases/tasks.ts';
import { doOnce, type Hand, mustNot } from '../records/deeds.ts';
import { projectLetter } from '../records/letters/letters.ts';
import { LETTER_RECORDERS } from '../records/letters/record-letter.ts';
import { policyOfCase } from '../records/policies.ts';
import { found } from '../records/record-error.ts';
import type { Tx } from '../records/store.ts';
import type { Alarm, DeskActivities, Recorded } from './contract.ts';
import type { DeskDeps } from './deps.ts';

type Timed<O> = O & { readonly at: number };

/** Writes commands down: the fact, the list entry, the audit entry and the mail of one command in one transaction. */
export const commandActivities = ({ store, ringPostroom }: DeskDeps): Pick<DeskActivities, 'recordCommand' | 'recordLetterCommand'> => ({
  async recordCommand(order: Timed<Order<CaseCommandName>>, file: CaseFile): Promise<Recorded> {
    const { commandId, by, at, name } = order;
    const done = await doOnce(store, { commandId, by, at, unlessErased: file.caseId }, async (tx) => {
      const hand = await handFor(tx, file.caseId, file.band, order);
      const record = CASE_RECORDERS[name] as (
        h: Hand,
        caseId: string,
        what: Commands[CaseCommandName],
        f: CaseFile,
      ) => ReturnType<(typeof CASE_RECORDERS)['refer']>;
      const effects = await record(hand, file.caseId, order.what, file);
      const after = { ...afterCommand(file, order, effects, at), seq: file.seq + 1 };
      await projectCase(tx.db, after);
      await finishDuties(tx, name, after);
      tx.audit.append({ action: `case.${name}`, caseId: file.caseId, subjectId: commandId, detail: { state: stageOf(after) } });
      return effects;
    });
    await ringPostroom();
    return done;
  },

  async recordLetterCommand(order: Timed<Order<LetterCommandName>>, letter: LetterFile): Promise<Recorded> {
    const { commandId, by, at, name } = order;
    const { caseId, letterId } = letter;
    const done = await doOnce(store, { commandId, by, at, unlessErased: caseId }, async (tx) => {
      const row = found(await tx.db.case.findUnique({ where: { id: caseId }, select: { band: true, closedAt: true } }));
      // an attempt may come later than the end of the case
      if (row.closedAt !== null && name !== 'haltLetter') mustNot(refuse('CASE_CLOSED', 'The case is closed.'));
      const hand = await handFor(tx, caseId, row.band as Band, order);
      const record = LETTER_RECORDERS[name] as (
        h: Hand,
        l: LetterFile,
        what: Commands[LetterCommandName],
      ) => ReturnType<(typeof LETTER_RECORDERS)['freezeLetter']>;
      const effects = await record(hand, letter, order.what);
      await projectLetter(tx.db, { ...afterLetterCommand(letter, order, effects, at), seq: letter.seq + 1 });
      tx.audit.append({ action: `letter.${name}`, caseId, subjectId: letterId });
      return effects;
    });
    await ringPostroom();
    return done;
  },
});

const handFor = async (tx: Tx, caseId: string, band: Band, order: Order): Promise<Hand> => ({
  ...tx,
  policy: await policyOfCase(tx.db, caseId),
  band,
  caseId,
  by: order.by,
  commandId: order.commandId,
});

const DUTIES: readonly Duty[] = ['ACKNOWLEDGE', 'VERIFY', 'ASSESS', 'DECIDE', 'CONSULT', 'ACT', 'REASSESS'];

/** Alarms that an act answers. */
const ANSWERS: { readonly [N in CaseCommandName]?: readonly Alarm[] } = {
  assessRisk: ['WORSE', 'CHANGED'],
  decideAction: ['NO_QUORUM', 'NOT_APPROVED'],
  openConsultation: ['NO_QUORUM', 'NOT_APPROVED'],
  draftLetter: ['APPROVED'],
  closeCase: ['MAY_CLOSE', 'CANNOT_REACH', 'SILENT'],
};

/** The act itself ends the duty’s task, once the duty is really done: nobody has to tick off what is plain to see. */
const finishDuties = async (tx: Tx, name: CaseCommandName, file: CaseFile): Promise<void> => {
  const done = DUTIES.filter((duty) => fulfilled(file, duty));
  for (const kind of [...done, ...(ANSWERS[name] ?? [])]) await finishTasks(tx, { caseId: file.caseId, kind });
};
