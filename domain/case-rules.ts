import { type CaseFile, isAnyOpen, isApproval, isClosed } from './case-file.ts';
import type { CaseCommandName, Order } from './commands.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { ActionMode } from './vocabulary.ts';

/** Which ways of acting speak through letters. Source: product rule 4. */
const SPEAKS_BY_LETTER: ReadonlySet<ActionMode> = new Set<ActionMode>([
  'NETWORK_VOICE',
  'NAMED_ENDORSEMENTS',
  'MEMBER_PETITION_CIRCULATION',
]);

/** Why a case under this mode of action has no letter, or null; asked again before every step towards the public. */
export const letterModeRefusal = (mode: ActionMode | null): Refusal | null =>
  mode !== null && SPEAKS_BY_LETTER.has(mode)
    ? null
    : refuse('MODE_FORBIDS_LETTER', 'The mode of action decided for this case has no letter: decide another mode first.');

type Rule = (file: CaseFile) => Refusal | null;

const when =
  (ok: (file: CaseFile) => boolean, code: string, say: string): Rule =>
  (file) =>
    ok(file) ? null : refuse(code, say);

const acknowledgedFirst = when(
  (f) => f.at.acknowledged !== null,
  'NOT_ACKNOWLEDGED',
  'Acknowledge the request first: the requester is waiting to hear.',
);
const verifiedFirst = when(
  (f) => f.verified === true,
  'NOT_VERIFIED',
  'Conclude the verification first; in a CRITICAL case a trusted first-hand report allows a provisional conclusion.',
);
const assessedFirst = when(
  (f) => f.at.assessed !== null && f.at.worsened === null,
  'NOT_ASSESSED',
  'Assess the risk first, the risk of acting included.',
);
const decidedFirst = when((f) => f.mode !== null, 'NOT_DECIDED', 'Decide the mode of action first.');
const consentedFirst = when((f) => f.consents > 0, 'NO_CONSENT', 'Record what the person agreed to first.');
const advisedFirst = when(
  (f) => !f.needsAdvice || isApproval(f.advice),
  'NOT_ADVISED',
  'This mode of action needs the approval of the Advisory Group: open a consultation, or choose another mode.',
);

/** What must hold before each command. The first rule that does not hold answers. Source: product, the stages and rules 1, 3, 4. */
const RULES: { readonly [N in CaseCommandName]: readonly Rule[] } = {
  acknowledge: [
    when((f) => f.at.acknowledged === null, 'ALREADY_ACKNOWLEDGED', 'The request was acknowledged already; nothing more to do.'),
  ],
  recordConsent: [],
  addSource: [acknowledgedFirst],
  concludeVerification: [
    acknowledgedFirst,
    when((f) => f.sources > 0, 'NO_SOURCE', 'Add at least one source before concluding the verification.'),
  ],
  // the risk is assessed before the facts are settled where waiting is the danger: it sets the band, and the band opens the provisional way
  assessRisk: [acknowledgedFirst],
  decideAction: [
    assessedFirst,
    verifiedFirst,
    when((f) => !isAnyOpen(f.consultations), 'CONSULTING', 'A consultation is open on the earlier decision: wait for it to end.'),
  ],
  openConsultation: [
    assessedFirst,
    decidedFirst,
    consentedFirst,
    when((f) => f.needsAdvice, 'NO_ADVICE_NEEDED', 'This mode of action needs no consultation.'),
    when((f) => !isAnyOpen(f.consultations), 'ALREADY_CONSULTING', 'A consultation is open already: wait for it to end.'),
  ],
  draftLetter: [assessedFirst, decidedFirst, consentedFirst, verifiedFirst, (f) => letterModeRefusal(f.mode), advisedFirst],
  // a person in immediate danger does not wait for the letter, nor for the Advisory Group: only for consent and the risk picture
  refer: [assessedFirst, consentedFirst],
  endConsultation: [when((f) => isAnyOpen(f.consultations), 'NOT_CONSULTING', 'No consultation of this case is open.')],
  endReferral: [when((f) => isAnyOpen(f.referrals), 'NO_REFERRAL', 'No referral of this case is open.')],
  askReview: [
    when((f) => f.at.assessed !== null, 'NOT_ASSESSED', 'Assess the risk first: it sets how often the person is asked.'),
    when((f) => f.openReview === null, 'REVIEW_OPEN', 'A review is being asked already: wait for the answer.'),
  ],
  closeCase: [
    when((f) => f.at.worsened === null, 'WORSE', 'The person said that things got worse: assess the risk again before closing.'),
    when((f) => !isAnyOpen(f.letters), 'LETTER_OPEN', 'A letter is still open: publish it or halt it.'),
    when(
      (f) => !isAnyOpen(f.referrals),
      'REFERRAL_OPEN',
      'A referral is still open: it ends with the person’s own confirmation or a recorded reason.',
    ),
    when((f) => !isAnyOpen(f.consultations), 'CONSULTING', 'A consultation is still open: wait for it to end.'),
    when((f) => f.reviews.length > 0, 'NEVER_REVIEWED', 'Ask the person at least once how things are before closing.'),
  ],
  cancelCase: [],
  reopenCase: [when(isClosed, 'NOT_CLOSED', 'This case is open.')],
};

/**
 * Why the case refuses this command now, or null. Synchronous and pure: it serves the update's validator and is asked again when the command's turn comes.
 */
export const refusalOf = (file: CaseFile, order: Order<CaseCommandName>): Refusal | null => {
  if (isClosed(file) && order.name !== 'reopenCase') return refuse('CASE_CLOSED', 'This case is closed. Reopen it, or open a new case.');
  for (const rule of RULES[order.name]) {
    const refusal = rule(file);
    if (refusal !== null) return refusal;
  }
  return null;
};
