// What the desk judges: facts, risk, needs and consent. Source: vocabulary 5, 6, 7 and 10. Read through vocabulary.ts.
import { among, descriptive } from './vocabulary-keys.ts';

// --- 5. Verification
// biome-ignore format: a list reads as a list
export const SOURCE_RELIABILITIES = [
  'HIGHLY_RELIABLE', 'LIKELY_RELIABLE', 'UNSURE', 'LIKELY_UNRELIABLE', 'HIGHLY_UNRELIABLE', 'UNKNOWN',
] as const;
export type SourceReliability = (typeof SOURCE_RELIABILITIES)[number];
export const isSourceReliability = among(SOURCE_RELIABILITIES);

export const INFORMATION_VALIDITIES = ['CONFIRMED', 'LIKELY', 'POSSIBLE', 'UNLIKELY', 'CONTRADICTED', 'UNKNOWN'] as const;
export type InformationValidity = (typeof INFORMATION_VALIDITIES)[number];
export const isInformationValidity = among(INFORMATION_VALIDITIES);

export const FACT_STATUSES = ['ASSERTED', 'CORROBORATED', 'DOCUMENTED', 'DISPUTED', 'RETRACTED'] as const;
export type FactStatus = (typeof FACT_STATUSES)[number];
export const isFactStatus = among(FACT_STATUSES);

// biome-ignore format: a list reads as a list
export const EVIDENCE_TYPES = descriptive([
  'VICTIM_TESTIMONY', 'WITNESS_TESTIMONY', 'AFFIDAVIT', 'MEDICAL', 'COURT', 'PHOTO', 'VIDEO', 'AUDIO', 'CHAT_EXPORT', 'PRESS',
  'GOVERNMENT_STATEMENT', 'SATELLITE', 'GEODATA',
]);
export type EvidenceType = (typeof EVIDENCE_TYPES)[number];
export const isEvidenceType = among(EVIDENCE_TYPES);

export const PROOF_STANDARDS = ['REASONABLE_GROUNDS', 'BALANCE_OF_FACTS', 'CREDIBLE_ALLEGATION'] as const;
export type ProofStandard = (typeof PROOF_STANDARDS)[number];
export const isProofStandard = among(PROOF_STANDARDS);

export const VERIFICATION_CHECKS = ['OTHER_ROLES', 'OTHER_MOTIVES', 'TYPICALITY', 'DISPROPORTION', 'TIMING_WITH_RIGHTS_WORK'] as const;
export type VerificationCheck = (typeof VERIFICATION_CHECKS)[number];
export const isVerificationCheck = among(VERIFICATION_CHECKS);

export const VERIFIER_ANSWERS = ['CONFIRM', 'CORRECT', 'DOUBT', 'CANNOT_SAY'] as const;
export type VerifierAnswer = (typeof VERIFIER_ANSWERS)[number];
export const isVerifierAnswer = among(VERIFIER_ANSWERS);

// --- 6. Risk, from the calmest band to the gravest: the order is used
export const BANDS = ['LOW', 'MODERATE', 'HIGH', 'CRITICAL'] as const;
export type Band = (typeof BANDS)[number];
export const isBand = among(BANDS);

export const TRENDS = ['RISING', 'STABLE', 'FALLING', 'UNKNOWN'] as const;
export type Trend = (typeof TRENDS)[number];
export const isTrend = among(TRENDS);

// --- 7. Needs and referral
// biome-ignore format: a list reads as a list
export const NEED_CATEGORIES = descriptive([
  'PHYSICAL_SECURITY', 'DIGITAL_SECURITY', 'COMMUNICATIONS_EQUIPMENT', 'SECURE_TRANSPORT', 'LEGAL_AID', 'MEDICAL', 'PSYCHOSOCIAL_REST',
  'TEMPORARY_RELOCATION', 'FAMILY_SUPPORT_HUMANITARIAN', 'LIVELIHOOD_BRIDGE', 'ORGANISATION_CONTINUITY', 'TRAINING_SECURITY_PLAN',
  'ADVOCACY_DIPLOMATIC', 'MEDIA_SUPPORT', 'VISA_DOCUMENTS', 'PRISON_VISIT',
]);
export type NeedCategory = (typeof NEED_CATEGORIES)[number];
export const isNeedCategory = among(NEED_CATEGORIES);

export const NEED_STATES = ['OPEN', 'MET', 'WITHDRAWN', 'EXHAUSTED'] as const;
export type NeedState = (typeof NEED_STATES)[number];
export const isNeedState = among(NEED_STATES);

// From the quickest to none: the order is used when partners are ranked.
export const PARTNER_CAPACITIES = ['WITHIN_HOURS', 'WITHIN_DAYS', 'WITHIN_A_WEEK', 'WITHIN_WEEKS', 'NOT_ACCEPTING'] as const;
export type PartnerCapacity = (typeof PARTNER_CAPACITIES)[number];
export const isPartnerCapacity = among(PARTNER_CAPACITIES);

// biome-ignore format: a list reads as a list
export const REFERRAL_STATES = [
  'DRAFT', 'CONSENT_PENDING', 'SENT', 'ACKNOWLEDGED', 'INFO_REQUESTED', 'ACCEPTED', 'REJECTED', 'IN_PROGRESS', 'DELIVERED_BY_PARTNER',
  'CONFIRMED_BY_DEFENDER', 'REVOKED', 'EXPIRED',
] as const;
export type ReferralState = (typeof REFERRAL_STATES)[number];
export const isReferralState = among(REFERRAL_STATES);

// biome-ignore format: a list reads as a list
export const REJECT_REASONS = descriptive([
  'OUT_OF_MANDATE', 'OUT_OF_REGION', 'NO_CAPACITY', 'NO_FUNDS', 'NOT_ELIGIBLE', 'DUPLICATE_SUPPORT', 'INSUFFICIENT_VERIFICATION',
  'SECURITY_CONCERN', 'APPLICANT_WITHDREW',
]);
export type RejectReason = (typeof REJECT_REASONS)[number];
export const isRejectReason = among(REJECT_REASONS);

// --- 10. Consent
// biome-ignore format: a list reads as a list
export const PURPOSES = [
  'STORE', 'SHARE_WITH_ADVISORY_GROUP', 'SHARE_WITH_VERIFIERS', 'SHARE_WITH_MEMBERS', 'PUBLIC_LETTER', 'MEDIA', 'UN_LETTER_TO_STATE',
  'UN_PUBLIC_REPORT', 'REFERRAL', 'GRANT_REPORTING_ANONYMISED', 'LESSONS_ANONYMISED',
] as const;
export type Purpose = (typeof PURPOSES)[number];
export const isPurpose = among(PURPOSES);

// From nothing to everything: a statement permits its own level and those before it.
export const IDENTIFIABILITIES = ['NONE', 'ROLE_ONLY', 'PSEUDONYM', 'FULL_NAME'] as const;
export type Identifiability = (typeof IDENTIFIABILITIES)[number];
export const isIdentifiability = among(IDENTIFIABILITIES);

// biome-ignore format: a list reads as a list
export const CONSENT_BASES = [
  'INFORMED_CONSENT', 'PARENT_OR_GUARDIAN', 'FAMILY', 'LEGAL_REPRESENTATIVE', 'COLLECTIVE_DECISION', 'VITAL_INTEREST',
] as const;
export type ConsentBasis = (typeof CONSENT_BASES)[number];
export const isConsentBasis = among(CONSENT_BASES);

// biome-ignore format: a list reads as a list
export const CONSENT_METHODS = descriptive(['SIGNED', 'RECORDED_VOICE', 'SECURE_MESSAGE', 'IN_PERSON_WITNESSED', 'VIA_TRUSTED_CONTACT']);
export type ConsentMethod = (typeof CONSENT_METHODS)[number];
export const isConsentMethod = among(CONSENT_METHODS);

export const CONSENT_EXPLAINED = ['RISKS_OF_PUBLICITY', 'RISK_OF_REPRISAL', 'LIMITS_OF_WITHDRAWAL'] as const;
export type ConsentExplained = (typeof CONSENT_EXPLAINED)[number];
export const isConsentExplained = among(CONSENT_EXPLAINED);
