import { describe, expect, it } from 'vitest';
import { forbidden } from '../../domain/constraints.ts';
import { namesPlace, shownIn } from '../../domain/identify.ts';
import { assess, isFloor } from '../../domain/risk.ts';
import { proposeOutcome } from '../../domain/verification.ts';
import * as v from '../../domain/vocabulary.ts';
import { readDirectoryCsv } from '../../records/directory/directory-csv.ts';
import { CASE_NAMES, directoryFile, loadCase } from '../data/load.ts';

const known = { organisationKeys: new Set<string>() };
const members = readDirectoryCsv('members', directoryFile('members'), known).rows.map(({ value }) => value);
const partners = readDirectoryCsv('partners', directoryFile('partners'), known).rows.map(({ value }) => value);
const targets = readDirectoryCsv('targets', directoryFile('targets'), known).rows.map(({ value }) => value);

const ALLEGED = {
  en: /alleged/,
  es: /presunt/,
  fr: /présumé/,
  ar: /مزعوم/,
} as const;

const BAND = {
  'eviction-land-defender': 'CRITICAL',
  'detention-labour-unionist': 'HIGH',
  'smear-surveillance-lawyer': 'MODERATE',
} as const;

describe.each(CASE_NAMES)('the fictional case %s', (name) => {
  const one = loadCase(name);
  const { intake } = one;
  const all = <T>(values: readonly T[], isKey: (value: unknown) => boolean) => values.filter((value) => !isKey(value));

  it('uses the keys of the vocabulary', () => {
    const strangers = [
      ...all([intake.language, intake.requester.language, ...intake.persons.map((p) => p.language)], v.isLanguage),
      ...all([intake.subjectKind], v.isSubjectKind),
      ...all([intake.requester.relation, ...one.sources.map((s) => s.relation)], v.isSubmitterRelation),
      ...all(
        intake.persons.map((p) => p.role),
        v.isDefenderRole,
      ),
      ...all(
        intake.incidents.flatMap((i) => i.types),
        v.isViolation,
      ),
      ...all(
        intake.incidents.map((i) => i.urgencyBasis),
        v.isUrgencyBasis,
      ),
      ...all(
        intake.perpetrators.map((p) => p.kind),
        v.isPerpetrator,
      ),
      ...all(
        intake.perpetrators.map((p) => p.involvement),
        v.isInvolvement,
      ),
      ...all(intake.rightsDefended, v.isRightDefended),
      ...all(intake.factors, v.isIntersectionalFactor),
      ...all(
        intake.needs.map((n) => n.category),
        v.isNeedCategory,
      ),
      ...all(
        one.consents.map((c) => c.purpose),
        v.isPurpose,
      ),
      ...all(
        one.consents.map((c) => c.identifiability),
        v.isIdentifiability,
      ),
      ...all(
        one.consents.map((c) => c.basis),
        v.isConsentBasis,
      ),
      ...all(
        one.consents.map((c) => c.method),
        v.isConsentMethod,
      ),
      ...all(
        one.consents.flatMap((c) => c.explained),
        v.isConsentExplained,
      ),
      ...all(
        one.sources.map((s) => s.reliability),
        v.isSourceReliability,
      ),
      ...all(
        one.sources.map((s) => s.validity),
        v.isInformationValidity,
      ),
      ...all(
        one.sources.map((s) => s.evidenceType),
        v.isEvidenceType,
      ),
      ...all([one.conclusion.proofStandard], v.isProofStandard),
      ...all([one.plan.actionMode], v.isActionMode),
      ...all([...one.plan.kinds, one.letter.kind], v.isLetterKind),
      ...all(one.closing.outcomes, v.isCaseOutcome),
      ...all(
        one.risk.grounds.map((g) => g.floor),
        isFloor,
      ),
      ...all([one.closing.remainingRisk], v.isBand),
      ...all([one.closing.impact], v.isImpact),
      ...all([one.closing.contribution], v.isContribution),
    ];
    expect(strangers).toEqual([]);
  });

  it('refers to persons, members, partners and targets that exist', () => {
    const persons = intake.persons.map((p) => p.key);
    for (const consent of one.consents) expect(persons).toContain(consent.person);
    if (intake.requester.organisation !== undefined) expect(members.map((m) => m.organisationKey)).toContain(intake.requester.organisation);
    for (const key of one.letter.addressees) expect(targets.map((t) => t.targetKey)).toContain(key);
    const need = intake.needs[one.referral.needIndex];
    for (const key of one.referral.partnerKeys) {
      const partner = partners.find((p) => p.partnerKey === key);
      expect(partner?.kindsOfHelp).toContain(need?.category);
      expect(partner?.countries.some((c) => c === 'ANY' || c === intake.country)).toBe(true);
      expect(one.consents.some((c) => c.purpose === 'REFERRAL' && c.recipient === key)).toBe(true);
    }
  });

  it('concludes what the sources suggest, after every check', () => {
    const sources = one.sources.map((source, i) => ({
      id: String(i),
      independenceGroup: source.independentGroup,
      reliability: source.reliability,
      validity: source.validity,
      evidence: source.evidenceType,
      firstHand: source.firstHand,
      trustedMember: source.relation === 'MEMBER_ORGANISATION',
    }));
    expect(one.conclusion.standing).toBe(proposeOutcome(sources).status);
    expect(one.conclusion.checks).toEqual(v.VERIFICATION_CHECKS);
  });

  it('tells of a risk that can be assessed', () => {
    const day = (date: string | null) => (date === null ? null : Date.parse(date));
    const grounds = one.risk.grounds.map(({ floor, date }) => ({ floor, at: day(date) }));
    for (const { at } of grounds) expect(at).not.toBeNaN();
    const { threat, vulnerability, capacity } = one.risk;
    expect(assess({ threat, vulnerability, capacity, grounds, assessedAt: Date.parse('2026-11-22') })).toMatchObject({ band: BAND[name] });
  });

  it('says who gave each consent, and why where it was somebody else', () => {
    const names = intake.persons.map((p) => p.name);
    for (const consent of one.consents) {
      expect(names).toContain(consent.givenBy);
      const person = intake.persons.find((p) => p.key === consent.person);
      const proxy = consent.givenBy !== person?.name;
      expect([consent.basis === 'INFORMED_CONSENT', consent.reason === undefined, consent.reviewInDays === undefined]).toEqual([
        !proxy,
        !proxy,
        !proxy,
      ]);
    }
  });

  it('speaks of what is alleged as alleged, in each language', () => {
    for (const language of v.LANGUAGES) {
      const { title, body } = one.letter.texts[language];
      expect(title).not.toBe('');
      expect(body).toMatch(ALLEGED[language]);
    }
  });

  it('says no more of anybody than was agreed, to anyone whom it tells', () => {
    const shows = (...texts: readonly string[]) => shownIn(texts, intake.persons);
    const level = (purpose: v.Purpose, recipient?: string) =>
      v.IDENTIFIABILITIES.indexOf(one.consents.find((c) => c.purpose === purpose && c.recipient === recipient)?.identifiability ?? 'NONE');
    const letter = Object.values(one.letter.texts).flatMap(({ title, body }) => [title, body]);
    expect(v.IDENTIFIABILITIES.indexOf(shows(...letter))).toBe(level('PUBLIC_LETTER'));
    expect(v.IDENTIFIABILITIES.indexOf(shows(one.brief.title, one.brief.text))).toBeLessThanOrEqual(level('SHARE_WITH_ADVISORY_GROUP'));
    const need = intake.needs[one.referral.needIndex]?.text ?? '';
    for (const partner of one.referral.partnerKeys) {
      expect(v.IDENTIFIABILITIES.indexOf(shows(one.referral.brief, need))).toBeLessThanOrEqual(level('REFERRAL', partner));
    }
  });

  it('does nothing in public that was said must not be done', () => {
    const letter = Object.values(one.letter.texts).flatMap(({ title, body }) => [title, body]);
    const places = [intake.place, ...intake.incidents.map((incident) => incident.place)];
    const refusal = forbidden(
      intake.mustNotBeDone.map(({ what }) => what),
      {
        shows: shownIn(letter, intake.persons),
        namesPlace: places.some((place) => namesPlace(letter, place)),
        addressees: targets.filter((target) => one.letter.addressees.includes(target.targetKey)).map(({ kind }) => kind),
      },
    );
    expect(refusal).toBeNull();
  });
});
