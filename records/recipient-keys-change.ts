import { type Ending, isFingerprint } from '../domain/recipient-key.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import type { Language } from '../domain/vocabulary.ts';
import { openCard } from './contacts.ts';
import { type Done, doOnce, mustNot } from './deeds.ts';
import { inviteAnew } from './key-invitations.ts';
import { tellKeyChanged } from './key-news.ts';
import { readdress } from './readdress.ts';
import { type KeyRow, lockContact, openKey, releaseHeld } from './recipient-keys.ts';
import { KEY_TO_CONFIRM } from './recipient-keys-register.ts';
import { found } from './record-error.ts';
import type { Actor, Store, Tx } from './store.ts';
import { finishTasks } from './tasks.ts';

/** Whose keys or channel: a person of this case, or with `caseId` null somebody of the network. */
export type ContactOrder = {
  readonly commandId: string;
  readonly by: Actor;
  readonly at: number;
  readonly contactId: string;
  readonly caseId: string | null;
};

type KeyOrder = ContactOrder & { readonly keyId: string };
type Contact = NonNullable<Awaited<ReturnType<typeof lockContact>>>;

/** The contact, locked until the transaction ends. Throws RecordError NOT_FOUND, also for one of another case. */
export const contactOf = async (tx: Tx, { contactId, caseId }: Pick<ContactOrder, 'contactId' | 'caseId'>): Promise<Contact> =>
  found(await lockContact(tx, { id: contactId, caseId }));

const ENDED = refuse('KEY_ENDED', 'This key has ended: nothing is sealed to it any more. Invite the person to make another.');
const DIFFERS = refuse(
  'FINGERPRINT_DIFFERS',
  'This is not the fingerprint of the key that is registered. Have it read out once more, all of it; if it differs again, end the key: it may be somebody else’s.',
);

/**
 * Notes that a person has heard the fingerprint from the one the key belongs to, by another way than mail. A key that waited for that is sealed to from now
 * on, beside those that were there; its holder is told. Throws RecordError NOT_FOUND.
 */
export const confirmKey = async (store: Store, order: KeyOrder & { readonly fingerprint: string }): Promise<Done> => {
  const done = await doOnce(store, order, async (tx) => {
    const contact = await contactOf(tx, order);
    const row = await livingKey(tx, order);
    const { fingerprint } = await openKey(tx.seals, contact.caseId, row);
    if (!isFingerprint(order.fingerprint, fingerprint)) mustNot(DIFFERS);
    const verified = { verifiedAt: tx.at, verifiedBy: order.by };
    const activeAt = row.activeAt ?? tx.at;
    await tx.db.recipientKey.update({ where: { id: row.id }, data: { ...verified, state: 'ACTIVE', activeAt } });
    await finishTasks(tx, { caseId: contact.caseId, kind: KEY_TO_CONFIRM, subjectId: row.id });
    tx.audit.append({ action: 'key.confirmed', caseId: contact.caseId, subjectId: row.id, detail: { fingerprint } });
    if (row.state !== 'PENDING') return {};
    await tellKeyChanged(tx, contact, `${row.id}:confirmed`);
    await releaseHeld(tx, contact.id);
    return {};
  });
  // what was rolled back leaves no entry, and that somebody read out another fingerprint must not be forgotten
  if (isRefusal(done.refused, DIFFERS)) {
    await store.transact(order.by, order.at, async (tx) => {
      tx.audit.append({ action: 'key.mismatch', caseId: order.caseId, subjectId: order.keyId });
    });
  }
  return done;
};

const isRefusal = (refused: Refusal | null, meant: Refusal): boolean => refused?.code === meant.code;

const livingKey = async (tx: Tx, { keyId, contactId, at }: KeyOrder): Promise<KeyRow> => {
  const row = found(await tx.db.recipientKey.findFirst({ where: { id: keyId, contactId } }));
  if (row.state === 'ENDED' || (row.expiresAt !== null && row.expiresAt.getTime() <= at)) mustNot(ENDED);
  return row;
};

/**
 * Ends a key. One that is lost takes with it what was sealed to it: messages that wait are closed, links that lie in mail die, open questions are asked
 * anew (by mail that waits for the next key), and its holder is invited to make another. Throws RecordError NOT_FOUND.
 */
export const endKey = (store: Store, order: KeyOrder & { readonly ending: Ending }): Promise<Done> =>
  doOnce(store, order, async (tx) => {
    const contact = await contactOf(tx, order);
    const row = await livingKey(tx, order);
    const { caseId, id: contactId } = contact;
    await tx.db.recipientKey.update({ where: { id: row.id }, data: { state: 'ENDED', endedAt: tx.at, endedFor: order.ending } });
    await finishTasks(tx, { caseId, kind: KEY_TO_CONFIRM, subjectId: row.id });
    tx.audit.append({ action: 'key.ended', caseId, subjectId: row.id, detail: { reason: order.ending } });
    await tellKeyChanged(tx, contact, `${row.id}:ended`);
    if (order.ending !== 'LOST' || row.activeAt === null) return {};
    if (contact.unsafeSince !== null) return {};
    const card = await openCard(tx.seals, contact);
    await readdress(tx, { cause: order.commandId, contactId, language: contact.language as Language, card });
    await inviteAnew(tx, contactId, 'LOST');
    return {};
  });

const NOT_REACHED = refuse(
  'CANNOT_BE_INVITED',
  'This person cannot be invited by mail: there is no address, or the channel is marked unsafe. Add an address, or make the channel safe again.',
);

/** Invites somebody to make a key, at the address that is registered; an earlier invitation dies. Throws RecordError NOT_FOUND. */
export const inviteContact = (store: Store, order: ContactOrder): Promise<Done> =>
  doOnce(store, order, async (tx) => {
    const { id } = await contactOf(tx, order);
    if (!(await inviteAnew(tx, id, 'ASKED_FOR'))) mustNot(NOT_REACHED);
    return {};
  });
