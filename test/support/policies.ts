import { COMPRESSED_POLICY } from '../../domain/policies/compressed.ts';
import { DEFAULT_POLICY } from '../../domain/policies/default.ts';
import { type Policy, parsePolicy } from '../../domain/policy.ts';

/** A policy as the code reads it; fails loudly with everything that is wrong in the document. */
export const policyFrom = (document: unknown): Policy => {
  const parsed = parsePolicy(document);
  if ('problems' in parsed) throw new Error(parsed.problems.map((problem) => `${problem.at}: ${problem.say}`).join('\n'));
  return parsed.policy;
};

export const defaultPolicy = policyFrom(DEFAULT_POLICY);
export const compressedPolicy = policyFrom(COMPRESSED_POLICY);
