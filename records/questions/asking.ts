import type { ConsentAsk } from '../../domain/consent.ts';
import type { Brief, ReferralText, SignOnCall } from '../../domain/content.ts';
import type { NoticeKind } from '../../domain/notices.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { Language } from '../../domain/vocabulary.ts';
import type { Db } from '../../prisma/client.ts';
import { intakeOf } from '../cases/cases.ts';
import { disclosureRefusal } from '../cases/consents.ts';
import { type ContactRole, caseContacts, openCard } from '../cases/contacts.ts';
import { shows, wordsOf } from '../cases/outgoing.ts';
import { advisorRoll, signatories } from '../directory/directory.ts';
import { latestOf } from '../documents.ts';
import { latestText, RESTS_ON } from '../letters/letters.ts';
import { found } from '../record-error.ts';
import type { Sealing } from '../sealing.ts';
import type { Tx } from '../store.ts';
import type { Asked } from './questions.ts';

export type QuestionKind = 'ADVICE' | 'LETTER_APPROVAL' | 'SIGN_ON' | 'REFERRAL' | 'HELP_CONFIRMATION' | 'REVIEW';

/**
 * What differs between the questions: which mail brings and repeats them, and whether an answer may be changed until the close. The word of the person
 * sets things in motion at once, so it is given once; another word reaches the coordinator at any time.
 */
export const QUESTIONS: {
  readonly [K in QuestionKind]: { readonly ask: NoticeKind; readonly remind: NoticeKind; readonly changeable: boolean };
} = {
  ADVICE: { ask: 'ADVICE_ASKED', remind: 'ADVICE_REMINDER', changeable: true },
  LETTER_APPROVAL: { ask: 'LETTER_APPROVAL_ASKED', remind: 'LETTER_APPROVAL_REMINDER', changeable: false },
  SIGN_ON: { ask: 'SIGN_ON_ASKED', remind: 'SIGN_ON_REMINDER', changeable: true },
  REFERRAL: { ask: 'REFERRAL_ASKED', remind: 'REFERRAL_REMINDER', changeable: true },
  HELP_CONFIRMATION: { ask: 'HELP_CONFIRMATION_ASKED', remind: 'HELP_CONFIRMATION_REMINDER', changeable: false },
  REVIEW: { ask: 'REVIEW_ASKED', remind: 'REVIEW_REMINDER', changeable: false },
};

/** What a question shows and what that rests on. */
export type Matter = { readonly documentId: string | null; readonly needs: ConsentAsk | null };

type Of = { readonly caseId: string; readonly subjectId: string; readonly partnerId: string | null };

/** The text that a question puts before people, and the consent it needs for as much as the text really shows. */
export const matterOf = async (tx: Tx, kind: QuestionKind, { caseId, subjectId, partnerId }: Of): Promise<Matter> => {
  const { db, seals } = tx;
  const intake = await intakeOf(db, seals, caseId);
  switch (kind) {
    case 'ADVICE': {
      const brief = found(await latestOf<Brief>(db, seals, caseId, 'BRIEF', subjectId));
      const identifiability = shows(intake, [brief.content.title, brief.content.text]);
      return { documentId: brief.id, needs: { purpose: 'SHARE_WITH_ADVISORY_GROUP', identifiability } };
    }
    // whoever approves reads what the letter shows of the others, so it rests on the same consent
    case 'LETTER_APPROVAL':
    case 'SIGN_ON': {
      const { id, content } = await latestText(db, seals, caseId, subjectId);
      return { documentId: id, needs: { purpose: RESTS_ON[content.kind].purpose, identifiability: shows(intake, wordsOf(content)) } };
    }
    case 'REFERRAL': {
      const { id, content } = found(await latestOf<ReferralText>(db, seals, caseId, 'REFERRAL', subjectId));
      const identifiability = shows(intake, [content.brief, content.need.text]);
      return { documentId: id, needs: { purpose: 'REFERRAL', identifiability, ...(partnerId === null ? {} : { recipientId: partnerId }) } };
    }
    case 'HELP_CONFIRMATION':
    case 'REVIEW':
      return { documentId: null, needs: null };
  }
};

/** Why the matter may not be shown at this instant, or null. */
export const matterRefusal = (tx: Tx, caseId: string, { needs }: Matter): Promise<Refusal | null> =>
  needs === null ? Promise.resolve(null) : disclosureRefusal(tx, caseId, needs, tx.at.getTime());

export type RollEntry = { readonly contactId: string; readonly region: string; readonly gender: string | null };

/** The advisors who can be asked now. */
export const eligibleAdvisors = async (db: Db, seals: Sealing): Promise<readonly (RollEntry & Asked)[]> =>
  (await advisorRoll(db, seals))
    .filter(({ available }) => available)
    .map(({ contactId, region, gender, language, timeZone }) => ({
      contactId,
      region,
      gender,
      language,
      timeZone: timeZone ?? undefined,
      byMail: true,
    }));

/** People of the case in these roles, those without an address among them. */
export const peopleToAsk = async (tx: Tx, caseId: string, roles: readonly ContactRole[]): Promise<readonly Asked[]> =>
  Promise.all(
    (await caseContacts(tx.db, caseId, roles)).map(async (row) => {
      const card = await openCard(tx.seals, row);
      return { contactId: row.id, language: row.language as Language, byMail: card.email !== null, timeZone: card.timeZone };
    }),
  );

/** The members whom a sign-on is put to: one authorised signatory each. */
export const membersCalled = async (tx: Tx, caseId: string, letterId: string): Promise<readonly Asked[]> => {
  const call = found(await latestOf<SignOnCall>(tx.db, tx.seals, caseId, 'SIGN_ON_CALL', letterId)).content;
  return (await signatories(tx.db))
    .filter(
      ({ region, organisationId }) =>
        (call.regions.length === 0 || call.regions.includes(region)) && !call.excludedOrganisationIds.includes(organisationId),
    )
    .map(({ contactId, language }) => ({ contactId, language, byMail: true }));
};

export const partnerDesk = async (tx: Tx, partnerId: string): Promise<Asked> => {
  const { contact } = found(await tx.db.partner.findUnique({ where: { id: partnerId }, include: { contact: true } }));
  return { contactId: contact.id, language: contact.language as Language, byMail: true };
};
