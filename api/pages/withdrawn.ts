import type { Language } from '../../domain/vocabulary.ts';
import { messagesIn } from '../locales/index.ts';
import { html } from './html.ts';
import { layout } from './layout.ts';

/** In the place of a letter that was taken down, with status 410: that it was withdrawn, and nothing of what it said or why. */
export function withdrawnPage(language: Language): string {
  const { withdrawn } = messagesIn(language);
  return layout({
    language,
    title: withdrawn.heading,
    switcher: 'by-address',
    body: html`<h1>${withdrawn.heading}</h1>
<p>${withdrawn.lead}</p>`,
  });
}
