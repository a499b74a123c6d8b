import type { Language } from '../../domain/vocabulary.ts';
import { messagesIn } from '../locales/index.ts';
import type { Draft, FieldFault } from './answer-form.ts';
import { answerForm, fieldId } from './form.ts';
import { type Html, html } from './html.ts';
import { layout } from './layout.ts';
import { choiceWords, deadlinePanel, otherVersions, textArticle, versionFor } from './parts.ts';
import type { Question } from './question.ts';

export interface QuestionPage {
  readonly question: Question;
  readonly language: Language;
  readonly now: Date;
  /** A posted form that could not be taken: shown again as typed, with what to correct. Answer it with status 422. */
  readonly refused?: { readonly faults: readonly FieldFault[]; readonly draft: Draft };
}

/** What is asked, the text it is asked about, and the form. Shown only after the link was opened. */
export function questionPage({ question, language, now, refused }: QuestionPage): string {
  const t = messagesIn(language);
  const { heading, lead } = t.question[question.kind];
  const shown = versionFor(question.texts, language);
  const given = question.given && choiceWords(question.kind, question.given.choice, language);
  return layout({
    language,
    title: refused ? `${t.faultTitlePrefix}${t.neutralTitle}` : t.neutralTitle,
    switcher: 'by-opening',
    body: html`${refused && faultSummary(refused.faults, language)}
<h1>${heading}</h1>
<p>${lead}</p>
${deadlinePanel(question.closesAt, now, language, question.changeable)}
${question.warnings?.map((warning) => html`<p class="panel"><strong>${t.warnings[warning]}</strong></p>\n`)}
${question.facts && question.facts.length > 0 && html`<dl>${question.facts.map(({ label, value }) => html`<dt>${t.facts[label]}</dt><dd><bdi>${value}</bdi></dd>\n`)}</dl>`}
${shown && textArticle(shown)}
${otherVersions(question.texts, shown, language)}
${
  question.digest !== undefined &&
  html`<p class="panel"><strong>${t.letter.digest}</strong><br><code dir="ltr">${question.digest}</code><br>${t.letter.digestMeans}</p>`
}
${given && html`<p class="panel">${t.already(given.label)}</p>`}
${answerForm(question, language, refused)}`,
  });
}

/** Says first that nothing is lost and nothing recorded, then leads to each field. */
function faultSummary(faults: readonly FieldFault[], language: Language): Html {
  const t = messagesIn(language);
  return html`<div class="faults" role="alert" aria-labelledby="faults">
<h2 id="faults">${t.faultsHeading}</h2>
<ul>${faults.map(({ field, fault }) => html`<li><a href="#${fieldId(field)}">${t.faults[fault]}</a></li>\n`)}</ul>
</div>`;
}
