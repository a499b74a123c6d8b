import { z } from 'zod';
import * as v from '../../domain/vocabulary.ts';
import type { Correction } from '../../records/cases/people.ts';
import { line, text } from '../http/schemas.ts';
import { choseLinks, email, language, NOTE, otherNames, timeZone } from './intake.ts';
import { mirrors } from './mirrors.ts';

export const correctionSchema = mirrors<Correction>()(
  z
    .strictObject({
      name: line(200).optional(),
      email: email.nullable().optional(),
      language: language.optional(),
      pseudonym: line(200).nullable().optional(),
      otherNames: otherNames.optional(),
      safeWay: text(NOTE).nullable().optional(),
      safeHours: line(200).nullable().optional(),
      timeZone: timeZone.nullable().optional(),
      choseLinks: choseLinks.optional(),
    })
    .refine((correction) => Object.keys(correction).length > 0, 'Give at least one field'),
).meta({ id: 'Correction', description: 'What is absent stays as it was; null takes it out' });

/** What a person said by telephone, on a visit, or through somebody they trust. The choices are those of the page. */
export const givenAnswerSchema = z
  .strictObject({
    choice: z.string().regex(/^[A-Z_]{1,40}$/, 'Write one of the choices of this question'),
    text: text(NOTE).optional(),
    method: z.enum(v.CONSENT_METHODS).meta({ description: 'How the person gave it' }),
    givenBy: line(200).meta({ description: 'The person’s own word, or the name of who spoke for them' }),
  })
  .meta({ id: 'GivenAnswer' });
