import type { Language } from '../../domain/vocabulary.ts';
import { ar } from './ar.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import type { Messages } from './messages.ts';

const MESSAGES: Readonly<Record<Language, Messages>> = { en, es, fr, ar };

/** The words of the pages in one language. */
export function messagesIn(language: Language): Messages {
  return MESSAGES[language];
}
