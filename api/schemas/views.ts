import { z } from 'zod';
import * as v from '../../domain/vocabulary.ts';
import { id, instant } from '../http/schemas.ts';
import { holdFields } from './erasure.ts';
import { intakeSchema, needSchema, personSchema } from './intake.ts';
import { closingSchema, conclusionSchema, consentSchema, decisionSchema, riskSchema, sourceSchema } from './work.ts';
import { consultationFields, heed, personWord } from './work-views.ts';

const count = z.int().min(0);

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

export const taskSchema = z
  .strictObject({
    ...taskFields,
    caseId: id.nullable(),
    contactId: id.nullable().meta({ description: 'Of a task of no case: whose key, message or address it is about' }),
    createdAt: instant,
  })
  .meta({ id: 'Task' });

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
    doubtfulAnswers: z.array(z.strictObject({ answerId: id, kind: z.string(), subjectId: id, personId: id.nullable() })).meta({
      description:
        'Answers that came by a channel that others read, and do not count until whoever gave them says by a safe way that they are theirs. `personId` is null for somebody of the network: an administrator asks them',
    }),
    tasks: z.array(z.strictObject(taskFields)),
    legalHolds: z
      .array(z.strictObject({ ...holdFields, reason: z.string(), liftedBecause: z.string().nullable() }))
      .meta({ description: 'What keeps the case from being erased; those that were lifted too' }),
    mail: z
      .array(z.strictObject({ mailId: id, kind: z.string(), personId: id.nullable(), state, code: z.string().nullable() }))
      .meta({ description: 'Messages that do not get on by themselves, and what stands in the way; `personId` is null for an advisor' }),
  })
  .meta({ id: 'Case' });

export const timelineEntrySchema = z
  .strictObject({ seq: z.int(), at: instant, actor: z.string(), action: z.string(), subjectId: z.string().nullable() })
  .meta({ id: 'TimelineEntry', description: 'Who did or read what, when; ids only, and of an advisor not even that' });
