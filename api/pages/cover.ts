import type { Language } from '../../domain/vocabulary.ts';
import { messagesIn } from '../locales/index.ts';
import { html } from './html.ts';
import { layout, openStep } from './layout.ts';
import { deadlinePanel } from './parts.ts';

/**
 * What a link shows to whoever fetches it, mail scanners included: that something is asked and until when, for every kind alike.
 * Opening is a POST, which a fetch does not do. Source: engineering notes C3.
 */
export function coverPage({ language, closesAt, now }: { language: Language; closesAt: Date; now: Date }): string {
  const { cover, neutralTitle } = messagesIn(language);
  return layout({
    language,
    title: neutralTitle,
    switcher: 'by-address',
    body: html`<h1>${cover.heading}</h1>
<p>${cover.lead}</p>
${deadlinePanel(closesAt, now, language)}
<form method="post" action="?lang=${language}">
${openStep}
<p>${cover.nothingYet}</p>
<p><button class="act">${cover.open}</button></p>
</form>
<p class="hint">${cover.notYou}</p>`,
  });
}
