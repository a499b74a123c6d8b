import { REJECT_REASONS, type RejectReason } from '../../domain/vocabulary.ts';
import { choiceRule, type QuestionKind } from './choices.ts';

/** What a person typed, kept as typed so that a page shown again loses nothing. */
export interface Draft {
  readonly choice?: string;
  readonly words?: string;
  readonly name?: string;
  readonly amount?: string;
  readonly rejectReason?: string;
}

/** The reasons a partner can pick: all of the vocabulary but UNKNOWN, for whoever declines knows why. */
export type OfferedReason = Exclude<RejectReason, 'UNKNOWN'>;
export const OFFERED_REASONS: readonly OfferedReason[] = REJECT_REASONS.filter((reason) => reason !== 'UNKNOWN');

export type Field = 'choice' | 'words' | 'name' | 'amount' | 'rejectReason';

/** What is wrong with a field; each has its sentence in every language. */
export type Fault =
  | 'CHOICE_MISSING'
  | 'WORDS_MISSING'
  | 'TOO_LONG'
  | 'NAME_MISSING'
  | 'AMOUNT_UNREADABLE'
  | 'AMOUNT_TOO_HIGH'
  | 'REASON_MISSING'
  | 'STRANGE_CHARACTERS';

export interface FieldFault {
  readonly field: Field;
  readonly fault: Fault;
}

/** An answer as it may be recorded: only what belongs to the choice. */
export interface FormAnswer {
  readonly choice: string;
  readonly words?: string;
  readonly name?: string;
  /** Whole units of the currency that the question named. */
  readonly amount?: number;
  readonly rejectReason?: OfferedReason;
}

export const WORDS_MAX = 4000;
export const NAME_MAX = 200;

/** A reading of a posted form: an answer, or faults with the draft to show again. */
export type Reading = { readonly answer: FormAnswer } | { readonly faults: readonly FieldFault[]; readonly draft: Draft };

/**
 * Reads the posted fields of a question page. A choice that is not offered counts as none: a form is never guessed at.
 * @param offered from `offeredChoices`
 */
export function readAnswer(kind: QuestionKind, offered: readonly string[], form: Readonly<Record<string, string>>): Reading {
  const draft: Draft = {
    ...optional('choice', form['choice']),
    ...optional('words', form['words']?.replaceAll('\r\n', '\n')),
    ...optional('name', form['name']),
    ...optional('amount', form['amount']),
    ...optional('rejectReason', form['rejectReason']),
  };
  const rule = draft.choice !== undefined && offered.includes(draft.choice) ? choiceRule(kind, draft.choice) : null;
  if (!rule || draft.choice === undefined) return { faults: [{ field: 'choice', fault: 'CHOICE_MISSING' }], draft };

  const words = draft.words?.trim() ?? '';
  const name = draft.name?.replaceAll(/\s+/g, ' ').trim() ?? '';
  const typedAmount = draft.amount?.trim() ?? '';
  const amount = rule.amount && typedAmount !== '' ? readAmount(typedAmount) : undefined;
  const rejectReason = OFFERED_REASONS.find((reason) => reason === draft.rejectReason);
  const faults: FieldFault[] = [];
  const blame = (field: Field, fault: Fault, when: boolean) => when && faults.push({ field, fault });
  if (rule.words !== 'NONE') {
    blame('words', 'WORDS_MISSING', rule.words === 'NEEDED' && words === '');
    blame('words', 'TOO_LONG', words.length > WORDS_MAX);
    blame('words', 'STRANGE_CHARACTERS', strange(words));
  }
  if (rule.name) {
    blame('name', 'NAME_MISSING', name === '');
    blame('name', 'TOO_LONG', name.length > NAME_MAX);
    blame('name', 'STRANGE_CHARACTERS', strange(name) || UNSEEN_IN_NAME.test(name));
  }
  blame('amount', 'AMOUNT_UNREADABLE', amount === null);
  blame('rejectReason', 'REASON_MISSING', rule.rejectReason === true && rejectReason === undefined);
  if (faults.length > 0) return { faults, draft };
  return {
    answer: {
      choice: draft.choice,
      ...(rule.words !== 'NONE' && words !== '' && { words }),
      ...(rule.name && { name }),
      ...(typeof amount === 'number' && { amount }),
      ...(rule.rejectReason && rejectReason && { rejectReason }),
    },
  };
}

/** Whole units in the digits of the keyboards in use here (Latin, Arabic, Persian); null when unreadable. Source: content, sums are whole units. */
function readAmount(typed: string): number | null {
  const latin = typed
    .replaceAll(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replaceAll(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0));
  return /^[1-9]\d{0,8}$/.test(latin) ? Number(latin) : null;
}

/** Control characters (but tab and line end) and halves of characters: nothing a person types, and no database stores them. */
function strange(text: string): boolean {
  return /\p{Cs}/u.test(text) || /\p{Cc}/u.test(text.replaceAll(/[\n\t]/g, ''));
}

/** What turns the direction of a line or is not seen has no place in a name that everybody will read; two scripts need their joiners. */
const UNSEEN_IN_NAME = /(?![\u200c\u200d])\p{Cf}/u;

function optional<Name extends keyof Draft>(name: Name, value: string | undefined): { readonly [Key in Name]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: string };
}
