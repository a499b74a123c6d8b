import type { CaseCommandName, Commands, LetterCommandName, Order, Receipt } from '../domain/commands.ts';
import { withdrawConsent } from '../records/cases/withdrawal.ts';
import { type DocumentKind, putDocument } from '../records/documents.ts';
import { caseStanding, letterState } from '../records/presence.ts';
import type { Store } from '../records/store.ts';
import type { Door } from './door.ts';
import { NotRunning, silence } from './door-failure.ts';
import type { Holder } from './http/authenticate.ts';
import { Problem } from './http/problem.ts';

/** Who orders, under which id. */
export interface Ordering {
  readonly holder: Holder;
  readonly commandId: string;
}

/** A receipt as it is answered. */
export interface ReceiptBody {
  readonly commandId: string;
  readonly state: string;
  readonly at: string;
  readonly band?: NonNullable<Receipt['band']>;
  readonly version?: number;
}

const closed = () =>
  Problem.refused({ code: 'CASE_CLOSED', say: 'This case is closed, and its last check has been made. Open a new case.' });
const letterEnded = () => Problem.refused({ code: 'WRONG_LETTER_STATE', say: 'This letter has ended already. Draft a new letter.' });

/** The way every command takes: the case is known, the text is sealed, the workflow decides. */
export function createDesk({ store, door }: { readonly store: Store; readonly door: Door }) {
  const asBody = ({ at, ...receipt }: Receipt): ReceiptBody => ({ ...receipt, at: new Date(at).toISOString() });

  return {
    /** Seals a text; the same command finds the text that it brought before. @throws RecordError NOT_FOUND, answered 404, and nothing was written */
    async put({ commandId }: Ordering, caseId: string, kind: DocumentKind, content: unknown): Promise<string> {
      await caseStanding(store.prisma, caseId);
      return putDocument(store, Date.now(), { caseId, kind, commandId, content });
    },

    /** Does not wait for the workflow: a withdrawal holds when this returns, whatever is busy, away or closed. */
    async withdraw({ commandId, holder }: Ordering, caseId: string, consentId: string): Promise<ReceiptBody> {
      const at = Date.now();
      const done = await withdrawConsent(store, { commandId, by: holder.personId, at, caseId, consentId });
      if (done.refused !== null) throw Problem.refused(done.refused);
      await door.ringPostroom();
      void door.tellWithdrawn(caseId, { consentId, stopped: done.effects.stopped ?? [] });
      const { state } = await caseStanding(store.prisma, caseId);
      return { commandId, state, at: new Date(at).toISOString() };
    },

    /** @throws Problem, or RecordError NOT_FOUND */
    async command<N extends CaseCommandName>(ordering: Ordering, caseId: string, name: N, what: Commands[N]): Promise<ReceiptBody> {
      const { commandId, holder } = ordering;
      const order = { name, commandId, by: holder.personId, what } as Order<CaseCommandName>;
      await caseStanding(store.prisma, caseId);
      try {
        return asBody(await door.command(caseId, order));
      } catch (error) {
        if (!(error instanceof NotRunning)) throw error;
        const { ended, toStart } = await caseStanding(store.prisma, caseId);
        if (ended) throw closed();
        // accepted while Temporal was away, and sooner asked for than swept up
        if (toStart === null) throw silence();
        await door.startCase(toStart).catch(() => {
          throw silence();
        });
        return asBody(await door.command(caseId, order));
      }
    },

    /** @throws Problem, or RecordError NOT_FOUND */
    async letterCommand<N extends LetterCommandName>(
      { commandId, holder }: Ordering,
      { caseId, letterId }: { readonly caseId: string; readonly letterId: string },
      name: N,
      what: Commands[N],
    ): Promise<ReceiptBody> {
      const order = { name, commandId, by: holder.personId, what } as Order<LetterCommandName>;
      await letterState(store.prisma, caseId, letterId);
      try {
        return asBody(await door.letterCommand(caseId, letterId, order));
      } catch (error) {
        if (!(error instanceof NotRunning)) throw error;
        const { state } = await letterState(store.prisma, caseId, letterId);
        throw state === 'PUBLISHED' || state === 'HALTED' ? letterEnded() : silence();
      }
    },
  };
}

export type Desk = ReturnType<typeof createDesk>;
