import type { Language } from './vocabulary.ts';

/**
 * What a SEALED notification holds, as its recipient reads it: in their mail program when they have an OpenPGP certificate, in the browser when their
 * key was made there. Everything is text; whoever shows it escapes it.
 */
export type SealedContent = {
  readonly language: Language;
  /** says what it is about; the outer subject is the same neutral line for every mail */
  readonly subject: string;
  /** paragraphs, in reading order */
  readonly text: readonly string[];
  /** absolute address at which the recipient acts; nowhere but inside what is sealed */
  readonly link: string | null;
  readonly attachments: readonly { readonly name: string; readonly text: string }[];
};
