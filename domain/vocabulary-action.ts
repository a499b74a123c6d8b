// What the network does and what comes of it: advice, letters, targets, follow-up. Source: vocabulary 8 and 9, product stages 6, 7 and 9.
// Read through vocabulary.ts.
import { among, descriptive } from './vocabulary-keys.ts';

// --- 8. Advisory Group and sign-on
// biome-ignore format: a list reads as a list
export const REGIONS = [
  'AFRICA', 'ASIA_PACIFIC', 'LATIN_AMERICA_CARIBBEAN', 'MIDDLE_EAST_NORTH_AFRICA', 'EUROPE_CENTRAL_ASIA', 'NORTH_AMERICA',
] as const;
export type Region = (typeof REGIONS)[number];
export const isRegion = among(REGIONS);

export const AG_VOTES = ['APPROVE', 'APPROVE_WITH_CHANGES', 'OBJECT', 'BLOCK', 'ABSTAIN', 'RECUSE', 'NEED_INFO'] as const;
export type AgVote = (typeof AG_VOTES)[number];
export const isAgVote = among(AG_VOTES);

// biome-ignore format: a list reads as a list
export const AG_RESULTS = [
  'APPROVED', 'APPROVED_AS_AMENDED', 'NOT_APPROVED', 'NO_QUORUM', 'BALANCE_NOT_MET', 'LAPSED', 'EMERGENCY_APPROVED', 'RATIFIED', 'NOT_RATIFIED',
] as const;
export type AgResult = (typeof AG_RESULTS)[number];
export const isAgResult = among(AG_RESULTS);

export const SIGN_ONS = ['SIGN_PUBLIC', 'SIGN_COUNT_ONLY', 'DECLINE', 'DECIDE_LATER', 'WITHDRAWN', 'INELIGIBLE'] as const;
export type SignOn = (typeof SIGN_ONS)[number];
export const isSignOn = among(SIGN_ONS);

// biome-ignore format: a list reads as a list
export const TEXT_STATES = [
  'DRAFT', 'IN_TRANSLATION', 'REVIEWED', 'FROZEN', 'OPEN_FOR_SIGN_ON', 'CLOSED', 'DELIVERED', 'CORRECTED', 'RETRACTED',
] as const;
export type TextState = (typeof TEXT_STATES)[number];
export const isTextState = among(TEXT_STATES);

export const LETTER_KINDS = ['OPEN_LETTER', 'PETITION', 'PRIVATE_LETTER', 'MEDIA_STATEMENT', 'UN_COMMUNICATION'] as const;
export type LetterKind = (typeof LETTER_KINDS)[number];
export const isLetterKind = among(LETTER_KINDS);

// --- 9. Targets, delivery, responses, impact
// biome-ignore format: a list reads as a list
export const TARGET_KINDS = descriptive([
  'HEAD_OF_STATE', 'MINISTRY', 'PROSECUTOR', 'COURT', 'POLICE_PRISON', 'MISSION_GENEVA_NEW_YORK', 'LOCAL_AUTHORITY', 'PARLIAMENT',
  'NHRI_OMBUDSPERSON', 'COMPANY', 'PARENT_OR_BUYER', 'INVESTOR', 'DEVELOPMENT_BANK', 'REGIONAL_BODY', 'EMBASSY_EU', 'MEDIA',
]);
export type TargetKind = (typeof TARGET_KINDS)[number];
export const isTargetKind = among(TARGET_KINDS);

// biome-ignore format: a list reads as a list
export const DELIVERY_STATES = [
  'QUEUED', 'SENT', 'ACCEPTED_BY_SERVER', 'SOFT_BOUNCE', 'HARD_BOUNCE', 'DELIVERED_BY_POST', 'HANDED_OVER', 'ACKNOWLEDGED', 'REPLIED',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];
export const isDeliveryState = among(DELIVERY_STATES);

// biome-ignore format: a list reads as a list
export const IMPACTS = [
  'STRONG_POSITIVE', 'MODERATE_POSITIVE', 'MINOR', 'NONE_DISCERNIBLE', 'MODERATE_NEGATIVE', 'STRONG_NEGATIVE', 'UNKNOWN',
] as const;
export type Impact = (typeof IMPACTS)[number];
export const isImpact = among(IMPACTS);

export const CONTRIBUTIONS = ['CLEAR', 'PLAUSIBLE', 'UNCLEAR', 'NOT_US'] as const;
export type Contribution = (typeof CONTRIBUTIONS)[number];
export const isContribution = among(CONTRIBUTIONS);

// biome-ignore format: a list reads as a list
export const CASE_OUTCOMES = descriptive([
  'RELEASED', 'RELEASED_CONDITIONALLY', 'CHARGES_DROPPED', 'ACQUITTED', 'SENTENCE_REDUCED', 'CONDITIONS_IMPROVED', 'LOCATED_ALIVE',
  'THREAT_STOPPED', 'PROTECTION_MEASURES_GRANTED', 'EVICTION_HALTED', 'INVESTIGATION_OPENED', 'PERPETRATOR_PROSECUTED',
  'PUBLIC_RECOGNITION_OF_HRD', 'COMPANY_REMEDY', 'RELOCATED_SAFELY', 'RETURNED_SAFELY', 'NO_CHANGE', 'SITUATION_WORSENED', 'NEW_VIOLATION',
  'KILLED', 'REPRISAL_LINKED_TO_ACTION', 'LOST_CONTACT',
]);
export type CaseOutcome = (typeof CASE_OUTCOMES)[number];
export const isCaseOutcome = among(CASE_OUTCOMES);

// --- Follow-up: CANNOT_REACH is how silence is recorded, never something a person answers
export const REVIEW_ANSWERS = ['BETTER', 'SAME', 'WORSE', 'CHANGED', 'CANNOT_REACH'] as const;
export type ReviewAnswer = (typeof REVIEW_ANSWERS)[number];
export const isReviewAnswer = among(REVIEW_ANSWERS);
