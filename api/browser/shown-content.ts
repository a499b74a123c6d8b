import type { SealedContent } from '../../domain/sealed-content.ts';
import { direction } from '../pages/language.ts';
import type { MessageScriptWords } from '../pages/script-words.ts';

/**
 * Writes an opened message into the page, as text only: nothing of it is ever read as HTML. Its link becomes a button only where it leads back to this
 * very service; any other address is written out, for whoever opens a message did not choose to visit another place.
 */
export function showContent(into: HTMLElement, content: SealedContent, words: MessageScriptWords): void {
  into.lang = content.language;
  into.dir = direction(content.language);
  into.replaceChildren(
    written('h2', content.subject),
    ...content.text.map((paragraph) => written('p', paragraph, 'chosen')),
    ...(content.link === null ? [] : [wayTo(content.link, words)]),
    ...content.attachments.map(({ name, text }) => {
      const attachment = document.createElement('details');
      attachment.append(written('summary', words.attached.replace('{name}', name)), written('pre', text));
      return attachment;
    }),
  );
}

function written(name: 'h2' | 'p' | 'pre' | 'summary', text: string, className = ''): HTMLElement {
  const element = document.createElement(name);
  element.textContent = text;
  // what is quoted may be in another language than the letter around it
  element.dir = 'auto';
  if (className !== '') element.className = className;
  return element;
}

function wayTo(address: string, words: MessageScriptWords): HTMLElement {
  const paragraph = document.createElement('p');
  if (URL.canParse(address) && new URL(address).origin === location.origin) {
    const link = document.createElement('a');
    link.className = 'act';
    link.href = address;
    link.rel = 'noreferrer';
    link.textContent = words.act;
    link.lang = document.documentElement.lang;
    link.dir = document.documentElement.dir;
    paragraph.append(link);
    return paragraph;
  }
  const code = document.createElement('code');
  code.dir = 'ltr';
  code.textContent = address;
  paragraph.append(words.elsewhere, document.createElement('br'), code);
  return paragraph;
}
