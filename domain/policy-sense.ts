// What a policy that is well written may still get wrong: rules that contradict each other, or that nobody could ever fulfil.
import type { Policy, RuleSet } from './policy-form.ts';
import type { Problem } from './policy-shape.ts';
import { ACTION_MODES, BANDS, REGIONS } from './vocabulary.ts';

const isAscending = (list: readonly number[]): boolean => list.every((value, i) => i === 0 || value > (list[i - 1] ?? 0));

/** Why no roll whatever could pass this rule set, or why silence could; empty when it can work. Source: product stage 6 and rule 6. */
const ruleSetProblems = (rule: RuleSet, at: string): Problem[] => {
  const problems: Problem[] = [];
  const { share, count } = rule.quorum;
  if ((share === null) === (count === null)) {
    problems.push({ at: `${at}.quorum`, say: 'Write either a share or a count, and null for the other.' });
  }
  if (share !== null && share.parts > share.of) {
    problems.push({ at: `${at}.quorum.share`, say: 'This can never pass: it asks for more answers than there are advisors.' });
  }
  if (rule.pass.parts > rule.pass.of) {
    problems.push({ at: `${at}.pass`, say: 'This can never pass: it asks for more approvals than there are answers.' });
  }
  if (rule.minimumRegions > REGIONS.length) {
    problems.push({ at: `${at}.minimumRegions`, say: `This can never pass: there are only ${REGIONS.length} regions.` });
  }
  return problems;
};

/** A graver band is never slower than a calmer one. */
const bandProblems = (times: Policy['reviews']['every'], at: string): Problem[] =>
  BANDS.slice(1).flatMap((graver, i) => {
    const calmer = BANDS[i] ?? graver;
    return times[graver] > times[calmer]
      ? [{ at: `${at}.${graver}`, say: `This is longer than for ${calmer}: a graver case must not wait longer.` }]
      : [];
  });

const clockProblems = (policy: Policy): Problem[] => {
  const problems: Problem[] = [];
  if (!isAscending(policy.reminders) || policy.reminders.some((at) => at <= 0 || at >= 1)) {
    problems.push({ at: 'reminders', say: 'Write the shares in ascending order, each between 0 and 1.' });
  }
  const steps = policy.escalation.map((step) => step.afterShare);
  if (steps.length === 0)
    problems.push({ at: 'escalation', say: 'Name at least one person to whom a missed deadline goes: silence must reach somebody.' });
  if (!isAscending(steps)) problems.push({ at: 'escalation', say: 'Write the steps in the order in which they happen.' });
  if (new Set(policy.escalation.map((step) => step.to)).size < policy.escalation.length) {
    problems.push({ at: 'escalation', say: 'Name each person once.' });
  }
  if (!isAscending(policy.reviews.afterClosing))
    problems.push({ at: 'reviews.afterClosing', say: 'Write the checks after closing in ascending order.' });
  return problems;
};

const mailProblems = (policy: Policy): Problem[] =>
  Object.entries(policy.mail).flatMap(([kind, { firstRetry, cap, giveUp }]) =>
    firstRetry <= cap && cap <= giveUp
      ? []
      : [
          {
            at: `mail.${kind}`,
            say: 'The first pause must not be longer than the longest, nor the longest longer than the time after which mail is given up.',
          },
        ],
  );

const consultationProblems = (policy: Policy): Problem[] => {
  const rules = ACTION_MODES.flatMap((mode) => {
    const rule = policy.consultation[mode];
    return rule === null ? [] : ruleSetProblems(rule, `consultation.${mode}`);
  });
  if (policy.consultation.NETWORK_VOICE === null) {
    rules.push({ at: 'consultation.NETWORK_VOICE', say: 'The network does not speak without its Advisory Group: write a rule set.' });
  }
  for (const [mode, rule] of Object.entries(policy.consultation)) {
    if (rule?.decided === 'MET') {
      rules.push({
        at: `consultation.${mode}.decided`,
        say: 'Only an emergency, which is ratified later, is decided before everybody was heard: write SETTLED.',
      });
    }
  }
  return policy.emergency === null ? rules : [...rules, ...ruleSetProblems(policy.emergency.rule, 'emergency.rule')];
};

/** Everything in a well-formed policy that makes no sense together. */
export const crossProblems = (policy: Policy): Problem[] => [
  ...Object.entries(policy.windows).flatMap(([step, times]) => bandProblems(times, `windows.${step}`)),
  ...bandProblems(policy.reviews.every, 'reviews.every'),
  ...clockProblems(policy),
  ...consultationProblems(policy),
  ...mailProblems(policy),
];
