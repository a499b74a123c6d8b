import type { Language } from '../../domain/vocabulary.ts';
import { ar } from './ar.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import type { Words } from './words.ts';

export const locales: Readonly<Record<Language, Words>> = { en, es, fr, ar };

export function wordsOf(language: Language): Words {
  return locales[language];
}
