import { z } from 'zod';
import type { Constraint, Intake, NeedText, PersonOfCase } from '../../domain/content.ts';
import { isCountryCode } from '../../domain/countries.ts';
import * as v from '../../domain/vocabulary.ts';
import { line, text } from '../http/schemas.ts';
import { mirrors } from './mirrors.ts';

/** Longest account in one field, in UTF-16 units: some five pages. */
const ACCOUNT = 20_000;
export const NOTE = 4_000;

export const language = z.enum(v.LANGUAGES);
export const country = z.string().refine(isCountryCode, 'Write the two capital letters of the country (ISO 3166-1)');
export const email = z.email('Write one plain e-mail address').max(254);

/** Whole units of a currency. */
const amount = z.int().min(1).max(999_999_999);
const currency = z.string().regex(/^[A-Z]{3}$/, 'Write the three capital letters of the currency (ISO 4217)');

export const needSchema = mirrors<NeedText>()(
  z
    .strictObject({
      category: z.enum(v.NEED_CATEGORIES),
      text: text(NOTE),
      amount: amount.optional(),
      currency: currency.optional(),
    })
    .refine((need) => (need.amount === undefined) === (need.currency === undefined), {
      message: 'Give the amount and its currency together, or neither',
    }),
).meta({ id: 'Need' });

const isTimeZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return /^[A-Za-z]/.test(zone);
  } catch {
    return false;
  }
};

export const timeZone = z.string().max(60).refine(isTimeZone, 'Write a time zone of the IANA list, such as Africa/Dakar');
export const otherNames = z
  .array(line(200))
  .max(20)
  .meta({ description: 'The name in other scripts and spellings, and other names: whatever a text must not show unnoticed' });

export const choseLinks = z.boolean().meta({
  description:
    'The person was told that whoever reads their mailbox can then read and answer what only they are asked, and chose it all the same; without a key and without this choice, a coordinator asks them by the safe way',
});

export const personSchema = mirrors<PersonOfCase>()(
  z.strictObject({
    key: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'Use small letters, digits and hyphens'),
    kind: z.enum(['DEFENDER', 'TRUSTED_CONTACT', 'LAWYER', 'FAMILY', 'OTHER']),
    name: line(200),
    pseudonym: line(200).optional(),
    otherNames: otherNames.optional(),
    role: z.enum(v.DEFENDER_ROLES),
    language,
    email: email.optional(),
    safeWay: text(NOTE).optional(),
    safeHours: line(200).optional(),
    timeZone: timeZone.optional(),
    choseLinks: choseLinks.optional(),
    gender: line(100).optional(),
  }),
).meta({ id: 'PersonOfCase' });

const DATE_FORM = { DAY: /^\d{4}-\d{2}-\d{2}$/, MONTH: /^\d{4}-\d{2}$/, YEAR: /^\d{4}$/ } as const;

const isDate = (date: string, precision: keyof typeof DATE_FORM): boolean => {
  if (!DATE_FORM[precision].test(date)) return false;
  const instant = new Date(`${date}${'-01-01'.slice(0, 10 - date.length)}T00:00:00.000Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(date);
};

const incidentSchema = z
  .strictObject({
    types: z.array(z.enum(v.VIOLATIONS)).min(1).max(20),
    urgencyBasis: z.enum(v.URGENCY_BASES),
    date: z.string().max(10),
    datePrecision: z.enum(['DAY', 'MONTH', 'YEAR']),
    place: line(300),
    what: text(ACCOUNT),
  })
  .refine(({ date, datePrecision }) => isDate(date, datePrecision), {
    path: ['date'],
    message: 'Write YYYY-MM-DD, YYYY-MM or YYYY, as the precision says',
  });

export const constraintSchema = mirrors<Constraint>()(
  z.strictObject({ what: z.enum(['PUBLISH_NAME', 'PUBLISH_PLACE', 'CONTACT_AUTHORITIES', 'OTHER']), text: text(NOTE) }),
).meta({ id: 'Constraint' });

const unique = (keys: readonly string[]): boolean => new Set(keys).size === keys.length;

export const intakeSchema = mirrors<Intake>()(
  z.strictObject({
    language,
    subjectKind: z.enum(v.SUBJECT_KINDS),
    requester: z.strictObject({
      relation: z.enum(v.SUBMITTER_RELATIONS),
      name: line(200),
      email: email.optional(),
      language,
      organisation: line(200).optional(),
    }),
    persons: z
      .array(personSchema)
      .min(1)
      .max(50)
      .refine((persons) => unique(persons.map(({ key }) => key)), 'Give each person a key of their own'),
    country,
    place: line(300),
    incidents: z.array(incidentSchema).min(1).max(50),
    perpetrators: z.array(z.strictObject({ kind: z.enum(v.PERPETRATORS), involvement: z.enum(v.INVOLVEMENTS), text: text(NOTE) })).max(50),
    workLink: text(ACCOUNT),
    stepsTaken: z.array(text(NOTE)).max(50),
    context: text(ACCOUNT),
    rightsDefended: z.array(z.enum(v.RIGHTS_DEFENDED)).max(30),
    factors: z.array(z.enum(v.INTERSECTIONAL_FACTORS)).max(30),
    needs: z.array(needSchema).max(30),
    mustNotBeDone: z.array(constraintSchema).max(30),
  }),
).meta({ id: 'Intake' });
