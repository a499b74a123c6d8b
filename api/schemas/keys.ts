import { z } from 'zod';
import { ENDINGS } from '../../domain/recipient-key.ts';
import { CONSENT_METHODS } from '../../domain/vocabulary.ts';
import { id, instant, line, text } from '../http/schemas.ts';
import { NOTE } from './intake.ts';

const instantOrNull = instant.nullable();

const keySchema = z
  .strictObject({
    keyId: id,
    kind: z.enum(['X25519', 'OPENPGP']),
    state: z
      .enum(['PENDING', 'ACTIVE', 'ENDED'])
      .meta({ description: 'PENDING: a change that nobody has confirmed by another way than mail' }),
    fingerprint: z.string().meta({ description: 'What its holder reads out, in groups of four' }),
    weak: z.boolean().meta({ description: 'Works, but no longer for long: ask for a stronger one' }),
    createdAt: instant,
    activeAt: instantOrNull,
    expiresAt: instantOrNull,
    verifiedAt: instantOrNull.meta({ description: 'When somebody heard the fingerprint from its holder; null: nobody has' }),
    endedAt: instantOrNull,
    endedFor: z.enum([...ENDINGS, 'UNSAFE', 'EXPIRED']).nullable(),
  })
  .meta({ id: 'RecipientKey' });

export const keyListSchema = z
  .strictObject({
    keys: z.array(keySchema),
    invitedUntil: instantOrNull.meta({ description: 'Until when an invitation to make a key can be taken up; null: there is none' }),
  })
  .meta({ id: 'RecipientKeys' });

export const fingerprintSchema = z
  .strictObject({ fingerprint: line(200).meta({ description: 'As the person read it out, all of it' }) })
  .meta({ id: 'ReadFingerprint' });

export const endingSchema = z.strictObject({ reason: z.enum(ENDINGS) }).meta({ id: 'KeyEnding' });

export const unsafeSchema = z
  .strictObject({
    reason: text(NOTE),
    since: instant.optional().meta({ description: 'Since when somebody else may have been reading and answering; absent: from now on' }),
    keysToo: z.boolean().optional().meta({ description: 'The machine with the keys is gone too: every key of the person ends' }),
  })
  .meta({ id: 'UnsafeChannel' });

export const safeSchema = z.strictObject({ reason: text(NOTE) }).meta({ id: 'SafeChannel' });

export const channelSchema = z
  .strictObject({
    unsafeSince: instantOrNull,
    sent: z
      .array(z.strictObject({ mailId: id, kind: z.string(), caseId: id.nullable(), state: z.string(), at: instant }))
      .meta({ description: 'What went, or may have gone, to the address in the last 30 days, newest first' }),
    stuck: z
      .array(z.strictObject({ mailId: id, kind: z.string(), state: z.string(), code: z.string().nullable() }))
      .meta({ description: 'What does not get on by itself, and what stands in the way; of the network, mail of no case' }),
    quarantined: z
      .array(z.strictObject({ answerId: id, contactId: id, caseId: id, kind: z.string(), answeredAt: instant }))
      .meta({ description: 'Answers that count again once the person has confirmed them by a safe way' }),
  })
  .meta({ id: 'Channel' });

export const markedChannelSchema = channelSchema
  .extend({
    hint: z
      .string()
      .meta({ description: 'Where the same mailbox may have to be marked too, which only somebody who knows the people can tell' }),
  })
  .meta({ id: 'MarkedChannel' });

export const confirmedAnswerSchema = z
  .strictObject({
    theirs: z.boolean().meta({ description: 'Whether the person says that they gave this answer' }),
    method: z.enum(CONSENT_METHODS).meta({ description: 'How they were asked' }),
  })
  .meta({ id: 'ConfirmedAnswer' });
