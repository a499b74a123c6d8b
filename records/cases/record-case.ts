import { randomUUID } from 'node:crypto';
import type { CaseFile } from '../../domain/case.ts';
import { type Closing, closingRefusal } from '../../domain/closing.ts';
import type { CaseCommandName, Commands, Effects } from '../../domain/commands.ts';
import { type ConsentEntry, entryProblems } from '../../domain/consent.ts';
import type * as content from '../../domain/content.ts';
import { needsAdvice, windowMs } from '../../domain/policy.ts';
import { refuse } from '../../domain/refusal.ts';
import { assess, bandMayBecome } from '../../domain/risk.ts';
import { type Hand, mustNot, Refused } from '../deeds.ts';
import { documentsOf, fileDocument } from '../documents.ts';
import { startLetter } from '../letters/letters.ts';
import { putNotice } from '../mail/outbox.ts';
import { COUNTED } from '../questions/counted.ts';
import { addConsent } from './consents.ts';
import { caseContacts } from './contacts.ts';
import { outgoingRefusal } from './outgoing.ts';
import { startReferral } from './referrals.ts';
import { conclude } from './verification.ts';
import { stopWhatDepends } from './withdrawal.ts';

type Recorder<N extends CaseCommandName> = (hand: Hand, caseId: string, what: Commands[N], file: CaseFile) => Promise<Effects>;

const nothing = async (): Promise<Effects> => ({});

/** Acting in somebody's vital interest takes two people of the secretariat: whoever records it, and another who stands by it. */
const mustBeTwo = async (hand: Hand, entry: ConsentEntry): Promise<void> => {
  const second =
    entry.secondPersonId === hand.by ? null : await hand.db.person.findUnique({ where: { id: entry.secondPersonId ?? hand.by } });
  if (second === null || second.disabledAt !== null) {
    mustNot(
      refuse('SECOND_PERSON_MISSING', 'Acting in somebody’s vital interest takes a second person of the secretariat: give their id.'),
    );
  }
};

/** How each command of a case is written down. Every recorder runs inside the one transaction of its command and may refuse it. */
export const CASE_RECORDERS: { readonly [N in CaseCommandName]: Recorder<N> } = {
  acknowledge: async (hand, caseId) => {
    for (const requester of await caseContacts(hand.db, caseId, ['REQUESTER'])) {
      const key = `REQUEST_ACKNOWLEDGED:${requester.id}`;
      const language = requester.language as content.Intake['language'];
      await putNotice(hand, { key, kind: 'REQUEST_ACKNOWLEDGED', contactId: requester.id, caseId, language, data: {}, needs: null });
    }
    return {};
  },

  recordConsent: async (hand, caseId, { consentId, documentId }) => {
    const text = await fileDocument<content.ConsentText>(hand, caseId, documentId, 'CONSENT');
    const { personId, reason, ...said } = text;
    const people = await caseContacts(hand.db, caseId, ['DEFENDER', 'TRUSTED_CONTACT', 'OTHER_PERSON']);
    if (!people.some(({ id }) => id === personId))
      mustNot(refuse('PERSON_UNKNOWN', 'Consent is recorded for a person of this case: take the id from the case.'));
    const entry: ConsentEntry = {
      ...said,
      id: consentId,
      reasonDocumentId: reason === null ? null : documentId,
      validFrom: hand.at.getTime(),
      withdrawnAt: null,
    };
    mustNot(entryProblems(entry, hand.policy.consent)[0]);
    if (entry.recipientId !== null && entry.purpose !== 'REFERRAL') {
      mustNot(refuse('RECIPIENT_NOT_USED', 'Only a referral names its recipient; for every other purpose leave the recipient empty.'));
    }
    if (entry.basis === 'VITAL_INTEREST') await mustBeTwo(hand, entry);
    await addConsent(hand, caseId, personId, entry);
    // the last word counts: one that permits less than the word before closes what rested on that
    return { stopped: await stopWhatDepends(hand, caseId, consentId) };
  },

  addSource: async (hand, caseId, { documentId }) => {
    await fileDocument<content.SourceNote>(hand, caseId, documentId, 'SOURCE');
    return {};
  },

  concludeVerification: async (hand, caseId, { documentId }) => {
    const conclusion = await fileDocument<content.Conclusion>(hand, caseId, documentId, 'CONCLUSION');
    const sources = await documentsOf<content.SourceNote>(hand.db, hand.seals, caseId, 'SOURCE');
    return conclude(hand, sources, conclusion);
  },

  assessRisk: async (hand, caseId, { documentId }, file) => {
    const text = await fileDocument<content.RiskText>(hand, caseId, documentId, 'RISK');
    const grounds = text.grounds.map(({ floor, date }) => ({ floor, at: date === null ? null : Date.parse(date) }));
    const assessment = assess({ ...text, grounds, assessedAt: hand.at.getTime() });
    if ('code' in assessment) throw new Refused(assessment);
    const before = file.at.assessed === null ? null : file.band;
    mustNot(bandMayBecome(before, assessment.band, 'PERSON', text.reasons.trim() !== '', assessment.floors));
    return { band: assessment.band };
  },

  decideAction: async (hand, caseId, { documentId, mode }) => {
    const decision = await fileDocument<content.DecisionText>(hand, caseId, documentId, 'DECISION');
    if (!decision.constraintsRead) {
      mustNot(refuse('CONSTRAINTS_UNREAD', 'Read what must not be done in this case, and confirm that you did (constraintsRead).'));
    }
    return { needsAdvice: needsAdvice(hand.policy, mode) };
  },

  openConsultation: async (hand, caseId, { consultationId, documentId }) => {
    const brief = await fileDocument<content.Brief>(hand, caseId, documentId, 'BRIEF', { subjectId: consultationId });
    mustNot(
      await outgoingRefusal(hand, caseId, { purpose: 'SHARE_WITH_ADVISORY_GROUP', texts: [brief.title, brief.text], isPublic: false }),
    );
    const closesAt = hand.at.getTime() + windowMs(hand.policy, hand.band, 'CONSULT');
    await hand.db.consultation.create({
      data: { id: consultationId, caseId, state: 'OPEN', openedAt: hand.at, closesAt: new Date(closesAt) },
    });
    return { closesAt };
  },

  draftLetter: async (hand, caseId, { letterId, documentId }) => {
    const text = await fileDocument<content.LetterText>(hand, caseId, documentId, 'LETTER_TEXT', { subjectId: letterId, version: 1 });
    await startLetter(hand, caseId, letterId, text);
    return {};
  },

  refer: async (hand, caseId, { referralId, documentId }) => {
    const text = await fileDocument<content.ReferralText>(hand, caseId, documentId, 'REFERRAL', { subjectId: referralId });
    await startReferral(hand, caseId, referralId, randomUUID(), text);
    return {};
  },

  endReferral: async (hand, caseId, { referralId, documentId }) => {
    await fileDocument<content.Reason>(hand, caseId, documentId, 'REASON', { subjectId: referralId });
    const open = await hand.db.referral.count({ where: { id: referralId, caseId, endedAt: null } });
    if (open === 0) mustNot(refuse('NO_SUCH_REFERRAL', 'No referral with this id is open in this case.'));
    return {};
  },

  endConsultation: async (hand, caseId, { consultationId, documentId }) => {
    await fileDocument<content.Reason>(hand, caseId, documentId, 'REASON', { subjectId: consultationId });
    const open = await hand.db.consultation.count({ where: { id: consultationId, caseId, decidedAt: null } });
    if (open === 0) mustNot(refuse('NO_SUCH_CONSULTATION', 'No consultation with this id is open in this case.'));
    return {};
  },

  askReview: nothing,

  closeCase: async (hand, caseId, { documentId }, file) => {
    const heard =
      file.openReview === null ? 0 : await hand.db.answer.count({ where: { invitation: { questionId: file.openReview.id }, ...COUNTED } });
    if (heard > 0) mustNot(refuse('REVIEW_ANSWERED', 'The person has just answered how things are: look at the answer, then close.'));
    const text = await fileDocument<content.ClosingText>(hand, caseId, documentId, 'CLOSING');
    const closing: Closing = {
      outcomes: text.outcomes,
      impact: text.impact,
      contribution: text.contribution,
      remainingRisk: text.remainingRisk,
      lessonGiven: (text.lesson ?? '').trim() !== '',
      waiverReasonGiven: (text.waiver ?? '').trim() !== '',
    };
    mustNot(closingRefusal(closing));
    return {};
  },

  cancelCase: async (hand, caseId, { documentId }) => {
    await fileDocument<content.Reason>(hand, caseId, documentId, 'REASON');
    return {};
  },

  reopenCase: async (hand, caseId, { documentId }) => {
    await fileDocument<content.Reason>(hand, caseId, documentId, 'REASON');
    return {};
  },
};
