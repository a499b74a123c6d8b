import type { Language } from './vocabulary.ts';

/** Names that a network gives to places itself, by code: what the standard leaves free, or names otherwise than the network would. */
export type CountryNames = Readonly<Record<string, { readonly [L in Language]?: string | undefined }>>;

const standard = new Map<Language, Intl.DisplayNames>();

const standardNames = (language: Language): Intl.DisplayNames => {
  const known = standard.get(language) ?? new Intl.DisplayNames([language], { type: 'region', fallback: 'none' });
  standard.set(language, known);
  return known;
};

/** The name of a country (ISO 3166-1 alpha-2, in capitals) in the reader's language: the network's own, else the usual one, else the code itself. */
export const countryName = (code: string, language: Language, own: CountryNames): string =>
  own[code]?.[language] ?? (/^[A-Z]{2}$/.test(code) ? standardNames(language).of(code) : undefined) ?? code;
