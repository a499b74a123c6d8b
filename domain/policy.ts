// Reading a policy and asking it: windows, rules, patience. Its form stands in policy-form.ts, what makes no sense in policy-sense.ts.
// Source: product rule 5 (policy is data).
import { type MailPatience, type Policy, policyForm, type RuleSet, type Step } from './policy-form.ts';
import { crossProblems } from './policy-sense.ts';
import type { Problem } from './policy-shape.ts';
import type { ActionMode, Band } from './vocabulary.ts';

export * from './policy-form.ts';
export type { Problem } from './policy-shape.ts';

/** The policy in a document, or everything that is wrong with it. A document that contradicts itself is refused like one that is malformed. */
export const parsePolicy = (json: unknown): { readonly policy: Policy } | { readonly problems: readonly Problem[] } => {
  const problems: Problem[] = [];
  const policy = policyForm(json, '', problems);
  if (problems.length === 0) problems.push(...crossProblems(policy));
  return problems.length === 0 ? { policy } : { problems };
};

/** How long a step may take in a band, in milliseconds. */
export const windowMs = (policy: Policy, band: Band, step: Step): number => policy.windows[step][band];

/** Does this mode of action need the approval of the Advisory Group? Source: product rule 4. */
export const needsAdvice = (policy: Policy, mode: ActionMode): boolean => policy.consultation[mode] !== null;

/** By which rules the Advisory Group decides. Whoever is asked without need is asked by the rules of the network's own voice, the fullest. */
export const consultationRule = (policy: Policy, mode: ActionMode): RuleSet => {
  const rule = policy.consultation[mode] ?? policy.consultation.NETWORK_VOICE;
  if (rule === null) throw new RangeError('a policy without a rule set for NETWORK_VOICE is never read in');
  return rule;
};

/** When a link dies, epoch ms: after its question has closed the receipt stays readable for a while. */
export const linkDiesAt = (policy: Policy, made: number, closesAt: number | null): number =>
  closesAt === null ? made + policy.links.withoutClose : closesAt + policy.links.afterClose;

/** How patiently this kind of mail is tried again, in milliseconds. */
export const patienceOf = (policy: Policy, kind: string): MailPatience => {
  const { firstRetry, cap, giveUp } = (Object.hasOwn(policy.mail, kind) ? policy.mail[kind] : undefined) ?? policy.mail.DEFAULT;
  return { firstRetryMs: firstRetry, capMs: cap, giveUpMs: giveUp };
};
