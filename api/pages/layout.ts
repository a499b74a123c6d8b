import { LANGUAGES, type Language } from '../../domain/vocabulary.ts';
import { messagesIn } from '../locales/index.ts';
import { type Html, html, render } from './html.ts';
import { direction, OWN_NAMES } from './language.ts';

export interface Layout {
  readonly language: Language;
  /** Shown in the tab and kept in the browser's history: neutral, unless the page is a published letter. */
  readonly title: string;
  readonly body: Html;
  /**
   * How the language switcher comes back to this page: by address, or, for a page behind the Open button, by opening again.
   * Absent: no switcher.
   */
  readonly switcher?: 'by-address' | 'by-opening';
  /** The languages offered; all by default. */
  readonly languages?: readonly Language[];
  /** Only where a page cannot do without: a script of ours, tied to its content. The page is then answered under `scriptedPage`. */
  readonly script?: PageScript;
}

/** Where a script of ours lies, and the digest without which a browser does not run it (Subresource Integrity). */
export interface PageScript {
  readonly path: string;
  readonly integrity: string;
}

/** A complete document: one stylesheet of ours, no image, nothing fetched from elsewhere, and no script but where one is named. */
export function layout({ language, title, body, switcher, languages = LANGUAGES, script }: Layout): string {
  const t = messagesIn(language);
  return render(html`<!doctype html>
<html lang="${language}" dir="${direction(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="stylesheet" href="/assets/style.css">
${script && html`<script type="module" src="${script.path}" integrity="${script.integrity}"></script>\n`}</head>
<body>
<a class="skip" href="#main">${t.skip}</a>
<header>${switcher && languageSwitcher(language, languages, switcher, t.languages)}</header>
<main id="main" tabindex="-1">
${body}
</main>
<footer><p class="screen">${script ? t.sealing.footer : t.footer}</p></footer>
</body>
</html>
`);
}

function languageSwitcher(current: Language, offered: readonly Language[], way: 'by-address' | 'by-opening', label: string): Html {
  return html`<nav class="languages" aria-label="${label}"><ul>
${offered.map((language) => {
  const named = html`lang="${language}" dir="${direction(language)}"`;
  if (language === current) return html`<li><span ${named} aria-current="true">${OWN_NAMES[language]}</span></li>\n`;
  if (way === 'by-address') return html`<li><a href="?lang=${language}" hreflang="${language}" ${named}>${OWN_NAMES[language]}</a></li>\n`;
  return html`<li><form method="post" action="?lang=${language}">${openStep}<button ${named}>${OWN_NAMES[language]}</button></form></li>\n`;
})}</ul></nav>`;
}

/** The hidden field of a form that opens a question without answering it. */
export const openStep: Html = html`<input type="hidden" name="step" value="open">`;
