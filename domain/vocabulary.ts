// The field's own terms as stable keys. A record stores VOCABULARY_VERSION beside its keys; labels live in the locales, never here.
// Descriptive lists end in OTHER and UNKNOWN, because a coordinator must be able to record what the list did not foresee; lists of
// states, votes and results do not, because software decides by them. Source: vocabulary 1 to 10 and the stages of the product.

import { among, descriptive } from './vocabulary-keys.ts';

export * from './violations.ts';
export * from './vocabulary-action.ts';
export * from './vocabulary-assessment.ts';

export const VOCABULARY_VERSION = '1';

// --- 1. Case kernel
// biome-ignore format: a list reads as a list
export const SUBJECT_KINDS = descriptive(['INDIVIDUAL', 'FAMILY', 'GROUP_OR_ORGANISATION', 'COMMUNITY', 'SOCIAL_GROUP']);
export type SubjectKind = (typeof SUBJECT_KINDS)[number];
export const isSubjectKind = among(SUBJECT_KINDS);

// biome-ignore format: a list reads as a list
export const SUBMITTER_RELATIONS = descriptive([
  'SELF', 'FAMILY', 'COLLEAGUE_SAME_ORG', 'MEMBER_ORGANISATION', 'ALLY_ORGANISATION', 'LAWYER', 'HEALTH_WORKER', 'WITNESS', 'JOURNALIST',
  'THIRD_PARTY',
]);
export type SubmitterRelation = (typeof SUBMITTER_RELATIONS)[number];
export const isSubmitterRelation = among(SUBMITTER_RELATIONS);

// biome-ignore format: a list reads as a list
export const CASE_STATES = [
  'RECEIVED', 'ACKNOWLEDGED', 'OUT_OF_SCOPE', 'VERIFYING', 'AWAITING_CONSENT', 'TRIAGED', 'CONSULTING', 'APPROVED', 'DECLINED', 'IN_ACTION',
  'MONITORING', 'CLOSED', 'REOPENED', 'PURGED',
] as const;
export type CaseState = (typeof CASE_STATES)[number];
export const isCaseState = among(CASE_STATES);

// biome-ignore format: a list reads as a list
export const ACTION_MODES = [
  'NETWORK_VOICE', 'NAMED_ENDORSEMENTS', 'MEMBER_PETITION_CIRCULATION', 'CONFIDENTIAL_ADVOCACY', 'REFERRAL_ONLY', 'INFORMATION_ONLY',
] as const;
export type ActionMode = (typeof ACTION_MODES)[number];
export const isActionMode = among(ACTION_MODES);

export const LANGUAGES = ['en', 'es', 'fr', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];
export const isLanguage = among(LANGUAGES);

// --- 2. Urgency (what happened is in violations.ts)
export const URGENCY_BASES = ['ONGOING', 'IMMINENT', 'PAST', 'UNKNOWN'] as const;
export type UrgencyBasis = (typeof URGENCY_BASES)[number];
export const isUrgencyBasis = among(URGENCY_BASES);

// --- 3. Defender profile
// biome-ignore format: a list reads as a list
export const RIGHTS_DEFENDED = descriptive([
  'LAND', 'INDIGENOUS_PEOPLES', 'ENVIRONMENT_CLIMATE', 'HOUSING_ANTI_EVICTION', 'LABOUR_TRADE_UNION', 'FOOD_AND_FISHERIES', 'WATER', 'HEALTH',
  'EDUCATION', 'SOCIAL_SECURITY', 'WOMEN_RIGHTS', 'SRHR', 'LGBTIQ', 'MIGRANTS_REFUGEES', 'DISABILITY', 'CORPORATE_ACCOUNTABILITY',
  'ANTI_CORRUPTION', 'EXPRESSION_PRESS', 'ASSEMBLY_PROTEST', 'ACCESS_TO_JUSTICE', 'DIGITAL_RIGHTS', 'PEACE_CONFLICT_DOCUMENTATION',
  'IMPUNITY_MEMORY', 'MINORITY_RIGHTS', 'ANTI_RACISM_CASTE', 'YOUTH_STUDENT',
]);
export type RightDefended = (typeof RIGHTS_DEFENDED)[number];
export const isRightDefended = among(RIGHTS_DEFENDED);

// biome-ignore format: a list reads as a list
export const DEFENDER_ROLES = descriptive([
  'COMMUNITY_LEADER', 'INDIGENOUS_AUTHORITY', 'LAWYER', 'JOURNALIST', 'TRADE_UNIONIST', 'NGO_STAFF', 'MOVEMENT_MEMBER', 'HEALTH_WORKER',
  'TEACHER', 'STUDENT', 'ARTIST', 'FAMILY_OF_VICTIM', 'WITNESS', 'RELIGIOUS_LEADER',
]);
export type DefenderRole = (typeof DEFENDER_ROLES)[number];
export const isDefenderRole = among(DEFENDER_ROLES);

// Self-declared and optional. They change the questions asked, never a score, and never travel by e-mail.
// biome-ignore format: a list reads as a list
export const INTERSECTIONAL_FACTORS = descriptive([
  'WOMAN', 'TRANS_OR_NON_BINARY', 'LGBTIQ', 'INDIGENOUS', 'AFRO_DESCENDANT', 'DALIT_OR_CASTE_OPPRESSED', 'ETHNIC_MINORITY',
  'RELIGIOUS_MINORITY', 'LINGUISTIC_MINORITY', 'DISABILITY', 'CHILD', 'YOUTH', 'OLDER_PERSON', 'MIGRANT_REFUGEE_STATELESS', 'RURAL_OR_REMOTE',
  'SINGLE_CARER', 'PREGNANT', 'HEALTH_CONDITION', 'POVERTY', 'NO_IDENTITY_DOCUMENT', 'IN_EXILE', 'FORMER_PRISONER',
]);
export type IntersectionalFactor = (typeof INTERSECTIONAL_FACTORS)[number];
export const isIntersectionalFactor = among(INTERSECTIONAL_FACTORS);

// --- 4. Perpetrators: always "alleged" in what goes out
// biome-ignore format: a list reads as a list
export const PERPETRATORS_BY_KIND = {
  STATE: ['NATIONAL_OFFICIAL', 'LOCAL_OFFICIAL', 'ARMED_FORCES', 'POLICE', 'PRISON_STAFF', 'INTELLIGENCE', 'LEGISLATIVE', 'JUDICIARY_PROSECUTION'],
  NON_STATE_ARMED: ['PARAMILITARY', 'VIGILANTE_DEATH_SQUAD', 'OPPOSITION_ARMED_GROUP', 'PRIVATE_ARMY_WARLORD', 'OCCUPYING_FORCE', 'ORGANISED_CRIME'],
  ECONOMIC: ['NATIONAL_COMPANY', 'TRANSNATIONAL_COMPANY', 'LANDOWNER', 'PRIVATE_SECURITY', 'DEVELOPMENT_FINANCE_INSTITUTION', 'EMPLOYER'],
  SOCIAL: ['CROWD', 'COMMUNITY_POWER_HOLDER', 'FAMILY_OR_PARTNER', 'RELIGIOUS_GROUP', 'ONLINE_UNKNOWN'],
} as const;
export type PerpetratorKind = keyof typeof PERPETRATORS_BY_KIND;
export const PERPETRATORS = descriptive([
  ...PERPETRATORS_BY_KIND.STATE,
  ...PERPETRATORS_BY_KIND.NON_STATE_ARMED,
  ...PERPETRATORS_BY_KIND.ECONOMIC,
  ...PERPETRATORS_BY_KIND.SOCIAL,
]);
export type Perpetrator = (typeof PERPETRATORS)[number];
export const isPerpetrator = among(PERPETRATORS);

// biome-ignore format: a list reads as a list
export const INVOLVEMENTS = descriptive([
  'DIRECT', 'ORDERED', 'PLANNED', 'COMPLICIT_PRESENT', 'SUSPECTED', 'FAILED_TO_PREVENT', 'AUTHORED_POLICY', 'POLITICAL_RESPONSIBILITY',
]);
export type Involvement = (typeof INVOLVEMENTS)[number];
export const isInvolvement = among(INVOLVEMENTS);
