import type { Language } from '../../domain/vocabulary.ts';
import { messagesIn } from '../locales/index.ts';
import { gonePage } from './gone.ts';
import { html } from './html.ts';
import { layout } from './layout.ts';

/** A problem told to a person: that nothing was recorded and what to do, without the cause. @param status of the answer */
export function troublePage(language: Language, status: number): string {
  if (status === 404) return gonePage(language);
  const messages = messagesIn(language);
  const trouble = status === 429 ? messages.tooMany : messages.trouble;
  return layout({
    language,
    title: trouble.heading,
    body: html`<h1>${trouble.heading}</h1>
<p>${trouble.lead}</p>
<p>${trouble.help}</p>`,
  });
}
