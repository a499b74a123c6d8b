import { type Ending, isFingerprint } from '../../domain/recipient-key.ts';
import { refuse } from '../../domain/refusal.ts';
import { type Done, doOnce, mustNot } from '../deeds.ts';
import { hadAHand } from '../directory/address-changes.ts';
import { found } from '../record-error.ts';
import type { Actor, Store, Tx } from '../store.ts';
import { cutWithKey } from './key-cut.ts';
import { inviteAnew } from './key-invitations.ts';
import { tellKeyChanged } from './key-news.ts';
import { finishComparing } from './key-tasks.ts';
import { type KeyRow, lockContact, openKey, releaseHeld } from './recipient-keys.ts';

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
  'This is not the fingerprint of the key that is registered. Have it read out once more, all of it; if it differs again, end the key as NOT_THEIRS.',
);

const NOT_ALONE = refuse(
  'NOT_YOURS_TO_CONFIRM',
  'You ended a key of this person or changed their address, so somebody else has to hear the fingerprint from them: ask another coordinator or administrator.',
);

/** What was rolled back leaves no entry, and these must not be forgotten: another fingerprint was read out, or one person tried to do it alone. */
const NOTED: Readonly<Record<string, string>> = { [DIFFERS.code]: 'key.mismatch', [NOT_ALONE.code]: 'key.not-alone' };

/**
 * Notes that a person has heard the fingerprint from the one the key belongs to, by another way than mail. A key that waited for that is sealed to from now
 * on, beside those that were heard before; its holder is told. Of the network nobody confirms who had a hand in the change: one token alone must not put another
 * reader in somebody's place. Of a person of a case the members could write down any word of theirs, and each of them is seen by the others. Throws
 * RecordError NOT_FOUND.
 */
export const confirmKey = async (store: Store, order: KeyOrder & { readonly fingerprint: string }): Promise<Done> => {
  const done = await doOnce(store, order, async (tx) => {
    const contact = await contactOf(tx, order);
    const row = await livingKey(tx, order);
    if (contact.caseId === null && (await hadAHand(tx, contact.id, order.by))) mustNot(NOT_ALONE);
    const { fingerprint } = await openKey(tx.seals, contact.caseId, row);
    if (!isFingerprint(order.fingerprint, fingerprint)) mustNot(DIFFERS);
    const verified = { verifiedAt: tx.at, verifiedBy: order.by };
    const activeAt = row.activeAt ?? tx.at;
    await tx.db.recipientKey.update({ where: { id: row.id }, data: { ...verified, state: 'ACTIVE', activeAt } });
    await finishComparing(tx, { keyId: row.id, caseId: contact.caseId });
    tx.audit.append({ action: 'key.confirmed', caseId: contact.caseId, subjectId: row.id, detail: { fingerprint } });
    if (row.state !== 'PENDING') return {};
    await tellKeyChanged(tx, contact, `${row.id}:confirmed`);
    await releaseHeld(tx, contact.id);
    return {};
  });
  const action = NOTED[done.refused?.code ?? ''];
  if (action !== undefined) {
    await store.transact(order.by, order.at, async (tx) => {
      tx.audit.append({ action, caseId: order.caseId, subjectId: order.keyId });
    });
  }
  return done;
};

const livingKey = async (tx: Tx, { keyId, contactId, at }: KeyOrder): Promise<KeyRow> => {
  const row = found(await tx.db.recipientKey.findFirst({ where: { id: keyId, contactId } }));
  if (row.state === 'ENDED' || (row.expiresAt !== null && row.expiresAt.getTime() <= at)) mustNot(ENDED);
  return row;
};

/**
 * Ends a key, with what was sealed to it where somebody else may have the secret part. Its holder is told, and invited to make another where they lost it or
 * where it never was theirs. Throws RecordError NOT_FOUND.
 */
export const endKey = (store: Store, order: KeyOrder & { readonly ending: Ending }): Promise<Done> =>
  doOnce(store, order, async (tx) => {
    const contact = await contactOf(tx, order);
    const row = await livingKey(tx, order);
    const { caseId } = contact;
    await tx.db.recipientKey.update({ where: { id: row.id }, data: { state: 'ENDED', endedAt: tx.at, endedFor: order.ending } });
    await finishComparing(tx, { keyId: row.id, caseId });
    tx.audit.append({ action: 'key.ended', caseId, subjectId: row.id, detail: { reason: order.ending } });
    await tellKeyChanged(tx, contact, `${row.id}:ended`);
    await cutWithKey(tx, { contact, row, ending: order.ending, cause: order.commandId });
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
