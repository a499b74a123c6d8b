import { z } from 'zod';
import * as v from '../../domain/vocabulary.ts';
import { id, instant } from '../http/schemas.ts';
import { constraintSchema, country } from './intake.ts';
import { briefSchema, letterSchema, referralSchema, riskSchema } from './work.ts';

// How the work on a case is shown: consultations, letters, referrals.

const count = z.int().min(0);
const state = z.string();

/** What stands before the eyes of whoever decides about a text that goes out. */
export const heed = {
  mustNotBeDone: z.array(constraintSchema).meta({ description: 'Read this before anything else' }),
  riskOfActing: riskSchema.shape.acting.nullable().meta({ description: 'Of the latest assessment' }),
};

/** An answer of a person about their own case; `method` and `givenBy` are null where it came by link. */
export const personWord = z.strictObject({
  ...{ personId: id, choice: z.string(), text: z.string().nullable(), at: instant },
  ...{ method: z.enum(v.CONSENT_METHODS).nullable(), givenBy: z.string().nullable() },
});
export const consultationFields = {
  consultationId: id,
  state,
  result: z.string().nullable(),
  openedAt: instant,
  closesAt: instant,
  decidedAt: instant.nullable(),
  invited: count,
  answered: count,
  notReached: count.meta({
    description: 'Invited whose mail is held, for want of a key or of a safe address: nobody has read the brief there',
  }),
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
    words: z.array(z.strictObject({ choice: z.string(), text: z.string() })).meta({
      description:
        'What the advisors wrote, sorted by the words: who wrote it is confidential. While they are being asked, only what waits for a reply (`NEED_INFO`, `OBJECT`)',
    }),
  })
  .meta({ id: 'Consultation' });

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
        signatories: z.array(z.strictObject({ registered: z.string(), appearsAs: z.string() })).meta({
          description: 'Who signs by name, as the directory knows them and as they want to appear: look at it before you publish',
        }),
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
