import { z } from 'zod';
import { SEALED_BY } from '../../domain/recipient-key.ts';
import { id } from '../http/schemas.ts';
import { sumSchema } from './work-views.ts';

// What the lists of the directory and the import show. Keys of lists are those of the vocabulary.

const words = z.array(z.string());
const personFields = { contactId: id, name: z.string(), email: z.string().nullable(), language: z.string() };
const sealedBy = z
  .enum(SEALED_BY)
  .meta({ description: 'KEY: words of a case can be sealed to them. PENDING: their key waits to be confirmed by voice' });
const names = z.strictObject({
  en: z.string().optional(),
  es: z.string().optional(),
  fr: z.string().optional(),
  ar: z.string().optional(),
});
const placeFields = { region: z.string(), country: z.string() };

export const organisationSchema = z
  .strictObject({
    ...{
      id,
      key: z.string(),
      name: z.string(),
      names,
      roles: words,
      ...placeFields,
      language: z.string(),
      themes: words,
      active: z.boolean(),
    },
    contacts: z.array(z.strictObject({ ...personFields, role: z.string() })),
  })
  .meta({ id: 'Organisation' });

export const advisorSchema = z
  .strictObject({
    ...{ id, key: z.string().nullable(), ...personFields, organisationId: id, organisationKey: z.string(), ...placeFields },
    ...{ sealedBy, gender: z.string().nullable(), timeZone: z.string().nullable(), available: z.boolean(), active: z.boolean() },
  })
  .meta({ id: 'Advisor' });

export const partnerSchema = z
  .strictObject({
    ...{ id, key: z.string(), name: z.string(), organisationId: id, ...placeFields, active: z.boolean() },
    ...{ kinds: words, countries: words, languages: words, ceiling: sumSchema.nullable(), capacity: z.string() },
    ...{ eligibilityToRead: z.boolean(), eligibility: z.string().nullable(), contact: z.strictObject({ ...personFields, sealedBy }) },
  })
  .meta({ id: 'Partner' });

export const targetSchema = z
  .strictObject({
    ...{ id, key: z.string(), kind: z.string(), name: z.string(), title: z.string().nullable(), country: z.string() },
    ...{ email: z.string().nullable(), language: z.string(), active: z.boolean() },
  })
  .meta({ id: 'Target' });

const flaw = z.strictObject({ column: z.string().nullable(), code: z.string(), say: z.string() });

export const importReportSchema = z
  .strictObject({
    kind: z.string(),
    ...{ accepted: z.int(), added: z.int(), changed: z.int(), unchanged: z.int() },
    rejected: z.array(z.strictObject({ line: z.int().meta({ description: 'The header is line 1' }), problems: z.array(flaw) })),
    headerProblems: z.array(flaw).meta({ description: 'Where there is one, nothing was read' }),
  })
  .meta({ id: 'ImportReport' });
