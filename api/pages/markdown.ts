import MarkdownIt from 'markdown-it';
import { escapeHtml, type Html, raw } from './html.ts';

/**
 * The Markdown of letters, briefs and questions: headings, paragraphs, lists, emphasis, quotations. No HTML, and nothing that a reader's
 * browser would fetch or follow: a link is written out as its text and address, an image as its description.
 */
const markdown = new MarkdownIt('zero', { html: false, linkify: false, typographer: false }).enable([
  'heading',
  'lheading',
  'list',
  'blockquote',
  'emphasis',
  'escape',
  'entity',
  'newline',
  'link',
  'image',
]);

const { rules } = markdown.renderer;

// The page has its own first heading: those of the text begin one level below.
rules.heading_open = (tokens, index) => `<${lowered(tokens[index]?.tag)}>`;
rules.heading_close = (tokens, index) => `</${lowered(tokens[index]?.tag)}>\n`;
rules.link_open = () => '';
rules.link_close = (tokens, index) => {
  // The opening token of this link holds its address; links never nest.
  const open = tokens.slice(0, index).findLast((token) => token.type === 'link_open');
  return ` (<bdi dir="ltr">${escapeHtml(String(open?.attrGet('href') ?? ''))}</bdi>)`;
};
rules.image = (tokens, index) => escapeHtml(tokens[index]?.content ?? '');

function lowered(tag: string | undefined): string {
  return `h${Math.min(6, Number(tag?.slice(1) ?? 1) + 1)}`;
}

/** Markdown as safe HTML. */
export function fromMarkdown(text: string): Html {
  return raw(markdown.render(text));
}
