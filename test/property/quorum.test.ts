import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RuleSet } from '../../domain/policy.ts';
import { type Answer, judge, type Voice } from '../../domain/quorum.ts';
import { figure } from '../support/figures.ts';
import { catches, holds, SEED } from '../support/properties.ts';

type Judge = typeof judge;

const CHOICES = ['APPROVE', 'APPROVE_WITH_CHANGES', 'OBJECT', 'BLOCK', 'ABSTAIN', 'RECUSE', 'NEED_INFO'] as const;

const rules: fc.Arbitrary<RuleSet> = fc.record({
  quorum: fc.oneof(
    fc.record({ share: fc.constantFrom({ parts: 1, of: 2 }, { parts: 2, of: 3 }, { parts: 1, of: 1 }), count: fc.constant(null) }),
    fc.record({ share: fc.constant(null), count: fc.integer({ min: 1, max: 4 }) }),
  ),
  minimumRegions: fc.integer({ min: 1, max: 3 }),
  genderBalance: fc.boolean(),
  pass: fc.constantFrom({ parts: 1, of: 2 }, { parts: 2, of: 3 }, { parts: 3, of: 4 }),
  openObjectionStops: fc.boolean(),
  blockAllowed: fc.boolean(),
  decided: fc.constant('SETTLED' as const),
});

const voices = fc
  .array(
    fc.record({
      region: fc.constantFrom('AFRICA', 'ASIA_PACIFIC', 'NORTH_AMERICA'),
      gender: fc.constantFrom('woman', 'man', 'non-binary', null),
    }),
    { minLength: 0, maxLength: 6 },
  )
  .map((list): Voice[] => list.map((voice, i) => ({ id: `advisor-${i}`, ...voice })));

/** Answers in order of arrival; an advisor may answer again. */
const arrivals = (roll: readonly Voice[]): fc.Arbitrary<Answer[]> =>
  roll.length === 0
    ? fc.constant([])
    : fc.array(
        fc.record({ id: fc.constantFrom(...roll.map((voice) => voice.id)), choice: fc.constantFrom(...CHOICES), kept: fc.boolean() }),
        {
          maxLength: 8,
        },
      );

const consultations = fc
  .tuple(rules, voices)
  .chain(([rule, roll]) => fc.record({ rule: fc.constant(rule), roll: fc.constant(roll), answers: arrivals(roll) }));

const live = (answers: readonly Answer[]): Answer[] => [...new Map(answers.map((answer) => [answer.id, answer])).values()];
const passes = (result: string): boolean => result === 'APPROVED' || result === 'APPROVED_AS_AMENDED';

const orderNeverMatters = (rule: Judge) =>
  fc.property(
    consultations.chain(({ answers, ...rest }) =>
      fc.record({
        rule: fc.constant(rest.rule),
        roll: fc.constant(rest.roll),
        answers: fc.constant(live(answers)),
        shuffled: fc.shuffledSubarray(live(answers), { minLength: live(answers).length }),
      }),
    ),
    ({ rule: set, roll, answers, shuffled }) => JSON.stringify(rule(set, roll, answers)) === JSON.stringify(rule(set, roll, shuffled)),
  );

/** Everything that those who have not spoken for good may still say, silence included. */
const completions = function* (roll: readonly Voice[], answers: readonly Answer[], stops: boolean): Generator<Answer[]> {
  const said = live(answers);
  const isSettled = (answer: Answer): boolean =>
    answer.choice !== 'NEED_INFO' && !(answer.choice === 'OBJECT' && stops && answer.kept !== true);
  const settled = said.filter(isSettled);
  const open = roll.filter((voice) => !settled.some((answer) => answer.id === voice.id));
  const choices = ['', 'APPROVE', 'APPROVE_WITH_CHANGES', 'OBJECT', 'BLOCK', 'ABSTAIN', 'RECUSE'];
  const total = choices.length ** open.length;
  // up to three open voices all completions are tried, beyond that a sample; a step that is no multiple of seven varies every voice
  const even = Math.max(1, Math.floor(total / 400));
  const step = even % choices.length === 0 ? even + 1 : even;
  for (let n = 0; n < total; n += step) {
    yield [...settled, ...open.map(({ id }, i) => ({ id, choice: choices[Math.floor(n / choices.length ** i) % choices.length] ?? '' }))];
  }
};

// where the rule knows no block, one is an objection, and may be talked about like any other
const asHeard = (set: RuleSet, answers: readonly Answer[]): Answer[] =>
  answers.map((answer) => (answer.choice === 'BLOCK' && !set.blockAllowed ? { ...answer, choice: 'OBJECT' } : answer));

const earlyDecisionsStand = (rule: Judge, seen: { early: number } = { early: 0 }) =>
  fc.property(consultations, ({ rule: set, roll, answers }) => {
    const now = rule(set, roll, answers);
    if (!now.final) return true;
    if (now.tally.answered + now.tally.recused < roll.length) seen.early += 1;
    for (const completion of completions(roll, asHeard(set, answers), set.openObjectionStops))
      if (judge(set, roll, completion).result !== now.result) return false;
    return true;
  });

const noDecisionIsLate = (rule: Judge) =>
  fc.property(
    consultations.filter(({ roll, answers }) => roll.length - new Set(answers.map((answer) => answer.id)).size <= 2),
    ({ rule: set, roll, answers }) => {
      const now = rule(set, roll, answers);
      if (now.final) return true;
      for (const completion of completions(roll, asHeard(set, answers), set.openObjectionStops))
        if (judge(set, roll, completion).result !== now.result) return true;
      return false;
    },
  );

const recusalIsNoHarderThanAbsence = (rule: Judge) =>
  fc.property(consultations, fc.nat(5), ({ rule: set, roll, answers }, who) => {
    const absent = roll[who % Math.max(1, roll.length)];
    if (absent === undefined) return true;
    const others = answers.filter((answer) => answer.id !== absent.id);
    return !passes(rule(set, roll, others).result) || passes(rule(set, roll, [...others, { id: absent.id, choice: 'RECUSE' }]).result);
  });

const notStatedNeverCountsAgainst = (rule: Judge) =>
  fc.property(consultations, fc.nat(5), ({ rule: set, roll, answers }, who) => {
    const unstated = roll.map((voice, i) => (i === who % Math.max(1, roll.length) ? { ...voice, gender: null } : voice));
    return !passes(rule(set, roll, answers).result) || passes(rule(set, unstated, answers).result);
  });

const silenceNeverPasses = (rule: Judge) =>
  fc.property(consultations, ({ rule: set, roll, answers }) => {
    const without = answers.filter((answer) => !answer.choice.startsWith('APPROVE'));
    return !passes(rule(set, roll, without).result);
  });

describe('the arithmetic of the Advisory Group, for any roll and any sequence of answers', { timeout: 60_000 }, () => {
  it('gives the same verdict whatever the order in which the answers came', () => {
    holds('quorum: order never changes the verdict', orderNeverMatters(judge), 20_000);
    // wrong: whoever answers last is not heard
    catches(
      'quorum: order',
      orderNeverMatters((set, roll, answers) => judge(set, roll, answers.slice(0, -1))),
    );
  });

  it('decides early only what no completion contradicts', () => {
    const seen = { early: 0 };
    holds('quorum: an early decision is never contradicted', earlyDecisionsStand(judge, seen), 20_000);
    const early = {
      name: 'property: quorum: early decisions among them',
      value: seen.early,
      unit: 'decisions',
      bound: '>= 1000',
      seed: SEED,
    };
    expect(figure(early)).toBe(true);
    // wrong: decided as soon as the conditions hold
    catches(
      'quorum: early decision',
      earlyDecisionsStand((set, roll, answers) => {
        const verdict = judge(set, roll, answers);
        return { ...verdict, final: verdict.final || passes(verdict.result) };
      }),
    );
  });

  it('decides as soon as it can', () => {
    holds('quorum: no decision waits for nothing', noDecisionIsLate(judge), 5_000);
    // wrong: always waits for everybody
    catches(
      'quorum: late decision',
      noDecisionIsLate((set, roll, answers) => ({ ...judge(set, roll, answers), final: false })),
    );
  });

  it('never makes passing harder by a recusal than by an absence', () => {
    holds('quorum: recusal is no harder than absence', recusalIsNoHarderThanAbsence(judge), 20_000);
    // wrong: a recusal is read as an objection
    const readAsObjection = (answer: Answer): Answer => (answer.choice === 'RECUSE' ? { ...answer, choice: 'OBJECT' } : answer);
    catches(
      'quorum: recusal',
      recusalIsNoHarderThanAbsence((set, roll, answers) => judge(set, roll, answers.map(readAsObjection))),
    );
  });

  it('never counts a gender that was not stated against anyone', () => {
    holds('quorum: not stated never counts against anyone', notStatedNeverCountsAgainst(judge), 20_000);
    // wrong: whoever did not state a gender is taken for one of the majority
    const assumed = (roll: readonly Voice[]) => roll.map((voice) => ({ ...voice, gender: voice.gender ?? 'woman' }));
    catches(
      'quorum: not stated',
      notStatedNeverCountsAgainst((set, roll, answers) => judge(set, assumed(roll), answers)),
    );
  });

  it('never passes without an approval', () => {
    holds('quorum: silence never passes', silenceNeverPasses(judge), 20_000);
    // wrong: whoever says nothing agrees
    const agrees = (roll: readonly Voice[], answers: readonly Answer[]): Answer[] => [
      ...roll.map(({ id }) => ({ id, choice: 'APPROVE' })),
      ...answers,
    ];
    catches(
      'quorum: silence',
      silenceNeverPasses((set, roll, answers) => judge(set, roll, agrees(roll, answers))),
    );
  });
});
