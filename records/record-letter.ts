import { randomUUID } from 'node:crypto';
import type { Commands, Effects, LetterCommandName } from '../domain/commands.ts';
import type { LetterText, SignOnCall } from '../domain/content.ts';
import type { LetterFile } from '../domain/letter.ts';
import { needsAdvice, windowMs } from '../domain/policy.ts';
import { refuse } from '../domain/refusal.ts';
import type { ActionMode } from '../domain/vocabulary.ts';
import { type Hand, mustNot } from './deeds.ts';
import { fileDocument, latestOf } from './documents.ts';
import { checkLetter, exactText, latestText } from './letters.ts';
import { publish } from './publication.ts';
import { found } from './record-error.ts';
import { finishTasks } from './tasks.ts';

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
    const { digest } = await recheck(hand, caseId, letterId);
    await hand.db.letter.update({ where: { id: letterId }, data: { digest } });
    return { questionId: randomUUID(), closesAt: hand.at.getTime() + windowMs(hand.policy, hand.band, 'APPROVE_LETTER') };
  },

  freezeLetter: async (hand, { caseId, letterId }) => {
    const { digest } = await recheck(hand, caseId, letterId);
    const approved = found(await hand.db.letter.findUnique({ where: { id: letterId } }));
    // the workflow allows freezing only after approval; that it was these words, only the digest can say
    if (approved.digest !== digest) mustNot(refuse('TEXT_CHANGED', 'The text is not the one that was approved: ask for approval again.'));
    await hand.db.letter.update({ where: { id: letterId }, data: { frozenAt: hand.at } });
    await finishTasks(hand, { caseId, kind: 'READY_TO_FREEZE', subjectId: letterId });
    return {};
  },

  openSignOn: async (hand, { caseId, letterId }, { documentId }) => {
    await fileDocument<SignOnCall>(hand, caseId, documentId, 'SIGN_ON_CALL', { subjectId: letterId });
    await recheck(hand, caseId, letterId);
    const closesAt = hand.at.getTime() + windowMs(hand.policy, hand.band, 'SIGN_ON');
    return { questionId: randomUUID(), closesAt, minimum: hand.policy.signOn.minimumToPublish };
  },

  closeSignOn: async () => ({}),

  publishLetter: async (hand, { caseId, letterId, signOn }, { slug }) => {
    await mustBeAdvised(hand, caseId);
    if ((await latestOf(hand.db, hand.seals, caseId, 'RISK')) === null) {
      mustNot(refuse('RISK_OF_ACTING_MISSING', 'Assess what acting may do to the person before anything is published.'));
    }
    await recheck(hand, caseId, letterId);
    await publish(hand, caseId, letterId, signOn?.questionId ?? null, slug);
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

const APPROVED = new Set(['APPROVED', 'APPROVED_AS_AMENDED', 'EMERGENCY_APPROVED', 'RATIFIED']);

/** The network speaks as a whole only with the approval of its Advisory Group, given after the decision in force. Source: product rule 4. */
const mustBeAdvised = async (hand: Hand, caseId: string): Promise<void> => {
  const { mode } = found(await hand.db.case.findUnique({ where: { id: caseId }, select: { mode: true } }));
  if (mode === null || !needsAdvice(hand.policy, mode as ActionMode)) return;
  const decision = await latestOf(hand.db, hand.seals, caseId, 'DECISION');
  const last = await hand.db.consultation.findFirst({ where: { caseId, decidedAt: { not: null } }, orderBy: { decidedAt: 'desc' } });
  const holds = last !== null && APPROVED.has(last.result ?? '') && last.openedAt.getTime() >= (decision?.at.getTime() ?? 0);
  if (!holds) mustNot(refuse('NOT_ADVISED', 'The Advisory Group has not approved this: open a consultation first.'));
};
