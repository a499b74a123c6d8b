import { describe, expect, it } from 'vitest';
import { consultationRule, type RuleSet } from '../../domain/policy.ts';
import { type Answer, emergencyResult, judge, rollProblems, type Voice } from '../../domain/quorum.ts';
import { defaultPolicy } from '../support/policies.ts';

const rule = consultationRule(defaultPolicy, 'NETWORK_VOICE');
const voice = (id: string, region: string, gender: string | null): Voice => ({ id, region, gender });

const roll = [
  voice('a', 'AFRICA', 'woman'),
  voice('b', 'AFRICA', 'man'),
  voice('c', 'ASIA_PACIFIC', 'woman'),
  voice('d', 'LATIN_AMERICA_CARIBBEAN', 'woman'),
  voice('e', 'NORTH_AMERICA', null),
];

/** 'a:APPROVE b:OBJECT' */
const answers = (text: string): Answer[] =>
  text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [id = '', choice = ''] = word.split(':');
      return { id, choice };
    });

const judged = (text: string, set: RuleSet = rule, voices: readonly Voice[] = roll) => judge(set, voices, answers(text));
const unmet = (text: string, set?: RuleSet, voices?: readonly Voice[]): string[] =>
  judged(text, set, voices)
    .conditions.filter((condition) => !condition.met)
    .map((condition) => condition.name);

describe('when the network speaks', () => {
  it('half of the eligible, rounded up, have to answer', () => {
    expect(judged('a:APPROVE b:APPROVE').tally.needed).toBe(3);
    expect(judged('a:APPROVE b:APPROVE').result).toBe('NO_QUORUM');
    expect(judged('a:APPROVE b:APPROVE c:APPROVE').result).toBe('APPROVED');
  });

  it('recused advisors are not counted among the eligible', () => {
    const verdict = judged('a:APPROVE c:APPROVE b:RECUSE d:RECUSE');
    expect(verdict.tally).toMatchObject({ eligible: 5, recused: 2, needed: 2, answered: 2 });
    expect(unmet('a:APPROVE c:APPROVE b:RECUSE d:RECUSE')).toEqual(['GENDER']);
    expect(judged('b:APPROVE c:APPROVE a:RECUSE d:RECUSE').result).toBe('APPROVED');
  });

  it('abstentions count for the quorum and for nothing else', () => {
    expect(judged('a:APPROVE b:APPROVE c:ABSTAIN').result).toBe('APPROVED');
    expect(judged('a:ABSTAIN b:ABSTAIN c:ABSTAIN').result).toBe('NOT_APPROVED');
  });

  it('answers come from two regions at least', () => {
    const neighbours = roll.map((one) => ({ ...one, region: 'AFRICA' }));
    expect(judged('a:APPROVE b:APPROVE c:APPROVE', rule, neighbours).result).toBe('BALANCE_NOT_MET');
    expect(unmet('a:APPROVE b:APPROVE c:APPROVE', rule, neighbours)).toEqual(['REGIONS']);
  });

  it('those answering have not all declared one gender', () => {
    expect(judged('a:APPROVE c:APPROVE d:APPROVE').result).toBe('BALANCE_NOT_MET');
    expect(judged('a:APPROVE c:APPROVE d:APPROVE e:APPROVE').result).toBe('APPROVED');
    const written = roll.map((one) => ({ ...one, gender: one.gender === 'man' ? ' Woman ' : one.gender }));
    expect(unmet('a:APPROVE b:APPROVE c:APPROVE', rule, written)).toEqual(['GENDER']);
  });

  it('a gender left blank is one that was not stated', () => {
    const blank = roll.map((one) => ({ ...one, gender: '  ' }));
    expect(judged('a:APPROVE b:APPROVE c:APPROVE', rule, blank).result).toBe('APPROVED');
  });

  it('an open objection stops it, and is still open to a word', () => {
    const verdict = judged('a:APPROVE b:APPROVE c:APPROVE d:APPROVE e:OBJECT');
    expect(verdict).toMatchObject({ result: 'NOT_APPROVED', final: false });
    expect(unmet('a:APPROVE b:APPROVE c:APPROVE d:APPROVE e:OBJECT')).toEqual(['OBJECTIONS']);
  });

  it('an objection kept after the dialogue decides, one withdrawn does not stop', () => {
    const kept = judge(rule, roll, [...answers('a:APPROVE b:APPROVE c:APPROVE d:APPROVE'), { id: 'e', choice: 'OBJECT', kept: true }]);
    expect(kept).toMatchObject({ result: 'NOT_APPROVED', final: true });
    expect(judged('a:APPROVE b:APPROVE c:APPROVE d:APPROVE e:OBJECT e:ABSTAIN')).toMatchObject({ result: 'APPROVED', final: true });
  });

  it('a block where the rule knows none is heard as an objection', () => {
    expect(unmet('a:APPROVE b:APPROVE c:BLOCK')).toContain('OBJECTIONS');
    expect(judged('a:BLOCK', { ...rule, blockAllowed: true })).toMatchObject({ result: 'NOT_APPROVED', final: true });
  });

  it('asking for information is not yet an answer', () => {
    expect(judged('a:APPROVE b:APPROVE c:NEED_INFO')).toMatchObject({
      result: 'NO_QUORUM',
      final: false,
      tally: { needInfo: 1, answered: 2 },
    });
  });

  it('changes that were asked for are in the result', () => {
    expect(judged('a:APPROVE b:APPROVE_WITH_CHANGES c:APPROVE').result).toBe('APPROVED_AS_AMENDED');
  });

  it('two thirds are counted in whole numbers', () => {
    const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((id, i) => voice(id, i % 2 === 0 ? 'AFRICA' : 'ASIA_PACIFIC', null));
    const majority = { ...rule, openObjectionStops: false };
    expect(judged('a:APPROVE b:APPROVE c:APPROVE d:APPROVE e:OBJECT f:OBJECT', majority, six).result).toBe('APPROVED');
    expect(judged('a:APPROVE b:APPROVE c:APPROVE d:OBJECT e:OBJECT', majority, six).result).toBe('NOT_APPROVED');
  });

  it('the last answer of an advisor holds, and strangers are not heard', () => {
    expect(judged('a:OBJECT b:APPROVE c:APPROVE a:APPROVE x:OBJECT').result).toBe('APPROVED');
  });

  it('nobody approves for those who all stood aside', () => {
    expect(judged('a:RECUSE b:RECUSE c:RECUSE d:RECUSE e:RECUSE')).toMatchObject({ result: 'NO_QUORUM', final: true });
    expect(judge(rule, [], [])).toMatchObject({ result: 'NO_QUORUM', final: true });
  });
});

describe('an early decision', () => {
  it('waits for the last advisor as long as that advisor could object', () => {
    expect(judged('a:APPROVE b:APPROVE c:APPROVE d:APPROVE').final).toBe(false);
    expect(judged('a:APPROVE b:APPROVE c:APPROVE d:APPROVE e:RECUSE').final).toBe(true);
  });

  it('is taken when the majority is out of reach', () => {
    const majority = { ...rule, openObjectionStops: false };
    expect(judged('a:OBJECT b:OBJECT c:OBJECT', majority)).toMatchObject({ result: 'NOT_APPROVED', final: true });
    expect(judged('a:OBJECT b:APPROVE c:APPROVE', majority).final).toBe(false);
  });

  it('is taken in an emergency as soon as two advisors from two regions approve, to be ratified', () => {
    const emergency = defaultPolicy.emergency?.rule ?? rule;
    expect(judged('a:APPROVE b:APPROVE', emergency)).toMatchObject({ result: 'BALANCE_NOT_MET', final: false });
    const verdict = judged('a:APPROVE c:APPROVE', emergency);
    expect(verdict).toMatchObject({ result: 'APPROVED', final: true });
    expect(emergencyResult('EMERGENCY', verdict.result)).toBe('EMERGENCY_APPROVED');
    expect(emergencyResult('RATIFICATION', 'APPROVED_AS_AMENDED')).toBe('RATIFIED');
    expect(emergencyResult('RATIFICATION', 'NOT_APPROVED')).toBe('NOT_RATIFIED');
    expect(emergencyResult('RATIFICATION', 'NO_QUORUM')).toBe('NO_QUORUM');
    expect(emergencyResult('EMERGENCY', 'NO_QUORUM')).toBe('NO_QUORUM');
  });
});

describe('a roll that could never pass', () => {
  it('is recognised before anybody is asked, with the reason', () => {
    const women = roll.filter((one) => one.gender === 'woman');
    expect(rollProblems(rule, women)).toEqual(['Even if everybody approved: Those answering must not all have declared the same gender.']);
    expect(rollProblems(rule, roll.slice(0, 2))).toEqual(['Even if everybody approved: Answers come from 1 regions; 2 are needed.']);
    expect(rollProblems(rule, roll)).toEqual([]);
  });
});
