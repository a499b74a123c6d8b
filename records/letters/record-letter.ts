import { randomUUID } from 'node:crypto';
import { letterModeRefusal } from '../../domain/case.ts';
import type { Commands, Effects, LetterCommandName } from '../../domain/commands.ts';
import type { Conclusion, LetterText, SignOnCall } from '../../domain/content.ts';
import type { LetterFile } from '../../domain/letter.ts';
import { windowMs } from '../../domain/policy.ts';
import { refuse } from '../../domain/refusal.ts';
import type { ActionMode } from '../../domain/vocabulary.ts';
import { mustBeAdvised, mustBeApproved, mustBeSigned } from '../cases/grounds.ts';
import { finishTasks } from '../cases/tasks.ts';
import { type Hand, mustNot } from '../deeds.ts';
import { fileDocument, latestOf } from '../documents.ts';
import { found } from '../record-error.ts';
import { checkLetter, type ExactText, exactText, keepExactText, latestText, RESTS_ON } from './letters.ts';
import { publish } from './publication.ts';
import { publicationMatter, usePublication } from './publication-order.ts';
import { signedFor } from './signatures.ts';

type Recorder<N extends LetterCommandName> = (hand: Hand, letter: LetterFile, what: Commands[N]) => Promise<Effects>;

/** How each command of a letter is written down, inside the one transaction of its command. */
export const LETTER_RECORDERS: { readonly [N in LetterCommandName]: Recorder<N> } = {
  reviseLetter: async (hand, { caseId, letterId, version }, { documentId }) => {
    const place = { subjectId: letterId, version: version + 1 };
    const text = await fileDocument<LetterText>(hand, caseId, documentId, 'LETTER_TEXT', place);
    const before = await latestText(hand.db, hand.seals, caseId, letterId);
    if (before.content.kind !== text.kind) mustNot(refuse('KIND_CHANGED', 'A letter keeps its kind: draft a new letter for another kind.'));
    await checkLetter(hand, caseId, text);
    return { version: version + 1 };
  },

  askApproval: async (hand, { caseId, letterId }) => {
    await recheck(hand, caseId, letterId);
    await keepExactText(hand, caseId, letterId);
    for (const kind of ['APPROVAL_SILENT', 'APPROVAL_REFUSED']) await finishTasks(hand, { caseId, kind, subjectId: letterId });
    return { questionId: randomUUID(), closesAt: hand.at.getTime() + windowMs(hand.policy, hand.band, 'APPROVE_LETTER') };
  },

  freezeLetter: async (hand, { caseId, letterId }) => {
    // the workflow allows freezing only after approval; that it was these words, and that the answers count still, only the records can say
    await mustBeApproved(hand, letterId, await recheck(hand, caseId, letterId));
    await hand.db.letter.update({ where: { id: letterId }, data: { frozenAt: hand.at } });
    await finishTasks(hand, { caseId, kind: 'READY_TO_FREEZE', subjectId: letterId });
    return {};
  },

  openSignOn: async (hand, { caseId, letterId }, { documentId }) => {
    await fileDocument<SignOnCall>(hand, caseId, documentId, 'SIGN_ON_CALL', { subjectId: letterId });
    await mustGoOn(hand, caseId, letterId);
    const closesAt = hand.at.getTime() + windowMs(hand.policy, hand.band, 'SIGN_ON');
    return { questionId: randomUUID(), closesAt, minimum: hand.policy.signOn.minimumToPublish };
  },

  closeSignOn: async () => ({}),

  publishLetter: async (hand, { caseId, letterId }, { slug }) => {
    const exact = await mustGoPublic(hand, caseId, letterId);
    const signed = await signedFor(hand, letterId);
    await usePublication(hand, publicationMatter(caseId, letterId, exact, signed, slug));
    await publish(hand, letterId, slug, exact, signed);
    await finishTasks(hand, { caseId, kind: 'READY_TO_PUBLISH', subjectId: letterId });
    return {};
  },

  haltLetter: async () => ({}),
};

/** The ledger and what must not be done are asked again at every step: what was permitted yesterday may not be today. */
const recheck = async (hand: Hand, caseId: string, letterId: string): ReturnType<typeof exactText> => {
  const exact = await exactText(hand.db, hand.seals, caseId, letterId);
  await checkLetter(hand, caseId, { kind: exact.kind, addressees: exact.addressees.map(({ id }) => id), texts: exact.texts });
  return exact;
};

/** Everything that must hold at this instant before more people see the letter. Source: product rules 1, 3, 4 and stages 2, 4, 6, 7. */
const mustGoOn = async (hand: Hand, caseId: string, letterId: string): Promise<ExactText> => {
  const exact = await recheck(hand, caseId, letterId);
  await mustBeApproved(hand, letterId, exact);
  if (!RESTS_ON[exact.kind].isPublic) {
    mustNot(
      refuse('NEVER_PUBLIC', 'A letter of this kind is not put before the members and never published: send it by the way of its own.'),
    );
  }
  const { mode } = found(await hand.db.case.findUnique({ where: { id: caseId }, select: { mode: true } }));
  mustNot(letterModeRefusal(mode as ActionMode | null));
  await mustBeAdvised(hand, caseId, mode as ActionMode);
  await mustBeVerified(hand, caseId);
  await mustBeAssessed(hand, caseId);
  return exact;
};

/** Everything that must hold at this instant before everybody sees the letter. */
export const mustGoPublic = async (hand: Hand, caseId: string, letterId: string): Promise<ExactText> => {
  const exact = await mustGoOn(hand, caseId, letterId);
  await mustBeSigned(hand, letterId);
  return exact;
};

/** What was concluded last counts, and a provisional conclusion only until its day. */
const mustBeVerified = async (hand: Hand, caseId: string): Promise<void> => {
  const last = await latestOf<Conclusion>(hand.db, hand.seals, caseId, 'CONCLUSION');
  if (last === null || last.content.outcome === 'NOT_VERIFIED') {
    mustNot(refuse('NOT_VERIFIED', 'The facts are not verified as things stand: conclude the verification first.'));
  }
  const overdue = (last?.at.getTime() ?? 0) + hand.policy.verification.provisionalWithin < hand.at.getTime();
  if (last?.content.outcome === 'PROVISIONAL' && overdue) {
    mustNot(refuse('PROVISIONAL_OVERDUE', 'The verification was provisional and is overdue: conclude it before anything more goes out.'));
  }
};

/** The risk of acting must be on file, and newer than the last word that things got worse. */
const mustBeAssessed = async (hand: Hand, caseId: string): Promise<void> => {
  const risk = await latestOf(hand.db, hand.seals, caseId, 'RISK');
  if (risk === null) mustNot(refuse('RISK_OF_ACTING_MISSING', 'Assess what acting may do to the person before anything is published.'));
  const review = await hand.db.review.findFirst({ where: { caseId, endedAt: { not: null } }, orderBy: { endedAt: 'desc' } });
  if (review === null || review.sealed === null || (review.endedAt?.getTime() ?? 0) <= (risk?.at.getTime() ?? 0)) return;
  const { answer } = await hand.seals.open<{ answer: string }>('Review', review.id, caseId, review.sealed);
  if (answer === 'WORSE')
    mustNot(refuse('WORSE', 'The person said that things got worse: assess the risk again before anything is published.'));
};
