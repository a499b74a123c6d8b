import { contactsWithEndingKeys, tendKeys } from '../records/keys/recipient-keys-expiry.ts';
import type { DeskDeps } from './deps.ts';

const BATCH = 200;

/**
 * Ends the keys whose time is over and warns of those whose time comes. Asked at every round of the sweep: where nothing is due it is one query. One contact
 * that resists is left for the next round and holds up nobody else. `over`: the round is, and the rest waits for the next one.
 */
export const tendEndingKeys = async ({ store, ringPostroom }: DeskDeps, at: number, over = (): boolean => false): Promise<void> => {
  let mail = false;
  for (const contactId of await contactsWithEndingKeys(store.prisma, at, BATCH)) {
    if (over()) break;
    const told = await tendKeys(store, contactId, at).catch(() => false);
    mail ||= told;
  }
  if (mail) await ringPostroom();
};
