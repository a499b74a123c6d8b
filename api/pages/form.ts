import type { Language } from '../../domain/vocabulary.ts';
import { messagesIn } from '../locales/index.ts';
import { type Draft, type Field, type FieldFault, NAME_MAX, OFFERED_REASONS, WORDS_MAX } from './answer-form.ts';
import { choiceRule, offeredChoices } from './choices.ts';
import { type Html, html } from './html.ts';
import { choiceWords } from './parts.ts';
import type { Question } from './question.ts';
import { intlLocale } from './time.ts';

/** The id of a field's control, for labels and for the links of the fault summary. The choice leads to its first radio. */
export function fieldId(field: Field): string {
  return field === 'choice' ? 'choice-1' : field;
}

/**
 * The form of a question: one explicit choice, none made in advance, then the fields that some choice needs. All of them stay visible,
 * because without script they could not appear; each says when it is needed.
 */
export function answerForm(question: Question, language: Language, refused?: { faults: readonly FieldFault[]; draft: Draft }): Html {
  const t = messagesIn(language);
  const { kind, given } = question;
  const offered = offeredChoices(kind, question.circumstances).map((choice) => ({
    choice,
    rule: choiceRule(kind, choice),
    words: choiceWords(kind, choice, language),
  }));
  const draft: Draft = refused?.draft ?? {
    name: given?.name ?? question.registeredName ?? '',
    ...(given?.words !== undefined && { words: given.words }),
    ...(given?.amount !== undefined && { amount: String(given.amount) }),
    ...(given?.rejectReason !== undefined && { rejectReason: given.rejectReason }),
  };
  // A typed choice is kept after a fault; a recorded one is told above the form, not chosen again: a new answer is a new act.
  const chosen = refused?.draft.choice;
  const faultOf = (field: Field): Html | false => {
    const found = refused?.faults.find((fault) => fault.field === field);
    return found ? html`<p class="fault" id="${field}-fault">${t.faults[found.fault]}</p>` : false;
  };
  const about = (field: Field): Html => {
    const faulty = refused?.faults.some((fault) => fault.field === field);
    return faulty ? html`aria-describedby="${field}-hint ${field}-fault" aria-invalid="true"` : html`aria-describedby="${field}-hint"`;
  };
  const needing = offered.filter(({ rule }) => rule?.words === 'NEEDED').map(({ words }) => words?.label ?? '');
  const list = new Intl.ListFormat(intlLocale(language), { type: 'disjunction' });
  const some = (need: 'name' | 'amount' | 'rejectReason') => offered.some(({ rule }) => rule?.[need]);

  return html`<form method="post" action="?lang=${language}" autocomplete="off">
<input type="hidden" name="step" value="answer">
<fieldset${refused?.faults.some(({ field }) => field === 'choice') && html` aria-describedby="choice-fault"`}>
<legend>${t.question[kind].legend}</legend>
${faultOf('choice')}
${offered.map(
  ({ choice, words }, index) => html`<div class="choice">
<input type="radio" name="choice" id="choice-${index + 1}" value="${choice}" aria-describedby="means-${index + 1}"${chosen === choice && html` checked`}>
<label for="choice-${index + 1}">${words?.label}</label>
<p class="hint" id="means-${index + 1}">${words?.means}</p>
</div>
`,
)}</fieldset>
${
  some('name') &&
  html`<div class="field">
<label for="name">${t.name.label}</label>
<p class="hint" id="name-hint">${t.name.hint}</p>
${faultOf('name')}
<input id="name" name="name" dir="auto" maxlength="${NAME_MAX}" value="${draft.name}" ${about('name')}>
</div>`
}
${
  some('amount') &&
  question.currency !== undefined &&
  html`<div class="field">
<label for="amount">${t.amount.label(question.currency)}</label>
<p class="hint" id="amount-hint">${t.amount.hint}</p>
${faultOf('amount')}
<input id="amount" name="amount" inputmode="decimal" maxlength="20" dir="ltr" value="${draft.amount}" ${about('amount')}>
</div>`
}
${
  some('rejectReason') &&
  html`<div class="field">
<label for="rejectReason">${t.rejectReason.label}</label>
<p class="hint" id="rejectReason-hint">${t.rejectReason.hint}</p>
${faultOf('rejectReason')}
<select id="rejectReason" name="rejectReason" ${about('rejectReason')}>
<option value="">${t.rejectReason.pick}</option>
${OFFERED_REASONS.map((reason) => html`<option value="${reason}"${draft.rejectReason === reason && html` selected`}>${t.rejectReasons[reason]}</option>\n`)}</select>
</div>`
}
${
  offered.some(({ rule }) => rule?.words !== 'NONE') &&
  html`<div class="field">
<label for="words">${t.words.label}</label>
<p class="hint" id="words-hint">${needing.length > 0 ? t.words.needed(list.format(needing)) : t.words.optional}</p>
${faultOf('words')}
<textarea id="words" name="words" rows="5" dir="auto" maxlength="${WORDS_MAX}" ${about('words')}>
${draft.words}</textarea>
</div>`
}
<p><button class="act">${t.send}</button></p>
</form>`;
}
