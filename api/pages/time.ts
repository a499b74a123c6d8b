import type { Language } from '../../domain/vocabulary.ts';

/** Latin digits in Arabic too: they are read in all its countries, and they match the numbers that a person types. */
const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', es: 'es', fr: 'fr', ar: 'ar-u-nu-latn' };

export function intlLocale(language: Language): string {
  return LOCALES[language];
}

/** An instant in words, in UTC and saying so: the service knows nobody's time zone. */
export function inUtc(instant: Date, language: Language): string {
  const words = new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'full', timeStyle: 'short', hourCycle: 'h23', timeZone: 'UTC' });
  return `${words.format(instant)} UTC`;
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/**
 * The time left, in its two largest units, rounded down so that nobody is promised more than there is; null when there is none.
 * Said in words because a page without script cannot turn UTC into the reader's own time.
 */
export function timeLeft(until: Date, now: Date, language: Language): string | null {
  let rest = until.getTime() - now.getTime();
  if (rest <= 0) return null;
  if (rest < 60_000) rest = 60_000;
  const parts = UNITS.flatMap(([unit, length]) => {
    const count = Math.floor(rest / length);
    rest -= count * length;
    return count === 0 ? [] : [new Intl.NumberFormat(LOCALES[language], { style: 'unit', unit, unitDisplay: 'long' }).format(count)];
  });
  return new Intl.ListFormat(LOCALES[language], { type: 'unit', style: 'long' }).format(parts.slice(0, 2));
}
