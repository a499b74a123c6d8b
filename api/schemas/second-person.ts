import { z } from 'zod';
import { DECISIONS, SECOND_ACTS, SECOND_STATES } from '../../domain/second-person.ts';
import { LANGUAGES, REGIONS } from '../../domain/vocabulary.ts';
import { id, instant, text } from '../http/schemas.ts';
import { NOTE } from './intake.ts';
import { heed, letterViewSchema } from './work-views.ts';

/** What whoever asks for an act that needs two gets. */
export const askedSchema = z
  .strictObject({
    state: z
      .enum(['AWAITING_SECOND_PERSON', 'APPROVED'])
      .meta({ description: 'APPROVED: you asked for the same before, it was approved, and can be carried out' }),
    secondPersonId: id,
    expiresAt: instant.meta({ description: 'Until when it stands, the approval included' }),
  })
  .meta({ id: 'SecondPersonAsked', description: 'Nothing is done yet: somebody else has to approve exactly this' });

const entry = {
  secondPersonId: id,
  act: z.enum(SECOND_ACTS),
  caseId: id,
  subjectId: id.nullable(),
  state: z.enum(SECOND_STATES),
  askedBy: id,
  askedAt: instant,
  expiresAt: instant,
};

export const secondEntrySchema = z.strictObject(entry).meta({ id: 'SecondPersonEntry' });

const { kind, date, digest, version, addressees, texts, tally } = letterViewSchema.shape;

const names = {
  signatories: z
    .array(
      z.strictObject({
        name: z.string(),
        names: z.partialRecord(z.enum(LANGUAGES), z.string()),
        region: z.enum(REGIONS),
        country: z.string(),
      }),
    )
    .meta({ description: 'The names that everybody will read under the letter' }),
  countOnly: z.int().min(0).meta({ description: 'How many more sign without their name' }),
  asApproved: z.boolean().meta({
    description: 'false: who signs has changed since it was asked for; it can no longer be published so, and has to be asked for anew',
  }),
};

export const secondViewSchema = z
  .strictObject({
    ...entry,
    reason: z.string().nullable(),
    decision: z.enum(DECISIONS).nullable(),
    decidedBy: id.nullable(),
    decidedAt: instant.nullable(),
    decisionReason: z.string().nullable(),
    letter: z
      .strictObject({ letterId: id, slug: z.string(), kind, date, digest, version, addressees, texts, ...heed, tally, ...names })
      .nullable()
      .meta({ description: 'For PUBLISH: the very words that everybody will read, and who will stand under them' }),
  })
  .meta({ id: 'SecondPerson' });

export const secondDecisionSchema = z
  .strictObject({ decision: z.enum(DECISIONS), reason: text(NOTE).optional() })
  .meta({ id: 'SecondPersonDecision' });

const done = { secondPersonId: id, decision: z.literal('APPROVE') };

/** What came of it, by the act. */
export const carriedOutSchema = z
  .discriminatedUnion('act', [
    z.strictObject({
      ...{ ...done, act: z.literal('PUBLISH'), state: z.literal('PUBLISHED'), slug: z.string() },
      url: z.url().meta({ description: 'The page for everybody' }),
      ...{ version: z.int(), at: instant },
    }),
    z.strictObject({
      ...{ ...done, act: z.literal('EXPORT'), state: z.literal('READY') },
      path: z.string().meta({ description: 'Where whoever asked fetches it, once' }),
      until: instant,
    }),
    z.strictObject({ ...done, act: z.literal('ERASE'), state: z.literal('ACCEPTED'), erasureId: id }),
  ])
  .meta({ id: 'CarriedOut' });

export const secondRefusedSchema = z.strictObject({ secondPersonId: id, act: z.enum(SECOND_ACTS), decision: z.literal('REFUSE') });
