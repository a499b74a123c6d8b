/** The network's own names of places, from the file that COUNTRY_NAMES_FILE names. The form is documented in .env.example. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { isCountryCode } from '../domain/countries.ts';
import type { CountryNames } from '../domain/country-name.ts';
import { LANGUAGES } from '../domain/vocabulary.ts';

const name = z.string().trim().min(1).max(100);
const entries = z.array(
  z.object({
    code: z.string().refine(isCountryCode),
    names: z.strictObject(Object.fromEntries(LANGUAGES.map((l) => [l, name.optional()]))),
  }),
);

/** A list of `{ "code": "XK", "names": { "en": "…", "fr": "…" } }`; other fields of an entry are not looked at. Null: the file is missing or has another form. */
export function readCountryNames(file: string): CountryNames | null {
  try {
    const list = entries.parse(JSON.parse(readFileSync(file, 'utf8')));
    return Object.fromEntries(list.map(({ code, names }) => [code, names]));
  } catch {
    return null;
  }
}
