// The arithmetic of the Advisory Group: who counts, what passes, and when nothing can change any more. Pure: the same answers give the
// same verdict whatever the order in which they came. Source: product stage 6, rule 6 (silence is never consent); vocabulary 8.
import type { RuleSet } from './policy.ts';
import type { AgResult } from './vocabulary.ts';

/** An eligible advisor. A gender is self-declared; null (or empty) is "not stated" and never counts against anyone. */
export type Voice = { readonly id: string; readonly region: string; readonly gender: string | null };

/**
 * One advisor's live answer; `choice` is one of AG_VOTES, anything else counts as no answer. When a list holds two answers of one advisor,
 * the later one holds. `kept`: the dialogue about an objection is over and the objector keeps it.
 */
export type Answer = { readonly id: string; readonly choice: string; readonly kept?: boolean };

export type Tally = {
  readonly eligible: number;
  readonly recused: number;
  /** how many answers the quorum asks for */
  readonly needed: number;
  readonly answered: number;
  readonly approve: number;
  readonly approveWithChanges: number;
  readonly object: number;
  readonly block: number;
  readonly abstain: number;
  readonly needInfo: number;
  readonly regions: number;
};

type ConditionName = 'QUORUM' | 'REGIONS' | 'GENDER' | 'MAJORITY' | 'OBJECTIONS' | 'BLOCKS';
export type Condition = { readonly name: ConditionName; readonly met: boolean; readonly say: string };

export type Verdict = {
  /** no answer still to come can change the result (or the rule asks to decide as soon as its conditions hold, and they do) */
  readonly final: boolean;
  /** the result if the consultation closed now */
  readonly result: Extract<AgResult, 'APPROVED' | 'APPROVED_AS_AMENDED' | 'NOT_APPROVED' | 'NO_QUORUM' | 'BALANCE_NOT_MET'>;
  readonly conditions: readonly Condition[];
  readonly tally: Tally;
};

type Ballot = { readonly voice: Voice; readonly choice: string; readonly kept: boolean };

const ANSWERS: ReadonlySet<string> = new Set(['APPROVE', 'APPROVE_WITH_CHANGES', 'OBJECT', 'BLOCK', 'ABSTAIN']);

const stated = (gender: string | null): string | null => {
  const word = gender?.normalize('NFKC').trim().toLowerCase() ?? '';
  return word === '' ? null : word;
};

const ballotsOf = (rule: RuleSet, roll: readonly Voice[], answers: readonly Answer[]): readonly Ballot[] => {
  const latest = new Map(answers.map((answer) => [answer.id, answer]));
  return roll.map((voice) => {
    const answer = latest.get(voice.id);
    const choice = answer?.choice ?? '';
    // where the rule knows no block, one is still an objection: nobody who says no is taken for absent
    return { voice, choice: choice === 'BLOCK' && !rule.blockAllowed ? 'OBJECT' : choice, kept: answer?.kept === true };
  });
};

const quorumOf = (rule: RuleSet, voting: number): number => {
  const { share, count } = rule.quorum;
  const asked = share === null ? (count ?? 1) : Math.ceil((share.parts * voting) / share.of);
  // when everybody has recused themselves, half of nobody is none; but nobody has then approved anything
  return Math.max(1, asked);
};

const tallyOf = (rule: RuleSet, ballots: readonly Ballot[]): Tally => {
  const count = (choice: string): number => ballots.filter((ballot) => ballot.choice === choice).length;
  const answering = ballots.filter((ballot) => ANSWERS.has(ballot.choice));
  const recused = count('RECUSE');
  return {
    eligible: ballots.length,
    recused,
    needed: quorumOf(rule, ballots.length - recused),
    answered: answering.length,
    approve: count('APPROVE'),
    approveWithChanges: count('APPROVE_WITH_CHANGES'),
    object: count('OBJECT'),
    block: count('BLOCK'),
    abstain: count('ABSTAIN'),
    needInfo: count('NEED_INFO'),
    regions: new Set(answering.map((ballot) => ballot.voice.region)).size,
  };
};

const gendersBalanced = (rule: RuleSet, ballots: readonly Ballot[]): boolean => {
  if (!rule.genderBalance) return true;
  const genders = ballots.filter((ballot) => ANSWERS.has(ballot.choice)).map((ballot) => stated(ballot.voice.gender));
  // whoever did not state a gender may be of any: their presence can only help
  return genders.length === 0 || genders.includes(null) || new Set(genders).size > 1;
};

const conditionsOf = (rule: RuleSet, ballots: readonly Ballot[], tally: Tally): readonly Condition[] => {
  const approvals = tally.approve + tally.approveWithChanges;
  const voting = tally.answered - tally.abstain;
  const { parts, of } = rule.pass;
  return [
    {
      name: 'QUORUM',
      met: tally.answered >= tally.needed,
      say: `${tally.answered} of the ${tally.needed} answers needed have come (${tally.eligible} eligible, ${tally.recused} recused).`,
    },
    {
      name: 'REGIONS',
      met: tally.regions >= rule.minimumRegions,
      say: `Answers come from ${tally.regions} regions; ${rule.minimumRegions} are needed.`,
    },
    {
      name: 'GENDER',
      met: gendersBalanced(rule, ballots),
      say: rule.genderBalance ? 'Those answering must not all have declared the same gender.' : 'This rule asks for no balance of genders.',
    },
    {
      name: 'MAJORITY',
      met: approvals > 0 && approvals * of >= parts * voting,
      say: `${approvals} of ${voting} who did not abstain approve; ${parts} of ${of} must.`,
    },
    {
      name: 'OBJECTIONS',
      met: !rule.openObjectionStops || tally.object === 0,
      say: tally.object === 0 ? 'Nobody objects.' : `Objections: ${tally.object}. Answer them or amend, then ask the objectors again.`,
    },
    {
      name: 'BLOCKS',
      met: tally.block === 0,
      say: tally.block === 0 ? 'Nobody blocks.' : `Blocked by ${tally.block}: this does not go forward.`,
    },
  ];
};

const resultOf = (conditions: readonly Condition[], tally: Tally): Verdict['result'] => {
  const failed = new Set(conditions.filter((condition) => !condition.met).map((condition) => condition.name));
  if (failed.has('BLOCKS')) return 'NOT_APPROVED';
  if (failed.has('QUORUM')) return 'NO_QUORUM';
  if (failed.has('REGIONS') || failed.has('GENDER')) return 'BALANCE_NOT_MET';
  if (failed.size > 0) return 'NOT_APPROVED';
  return tally.approveWithChanges > 0 ? 'APPROVED_AS_AMENDED' : 'APPROVED';
};

const weigh = (rule: RuleSet, ballots: readonly Ballot[]): Omit<Verdict, 'final'> => {
  const tally = tallyOf(rule, ballots);
  const conditions = conditionsOf(rule, ballots, tally);
  return { result: resultOf(conditions, tally), conditions, tally };
};

/** Who may still speak: the silent, those who asked for information, and whoever's objection is still being talked about. */
const isOpen = (rule: RuleSet, ballot: Ballot): boolean => {
  if (ballot.choice === 'OBJECT') return rule.openObjectionStops && !ballot.kept;
  return !ANSWERS.has(ballot.choice) && ballot.choice !== 'RECUSE';
};

/**
 * Can any answer still to come change the result? Five completions decide it, because each condition moves one way only: more answers
 * help quorum and balance, more approvals the majority, objections and blocks only harm, and a recusal never helps more than an answer
 * would. Answers get fewer only where an objector takes theirs back. The property tests compare this with all completions.
 */
const canStillChange = (rule: RuleSet, ballots: readonly Ballot[], result: Verdict['result']): boolean => {
  const becomes = (choice: string, who: (ballot: Ballot) => boolean): boolean =>
    weigh(
      rule,
      ballots.map((ballot) => (isOpen(rule, ballot) && who(ballot) ? { ...ballot, choice } : ballot)),
    ).result !== result;
  const everybody = (): boolean => true;
  return (
    becomes('APPROVE', everybody) ||
    becomes('APPROVE_WITH_CHANGES', everybody) ||
    becomes('OBJECT', everybody) ||
    (rule.blockAllowed && becomes('BLOCK', everybody)) ||
    becomes('NEED_INFO', (ballot) => ballot.choice === 'OBJECT')
  );
};

/** The verdict on the answers so far. Answers of people who are not on the roll are not seen. */
export const judge = (rule: RuleSet, roll: readonly Voice[], answers: readonly Answer[]): Verdict => {
  const ballots = ballotsOf(rule, roll, answers);
  const weighed = weigh(rule, ballots);
  const passes = weighed.result === 'APPROVED' || weighed.result === 'APPROVED_AS_AMENDED';
  const final = (rule.decided === 'MET' && passes) || !canStillChange(rule, ballots, weighed.result);
  return { final, ...weighed };
};

/** Why this roll could never pass the rule even if everybody on it approved, as sentences; empty when it can. */
export const rollProblems = (rule: RuleSet, roll: readonly Voice[]): readonly string[] => {
  const best = judge(
    rule,
    roll,
    roll.map(({ id }) => ({ id, choice: 'APPROVE' })),
  );
  return best.conditions.filter((condition) => !condition.met).map((condition) => `Even if everybody approved: ${condition.say}`);
};

/** Could the rule still be passed if, of this roll, only these could answer? The others count as silent and stay on the roll. */
export const decidable = (rule: RuleSet, roll: readonly Voice[], reached: ReadonlySet<string>): boolean => {
  const answers = roll.flatMap(({ id }) => (reached.has(id) ? [{ id, choice: 'APPROVE' }] : []));
  return judge(rule, roll, answers).conditions.every(({ met }) => met);
};

/** What the result is called on the emergency path and in the ratification that follows it. Silence does not ratify, and is not yet a no. */
export const emergencyResult = (path: 'EMERGENCY' | 'RATIFICATION', result: Verdict['result']): AgResult => {
  const passes = result === 'APPROVED' || result === 'APPROVED_AS_AMENDED';
  if (path === 'EMERGENCY') return passes ? 'EMERGENCY_APPROVED' : result;
  if (passes) return 'RATIFIED';
  return result === 'NOT_APPROVED' ? 'NOT_RATIFIED' : result;
};
