import { randomUUID } from 'node:crypto';
import type { Bytes } from '../../crypto/bytes.ts';
import { derivedToken, tokenDigests } from '../../crypto/link-token.ts';
import { sealMessage } from '../../crypto/message.ts';
import { SealError } from '../../crypto/seal-error.ts';
import { fromBase64Url, toBase64Url } from '../../crypto/sodium.ts';
import type { ConsentAsk } from '../../domain/consent.ts';
import type { SealedContent } from '../../domain/sealed-content.ts';
import type { Language } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import { disclosureRefusal } from '../cases/consents.ts';
import type { UsableKey } from '../keys/recipient-keys.ts';
import { RecordError } from '../record-error.ts';
import { readable } from '../sealing.ts';
import { DESK, type Store, type Tx } from '../store.ts';

/**
 * What lies under the second seal: byte strings as base64url. `keys` are those it was sealed to, so that it opens after they have been replaced; `needs`
 * is asked of the consent ledger again whenever the message is fetched.
 */
type Stored = {
  readonly needs: ConsentAsk | null;
  readonly language: Language;
  readonly sealed: string;
  readonly keys: readonly { readonly publicKey: string; readonly wrapped: string }[];
};

type BrowserKey = Extract<UsableKey, { kind: 'X25519' }>;

type NewMessage = {
  /** the mail that brings it; one mail, one message */
  readonly outboxId: string;
  readonly contactId: string;
  readonly caseId: string | null;
  readonly needs: ConsentAsk | null;
  readonly content: SealedContent;
  readonly keys: readonly BrowserKey[];
  readonly expiresAt: Date;
};

/**
 * Seals a message to all keys of its recipient and keeps it under the key of its case too. The same mail, tried again, is the same message under the same
 * link, sealed anew to the keys of now. A code where it may not leave: REVOKED, or SEAL_FAILED where nothing can be sealed to one of the keys.
 */
export const putSealedMessage = async (tx: Tx, message: NewMessage): Promise<{ readonly token: string } | { readonly code: string }> => {
  const { outboxId, contactId, caseId, expiresAt } = message;
  const before = await tx.db.sealedMessage.findUnique({ where: { outboxId }, select: { id: true, digest: true, revokedAt: true } });
  if (before !== null && before.revokedAt !== null) return { code: 'REVOKED' };
  const id = before?.id ?? randomUUID();
  const { token, digest } = derivedToken(tx.keyring, 'message', outboxId, before?.digest);
  const stored = sealedTo(message, id);
  if (stored === null) return { code: 'SEAL_FAILED' };
  const sealed = await tx.seals.seal('SealedMessage', id, caseId, stored);
  await tx.db.sealedMessage.upsert({
    where: { outboxId },
    create: { id, outboxId, contactId, caseId, digest, sealed, createdAt: tx.at, expiresAt },
    update: { sealed, expiresAt },
  });
  return { token };
};

const sealedTo = ({ content, keys, needs }: NewMessage, id: string): Stored | null => {
  const publicKeys = keys.map(({ publicKey }) => publicKey);
  try {
    const sealed = sealMessage(publicKeys, id, new TextEncoder().encode(JSON.stringify(content)));
    return {
      needs,
      language: content.language,
      sealed: toBase64Url(sealed),
      keys: keys.map(({ publicKey, wrapped }) => ({ publicKey: toBase64Url(publicKey), wrapped: toBase64Url(wrapped) })),
    };
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
};

/** As its page hands it to the browser. `sealed` opens in the context, with the secret half of one of `keys`. */
type FoundMessage = {
  readonly context: string;
  readonly language: Language;
  readonly sealed: Bytes;
  readonly keys: readonly { readonly publicKey: Bytes; readonly wrapped: Bytes }[];
};

/**
 * What a link to a message opens, or null: unknown, over, revoked, erased, and no longer consented to look the same from outside. Changes nothing.
 * `at` in epoch ms.
 */
export const findSealedMessage = async (store: Store, token: string, at: number): Promise<FoundMessage | null> => {
  const digests = tokenDigests(store.keyring, 'message', token);
  if (digests.length === 0) return null;
  const living = { revokedAt: null, expiresAt: { gt: new Date(at) }, contact: { active: true, unsafeSince: null } };
  return store.transact(DESK, at, async (tx) => {
    const row = await tx.db.sealedMessage.findFirst({ where: { digest: { in: [...digests] }, ...living } });
    const stored = row && (await openStored(tx, row));
    return stored && (await mayBeShown(tx, row.caseId, stored.needs)) ? handedOut(row.id, stored) : null;
  });
};

type Row = NonNullable<Awaited<ReturnType<Db['sealedMessage']['findUnique']>>>;

const openStored = (tx: Tx, { id, caseId, sealed }: Row): Promise<Stored | null> =>
  readable(tx.seals.open<Stored>('SealedMessage', id, caseId, sealed));

const mayBeShown = async (tx: Tx, caseId: string | null, needs: ConsentAsk | null): Promise<boolean> =>
  needs === null || (caseId !== null && (await disclosureRefusal(tx, caseId, needs, tx.at.getTime())) === null);

const handedOut = (id: string, { language, sealed, keys }: Stored): FoundMessage => ({
  context: id,
  language,
  sealed: bytesOf(sealed),
  keys: keys.map(({ publicKey, wrapped }) => ({ publicKey: bytesOf(publicKey), wrapped: bytesOf(wrapped) })),
});

const bytesOf = (text: string): Bytes => {
  const bytes = fromBase64Url(text);
  if (bytes === null) throw new RecordError('BAD_SHAPE');
  return bytes;
};

/** Closes every message that somebody was sent: their links went to a mailbox that is no longer theirs alone. */
export const revokeMessagesTo = async (tx: Tx, contactId: string): Promise<void> => {
  await tx.db.sealedMessage.updateMany({ where: { contactId, revokedAt: null }, data: { revokedAt: tx.at } });
};

// A mail about a question bears the id of the invitation as the second word of its key, whatever its kind.

/** Closes the messages that brought a question, with the links in them. */
export const revokeMessagesAbout = async (tx: Tx, questionId: string): Promise<void> => {
  await tx.db.$executeRaw`
    UPDATE "SealedMessage" m SET "revokedAt" = ${tx.at}
    FROM "Outbox" o JOIN "Invitation" i ON split_part(o.key, ':', 2) = i.id::text JOIN "Question" q ON q.id = i."questionId"
    WHERE m."outboxId" = o.id AND o."caseId" = q."caseId" AND q.id = ${questionId}::uuid AND m."revokedAt" IS NULL`;
};

/** A question that closes later can be answered by the message that brought it until then. */
export const prolongMessagesAbout = async (tx: Tx, questionId: string, expiresAt: Date): Promise<void> => {
  await tx.db.$executeRaw`
    UPDATE "SealedMessage" m SET "expiresAt" = ${expiresAt}
    FROM "Outbox" o JOIN "Invitation" i ON split_part(o.key, ':', 2) = i.id::text JOIN "Question" q ON q.id = i."questionId"
    WHERE m."outboxId" = o.id AND o."caseId" = q."caseId" AND q.id = ${questionId}::uuid AND m."revokedAt" IS NULL`;
};

/** Deletes what no link opens any more. A mail that is still to be tried needs its row, to stay the same message. */
export const forgetMessages = async (db: Db, at: Date): Promise<void> => {
  await db.$executeRaw`
    DELETE FROM "SealedMessage" m USING "Outbox" o
    WHERE o.id = m."outboxId" AND o.state IN ('accepted', 'refused', 'cancelled') AND (m."revokedAt" IS NOT NULL OR m."expiresAt" <= ${at})`;
};
