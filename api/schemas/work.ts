import { z } from 'zod';
import type * as content from '../../domain/content.ts';
import { FLOORS, type Floor } from '../../domain/risk.ts';
import * as v from '../../domain/vocabulary.ts';
import { id, line, text } from '../http/schemas.ts';
import { language, needSchema } from './intake.ts';
import { mirrors } from './mirrors.ts';

const NOTE = 4_000;
const ACCOUNT = 20_000;
const LETTER = 40_000;

/** An instant in a sealed text: milliseconds since 1970, UTC, as the rules count them. */
const epochMs = z.int().min(0).max(8_640_000_000_000_000).meta({ description: 'Milliseconds since 1970-01-01T00:00:00Z' });
const score = z.int().min(1).max(5);

export const sourceSchema = mirrors<content.SourceNote>()(
  z.strictObject({
    reliability: z.enum(v.SOURCE_RELIABILITIES),
    validity: z.enum(v.INFORMATION_VALIDITIES),
    relation: z.enum(v.SUBMITTER_RELATIONS),
    independentGroup: line(40).nullable(),
    evidenceType: z.enum(v.EVIDENCE_TYPES),
    firstHand: z.boolean(),
    text: text(ACCOUNT),
  }),
).meta({ id: 'Source' });

export const conclusionSchema = mirrors<content.Conclusion>()(
  z.strictObject({
    proofStandard: z.enum(v.PROOF_STANDARDS),
    outcome: z.enum(['VERIFIED', 'PROVISIONAL', 'NOT_VERIFIED']),
    standing: z.enum(v.FACT_STATUSES),
    checks: z.array(z.enum(v.VERIFICATION_CHECKS)).max(v.VERIFICATION_CHECKS.length),
    // may be empty: a reason is owed only where the standing differs from what the rule proposes
    text: z.union([text(ACCOUNT), z.literal('')]),
  }),
).meta({ id: 'Conclusion' });

const floors = Object.keys(FLOORS) as [Floor, ...Floor[]];

export const riskSchema = mirrors<content.RiskText>()(
  z.strictObject({
    threat: score,
    vulnerability: score,
    capacity: score,
    reasons: text(ACCOUNT),
    grounds: z.array(z.strictObject({ floor: z.enum(floors), date: z.iso.date().nullable() })).max(floors.length),
    acting: z.strictObject({ score, text: text(NOTE) }),
    notActing: z.strictObject({ score, text: text(NOTE) }),
  }),
).meta({ id: 'Risk' });

export const decisionSchema = mirrors<content.DecisionText>()(
  z.strictObject({
    mode: z.enum(v.ACTION_MODES),
    kinds: z.array(z.enum(v.LETTER_KINDS)).max(v.LETTER_KINDS.length),
    text: text(ACCOUNT),
    constraintsRead: z.boolean(),
  }),
).meta({ id: 'Decision' });

export const briefSchema = mirrors<content.Brief>()(z.strictObject({ language, title: line(300), text: text(LETTER) })).meta({
  id: 'Brief',
});

const letterTextSchema = z.strictObject({ title: line(300), body: text(LETTER) });

export const letterSchema = mirrors<content.LetterText>()(
  z.strictObject({
    kind: z.enum(v.LETTER_KINDS),
    addressees: z.array(id).max(50),
    texts: z.strictObject({
      en: letterTextSchema.optional(),
      es: letterTextSchema.optional(),
      fr: letterTextSchema.optional(),
      ar: letterTextSchema.optional(),
    }),
  }),
).meta({ id: 'LetterText' });

export const signOnCallSchema = mirrors<content.SignOnCall>()(
  z.strictObject({
    regions: z.array(z.enum(v.REGIONS)).max(v.REGIONS.length),
    excludedOrganisationIds: z.array(id).max(10_000),
  }),
).meta({ id: 'SignOnCall' });

export const referralSchema = mirrors<content.ReferralText>()(
  z.strictObject({ language, need: needSchema, brief: text(ACCOUNT), partnerIds: z.array(id).min(1).max(50) }),
).meta({ id: 'ReferralText' });

export const closingSchema = mirrors<content.ClosingText>()(
  z.strictObject({
    outcomes: z.array(z.enum(v.CASE_OUTCOMES)).min(1).max(v.CASE_OUTCOMES.length),
    impact: z.enum(v.IMPACTS),
    contribution: z.enum(v.CONTRIBUTIONS),
    remainingRisk: z.enum(v.BANDS),
    remainingRiskText: text(NOTE),
    lesson: text(ACCOUNT).optional(),
    waiver: text(NOTE).optional(),
  }),
).meta({ id: 'Closing' });

export const consentSchema = mirrors<content.ConsentText>()(
  z.strictObject({
    personId: id.meta({ description: 'A person of the case, by the id that the case shows' }),
    purpose: z.enum(v.PURPOSES),
    recipientId: id
      .nullable()
      .meta({ description: 'The one recipient; for a referral the partner. null: anybody whom the purpose reaches' }),
    identifiability: z.enum(v.IDENTIFIABILITIES),
    basis: z.enum(v.CONSENT_BASES),
    method: z.enum(v.CONSENT_METHODS),
    language,
    explained: z.array(z.enum(v.CONSENT_EXPLAINED)).max(v.CONSENT_EXPLAINED.length),
    givenBy: line(200),
    secondPersonId: id.nullable(),
    reason: text(NOTE).nullable(),
    reviewAt: epochMs.nullable(),
    validTo: epochMs.nullable(),
  }),
).meta({ id: 'Consent' });

export const reasonSchema = mirrors<content.Reason>()(z.strictObject({ text: text(NOTE) })).meta({ id: 'Reason' });
