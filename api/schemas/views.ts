import { z } from 'zod';
import * as v from '../../domain/vocabulary.ts';
import { id, instant } from '../http/schemas.ts';
import { constraintSchema, country, intakeSchema, needSchema, personSchema } from './intake.ts';
import {
  briefSchema,
  closingSchema,
  conclusionSchema,
  consentSchema,
  decisionSchema,
  letterSchema,
  referralSchema,
  riskSchema,
  sourceSchema,
} from './work.ts';

const count = z.int().min(0);

/** What stands before the eyes of whoever decides about a text that goes out. */
const heed = {
  mustNotBeDone: z.array(constraintSchema).meta({ description: 'Read this before anything else' }),
  riskOfActing: riskSchema.shape.acting.nullable().meta({ description: 'Of the latest assessment' }),
};

/** An answer of a person about their own case; `method` and `givenBy` are null where it came by link. */
const personWord = z.strictObject({
  ...{ personId: id, choice: z.string(), text: z.string().nullable(), at: instant },
  ...{ method: z.enum(v.CONSENT_METHODS).nullable(), givenBy: z.string().nullable() },
});
const reason = z.strictObject({ text: z.string(), at: instant });
const band = z.enum(v.BANDS);
const state = z.string();

/** What is filed, with the id and the instant of its filing. */
const onFile = <Content extends z.ZodType>(content: Content) => ({ documentId: id, at: instant, content });

export const receiptSchema = z
  .strictObject({ commandId: id, state, at: instant, band: band.optional(), version: z.int().optional() })
  .meta({ id: 'Receipt', description: 'The command was carried out; where things stand now' });

export const listedCaseSchema = z
  .strictObject({ caseId: id, state, band: band.nullable(), openedAt: instant, closedAt: instant.nullable() })
  .meta({ id: 'ListedCase' });

const taskFields = {
  taskId: id,
  kind: z.string(),
  urgency: z.int().min(1).max(4).meta({ description: '1 is most urgent' }),
  escalation: z.int().min(0).max(2).meta({ description: '0 the coordinator, 1 whoever stands in, 2 the administrator' }),
  subjectId: z.string().nullable(),
  dueAt: instant.nullable(),
};

export const taskSchema = z.strictObject({ ...taskFields, caseId: id.nullable(), createdAt: instant }).meta({ id: 'Task' });

const consultationFields = {
  consultationId: id,
  state,
  result: z.string().nullable(),
  openedAt: instant,
  closesAt: instant,
  decidedAt: instant.nullable(),
  invited: count,
  answered: count,
  conditions: z.array(z.strictObject({ name: z.string(), met: z.boolean(), say: z.string() })).nullable(),
  tally: z
    .strictObject({
      ...{ eligible: count, recused: count, needed: count, answered: count, approve: count, approveWithChanges: count },
      ...{ object: count, block: count, abstain: count, needInfo: count, regions: count },
    })
    .nullable(),
};

export const consultationSchema = z
  .strictObject({
    ...consultationFields,
    ...heed,
    brief: briefSchema,
    words: z
      .array(z.strictObject({ choice: z.string(), text: z.string() }))
      .meta({ description: 'What the advisors wrote, sorted by the words: who wrote it is confidential' }),
  })
  .meta({ id: 'Consultation' });

const personView = personSchema
  .omit({ key: true, kind: true, role: true, email: true, language: true })
  .extend({ personId: id, key: z.string().nullable(), kind: z.string(), email: z.string().nullable(), language: z.string() });

const consentView = consentSchema.omit({ reason: true, validTo: true, reviewAt: true }).extend({
  consentId: id,
  reasonDocumentId: id.nullable(),
  reason: z.string().nullable(),
  reviewAt: z.int().nullable(),
  validFrom: z.int(),
  validTo: z.int().nullable(),
  withdrawnAt: z.int().nullable(),
});

export const caseSchema = z
  .strictObject({
    caseId: id,
    state,
    band: band.nullable(),
    mode: z.string().nullable(),
    openedAt: instant,
    closedAt: instant.nullable(),
    policyVersion: z.int(),
    mustNotBeDone: heed.mustNotBeDone,
    intake: intakeSchema.omit({ mustNotBeDone: true }),
    persons: z.array(personView),
    consents: z.array(consentView),
    sources: z.array(z.strictObject(onFile(sourceSchema))),
    proposedStanding: z
      .strictObject({ status: z.string(), independent: count, documentary: count, disputing: count, say: z.string() })
      .nullable()
      .meta({ description: 'What the rule proposes from the sources; a person concludes' }),
    conclusion: z.strictObject(onFile(conclusionSchema)).nullable(),
    risk: z
      .strictObject({ ...onFile(riskSchema), score: z.number().nullable(), band: band.nullable(), why: z.array(z.string()) })
      .nullable(),
    decision: z.strictObject(onFile(decisionSchema)).nullable(),
    closing: z.strictObject(onFile(closingSchema)).nullable(),
    cancellation: reason.nullable(),
    consultations: z.array(z.strictObject(consultationFields)),
    letters: z.array(
      z.strictObject({
        letterId: id,
        kind: z.string(),
        state,
        version: z.int(),
        closesAt: instant.nullable(),
        publishedAt: instant.nullable(),
      }),
    ),
    referrals: z.array(z.strictObject({ referralId: id, needId: id, state, createdAt: instant, endedAt: instant.nullable() })),
    needs: z.array(z.strictObject({ needId: id, state, need: needSchema })),
    reviews: z.array(
      z.strictObject({
        ...{ reviewId: id, number: z.int(), state, endedAt: instant.nullable(), answer: z.string().nullable() },
        words: z.array(personWord),
      }),
    ),
    openQuestions: z
      .array(
        z.strictObject({
          ...{ questionId: id, kind: z.string(), closesAt: instant },
          invitations: z.array(z.strictObject({ invitationId: id, personId: id, answered: z.boolean() })),
        }),
      )
      .meta({ description: 'Questions to people of the case that wait for an answer' }),
    tasks: z.array(z.strictObject(taskFields)),
    mail: z
      .array(z.strictObject({ mailId: id, kind: z.string(), personId: id, state, code: z.string().nullable() }))
      .meta({ description: 'Messages that do not get on by themselves, and what stands in the way' }),
  })
  .meta({ id: 'Case' });

export const timelineEntrySchema = z
  .strictObject({ seq: z.int(), at: instant, actor: z.string(), action: z.string(), subjectId: z.string().nullable() })
  .meta({ id: 'TimelineEntry', description: 'Who did or read what, when; ids only' });

const addresseeSchema = z.strictObject({ id, kind: z.string(), name: z.string(), title: z.string().nullable(), country });

export const letterViewSchema = z
  .strictObject({
    letterId: id,
    kind: z.enum(v.LETTER_KINDS),
    state,
    version: z.int(),
    digest: z
      .string()
      .meta({ description: 'Over all language versions, addressees and date of this version: what is approved and signed' }),
    date: z.string(),
    addressees: z.array(addresseeSchema),
    texts: letterSchema.shape.texts,
    createdAt: instant,
    frozenAt: instant.nullable(),
    publishedAt: instant.nullable(),
    slug: z.string().nullable(),
    retractedAt: instant.nullable(),
    retraction: z.string().nullable().meta({ description: 'Why it was taken down' }),
    ...heed,
    approvals: z.array(personWord).meta({ description: 'What the defenders answered, to every version that was put to them' }),
    tally: z
      .strictObject({
        ...{ named: count, countOnly: count, declined: count, undecided: count, withdrawn: count, signatures: count },
        ...{ invited: count, silent: count, closesAt: instant, closedAt: instant.nullable() },
      })
      .nullable(),
  })
  .meta({ id: 'Letter' });

export const referralViewSchema = referralSchema
  .extend({
    referralId: id,
    needId: id,
    state,
    createdAt: instant,
    endedAt: instant.nullable(),
    endReason: z.string().nullable(),
    ...heed,
    answers: z
      .array(
        z.strictObject({
          ...{ partnerId: id.nullable(), choice: z.string(), reason: z.string().nullable(), amount: z.int().nullable() },
          ...{ text: z.string().nullable(), at: instant },
        }),
      )
      .meta({ description: 'What each partner who was asked has answered' }),
    confirmations: z.array(personWord).meta({ description: 'What the person said about the help' }),
    steps: z.array(z.strictObject({ state, partnerId: id.nullable(), at: instant })),
  })
  .meta({ id: 'Referral' });

export const sumSchema = z.strictObject({ amount: z.int(), currency: z.string() });

export const rankedPartnerSchema = z
  .strictObject({
    partnerId: id,
    name: z.string(),
    fits: z.boolean(),
    why: z.array(z.string()),
    whyNot: z.array(z.string()),
    capacity: z.string(),
    ceiling: sumSchema.nullable(),
    eligibility: z.string().nullable(),
  })
  .meta({ id: 'RankedPartner' });
