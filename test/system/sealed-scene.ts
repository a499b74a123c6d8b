import { randomUUID } from 'node:crypto';
import { type ParsedMail, simpleParser } from 'mailparser';
import { newRecipientKeyPair, openMessage, type RecipientKeyPair } from '../../crypto/message.ts';
import { toBase64Url } from '../../crypto/sodium.ts';
import { wrapSecret } from '../../crypto/wrapped-secret.ts';
import type { Brief } from '../../domain/content.ts';
import type { SealedContent } from '../../domain/sealed-content.ts';
import { addCaseContact, type Card, type ContactRole } from '../../records/cases/contacts.ts';
import { fileNewDocument } from '../../records/documents.ts';
import type { SentKey } from '../../records/keys/offered-key.ts';
import { registerKey } from '../../records/keys/recipient-keys-register.ts';
import { findSealedMessage } from '../../records/mail/sealed-messages.ts';
import { currentPolicy } from '../../records/policies.ts';
import { putQuestion } from '../../records/questions/questions.ts';
import type { Store } from '../../records/store.ts';
import { loadCase } from '../data/load.ts';
import { ASK, CANARIES, type Desk } from './delivery-desk.ts';

export const HOUR = 3_600_000;
export const BRIEF: Brief = {
  language: 'en',
  title: `A brief about ${CANARIES[0]}`,
  text: `${CANARIES[1]} is threatened: ${'they came at night. '.repeat(40)}`,
};

/** The cheapest wrapping that the desk takes, so that tests do not wait for what protects real passphrases. */
const CHEAP = { opsLimit: 3, memLimitBytes: 64 * 1024 * 1024 } as const;

export type BrowserKey = { readonly pair: RecipientKeyPair; readonly sent: SentKey };

export const newBrowserKey = (): BrowserKey => {
  const pair = newRecipientKeyPair();
  const wrapped = wrapSecret('six plain words of the reader', pair, CHEAP);
  return { pair, sent: { kind: 'X25519', publicKey: toBase64Url(pair.publicKey), wrapped: toBase64Url(wrapped) } };
};

/** A case with a brief, people of the network and of the case, and what is asked of them. */
export function sealedScene(desk: Desk) {
  const { store, inTx } = desk;

  const openCase = async (): Promise<{ caseId: string; defenderId: string; consentId: string }> => {
    const { caseId, defenderId } = await desk.openCase();
    const { intake } = loadCase('eviction-land-defender');
    await inTx(async (tx) => {
      await tx.db.case.update({ where: { id: caseId }, data: { mode: 'NETWORK_VOICE' } });
      await fileNewDocument(tx, { caseId, kind: 'INTAKE', commandId: randomUUID(), content: intake });
    });
    return { caseId, defenderId, consentId: await desk.consent(caseId, defenderId) };
  };

  const contact = (role: ContactRole, to: string, language: 'en' | 'ar' = 'en'): Promise<string> =>
    inTx(async (tx) => {
      const id = randomUUID();
      const sealed = await tx.seals.seal('Contact', id, null, { name: CANARIES[2], email: to } satisfies Card);
      await tx.db.contact.create({ data: { id, role, language, sealed, createdAt: tx.at } });
      return id;
    });

  const person = (caseId: string, email: string, choseLinks: boolean): Promise<string> =>
    inTx((tx) => addCaseContact(tx, caseId, { role: 'TRUSTED_CONTACT', language: 'en', card: { name: CANARIES[2], email, choseLinks } }));

  type Asking = { readonly contactId: string; readonly language?: 'en' | 'ar' };
  const question = (kind: 'ADVICE' | 'REVIEW', caseId: string, { contactId, language = 'en' }: Asking): Promise<string> =>
    inTx(async (tx) => {
      const [subjectId, id] = [randomUUID(), randomUUID()];
      const filed = { caseId, kind: 'BRIEF', commandId: randomUUID(), content: BRIEF } as const;
      const documentId = kind === 'ADVICE' ? await fileNewDocument(tx, filed, { subjectId }) : null;
      const { policy } = await currentPolicy(tx.db);
      await putQuestion(tx, store.keyring, policy, {
        ...{ id, caseId, kind, subjectId, documentId, workflowId: `case/${caseId}`, changeable: kind === 'ADVICE' },
        needs: kind === 'ADVICE' ? ASK : null,
        openedAt: tx.at.getTime(),
        closesAt: tx.at.getTime() + HOUR,
        notice: `${kind}_ASKED`,
        people: [{ contactId, language, byMail: true }],
      });
      return id;
    });

  /** The row of the mail that brings a question. */
  const mailOf = async (questionId: string) => {
    const invitation = await store.prisma.invitation.findFirstOrThrow({ where: { questionId } });
    return store.prisma.outbox.findFirstOrThrow({ where: { key: { endsWith: `_ASKED:${invitation.id}` } } });
  };

  return { openCase, contact, person, question, mailOf };
}

/** All that can be read of a mail without a key, by whoever has the mailbox. */
export const readable = async (raw: string): Promise<string> => {
  const { text, html, subject, headerLines, attachments } = await simpleParser(raw);
  return [raw, text, html, subject, ...headerLines.map(({ line }) => line), ...attachments.map(({ content }) => content.toString())].join(
    '\n',
  );
};

export const subjectOf = async (raw: string): Promise<string | undefined> => (await simpleParser(raw)).subject;

/** The tails of the links in a mail, of one kind of page: `l` to answer, `m` to open a message, `k` to make a key. */
export const linksIn = async (raw: string, page: 'l' | 'm' | 'k'): Promise<readonly string[]> => {
  const found = (await readable(raw)).matchAll(new RegExp(`https://desk\\.example\\.org/${page}/([A-Za-z0-9_-]{43})`, 'g'));
  return [...new Set([...found].map(([, token]) => token ?? ''))];
};

/** Makes a key by the invitation in this mail, as its recipient would. */
export const takeUp = async (store: Store, invitation: string, sent: SentKey): Promise<void> => {
  const [token = ''] = await linksIn(invitation, 'k');
  const done = await registerKey(store, token, sent, Date.now());
  if (done.registered !== 'RECORDED') throw new Error(`The key was not taken: ${done.registered}`);
};

/** Opens the message behind a mail, with the secret that only the recipient has. */
export const openedBy = async (store: Store, pair: RecipientKeyPair, raw: string): Promise<SealedContent> => {
  const [token = ''] = await linksIn(raw, 'm');
  const message = await findSealedMessage(store, token, Date.now());
  if (message === null) throw new Error('There is no message behind this mail.');
  return JSON.parse(new TextDecoder().decode(openMessage(pair, message.context, message.sealed))) as SealedContent;
};

/** The armour inside a PGP/MIME mail. */
export const armourOf = ({ attachments }: ParsedMail): string =>
  attachments.find(({ contentType }) => contentType === 'application/octet-stream')?.content.toString() ?? '';
