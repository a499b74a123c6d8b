import { describe, expect, it } from 'vitest';
import { ceilingRefusal, moveRefusal, type Need, needEnds, type PartnerProfile, rankPartners, takeUpOffer } from '../../domain/referral.ts';
import { REFERRAL_STATES } from '../../domain/vocabulary.ts';

const need: Need = { category: 'LEGAL_AID', country: 'XA', languages: ['es'], sum: { amount: 2_000, currency: 'EUR' } };

const partner = (id: string, given: Partial<PartnerProfile>): PartnerProfile => ({
  id,
  kinds: ['LEGAL_AID'],
  countries: ['ANY'],
  languages: ['es'],
  ceiling: { amount: 5_000, currency: 'EUR' },
  capacity: 'WITHIN_DAYS',
  eligibilityToRead: false,
  ...given,
});

describe('matching', () => {
  it('puts those who fit first, the quickest of them before all, and says why', () => {
    const ranked = rankPartners(need, [
      partner('slow', { capacity: 'WITHIN_WEEKS' }),
      partner('closed', { capacity: 'NOT_ACCEPTING' }),
      partner('elsewhere', { countries: ['XB'], capacity: 'WITHIN_HOURS' }),
      partner('small', { ceiling: { amount: 500, currency: 'EUR' } }),
      partner('near', { countries: ['XA'] }),
      partner('quick', { capacity: 'WITHIN_HOURS', languages: ['fr'], eligibilityToRead: true }),
      partner('doctors', { kinds: ['MEDICAL'], countries: ['XB'] }),
    ]);
    expect(ranked.map(({ id }) => id)).toEqual(['quick', 'near', 'small', 'slow', 'elsewhere', 'closed', 'doctors']);
    expect(ranked[0]).toEqual({
      id: 'quick',
      fits: true,
      why: ['KIND_OF_HELP', 'COUNTRY', 'WITHIN_HOURS', 'NEEDS_INTERPRETER', 'CEILING_COVERS', 'READ_ELIGIBILITY'],
      whyNot: [],
    });
    expect(ranked.find(({ id }) => id === 'closed')).toMatchObject({ fits: false, whyNot: ['NOT_ACCEPTING'] });
    expect(ranked.at(-1)?.whyNot).toEqual(['OTHER_KIND_OF_HELP', 'OTHER_COUNTRY']);
  });

  it('gives the same order whatever the order of the directory', () => {
    const partners = [partner('b', {}), partner('a', {}), partner('c', {})];
    expect(rankPartners(need, partners)).toEqual(rankPartners(need, [...partners].reverse()));
  });
});

describe('the way of a referral', () => {
  it('ends with the person’s confirmation, a rejection or a revocation', () => {
    for (const from of ['CONFIRMED_BY_DEFENDER', 'REJECTED', 'REVOKED'] as const) {
      for (const to of REFERRAL_STATES.filter((state) => state !== from)) expect(moveRefusal(from, to)?.code).toBe('WRONG_REFERRAL_STATE');
    }
  });

  it('can be revoked at any time before, and accepted late', () => {
    for (const from of REFERRAL_STATES) {
      if (['CONFIRMED_BY_DEFENDER', 'REJECTED'].includes(from)) continue;
      expect(moveRefusal(from, 'REVOKED')).toBeNull();
    }
    expect(moveRefusal('EXPIRED', 'ACCEPTED')).toBeNull();
  });

  it('takes no short cut to delivery, and hears the same word twice without harm', () => {
    expect(moveRefusal('SENT', 'DELIVERED_BY_PARTNER')?.say).toBe('A referral that is SENT does not become DELIVERED_BY_PARTNER.');
    expect(moveRefusal('DRAFT', 'ACCEPTED')).not.toBeNull();
    expect(moveRefusal('ACCEPTED', 'ACCEPTED')).toBeNull();
  });
});

describe('an acceptance', () => {
  const items = [
    { id: 'lawyer', sum: { amount: 1_500, currency: 'EUR' } },
    { id: 'bail', sum: { amount: 500, currency: 'EUR' } },
  ];
  const euros = (amount: number) => ({ amount, currency: 'EUR' });

  it('covers the items in their order', () => {
    expect(takeUpOffer(items, [], euros(1_700))).toEqual({
      pledged: [
        { itemId: 'lawyer', amount: 1_500 },
        { itemId: 'bail', amount: 200 },
      ],
      left: 0,
    });
  });

  it('that comes late pays what is still open, and nothing twice', () => {
    const pledges = [{ itemId: 'lawyer', amount: 1_500 }];
    expect(takeUpOffer(items, pledges, euros(1_700))).toEqual({ pledged: [{ itemId: 'bail', amount: 500 }], left: 1_200 });
    expect(takeUpOffer(items, [...pledges, { itemId: 'bail', amount: 500 }], euros(100))).toMatchObject({ code: 'ALREADY_COVERED' });
  });

  it('is a sum in the currency of the need, within the partner’s own ceiling', () => {
    expect(takeUpOffer(items, [], { amount: 100, currency: 'USD' })).toMatchObject({ code: 'OTHER_CURRENCY' });
    for (const amount of [0, -5, 1.5]) expect(takeUpOffer(items, [], euros(amount))).toMatchObject({ code: 'NO_SUM' });
    expect(ceilingRefusal(euros(1_000), euros(1_000))).toBeNull();
    expect(ceilingRefusal(euros(1_000), euros(1_001))?.code).toBe('ABOVE_CEILING');
    expect(ceilingRefusal(null, euros(9_000))).toBeNull();
  });
});

describe('a need', () => {
  it('is met by the person’s own word, not by the partner’s', () => {
    expect(needEnds(['DELIVERED_BY_PARTNER'], null)).toMatchObject({ code: 'NOT_CONFIRMED' });
    expect(needEnds(['EXPIRED', 'CONFIRMED_BY_DEFENDER'], null)).toEqual({ state: 'MET' });
  });

  it('ends otherwise only with a recorded reason', () => {
    expect(needEnds(['EXPIRED'], { as: 'EXHAUSTED', reasonDocumentId: null })).toMatchObject({ code: 'REASON_MISSING' });
    expect(needEnds(['EXPIRED'], { as: 'EXHAUSTED', reasonDocumentId: 'document-1' })).toEqual({ state: 'EXHAUSTED' });
    expect(needEnds([], { as: 'WITHDRAWN', reasonDocumentId: 'document-1' })).toEqual({ state: 'WITHDRAWN' });
  });
});
