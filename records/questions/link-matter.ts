import type { ConsentAsk } from '../../domain/consent.ts';
import type { Brief, ReferralText } from '../../domain/content.ts';
import { consultationRule } from '../../domain/policy.ts';
import type { Sum } from '../../domain/referral.ts';
import { isTargetAtHome } from '../../domain/sign-on.ts';
import type { ActionMode, NeedCategory } from '../../domain/vocabulary.ts';
import { disclosureRefusal } from '../cases/consents.ts';
import { organisationNames, profileOf } from '../directory/directory.ts';
import { latestOf, openDocument } from '../documents.ts';
import { type ExactText, exactText } from '../letters/letters.ts';
import { policyOfCase } from '../policies.ts';
import { found } from '../record-error.ts';
import type { Store, Tx } from '../store.ts';
import type { OpenedLink } from './answers.ts';

/** What a link puts before the one person it was made for. */
export type LinkMatter =
  | { readonly kind: 'ADVICE'; readonly brief: Brief; readonly blockAllowed: boolean }
  | { readonly kind: 'LETTER_APPROVAL'; readonly letter: ExactText }
  | { readonly kind: 'SIGN_ON'; readonly letter: ExactText; readonly registeredName: string; readonly targetAtHome: boolean }
  | { readonly kind: 'REFERRAL'; readonly text: ReferralText; readonly ceiling: Sum | null }
  | { readonly kind: 'HELP_CONFIRMATION'; readonly category: NeedCategory }
  | { readonly kind: 'REVIEW' };

type Put = {
  readonly question: Pick<OpenedLink['question'], 'caseId' | 'kind' | 'subjectId' | 'documentId'>;
  readonly contactId: string;
};

/**
 * Opens the content of a link, or null when it may not be shown at this instant: consent has ended, or the text is no longer the one that was put.
 * Consent is asked in the transaction that reads, and the opening is noted in it. Source: product rule 1, security notes (Audit).
 */
export const openMatter = (store: Store, link: OpenedLink, at: number): Promise<LinkMatter | null> =>
  store.transact(`contact:${link.contactId}`, at, async (tx) => {
    const { caseId, id } = link.question;
    const { needs } = found(await tx.db.question.findUnique({ where: { id }, select: { needs: true } }));
    const refused = needs === null ? null : await disclosureRefusal(tx, caseId, needs as ConsentAsk, at);
    const matter = refused === null ? await readMatter(tx, link) : null;
    tx.audit.append({ action: matter === null ? 'link.closed' : 'link.opened', caseId, subjectId: id });
    return matter;
  });

/**
 * Reads what a link puts before one person; null where the text is no longer the one that was put. Whoever calls has asked for the consent, and notes the
 * disclosure.
 */
export const readMatter = async (tx: Tx, { question, contactId }: Put): Promise<LinkMatter | null> => {
  const { caseId, subjectId, documentId, kind } = question;
  const document = <T>(): Promise<T> => openDocument<T>(tx.db, tx.seals, caseId, found(documentId));
  switch (kind) {
    case 'ADVICE': {
      const { mode } = found(await tx.db.case.findUnique({ where: { id: caseId }, select: { mode: true } }));
      const { blockAllowed } = consultationRule(await policyOfCase(tx.db, caseId), found(mode) as ActionMode);
      return { kind, brief: await document<Brief>(), blockAllowed };
    }
    case 'LETTER_APPROVAL': {
      const letter = await exactly(tx, question);
      return letter && { kind, letter };
    }
    case 'SIGN_ON': {
      const letter = await exactly(tx, question);
      return letter && { kind, letter, ...(await signatory(tx, contactId, letter)) };
    }
    case 'REFERRAL': {
      const partner = found(await tx.db.partner.findUnique({ where: { contactId } }));
      return { kind, text: await document<ReferralText>(), ceiling: profileOf(partner).ceiling };
    }
    case 'HELP_CONFIRMATION': {
      const { content } = found(await latestOf<ReferralText>(tx.db, tx.seals, caseId, 'REFERRAL', subjectId));
      return { kind, category: content.need.category };
    }
    case 'REVIEW':
      return { kind };
    default:
      return null;
  }
};

/** The text that was put, and no later one: whoever answers answers for these words. */
const exactly = async (tx: Tx, { caseId, subjectId, documentId }: Put['question']): Promise<ExactText | null> => {
  const letter = await exactText(tx.db, tx.seals, caseId, subjectId);
  return letter.documentId === documentId ? letter : null;
};

const signatory = async (tx: Tx, contactId: string, letter: ExactText): Promise<{ registeredName: string; targetAtHome: boolean }> => {
  const { organisation } = found(await tx.db.contact.findUnique({ where: { id: contactId }, include: { organisation: true } }));
  const { id, country } = found(organisation);
  const registeredName = (await organisationNames(tx.db, tx.seals, [id])).get(id)?.name ?? '';
  const targetAtHome = isTargetAtHome(
    country,
    letter.addressees.map((addressee) => addressee.country),
  );
  return { registeredName, targetAtHome };
};
