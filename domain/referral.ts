// Help from others: which partner to ask first, how a referral moves, how much it may promise, and when a need is over. Sums are whole
// units of a currency. Source: product stage 8, vocabulary 7.
import { ANY_COUNTRY } from './directory.ts';
import { type Refusal, refuse } from './refusal.ts';
import { type NeedCategory, PARTNER_CAPACITIES, type PartnerCapacity, type ReferralState } from './vocabulary.ts';

export type Sum = { readonly amount: number; readonly currency: string };

export type Need = {
  readonly category: NeedCategory;
  readonly country: string;
  /** languages in which the person can be spoken to */
  readonly languages: readonly string[];
  readonly sum: Sum | null;
};

/** Whom a partner helps is written in its own words, so a person reads it: `eligibilityToRead` makes the ranking say so. */
export type PartnerProfile = {
  readonly id: string;
  readonly kinds: readonly string[];
  readonly countries: readonly string[];
  readonly languages: readonly string[];
  readonly ceiling: Sum | null;
  readonly capacity: PartnerCapacity;
  readonly eligibilityToRead: boolean;
};

export type RankedPartner = {
  readonly id: string;
  readonly fits: boolean;
  readonly why: readonly string[];
  readonly whyNot: readonly string[];
};

const matchOf = (
  need: Need,
  partner: PartnerProfile,
): { readonly why: string[]; readonly whyNot: string[]; readonly rank: readonly number[] } => {
  const why: string[] = [];
  const whyNot: string[] = [];
  const weigh = (good: boolean, yes: string, no: string): boolean => (good ? why.push(yes) : whyNot.push(no)) > 0 && good;
  weigh(partner.kinds.includes(need.category), 'KIND_OF_HELP', 'OTHER_KIND_OF_HELP');
  const named = partner.countries.includes(need.country);
  weigh(named || partner.countries.includes(ANY_COUNTRY), 'COUNTRY', 'OTHER_COUNTRY');
  weigh(partner.capacity !== 'NOT_ACCEPTING', partner.capacity, 'NOT_ACCEPTING');
  const speaks = partner.languages.some((language) => need.languages.includes(language));
  if (speaks) why.push('LANGUAGE');
  else why.push('NEEDS_INTERPRETER');
  const covers =
    need.sum === null ||
    (partner.ceiling !== null && partner.ceiling.currency === need.sum.currency && partner.ceiling.amount >= need.sum.amount);
  if (need.sum !== null) why.push(covers ? 'CEILING_COVERS' : 'CEILING_COVERS_PART_OR_UNKNOWN');
  if (partner.eligibilityToRead) why.push('READ_ELIGIBILITY');
  // quickest first: in an emergency time weighs more than language or a partly covered sum
  return {
    why,
    whyNot,
    rank: [whyNot.length, PARTNER_CAPACITIES.indexOf(partner.capacity), speaks ? 0 : 1, covers ? 0 : 1, named ? 0 : 1],
  };
};

const compare = (a: readonly number[], b: readonly number[]): number =>
  a.map((value, i) => value - (b[i] ?? 0)).find((difference) => difference !== 0) ?? 0;

/** Every partner, the likeliest first, with the reasons for and against; the coordinator picks, and may pick one that does not fit. */
export const rankPartners = (need: Need, partners: readonly PartnerProfile[]): readonly RankedPartner[] =>
  partners
    .map((partner) => ({ id: partner.id, ...matchOf(need, partner) }))
    .sort((a, b) => compare(a.rank, b.rank) || (a.id < b.id ? -1 : 1))
    .map(({ id, why, whyNot }) => ({ id, fits: whyNot.length === 0, why, whyNot }));

/** Late acceptance is welcomed: an expired referral may still be accepted. What the person has confirmed, and what is revoked, is over. */
const NEXT: { readonly [S in ReferralState]: readonly ReferralState[] } = {
  DRAFT: ['CONSENT_PENDING', 'SENT', 'REVOKED'],
  CONSENT_PENDING: ['SENT', 'REVOKED'],
  SENT: ['ACKNOWLEDGED', 'INFO_REQUESTED', 'ACCEPTED', 'REJECTED', 'EXPIRED', 'REVOKED'],
  ACKNOWLEDGED: ['INFO_REQUESTED', 'ACCEPTED', 'REJECTED', 'EXPIRED', 'REVOKED'],
  INFO_REQUESTED: ['ACKNOWLEDGED', 'ACCEPTED', 'REJECTED', 'EXPIRED', 'REVOKED'],
  ACCEPTED: ['IN_PROGRESS', 'DELIVERED_BY_PARTNER', 'CONFIRMED_BY_DEFENDER', 'REJECTED', 'EXPIRED', 'REVOKED'],
  REJECTED: [],
  IN_PROGRESS: ['DELIVERED_BY_PARTNER', 'CONFIRMED_BY_DEFENDER', 'REJECTED', 'EXPIRED', 'REVOKED'],
  DELIVERED_BY_PARTNER: ['CONFIRMED_BY_DEFENDER', 'IN_PROGRESS', 'REVOKED'],
  CONFIRMED_BY_DEFENDER: [],
  REVOKED: [],
  EXPIRED: ['ACCEPTED', 'REVOKED'],
};

/** Why a referral may not move so, or null; staying where it is, is no move and always allowed. */
export const moveRefusal = (from: ReferralState, to: ReferralState): Refusal | null =>
  from === to || NEXT[from].includes(to) ? null : refuse('WRONG_REFERRAL_STATE', `A referral that is ${from} does not become ${to}.`);

export type Item = { readonly id: string; readonly sum: Sum };
export type Pledge = { readonly itemId: string; readonly amount: number };

/** What is left to pay of each item, given what was promised for it already. */
const outstanding = (item: Item, pledges: readonly Pledge[]): number =>
  Math.max(0, item.sum.amount - pledges.filter((pledge) => pledge.itemId === item.id).reduce((paid, pledge) => paid + pledge.amount, 0));

/**
 * Takes up a partner's acceptance, early or late: up to its own offer, over the items in their order, and never more for an item than is
 * still outstanding. `left` is what was offered beyond that and is thanked for, not taken. Refused only when it is no sum or nothing is open.
 */
export const takeUpOffer = (
  items: readonly Item[],
  pledges: readonly Pledge[],
  offer: Sum,
): { readonly pledged: readonly Pledge[]; readonly left: number } | Refusal => {
  if (!Number.isSafeInteger(offer.amount) || offer.amount <= 0) return refuse('NO_SUM', 'Write the sum as a whole number above zero.');
  const payable = items.filter((item) => item.sum.currency === offer.currency);
  if (payable.length === 0) return refuse('OTHER_CURRENCY', 'The sums needed are in another currency: agree on one first.');
  let left = offer.amount;
  const pledged = payable.flatMap((item) => {
    const amount = Math.min(left, outstanding(item, pledges));
    left -= amount;
    return amount > 0 ? [{ itemId: item.id, amount }] : [];
  });
  return pledged.length > 0
    ? { pledged, left }
    : refuse('ALREADY_COVERED', 'Every item is promised by others already. Thank the partner; nothing is paid twice.');
};

/** May a partner promise this much? Its own ceiling binds; without one its word does. */
export const ceilingRefusal = (ceiling: Sum | null, offer: Sum): Refusal | null =>
  ceiling === null || (ceiling.currency === offer.currency && offer.amount <= ceiling.amount)
    ? null
    : refuse(
        'ABOVE_CEILING',
        'This is more than the partner’s own ceiling, or in another currency. Write a smaller sum, or ask the network to raise the ceiling.',
      );

/** Is a need over? Met only by the person's own word; withdrawn or exhausted only with a recorded reason. Otherwise why it stays open. */
export const needEnds = (
  referrals: readonly ReferralState[],
  recorded: { readonly as: 'WITHDRAWN' | 'EXHAUSTED'; readonly reasonDocumentId: string | null } | null,
): { readonly state: 'MET' | 'WITHDRAWN' | 'EXHAUSTED' } | Refusal => {
  if (referrals.includes('CONFIRMED_BY_DEFENDER')) return { state: 'MET' };
  if (recorded === null)
    return refuse('NOT_CONFIRMED', 'A need is met when the person says so. Ask them, or record why it ends otherwise.');
  return recorded.reasonDocumentId === null
    ? refuse('REASON_MISSING', 'Write down why this need ends without having been met.')
    : { state: recorded.as };
};
