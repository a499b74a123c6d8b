import fc from 'fast-check';
import { describe, it } from 'vitest';
import { type ConsentAsk, type ConsentEntry, permits } from '../../domain/consent.ts';
import { catches, holds } from '../support/properties.ts';

const instant = fc.integer({ min: 0, max: 12 });
const orNever = (arbitrary: fc.Arbitrary<number>): fc.Arbitrary<number | null> => fc.option(arbitrary, { freq: 2, nil: null });
const identifiability = fc.constantFrom('NONE' as const, 'ROLE_ONLY' as const, 'PSEUDONYM' as const, 'FULL_NAME' as const);
const purpose = fc.constantFrom('PUBLIC_LETTER' as const, 'REFERRAL' as const);

const statements: fc.Arbitrary<ConsentEntry[]> = fc
  .array(
    fc.record({
      purpose,
      recipientId: fc.constantFrom('partner-a', 'partner-b', null),
      identifiability,
      basis: fc.constantFrom('INFORMED_CONSENT' as const, 'FAMILY' as const, 'COLLECTIVE_DECISION' as const),
      validFrom: instant,
      validTo: orNever(instant),
      reviewAt: orNever(instant),
      withdrawnAt: orNever(instant),
    }),
    { maxLength: 6 },
  )
  .map((list) =>
    list.map((entry, i) => ({
      id: `statement-${i}`,
      method: 'SIGNED',
      language: 'en',
      explained: [],
      givenBy: 'somebody',
      secondPersonId: null,
      reasonDocumentId: null,
      ...entry,
    })),
  );

const asks: fc.Arbitrary<ConsentAsk> = fc.record(
  {
    purpose,
    identifiability,
    recipientId: fc.constantFrom('partner-a', 'partner-b'),
    about: fc.constantFrom('PERSON' as const, 'COMMUNITY' as const),
  },
  { requiredKeys: ['purpose', 'identifiability'] },
);

type Standing = { readonly since: number; readonly grants: readonly ConsentEntry[]; readonly refused: boolean };

/** The same ledger told as a diary: day by day, what stands in one scope after what was said and taken back on that day. */
const diary = (ledger: readonly ConsentEntry[], ask: ConsentAsk, recipient: string | null, today: number): Standing | undefined => {
  let standing: Standing | undefined;
  for (let day = 0; day <= today; day += 1) {
    const scope = ledger.filter((entry) => entry.purpose === ask.purpose && entry.recipientId === recipient);
    const begins = scope.filter((entry) => entry.validFrom === day && !(entry.withdrawnAt !== null && entry.withdrawnAt <= day));
    const takenBack = scope.some((entry) => entry.withdrawnAt === day);
    if (takenBack) standing = { since: day, grants: [], refused: true };
    else if (begins.length > 0) standing = { since: day, grants: begins, refused: false };
  }
  return standing;
};

const LEVEL = { NONE: 0, ROLE_ONLY: 1, PSEUDONYM: 2, FULL_NAME: 3 } as const;

const allows = (standing: Standing, ask: ConsentAsk, today: number): boolean =>
  !standing.refused &&
  standing.grants.every(
    (grant) =>
      today < (grant.validTo ?? Infinity) &&
      today < (grant.reviewAt ?? Infinity) &&
      LEVEL[grant.identifiability] >= LEVEL[ask.identifiability] &&
      (grant.basis !== 'COLLECTIVE_DECISION' || ask.about === 'COMMUNITY' || LEVEL[ask.identifiability] <= LEVEL.ROLE_ONLY),
  );

const naive = (ledger: readonly ConsentEntry[], ask: ConsentAsk, today: number): boolean => {
  if (ask.purpose === 'REFERRAL' && ask.recipientId === undefined) return false;
  const everybody = ask.purpose === 'REFERRAL' ? undefined : diary(ledger, ask, null, today);
  const thisOne = ask.recipientId === undefined ? undefined : diary(ledger, ask, ask.recipientId, today);
  if (thisOne === undefined) return everybody !== undefined && allows(everybody, ask, today);
  if (everybody !== undefined && everybody.since >= thisOne.since && !allows(everybody, ask, today)) return false;
  return allows(thisOne, ask, today);
};

type Permits = typeof permits;
const says = (rule: Permits, ledger: readonly ConsentEntry[], ask: ConsentAsk, at: number): boolean => 'permitted' in rule(ledger, ask, at);

const agreesWithDiary = (rule: Permits) =>
  fc.property(statements, asks, instant, (ledger, ask, at) => says(rule, ledger, ask, at) === naive(ledger, ask, at));

const withdrawalStops = (rule: Permits) =>
  fc.property(statements, asks, instant, (ledger, ask, at) => {
    const withdrawn = ledger.map((entry) => ({ ...entry, withdrawnAt: Math.min(entry.withdrawnAt ?? at, at) }));
    return !says(rule, withdrawn, ask, at);
  });

const lessIsPermittedToo = (rule: Permits) =>
  fc.property(
    statements,
    asks,
    instant,
    (ledger, ask, at) => !says(rule, ledger, ask, at) || says(rule, ledger, { ...ask, identifiability: 'NONE' }, at),
  );

const orderNeverMatters = (rule: Permits) =>
  fc.property(
    statements.chain((ledger) => fc.tuple(fc.constant(ledger), fc.shuffledSubarray(ledger, { minLength: ledger.length }))),
    asks,
    instant,
    ([ledger, shuffled], ask, at) => JSON.stringify(rule(ledger, ask, at)) === JSON.stringify(rule(shuffled, ask, at)),
  );

describe('the ledger of consent, for any sequence of statements and withdrawals', { timeout: 60_000 }, () => {
  it('permits what a diary kept day by day permits, and nothing else', () => {
    holds('consent: the ledger agrees with the diary', agreesWithDiary(permits), 20_000);
    // wrong: a withdrawn statement goes on permitting
    const deaf: Permits = (ledger, ask, at) =>
      permits(
        ledger.map((entry) => ({ ...entry, withdrawnAt: null })),
        ask,
        at,
      );
    catches('consent: ledger', agreesWithDiary(deaf));
  });

  it('permits nothing at the instant at which everything is withdrawn', () => {
    holds('consent: withdrawal stops', withdrawalStops(permits), 10_000);
    // wrong: a withdrawal is heard one instant late
    catches(
      'consent: withdrawal',
      withdrawalStops((ledger, ask, at) => permits(ledger, ask, at - 1)),
    );
  });

  it('permits showing less wherever it permits showing more', () => {
    holds('consent: less is permitted too', lessIsPermittedToo(permits), 10_000);
    // wrong: only exactly what was agreed
    const exact: Permits = (ledger, ask, at) =>
      permits(
        ledger.filter((entry) => entry.identifiability === ask.identifiability),
        ask,
        at,
      );
    catches('consent: less', lessIsPermittedToo(exact));
  });

  it('says the same whatever the order in which the ledger is read', () => {
    holds('consent: the order of reading never matters', orderNeverMatters(permits), 10_000);
    // wrong: the first line found decides
    catches(
      'consent: order',
      orderNeverMatters((ledger, ask, at) => permits(ledger.slice(0, 1), ask, at)),
    );
  });
});
