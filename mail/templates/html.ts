import type { Words } from '../locales/words.ts';
import type { Block } from './blocks.ts';
import { padHtml } from './pad.ts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(value: string): string {
  return value.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

const button = 'display:inline-block;padding:12px 20px;background:#1a4d8f;color:#ffffff;font-weight:bold;text-decoration:underline';

// The address is shown in full under the button, left to right in every language, because the reader is asked to check how it begins.
function elementOf(block: Block): string {
  const words = escaped(block.words);
  switch (block.is) {
    case 'heading':
      return `<h2 style="font-size:17px;margin:28px 0 8px">${words}</h2>`;
    case 'time':
      return `<p><time datetime="${escaped(block.iso)}">${words}</time></p>`;
    case 'link': {
      const url = escaped(block.url);
      return `<p><a href="${url}" style="${button}">${words}</a></p>\n<p dir="ltr" style="overflow-wrap:anywhere"><bdi>${url}</bdi></p>`;
    }
    default:
      return `<p>${words}</p>`;
  }
}

/** A whole page without images, scripts or anything fetched from elsewhere; readable by a screen reader and at any width. */
export function htmlOf(blocks: readonly Block[], words: Words): string {
  const side = words.dir === 'rtl' ? 'right' : 'left';
  const open = `<!doctype html>
<html lang="${words.lang}" dir="${words.dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(words.subject)}</title>
</head>
<body lang="${words.lang}" dir="${words.dir}" style="margin:0;padding:16px;background:#ffffff;color:#1b1b1b;font-family:sans-serif;font-size:16px;line-height:1.5;text-align:${side}">
<main style="max-width:36em">
`;
  return padHtml(`${open}${blocks.map(elementOf).join('\n')}\n</main>\n`, '</body>\n</html>\n');
}
