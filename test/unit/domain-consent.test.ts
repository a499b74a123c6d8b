import { describe, expect, it } from 'vitest';
import { type ConsentAsk, type ConsentEntry, entryProblems, permits } from '../../domain/consent.ts';
import { defaultPolicy } from '../support/policies.ts';

const DAY = 86_400_000;
const day = (n: number): number => Date.UTC(2031, 0, 1) + n * DAY;

const statement = (given: Partial<ConsentEntry>): ConsentEntry => ({
  id: 'statement-1',
  purpose: 'PUBLIC_LETTER',
  recipientId: null,
  identifiability: 'FULL_NAME',
  basis: 'INFORMED_CONSENT',
  method: 'SIGNED',
  language: 'es',
  explained: ['RISKS_OF_PUBLICITY', 'RISK_OF_REPRISAL', 'LIMITS_OF_WITHDRAWAL'],
  givenBy: 'the-person',
  secondPersonId: null,
  reasonDocumentId: null,
  reviewAt: null,
  validFrom: day(0),
  validTo: null,
  withdrawnAt: null,
  ...given,
});

const letter: ConsentAsk = { purpose: 'PUBLIC_LETTER', identifiability: 'FULL_NAME' };
const toFund = (identifiability: ConsentAsk['identifiability']): ConsentAsk => ({
  purpose: 'REFERRAL',
  recipientId: 'fund',
  identifiability,
});
const answer = (ledger: readonly ConsentEntry[], ask: ConsentAsk, at: number): string => {
  const said = permits(ledger, ask, at);
  return 'permitted' in said ? said.by : said.code;
};

describe('consent', () => {
  it('is missing until it is given, and covers one purpose only', () => {
    expect(answer([], letter, day(1))).toBe('CONSENT_MISSING');
    expect(answer([statement({})], letter, day(1))).toBe('statement-1');
    expect(answer([statement({})], { ...letter, purpose: 'MEDIA' }, day(1))).toBe('CONSENT_MISSING');
    expect(answer([statement({})], letter, day(-1))).toBe('CONSENT_MISSING');
  });

  it('covers what was agreed and less, never more', () => {
    const role = [statement({ identifiability: 'ROLE_ONLY' })];
    expect(answer(role, { ...letter, identifiability: 'NONE' }, day(1))).toBe('statement-1');
    expect(answer(role, { ...letter, identifiability: 'PSEUDONYM' }, day(1))).toBe('CONSENT_TOO_NARROW');
  });

  it('ends at its last instant and at the instant of its withdrawal', () => {
    const limited = [statement({ validTo: day(10) })];
    expect(answer(limited, letter, day(10) - 1)).toBe('statement-1');
    expect(answer(limited, letter, day(10))).toBe('CONSENT_EXPIRED');
    const withdrawn = [statement({ withdrawnAt: day(5) })];
    expect(answer(withdrawn, letter, day(5) - 1)).toBe('statement-1');
    expect(answer(withdrawn, letter, day(5))).toBe('CONSENT_WITHDRAWN');
  });

  it('is what was said last: a narrower word replaces a wider one, and the wider one never comes back', () => {
    const ledger = [statement({}), statement({ id: 'statement-2', identifiability: 'PSEUDONYM', validFrom: day(3), validTo: day(6) })];
    expect(answer(ledger, letter, day(2))).toBe('statement-1');
    expect(answer(ledger, letter, day(4))).toBe('CONSENT_TOO_NARROW');
    expect(answer(ledger, letter, day(7))).toBe('CONSENT_EXPIRED');
  });

  it('may be given again after a withdrawal', () => {
    const ledger = [statement({ withdrawnAt: day(2) }), statement({ id: 'statement-2', validFrom: day(4) })];
    expect(answer(ledger, letter, day(3))).toBe('CONSENT_WITHDRAWN');
    expect(answer(ledger, letter, day(4))).toBe('statement-2');
  });

  it('to a referral names the partner', () => {
    expect(answer([statement({ purpose: 'REFERRAL' })], toFund('NONE'), day(1))).toBe('CONSENT_MISSING');
    expect(answer([statement({ purpose: 'REFERRAL', recipientId: 'other' })], toFund('NONE'), day(1))).toBe('CONSENT_MISSING');
    expect(answer([statement({ purpose: 'REFERRAL', recipientId: 'fund' })], toFund('FULL_NAME'), day(1))).toBe('statement-1');
    expect(answer([], { purpose: 'REFERRAL', identifiability: 'NONE' }, day(1))).toBe('RECIPIENT_NOT_NAMED');
  });

  it('taken back for one recipient is not undone by agreeing for all, nor is it taken back for the others', () => {
    const share = { purpose: 'SHARE_WITH_MEMBERS', identifiability: 'PSEUDONYM' } as const;
    const ledger = [
      statement({ purpose: 'SHARE_WITH_MEMBERS', recipientId: 'neighbour', withdrawnAt: day(2) }),
      statement({ id: 'for-all', purpose: 'SHARE_WITH_MEMBERS', validFrom: day(3) }),
    ];
    expect(answer(ledger, { ...share, recipientId: 'neighbour' }, day(4))).toBe('CONSENT_WITHDRAWN');
    expect(answer(ledger, { ...share, recipientId: 'somebody' }, day(4))).toBe('for-all');
    expect(answer(ledger, share, day(4))).toBe('for-all');
  });

  it('for one recipient ends when all sharing is taken back later', () => {
    const ledger = [
      statement({ purpose: 'SHARE_WITH_MEMBERS', recipientId: 'friend' }),
      statement({ id: 'for-all', purpose: 'SHARE_WITH_MEMBERS', withdrawnAt: day(2) }),
    ];
    expect(answer(ledger, { purpose: 'SHARE_WITH_MEMBERS', recipientId: 'friend', identifiability: 'NONE' }, day(3))).toBe(
      'CONSENT_WITHDRAWN',
    );
  });

  it('of a community does not cover the name of one of its people', () => {
    const ledger = [statement({ basis: 'COLLECTIVE_DECISION', reviewAt: day(30) })];
    expect(answer(ledger, letter, day(1))).toBe('CONSENT_NOT_PERSONAL');
    expect(answer(ledger, { ...letter, identifiability: 'ROLE_ONLY' }, day(1))).toBe('statement-1');
    expect(answer(ledger, { ...letter, about: 'COMMUNITY' }, day(1))).toBe('statement-1');
  });

  it('by a proxy rests when its review is due', () => {
    const ledger = [statement({ basis: 'FAMILY', reviewAt: day(30) })];
    expect(answer(ledger, letter, day(29))).toBe('statement-1');
    expect(answer(ledger, letter, day(30))).toBe('CONSENT_REVIEW_DUE');
  });
});

describe('recording a statement', () => {
  const problems = (given: Partial<ConsentEntry>): string[] =>
    entryProblems(statement(given), defaultPolicy.consent).map((problem) => problem.code);

  it('takes what is complete', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ basis: 'FAMILY', reasonDocumentId: 'document-1', reviewAt: day(30) })).toEqual([]);
    expect(problems({ basis: 'VITAL_INTEREST', givenBy: 'staff-1', secondPersonId: 'staff-2', validTo: day(2), explained: [] })).toEqual(
      [],
    );
  });

  it('asks what was explained before anything public', () => {
    expect(problems({ explained: ['RISKS_OF_PUBLICITY'] })).toEqual(['NOT_EXPLAINED']);
    expect(problems({ purpose: 'STORE', explained: [] })).toEqual([]);
  });

  it('asks a proxy for a reason and a review, not too far away', () => {
    expect(problems({ basis: 'LEGAL_REPRESENTATIVE' })).toEqual(['PROXY_WITHOUT_REASON', 'PROXY_WITHOUT_REVIEW']);
    expect(problems({ basis: 'FAMILY', reasonDocumentId: 'document-1', reviewAt: day(365) })).toEqual(['PROXY_WITHOUT_REVIEW']);
  });

  it('takes two people and an end for somebody’s vital interest', () => {
    expect(problems({ basis: 'VITAL_INTEREST', givenBy: 'staff-1' })).toEqual(['SECOND_PERSON_MISSING', 'TIME_LIMIT_MISSING']);
    expect(problems({ basis: 'VITAL_INTEREST', givenBy: 'staff-1', secondPersonId: 'staff-1', validTo: day(9) })).toEqual([
      'SECOND_PERSON_MISSING',
      'TIME_LIMIT_MISSING',
    ]);
  });

  it('asks for the partner of a referral, and for an end that lies after the beginning', () => {
    expect(problems({ purpose: 'REFERRAL' })).toEqual(['RECIPIENT_NOT_NAMED']);
    expect(problems({ validTo: day(0) })).toEqual(['ENDS_BEFORE_IT_BEGINS']);
  });
});
