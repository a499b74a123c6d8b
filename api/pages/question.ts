import type { Language } from '../../domain/vocabulary.ts';
import type { FactLabel, Warning } from '../locales/messages.ts';
import type { OfferedReason } from './answer-form.ts';
import type { Circumstances, QuestionKind } from './choices.ts';

/** One language version of a text, as Markdown. */
export interface TextVersion {
  readonly language: Language;
  readonly title: string;
  readonly markdown: string;
}

/** An answer as recorded, told back to the one who gave it. */
export interface GivenAnswer {
  readonly choice: string;
  readonly at: Date;
  readonly words?: string;
  readonly name?: string;
  readonly amount?: number;
  readonly rejectReason?: OfferedReason;
}

/** All that a question page shows. It is built after the link was proven and opened; the cover page knows none of it. */
export interface Question {
  readonly kind: QuestionKind;
  /** The language versions of what is asked about; may be empty where the facts say it all. */
  readonly texts: readonly TextVersion[];
  /** Short facts beside the text, already in the reader's language. */
  readonly facts?: ReadonlyArray<{ readonly label: FactLabel; readonly value: string }>;
  readonly warnings?: readonly Warning[];
  /** Fingerprint of exactly this text, where one is approved or signed. */
  readonly digest?: string;
  readonly circumstances?: Circumstances;
  readonly closesAt: Date;
  /** Whether an answer can be replaced until the close. */
  readonly changeable: boolean;
  /** SIGN_ON: the name the directory holds, offered for the signature. */
  readonly registeredName?: string;
  /** REFERRAL: the currency in which an amount is asked, ISO 4217. */
  readonly currency?: string;
  readonly given?: GivenAnswer;
}
