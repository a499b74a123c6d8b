import { tokenDigests } from '../../crypto/link-token.ts';
import type { NoticeKind } from '../../domain/notices.ts';
import type { SealedContent } from '../../domain/sealed-content.ts';
import { LANGUAGES } from '../../domain/vocabulary.ts';
import { type LinkMatter, readMatter } from '../questions/link-matter.ts';
import type { Tx } from '../store.ts';

type Attachments = SealedContent['attachments'];

/** The mails that bring the text they ask about. A reminder and a receipt repeat nothing that lies in a mailbox already. */
const BRINGS_TEXT: ReadonlySet<NoticeKind> = new Set<NoticeKind>(['ADVICE_ASKED', 'LETTER_APPROVAL_ASKED', 'REFERRAL_ASKED']);

type Bringing = { readonly mailId: string; readonly caseId: string | null; readonly contactId: string; readonly kind: NoticeKind };

/**
 * The text that a mail asks about, as files beside its words; none for a mail that brings none. Read by the transaction that has asked for the consent,
 * and noted in it as the disclosure that it is. A code where the link of the mail opens nothing any more, or another text than was put.
 *
 * Source: product rule 1; security notes, Audit.
 */
export const enclosuresOf = async (
  tx: Tx,
  bringing: Bringing,
  token: string | undefined,
): Promise<Attachments | { readonly code: string }> => {
  const { mailId, caseId, contactId, kind } = bringing;
  if (!BRINGS_TEXT.has(kind)) return [];
  const invitation = await invitationBy(tx, token);
  const { question } = invitation ?? {};
  const asked = invitation?.contactId === contactId && question?.caseId === caseId;
  if (!question || !asked || question.closedAt !== null || question.closesAt <= tx.at) return { code: 'LINK_OVER' };
  const matter = await readMatter(tx, { question, contactId });
  if (matter === null) return { code: 'TEXT_CHANGED' };
  tx.audit.append({ action: 'mail.disclosed', caseId, subjectId: question.id, detail: { mail: mailId, contact: contactId } });
  return textsOf(matter);
};

/** Who was asked what by a link that still opens; null for any other. */
export const invitationBy = async (tx: Tx, token: string | undefined) => {
  const digests = [...tokenDigests(tx.keyring, 'link', token)];
  const link = await tx.db.link.findFirst({
    where: { digest: { in: digests }, revokedAt: null, expiresAt: { gt: tx.at } },
    include: { invitation: { include: { question: true } } },
  });
  return link?.invitation ?? null;
};

/** Plain text: what the pages make of the Markdown is for the pages. */
const textsOf = (matter: LinkMatter): Attachments => {
  switch (matter.kind) {
    case 'ADVICE': {
      const { language, title, text } = matter.brief;
      return [{ name: `brief-${language}.txt`, text: `${title}\n\n${text}\n` }];
    }
    case 'REFERRAL': {
      const { language, need, brief } = matter.text;
      const sum = need.amount === undefined ? [] : [`${need.amount} ${need.currency ?? ''}`];
      return [{ name: `referral-${language}.txt`, text: `${[need.text, ...sum, brief].join('\n\n')}\n` }];
    }
    case 'LETTER_APPROVAL': {
      const { texts, addressees, date, digest } = matter.letter;
      const to = addressees.map(({ name, title }) => (title === null ? name : `${name}, ${title}`)).join('\n');
      return LANGUAGES.flatMap((language) => {
        const text = texts[language];
        return text === undefined
          ? []
          : [{ name: `letter-${language}.txt`, text: `${[text.title, to, date, text.body, digest].join('\n\n')}\n` }];
      });
    }
    default:
      return [];
  }
};
