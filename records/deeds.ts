import type { Keyring } from '../crypto/keyring.ts';
import type { Effects } from '../domain/commands.ts';
import type { Policy } from '../domain/policy.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Band } from '../domain/vocabulary.ts';
import { barRefusal } from './erasure/erasure-bar.ts';
import { RecordError } from './record-error.ts';
import { type Actor, DESK, type Store, type Tx } from './store.ts';

/** What a recorder works with: the transaction, and what the case decided about itself before. */
export type Hand = Tx & {
  readonly keyring: Keyring;
  readonly policy: Policy;
  readonly band: Band;
  readonly by: Actor;
  readonly caseId: string;
  readonly commandId: string;
};

/** A rule said no while the fact was being written: the transaction rolls back, and the coordinator hears the sentence. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.code);
    this.name = 'Refused';
    this.refusal = refusal;
  }
}

/** Stops the recording when a rule refuses. */
export const mustNot = (refusal: Refusal | null | undefined): void => {
  if (refusal !== null && refusal !== undefined) throw new Refused(refusal);
};

export type Done = { readonly refused: Refusal } | { readonly refused: null; readonly effects: Effects };

/**
 * Carries a command out once: its repeat, by a retry or by another worker, finds what it brought about the first time. `unlessErased` names the case whose
 * erasure, once accepted, has it refused; what protects somebody (a withdrawal, a letter taken down, a hold) names none.
 */
export const doOnce = async (
  store: Store,
  deed: { readonly commandId: string; readonly by: Actor; readonly at: number; readonly unlessErased?: string },
  work: (tx: Tx) => Promise<Effects>,
): Promise<Done> => {
  try {
    const effects = await store.transact(deed.by, deed.at, async (tx) => {
      await tx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${deed.commandId}, 0))`;
      const before = await tx.db.deed.findUnique({ where: { commandId: deed.commandId } });
      if (before?.effects === null) throw new RecordError('TOO_LATE');
      if (before !== undefined && before !== null) return before.effects as Effects;
      if (deed.unlessErased !== undefined) mustNot(await barRefusal(tx.db, deed.unlessErased));
      const brought = await work(tx);
      await tx.db.deed.create({ data: { commandId: deed.commandId, effects: brought, at: tx.at } });
      return brought;
    });
    return { refused: null, effects };
  } catch (error) {
    if (error instanceof Refused) return { refused: error.refusal };
    throw error;
  }
};

/**
 * What a command brought about. One that has done nothing until now is barred from ever doing anything, so that an attempt that is still under way
 * cannot commit behind the back of whoever was told that it failed.
 */
export const settleDeed = (store: Store, commandId: string, at: number): Promise<Effects | null> =>
  store.transact(DESK, at, async (tx) => {
    await tx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${commandId}, 0))`;
    const deed = await tx.db.deed.findUnique({ where: { commandId } });
    if (deed !== null) return deed.effects as Effects | null;
    await tx.db.deed.create({ data: { commandId, at: tx.at } });
    return null;
  });
