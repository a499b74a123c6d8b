import { randomUUID } from 'node:crypto';
import { tokenDigests } from '../../crypto/link-token.ts';
import { entersAs, type KeyFault, warnedFromTheStart } from '../../domain/recipient-key.ts';
import type { Language } from '../../domain/vocabulary.ts';
import { wasReaddressed } from '../directory/address-changes.ts';
import { found } from '../record-error.ts';
import type { Store, Tx } from '../store.ts';
import { tellKeyChanged } from './key-news.ts';
import { askForConfirmation, askForVerification, finishComparing } from './key-tasks.ts';
import { fingerprintOf, type OfferedKey, readOffer, type SentKey } from './offered-key.ts';
import { type KeyContent, type KeyRow, lockContact, openKey, releaseHeld } from './recipient-keys.ts';

/** What an invitation that still opens tells its page. */
export type OpenedInvitation = { readonly language: Language };

/** An invitation that may be taken up now, or null: unknown, expired, spent and revoked look the same from outside. Changes nothing. `at` in epoch ms. */
export const findKeyInvitation = async (store: Store, token: string, at: number): Promise<OpenedInvitation | null> => {
  const row = await rowOf(store, token);
  return row !== null && row.spentAt === null && isOpen(row, at) ? { language: row.contact.language as Language } : null;
};

type Receipt = { readonly fingerprint: string; readonly pending: boolean; readonly language: Language };

export type Registered =
  | ({ readonly registered: 'RECORDED' | 'REPEATED' } & Receipt)
  | { readonly registered: 'REFUSED'; readonly fault: KeyFault; readonly language: Language }
  | { readonly registered: 'GONE' };

const GONE: Registered = { registered: 'GONE' };

/**
 * Registers a key by an invitation, which one conditional update spends. The same key again by the same link is the receipt; another one, or a link that
 * opens nothing, is GONE. A key that is refused leaves the invitation as it was.
 */
export const registerKey = async (store: Store, token: string, sent: SentKey, at: number): Promise<Registered> => {
  const row = await rowOf(store, token);
  if (row === null || !isOpen(row, at)) return GONE;
  const language = row.contact.language as Language;
  // a spent link tells nobody what is wrong with a key, and nothing is verified for whoever holds one
  if (row.spentAt !== null) return receiptAnew(store, row, sent, at);
  const offer = await readOffer(sent, at);
  if ('fault' in offer) return { registered: 'REFUSED', fault: offer.fault, language };
  return store.transact(`contact:${row.contactId}`, at, async (tx): Promise<Registered> => {
    const contact = await lockContact(tx, { id: row.contactId, caseId: row.contact.caseId });
    const invitation = found(await tx.db.keyInvitation.findUnique({ where: { id: row.id }, include: { contact: true } }));
    if (contact === null || !isOpen(invitation, at)) return GONE;
    const keys = await keysOf(tx, contact);
    if (invitation.spentAt !== null) return receiptFor(keys, offer.content.fingerprint, invitation.spentAt, language);
    const entry = await entryOf(tx, { contact, keys }, offer, sent);
    if ('fault' in entry) return { registered: 'REFUSED', fault: entry.fault, language };
    const spent = await tx.db.$executeRaw`
      UPDATE "KeyInvitation" SET "spentAt" = ${tx.at}
      WHERE id = ${row.id}::uuid AND "spentAt" IS NULL AND "revokedAt" IS NULL AND "expiresAt" > ${tx.at}`;
    if (spent !== 1) return GONE;
    await enter(tx, contact, entry);
    return { registered: 'RECORDED', fingerprint: entry.offer.content.fingerprint, pending: entry.state === 'PENDING', language };
  });
};

type Invitation = { readonly expiresAt: Date; readonly revokedAt: Date | null; readonly contact: Pick<Contact, 'active' | 'unsafeSince'> };

/** A spent one is open too, for its receipt. */
const isOpen = ({ expiresAt, revokedAt, contact }: Invitation, at: number): boolean =>
  revokedAt === null && expiresAt.getTime() > at && contact.active && contact.unsafeSince === null;

const rowOf = ({ prisma, keyring }: Store, token: string) => {
  const digest = { in: [...tokenDigests(keyring, 'key-invitation', token)] };
  return prisma.keyInvitation.findFirst({ where: { digest }, include: { contact: true } });
};

type Contact = NonNullable<Awaited<ReturnType<typeof lockContact>>>;
type HeldKey = { readonly row: KeyRow; readonly content: KeyContent };

const keysOf = async (tx: Tx, { id: contactId, caseId }: Contact): Promise<readonly HeldKey[]> => {
  const rows = await tx.db.recipientKey.findMany({ where: { contactId }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
  return Promise.all(rows.map(async (row) => ({ row, content: await openKey(tx.seals, caseId, row) })));
};

/** What was shown when this same key came by this link; GONE for every other one. */
const receiptAnew = async (
  store: Store,
  row: NonNullable<Awaited<ReturnType<typeof rowOf>>>,
  sent: SentKey,
  at: number,
): Promise<Registered> => {
  const { contact, contactId, spentAt } = row;
  const fingerprint = await fingerprintOf(sent);
  if (fingerprint === null || spentAt === null) return GONE;
  return store.transact(`contact:${contactId}`, at, async (tx) =>
    receiptFor(await keysOf(tx, contact), fingerprint, spentAt, contact.language as Language),
  );
};

/** The key that a spent invitation brought was written in the same transaction, at the same instant. */
const receiptFor = (keys: readonly HeldKey[], fingerprint: string, spentAt: Date, language: Language): Registered => {
  const brought = keys.find(({ row, content: held }) => row.createdAt.getTime() === spentAt.getTime() && held.fingerprint === fingerprint);
  return brought === undefined ? GONE : { registered: 'REPEATED', fingerprint, pending: brought.row.state === 'PENDING', language };
};

/** `replaces`: the row of the same certificate, when it is only renewed. */
type Entry = { readonly offer: OfferedKey; readonly state: 'ACTIVE' | 'PENDING'; readonly replaces: KeyRow | null };

type Holder = { readonly contact: Contact; readonly keys: readonly HeldKey[] };

const entryOf = async (tx: Tx, { contact, keys }: Holder, offer: OfferedKey, sent: SentKey): Promise<Entry | { fault: KeyFault }> => {
  const hadKey = keys.some(({ row }) => row.activeAt !== null);
  const { id, role, caseId } = contact;
  const entered = entersAs({ hadKey, role, readdressed: caseId === null && (await wasReaddressed(tx, id)) });
  const same = keys.findLast(({ content }) => content.fingerprint === offer.content.fingerprint);
  if (same === undefined) return { offer, state: entered, replaces: null };
  const { row, content } = same;
  if (content.kind !== 'OPENPGP' || !mayComeAgain(row)) return { fault: 'KNOWN_KEY' };
  // read together with what is known of it: an older copy takes no revocation back
  const renewed = await readOffer(sent, tx.at.getTime(), content.certificate);
  if ('fault' in renewed) return renewed;
  return { offer: renewed, state: isProlonged(row, renewed.expiresAt) ? 'ACTIVE' : 'PENDING', replaces: row };
};

/**
 * Is this the key that is sealed to, only renewed? A copy of a certificate is anybody's: one that was ended, by whomever, comes back like any other change.
 * Only the holder of the secret part can have prolonged one whose time was over.
 */
const isProlonged = ({ state, activeAt, endedFor, expiresAt }: KeyRow, until: number | null): boolean =>
  state === 'ACTIVE' ||
  (endedFor === 'EXPIRED' && activeAt !== null && expiresAt !== null && (until === null || until > expiresAt.getTime()));

const mayComeAgain = ({ endedFor }: KeyRow): boolean => endedFor === null || endedFor === 'EXPIRED' || endedFor === 'REPLACED';

const enter = async (tx: Tx, contact: Contact, { offer, state, replaces }: Entry): Promise<void> => {
  const { id: contactId, caseId } = contact;
  const { content, expiresAt } = offer;
  const id = randomUUID();
  if (replaces !== null && replaces.state !== 'ENDED') {
    await finishComparing(tx, { keyId: replaces.id, caseId });
    await tx.db.recipientKey.update({ where: { id: replaces.id }, data: { state: 'ENDED', endedAt: tx.at, endedFor: 'REPLACED' } });
  }
  const verified = { verifiedAt: replaces?.verifiedAt ?? null, verifiedBy: replaces?.verifiedBy ?? null };
  await tx.db.recipientKey.create({
    data: {
      ...{ id, contactId, kind: content.kind, state, createdAt: tx.at },
      sealed: await tx.seals.seal('RecipientKey', id, caseId, content),
      activeAt: state === 'ACTIVE' ? tx.at : null,
      expiresAt: expiresAt === null ? null : new Date(expiresAt),
      warned: warnedFromTheStart(expiresAt, tx.at.getTime()),
      ...(state === 'ACTIVE' && verified),
    },
  });
  const action = state === 'ACTIVE' ? 'key.registered' : 'key.proposed';
  tx.audit.append({ action, caseId, subjectId: id, detail: { contact: contactId, fingerprint: content.fingerprint } });
  await tellKeyChanged(tx, contact, `${id}:registered`);
  if (state === 'PENDING') return askForConfirmation(tx, { keyId: id, caseId });
  if (verified.verifiedAt === null) await askForVerification(tx, { keyId: id, caseId });
  await releaseHeld(tx, contactId);
};
