import type { Language } from '../../domain/vocabulary.ts';
import { messagesIn } from '../locales/index.ts';
import type { ChoiceWords } from '../locales/messages.ts';
import type { QuestionKind } from './choices.ts';
import { type Html, html, raw } from './html.ts';
import { direction, OWN_NAMES } from './language.ts';
import { fromMarkdown } from './markdown.ts';
import type { TextVersion } from './question.ts';
import { inUtc, timeLeft } from './time.ts';

/** Until when, in UTC and as time left, and whether an answer can be changed. */
export function deadlinePanel(closesAt: Date, now: Date, language: Language, changeable?: boolean): Html {
  const t = messagesIn(language);
  const left = timeLeft(closesAt, now, language);
  return html`<div class="panel">
<p><strong>${t.deadline}</strong><br><time datetime="${closesAt.toISOString()}">${inUtc(closesAt, language)}</time></p>
${left !== null && html`<p>${t.left(left)}</p>`}
${changeable !== undefined && html`<p>${changeable ? t.deadlineChangeable : t.deadlineFinal}</p>`}
</div>`;
}

/** The reader's version of a text (or the first there is), marked with its own language and direction. */
export function textArticle(text: TextVersion): Html {
  return html`<article class="text" lang="${text.language}" dir="${direction(text.language)}">
<h2>${text.title}</h2>
${fromMarkdown(text.markdown)}
</article>`;
}

/** The version to show first: the reader's language, else the first, which is the source. */
export function versionFor(texts: readonly TextVersion[], language: Language): TextVersion | undefined {
  return texts.find((text) => text.language === language) ?? texts[0];
}

/** The other versions, folded; each summary is the language's own name. */
export function otherVersions(texts: readonly TextVersion[], shown: TextVersion | undefined, language: Language): Html | false {
  const others = texts.filter((text) => text !== shown);
  if (others.length === 0) return false;
  return html`<section aria-labelledby="versions"><h2 id="versions">${messagesIn(language).otherLanguages}</h2>
${others.map(
  (text) =>
    html`<details><summary lang="${text.language}" dir="${direction(text.language)}">${OWN_NAMES[text.language]}</summary>${textArticle(text)}</details>\n`,
)}</section>`;
}

/** How a choice is named and what it means; null when the kind has no such choice. */
export function choiceWords(kind: QuestionKind, choice: string, language: Language): ChoiceWords | null {
  const named = messagesIn(language).choices[kind] as Readonly<Record<string, ChoiceWords>>;
  return Object.hasOwn(named, choice) ? (named[choice] ?? null) : null;
}

/** Data for the page's own script. A browser runs nothing of it; no text in it can end the element. */
export function jsonData(id: string, data: unknown): Html {
  return html`<script type="application/json" id="${id}">${raw(JSON.stringify(data).replaceAll('<', '\\u003c'))}</script>`;
}
