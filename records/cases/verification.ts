import type { Effects } from '../../domain/commands.ts';
import type { Conclusion, SourceNote } from '../../domain/content.ts';
import { refuse } from '../../domain/refusal.ts';
import { type FactSource, mayConclude, proposeOutcome, provisionalAction } from '../../domain/verification.ts';
import { type Hand, mustNot } from '../deeds.ts';
import type { Filed } from '../documents.ts';
import { finishTasks, raiseTask } from './tasks.ts';

const asFactSource = ({ id, content: source }: Filed<SourceNote>): FactSource => ({
  id,
  independenceGroup: source.independentGroup,
  reliability: source.reliability,
  validity: source.validity,
  evidence: source.evidenceType,
  firstHand: source.firstHand,
  trustedMember: source.relation === 'MEMBER_ORGANISATION',
});

/** What the rule proposes for a case's account on the sources it has; a person confirms or overrules it with a reason. */
export const proposed = (sources: readonly Filed<SourceNote>[]): ReturnType<typeof proposeOutcome> =>
  proposeOutcome(sources.map(asFactSource));

/** Weighs a person's conclusion against the rule. A provisional one sets the clock by which the verification is due. Source: product stage 4. */
export const conclude = async (hand: Hand, sources: readonly Filed<SourceNote>[], conclusion: Conclusion): Promise<Effects> => {
  const facts = sources.map(asFactSource);
  const reasonGiven = conclusion.text.trim() !== '';
  if (conclusion.outcome === 'VERIFIED') {
    const outcome = proposeOutcome(facts);
    if (conclusion.standing === 'DISPUTED' || conclusion.standing === 'RETRACTED') {
      mustNot(
        refuse(
          'NOT_ESTABLISHED',
          'An account that is disputed or retracted is not verified: conclude NOT_VERIFIED, or find what settles it.',
        ),
      );
    }
    mustNot(mayConclude({ by: 'PERSON', facts: [{ outcome, chosen: conclusion.standing, reasonGiven }], checks: conclusion.checks }));
    await finishTasks(hand, { caseId: hand.caseId, kind: 'VERIFY_PROVISIONAL' });
    return { verified: true };
  }
  if (conclusion.outcome === 'NOT_VERIFIED') return { verified: false };
  const allowed = provisionalAction(hand.band, facts, hand.at.getTime(), hand.policy);
  if ('code' in allowed) mustNot(allowed);
  else await dueLater(hand, allowed.verifyBy);
  return { verified: true, provisional: true };
};

const dueLater = (hand: Hand, verifyBy: number): Promise<void> =>
  raiseTask(hand, {
    caseId: hand.caseId,
    key: `VERIFY_PROVISIONAL:${hand.commandId}`,
    kind: 'VERIFY_PROVISIONAL',
    urgency: 1,
    escalation: 0,
    subjectId: null,
    dueAt: new Date(verifyBy),
  });
