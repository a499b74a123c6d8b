import type { Language } from '../../domain/vocabulary.ts';
import { messagesIn } from '../locales/index.ts';
import { html } from './html.ts';
import { layout } from './layout.ts';

/** The one answer to everybody who asked for a fresh link, whether one was sent or not; its language comes from the reader's side only. */
export function reissuedPage(language: Language): string {
  const { reissued } = messagesIn(language);
  return layout({
    language,
    title: reissued.heading,
    body: html`<h1>${reissued.heading}</h1>
<p>${reissued.lead}</p>
<p>${reissued.help}</p>`,
  });
}
