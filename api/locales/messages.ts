import type { Identifiability, Purpose, Region } from '../../domain/vocabulary.ts';
import type { Fault, OfferedReason } from '../pages/answer-form.ts';
import type { ChoiceOf, QuestionKind } from '../pages/choices.ts';
import type { SealingWords } from './sealing-words.ts';

/** How a choice is named, and what happens when it is taken. */
export interface ChoiceWords {
  readonly label: string;
  readonly means: string;
}

/** What names a line of the short facts beside a question. */
export type FactLabel = 'PURPOSE' | 'RECIPIENT' | 'NAMED_AS' | 'LANGUAGE' | 'NEED' | 'HELP' | 'AMOUNT' | 'COUNTRY' | 'PERSON' | 'TARGET';

/** A caution that some questions carry. */
export type Warning = 'TARGET_IN_YOUR_COUNTRY' | 'CAN_BE_SEEN_BY_ANYONE';

/** Every word that the pages say themselves. A language that lacks one does not compile. */
export interface Messages {
  readonly network: string;
  readonly skip: string;
  readonly languages: string;
  readonly neutralTitle: string;
  readonly footer: string;
  readonly faultTitlePrefix: string;
  readonly cover: {
    readonly heading: string;
    readonly lead: string;
    readonly nothingYet: string;
    readonly open: string;
    readonly notYou: string;
  };
  readonly deadline: string;
  readonly left: (time: string) => string;
  readonly deadlineChangeable: string;
  readonly deadlineFinal: string;
  readonly textHeading: string;
  readonly otherLanguages: string;
  readonly question: Readonly<Record<QuestionKind, { readonly heading: string; readonly lead: string; readonly legend: string }>>;
  readonly choices: { readonly [Kind in QuestionKind]: Readonly<Record<ChoiceOf<Kind>, ChoiceWords>> };
  readonly words: { readonly label: string; readonly needed: (choices: string) => string; readonly optional: string };
  readonly name: { readonly label: string; readonly hint: string };
  readonly amount: { readonly label: (currency: string) => string; readonly hint: string };
  readonly rejectReason: { readonly label: string; readonly hint: string; readonly pick: string };
  readonly send: string;
  readonly already: (choice: string) => string;
  readonly faultsHeading: string;
  readonly faults: Readonly<Record<Fault, string>>;
  readonly warnings: Readonly<Record<Warning, string>>;
  readonly facts: Readonly<Record<FactLabel, string>>;
  readonly receipt: {
    readonly heading: string;
    readonly recorded: string;
    readonly when: string;
    readonly yourWords: string;
    readonly changeUntil: (when: string) => string;
    readonly final: string;
    readonly change: string;
    readonly close: string;
  };
  /** `renew` and `button` stand where a fresh link can be asked for. */
  readonly gone: {
    readonly heading: string;
    readonly lead: string;
    readonly help: string;
    readonly renew: string;
    readonly button: string;
  };
  readonly reissued: { readonly heading: string; readonly lead: string; readonly help: string };
  readonly withdrawn: { readonly heading: string; readonly lead: string };
  readonly trouble: { readonly heading: string; readonly lead: string; readonly help: string };
  readonly tooMany: { readonly heading: string; readonly lead: string; readonly help: string };
  readonly letter: {
    readonly published: string;
    readonly signatories: (count: string) => string;
    readonly countedOnly: (count: string) => string;
    readonly digest: string;
    readonly digestMeans: string;
    readonly otherForms: string;
    readonly json: string;
  };
  readonly regions: Readonly<Record<Region, string>>;
  readonly rejectReasons: Readonly<Record<OfferedReason, string>>;
  readonly purposes: Readonly<Record<Purpose, string>>;
  readonly identifiabilities: Readonly<Record<Identifiability, string>>;
  readonly sealing: SealingWords;
}
