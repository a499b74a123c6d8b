// Violations and threats with their HURIDOCS Events Standard Formats anchors (list 4 unless a list is written before the slash),
// kept so that a case can be exchanged with other documentation systems. Source: vocabulary 2.
// The value is the list of anchors; an empty list means that the standard has none of its own.
export const VIOLATION_ESF = {
  KILLING: ['0101'],
  ATTEMPTED_KILLING: ['0101'],
  DEATH_THREAT: ['02010302'],
  OTHER_THREAT: ['02010301'],
  PHYSICAL_ATTACK: ['020101'],
  TORTURE_ILL_TREATMENT: ['02011111'],
  SEXUAL_VIOLENCE: ['020102'],
  SEXUAL_HARASSMENT: ['02010305'],
  GENDERED_ATTACK: ['02010305'],
  ENFORCED_DISAPPEARANCE: ['030103'],
  ABDUCTION: ['030104'],
  ARBITRARY_ARREST_DETENTION: ['030101', '030102', '030103', '030104', '030105'],
  HOUSE_ARREST: ['030101', '030102', '030103', '030104', '030105'],
  JUDICIAL_HARASSMENT: ['35'],
  CRIMINALISATION: ['35'],
  UNFAIR_TRIAL: ['350114'],
  ADMINISTRATIVE_HARASSMENT: ['1201'],
  TRAVEL_BAN: ['050106'],
  EXILE: ['050102'],
  DEPORTATION: ['330101'],
  RAID_SEARCH_SEIZURE: ['0401'],
  OFFICE_CLOSURE: ['120101', '120102', '120103'],
  ORGANISATION_BANNED: ['120101', '120102', '120103'],
  SURVEILLANCE: ['02010303', '120104'],
  STALKING: ['02010304'],
  DIGITAL_ATTACK: ['02010303', '120104'],
  DEFAMATION_SMEAR: ['140101'],
  STIGMATISATION: ['140101'],
  PROPERTY_DAMAGE: ['1301'],
  CROP_OR_LIVELIHOOD_ATTACK: ['1301'],
  FORCED_EVICTION: ['050103', '050104'],
  DISPLACEMENT: ['050103', '050104'],
  LAND_SEIZURE: ['130108'],
  PROTEST_REPRESSION: ['120105', '120106'],
  LABOUR_REPRISAL: ['3001'],
  UNION_BUSTING: ['3001'],
  FAMILY_OR_ASSOCIATE_TARGETED: ['23/0501'],
  REPRISAL_FOR_UN_COOPERATION: [],
  RESTRICTIVE_LAW_OR_POLICY: ['x21'],
  MEDICAL_NEGLECT_IN_CUSTODY: ['36', '530107'],
  OTHER: [],
  UNKNOWN: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Violation = keyof typeof VIOLATION_ESF;
export const VIOLATIONS = Object.keys(VIOLATION_ESF) as readonly Violation[];
export const isViolation = (value: unknown): value is Violation => typeof value === 'string' && Object.hasOwn(VIOLATION_ESF, value);

/** Whom a threat was aimed at: three separate values, written as the suffix of the threat's ESF code. */
export const THREAT_AIMED_AT_ESF = { THE_PERSON: '01', THE_FAMILY: '02', FRIENDS_OR_COLLEAGUES: '03' } as const;
export type ThreatAimedAt = keyof typeof THREAT_AIMED_AT_ESF;
