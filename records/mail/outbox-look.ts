import { SealError } from '../../crypto/seal-error.ts';
import { barsSealing } from '../../domain/erasure.ts';
import { confidentialityOf, isNoticeKind, type NoticeKind } from '../../domain/notices.ts';
import { linkDiesAt } from '../../domain/policy.ts';
import type { SealedContent } from '../../domain/sealed-content.ts';
import type { Language } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import { disclosureRefusal } from '../cases/consents.ts';
import { openCard } from '../cases/contacts.ts';
import { erasureStateOf } from '../erasure/erasure-bar.ts';
import { mailSigningKey } from '../keys/network-keys.ts';
import { chosenOf, type UsableKey, usableKeys } from '../keys/recipient-keys.ts';
import { currentPolicy, policyOfCase } from '../policies.ts';
import { found } from '../record-error.ts';
import type { Tx } from '../store.ts';
import { enclosuresOf } from './enclosures.ts';
import type { Notice, NoticeData } from './outbox.ts';
import { putSealedMessage } from './sealed-messages.ts';

export type OutboxRow = NonNullable<Awaited<ReturnType<Db['outbox']['findUnique']>>>;

type Certificate = Extract<UsableKey, { kind: 'OPENPGP' }>;

/**
 * How a message travels, and all it is made of. LINK: neutral words and a link. PAGE: neutral words and the way to a sealed message, which lies ready.
 * PGP: content that is sealed when the message is written, to the certificates of this one recipient.
 */
type Travels =
  | { readonly as: 'LINK'; readonly data: NoticeData }
  | { readonly as: 'PAGE'; readonly token: string }
  | {
      readonly as: 'PGP';
      readonly content: SealedContent;
      readonly certificates: readonly Certificate[];
      readonly signingKey: string;
    };

/** Everything that the message is made of, as it stands at this moment. */
export type Ready = {
  readonly kind: NoticeKind;
  readonly messageId: string;
  readonly writtenAt: number;
  readonly address: string;
  readonly language: Language;
  readonly travels: Travels;
};

type ToWrite = {
  readonly kind: NoticeKind;
  readonly language: Language;
  readonly data: NoticeData;
  readonly attachments: SealedContent['attachments'];
};

/** Writes what is sealed, and makes the key that it is signed with. No effect but what it returns; a fault is what the row is then held with. */
export type Pen = {
  readonly content: (what: ToWrite) => SealedContent | { readonly fault: string };
  readonly newSigningKey: () => Promise<string>;
};

type Stop = { readonly step: 'HOLD' | 'CANCEL'; readonly code: string };
type Look = { readonly ready: Ready } | Stop;

const holding = (code: string): Stop => ({ step: 'HOLD', code });
const cancelling = (code: string): Stop => ({ step: 'CANCEL', code });

/** May this message leave now, and as what? What is confidential leaves sealed or not at all. Source: security notes, Notifications. */
export const lookAt = async (tx: Tx, row: OutboxRow, pen: Pen): Promise<Look> => {
  const { id, caseId, sealed, kind } = row;
  if (caseId !== null && (await isErased(tx, caseId))) return cancelling('KEY_DESTROYED');
  if (!isNoticeKind(kind) || sealed === null) return holding('BAD_SHAPE');
  const contact = found(await tx.db.contact.findUnique({ where: { id: row.contactId } }));
  // whoever spoke for an organisation before is told that they no longer do
  const leaves = kind === 'ADDRESS_CHANGED';
  if (!contact.active && !leaves) return holding('CONTACT_INACTIVE');
  try {
    const { needs, language, data, to } = await tx.seals.open<Notice>('Outbox', id, caseId, sealed);
    const refusal = needs === null ? null : await refusalOf(tx, caseId, needs);
    if (refusal !== null) return cancelling(refusal);
    const { email, choseLinks } = await openCard(tx.seals, contact);
    const address = leaves ? (to ?? null) : email;
    // nothing at all, however neutral: somebody else reads there
    if (contact.unsafeSince !== null) return holding('UNSAFE');
    if (address === null) return holding('NO_ADDRESS');
    // nobody of the network has that choice, whatever stands on their card
    const confidentiality = confidentialityOf(kind, contact.caseId !== null && choseLinks === true);
    const travels: Travels | Stop =
      confidentiality === 'SEALED' ? await sealedWay(tx, row, { kind, language, data, needs }, pen) : { as: 'LINK', data };
    if ('step' in travels) return travels;
    return { ready: { kind, messageId: row.messageId, writtenAt: row.createdAt.getTime(), address, language, travels } };
  } catch (error) {
    if (error instanceof SealError) return holding('SEAL_BROKEN');
    throw error;
  }
};

/** Asked of the table and not of the keys at hand, which a process may keep for a minute after they were destroyed. */
const isErased = async ({ db }: Tx, caseId: string): Promise<boolean> =>
  (await db.caseKey.count({ where: { caseId, wrapped: null } })) > 0 || barsSealing(await erasureStateOf(db, caseId));

const refusalOf = async (tx: Tx, caseId: string | null, needs: NonNullable<Notice['needs']>): Promise<string | null> =>
  caseId === null ? 'NOBODY_TO_CONSENT' : ((await disclosureRefusal(tx, caseId, needs, tx.at.getTime()))?.code ?? null);

type What = Notice & { readonly kind: NoticeKind };

/** By the mail program or by the browser of its reader, whichever the key is for. Without a key that works the message waits: it is never sent in clear. */
const sealedWay = async (tx: Tx, row: OutboxRow, what: What, pen: Pen): Promise<Travels | Stop> => {
  const { id: mailId, caseId, contactId } = row;
  const { keys, why } = await usableKeys(tx, contactId, tx.at.getTime());
  if (keys.length === 0) return holding(why ?? 'NO_KEY');
  const attachments = await enclosuresOf(tx, { mailId, caseId, contactId, kind: what.kind }, what.data.token);
  if ('code' in attachments) return cancelling(attachments.code);
  const content = pen.content({ kind: what.kind, language: what.language, data: what.data, attachments });
  if ('fault' in content) return holding(content.fault);
  const chosen = chosenOf(keys);
  const certificates = chosen.filter((key) => key.kind === 'OPENPGP');
  if (certificates.length > 0) return { as: 'PGP', content, certificates, signingKey: await mailSigningKey(tx, pen.newSigningKey) };
  return sealedPage(tx, row, what, { content, keys: chosen });
};

const sealedPage = async (
  tx: Tx,
  { id: outboxId, caseId, contactId }: OutboxRow,
  { needs, data }: What,
  sealing: { readonly content: SealedContent; readonly keys: readonly UsableKey[] },
): Promise<Travels | Stop> => {
  const keys = sealing.keys.filter((key) => key.kind === 'X25519');
  const policy = caseId === null ? (await currentPolicy(tx.db)).policy : await policyOfCase(tx.db, caseId);
  const expiresAt = new Date(linkDiesAt(policy, tx.at.getTime(), data.deadline ?? null));
  const put = await putSealedMessage(tx, { outboxId, contactId, caseId, needs, content: sealing.content, keys, expiresAt });
  if ('token' in put) return { as: 'PAGE', token: put.token };
  return put.code === 'REVOKED' ? cancelling(put.code) : holding(put.code);
};
