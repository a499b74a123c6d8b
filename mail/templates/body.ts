import type { AnyMailData } from '../data.ts';
import { MailError } from '../error.ts';
import type { Words } from '../locales/words.ts';
import type { Block } from './blocks.ts';
import { deadlineLines } from './deadline.ts';
import type { Shape, Topic } from './topics.ts';

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Printable ASCII only, so that neither a control character nor a look-alike can hide in a link that a person is asked to check. */
function checkedLink(link: string): URL {
  if (!/^[\x21-\x7e]{1,500}$/.test(link) || !URL.canParse(link)) throw new MailError('LINK_INVALID');
  const url = new URL(link);
  const safe = url.protocol === 'https:' || (url.protocol === 'http:' && loopbackHosts.has(url.hostname));
  if (!safe || url.username !== '' || url.password !== '') throw new MailError('LINK_INVALID');
  return url;
}

// Inside a right-to-left sentence an address is isolated, or its last slash would be shown before its first letter.
const shown = (address: string, words: Words): string => (words.dir === 'rtl' ? `\u2066${address}\u2069` : address);

/** Their pages ask for the passphrase of a key, so a mail may not say that nobody ever asks for one. */
const passphraseTopics: ReadonlySet<Topic> = new Set<Topic>(['SEALED_WAITS', 'KEY_INVITED', 'KEY_EXPIRES']);

const say = (words: string): Block => ({ is: 'words', words });

export function bodyOf(shape: Shape, words: Words, data: AnyMailData): readonly Block[] {
  const blocks: Block[] = [say(words.greeting)];
  if (shape.reminder) blocks.push(say(words.reminder));
  blocks.push(say(words.reason[shape.topic]));
  const url = data.link === undefined ? null : checkedLink(data.link);
  if (url !== null) blocks.push({ is: 'link', words: words.openPage, url: url.href }, say(words.linkIsPersonal));
  if (data.deadline !== undefined) blocks.push(...deadlineLines(words, shape.clock, data.deadline, data.timeZone));
  blocks.push(say(words.silence[shape.topic]), { is: 'heading', words: words.genuineTitle });
  if (url !== null) blocks.push(say(words.genuineLink.replace('{host}', () => shown(`${url.origin}/`, words))));
  blocks.push(say(passphraseTopics.has(shape.topic) ? words.genuineAskKey : words.genuineAsk), say(words.care));
  return blocks;
}
