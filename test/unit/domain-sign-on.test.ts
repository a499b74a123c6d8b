import { describe, expect, it } from 'vitest';
import { groupSignatories, isTargetAtHome, type SignOnAttempt, signOnRefusal, tallySignOn } from '../../domain/sign-on.ts';

describe('the tally of a sign-on', () => {
  it('counts those who are named and those who are only counted', () => {
    expect(tallySignOn({ SIGN_PUBLIC: 7, SIGN_COUNT_ONLY: 2, DECLINE: 1, DECIDE_LATER: 3, WITHDRAWN: 1 })).toEqual({
      named: 7,
      countOnly: 2,
      declined: 1,
      undecided: 3,
      withdrawn: 1,
      signatures: 9,
    });
  });

  it('takes silence for nothing', () => {
    expect(tallySignOn({}).signatures).toBe(0);
    expect(tallySignOn(JSON.parse('{"toString": 4}')).signatures).toBe(0);
  });
});

describe('an answer to a sign-on', () => {
  const attempt: SignOnAttempt = { organisationActive: true, authorised: true, digestRead: 'd1', digestFrozen: 'd1', closesAt: 1_000 };
  const code = (given: Partial<SignOnAttempt>, at = 999) => signOnRefusal({ ...attempt, ...given }, at)?.code ?? null;

  it('is taken from an authorised signatory of a member, on exactly the frozen text', () => {
    expect(code({})).toBeNull();
    expect(code({ organisationActive: false })).toBe('INELIGIBLE');
    expect(code({ authorised: false })).toBe('NOT_AUTHORISED');
    expect(code({ digestRead: 'd0' })).toBe('TEXT_CHANGED');
  });

  it('lands on exactly one side of the close', () => {
    expect(code({}, 999)).toBeNull();
    expect(code({}, 1_000)).toBe('SIGN_ON_CLOSED');
  });

  it('comes with a warning where the target is at home', () => {
    expect(isTargetAtHome('XA', ['XB', 'XA'])).toBe(true);
    expect(isTargetAtHome('XA', ['XB'])).toBe(false);
  });
});

describe('signatories', () => {
  it('are grouped by region and country; the reader’s language sorts within', () => {
    const groups = groupSignatories([
      { name: 'Casa Común', country: 'XC', region: 'LATIN_AMERICA_CARIBBEAN' },
      { name: 'Umoja', country: 'XA', region: 'AFRICA' },
      { name: 'Tierra', country: 'XD', region: 'LATIN_AMERICA_CARIBBEAN' },
      { name: 'Agua', country: 'XC', region: 'LATIN_AMERICA_CARIBBEAN' },
    ]);
    expect(
      groups.map(({ region, countries }) => [
        region,
        countries.map(({ country, signatories }) => [country, signatories.map((s) => s.name)]),
      ]),
    ).toEqual([
      ['AFRICA', [['XA', ['Umoja']]]],
      [
        'LATIN_AMERICA_CARIBBEAN',
        [
          ['XC', ['Casa Común', 'Agua']],
          ['XD', ['Tierra']],
        ],
      ],
    ]);
  });
});
