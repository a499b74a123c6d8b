import type { Block } from './blocks.ts';

function lineOf(block: Block): string {
  return block.is === 'link' ? `${block.words}\n${block.url}` : block.words;
}

/** Plain text: one paragraph per block. The link stands alone on its line so that no reader's program takes punctuation into it. */
export function textOf(blocks: readonly Block[]): string {
  return `${blocks.map(lineOf).join('\n\n')}\n`;
}
