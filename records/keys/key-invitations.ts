import { randomUUID } from 'node:crypto';
import { mintToken, tokenDigests } from '../../crypto/link-token.ts';
import { DAY_MS, INVITATION_LIVES_MS } from '../../domain/recipient-key.ts';
import type { Language } from '../../domain/vocabulary.ts';
import { openCard } from '../cases/contacts.ts';
import { putNotice } from '../mail/outbox.ts';
import { found, RecordError } from '../record-error.ts';
import type { Store, Tx } from '../store.ts';

/** Whoever found an old invitation must not be able to fill its owner's mailbox with it. */
const MOST_A_DAY = 3;

/**
 * Invites somebody to make a key, unless an invitation is on its way to them already: each message that waits for the key asks for one. `cause` says why,
 * for the audit: a word, no personal data. Nobody is invited through a channel that is not safe, or without an address. Throws RecordError NOT_FOUND.
 */
export const inviteToKey = async (tx: Tx, contactId: string, cause: string): Promise<void> => {
  await oneAtATime(tx, contactId);
  const living = { contactId, spentAt: null, revokedAt: null, expiresAt: { gt: tx.at } };
  if ((await tx.db.keyInvitation.count({ where: living })) === 0) await invite(tx, contactId, cause);
};

/** Invites anew: the link that was sent before opens nothing any more. False where nobody can be written to. Throws RecordError NOT_FOUND. */
export const inviteAnew = async (tx: Tx, contactId: string, cause: string): Promise<boolean> => {
  await oneAtATime(tx, contactId);
  await revokeKeyInvitations(tx, contactId);
  return invite(tx, contactId, cause);
};

/**
 * Somebody holds an invitation that has run out and was never taken up, and asks for another: it goes to the registered address and nowhere else. One that was
 * revoked, because a mailbox was lost or a newer one came, renews nothing. What became of it is not told to the one who asks. `at` in epoch ms.
 */
export const renewKeyInvitation = async (store: Store, token: string, at: number): Promise<void> => {
  const digests = tokenDigests(store.keyring, 'key-invitation', token);
  const row = await store.prisma.keyInvitation.findFirst({
    where: { digest: { in: [...digests] } },
    select: { id: true, contactId: true },
  });
  if (row === null) return;
  const { id, contactId } = row;
  await store
    .transact(`contact:${contactId}`, at, async (tx) => {
      await oneAtATime(tx, contactId);
      const ranOut = { id, spentAt: null, revokedAt: null, expiresAt: { lte: tx.at } };
      const today = { contactId, createdAt: { gt: new Date(at - DAY_MS) } };
      if ((await tx.db.keyInvitation.count({ where: ranOut })) === 0) return;
      if ((await tx.db.keyInvitation.count({ where: today })) < MOST_A_DAY) await inviteAnew(tx, contactId, 'RENEWED');
    })
    .catch((error: unknown) => {
      // what was erased meanwhile is as absent as what never was
      if (!(error instanceof RecordError)) throw error;
    });
};

/** Kills the invitations that lie in somebody's mail, and those on the way to it. */
export const revokeKeyInvitations = async (tx: Tx, contactId: string): Promise<number> => {
  const { count } = await tx.db.keyInvitation.updateMany({
    where: { contactId, spentAt: null, revokedAt: null },
    data: { revokedAt: tx.at },
  });
  await tx.db.outbox.updateMany({
    where: { contactId, kind: { in: ['KEY_INVITED', 'KEY_EXPIRES'] }, state: { in: ['queued', 'deferred', 'held', 'unknown'] } },
    data: { state: 'cancelled', sealed: null, endedAt: tx.at },
  });
  return count;
};

/** A link of its own for a mail that says more than that a key is wanted. The one before dies. Null where nobody can be written to. */
export const newKeyLink = async (tx: Tx, contactId: string): Promise<{ token: string; expiresAt: Date } | null> => {
  await oneAtATime(tx, contactId);
  await revokeKeyInvitations(tx, contactId);
  return (await reachable(tx, contactId)) === null ? null : link(tx, contactId);
};

const oneAtATime = async (tx: Tx, contactId: string): Promise<void> => {
  await tx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`key-invitation:${contactId}`}, 0))`;
};

const reachable = async (tx: Tx, contactId: string) => {
  const contact = found(await tx.db.contact.findUnique({ where: { id: contactId } }));
  if (!contact.active || contact.unsafeSince !== null) return null;
  return (await openCard(tx.seals, contact)).email === null ? null : contact;
};

const link = async (tx: Tx, contactId: string): Promise<{ token: string; expiresAt: Date; id: string }> => {
  const { token, digest } = mintToken(tx.keyring, 'key-invitation');
  const id = randomUUID();
  const expiresAt = new Date(tx.at.getTime() + INVITATION_LIVES_MS);
  await tx.db.keyInvitation.create({ data: { id, contactId, digest, createdAt: tx.at, expiresAt } });
  return { token, expiresAt, id };
};

const invite = async (tx: Tx, contactId: string, cause: string): Promise<boolean> => {
  const contact = await reachable(tx, contactId);
  if (contact === null) return false;
  const { token, expiresAt, id } = await link(tx, contactId);
  const { caseId, language } = contact;
  await putNotice(tx, {
    key: `KEY_INVITED:${id}`,
    kind: 'KEY_INVITED',
    contactId,
    caseId,
    language: language as Language,
    data: { path: `/k/${token}`, deadline: expiresAt.getTime() },
    needs: null,
  });
  tx.audit.append({ action: 'key.invited', caseId, subjectId: contactId, detail: { cause } });
  return true;
};
