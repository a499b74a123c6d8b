import type { Language } from '../../domain/vocabulary.ts';
import { messagesIn } from '../locales/index.ts';
import { html } from './html.ts';
import { layout } from './layout.ts';

/**
 * The one answer, with status 404, to every link that opens nothing: unknown, malformed, expired, spent, revoked. The language may come
 * only from the reader's side (`?lang=`, browser), never from what the link was, or the answers would differ.
 *
 * `renewable`: a fresh link can be asked for under this address, whatever has become of the old one.
 */
export function gonePage(language: Language, { renewable = false }: { readonly renewable?: boolean } = {}): string {
  const { gone } = messagesIn(language);
  return layout({
    language,
    title: gone.heading,
    switcher: 'by-address',
    body: html`<h1>${gone.heading}</h1>
<p>${gone.lead}</p>
<p>${gone.help}</p>
${
  renewable &&
  html`<form method="post" action="?lang=${language}">
<input type="hidden" name="step" value="reissue">
<p>${gone.renew}</p>
<p><button class="act">${gone.button}</button></p>
</form>`
}`,
  });
}
