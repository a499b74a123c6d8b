import { isLanguage, type Language } from '../../domain/vocabulary.ts';

/** Each language by its own name, for the switcher. */
export const OWN_NAMES: Readonly<Record<Language, string>> = { en: 'English', es: 'Español', fr: 'Français', ar: 'العربية' };

export function direction(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}

/**
 * The language of a page: the one asked for on the page, else the person's own, else the browser's best that we speak, else English.
 * @param accepted language tags of the browser, best first
 */
export function pickLanguage(asked: unknown, own: Language | undefined, accepted: readonly string[]): Language {
  if (isLanguage(asked)) return asked;
  return own ?? accepted.map((tag) => tag.toLowerCase().split('-')[0]).find(isLanguage) ?? 'en';
}
