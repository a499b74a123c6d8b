import type { NoticeKind } from '../domain/notices.ts';
import type { SealedContent } from '../domain/sealed-content.ts';
import type { Language } from '../domain/vocabulary.ts';
import type { AnyMailData } from './data.ts';
import { MailError } from './error.ts';
import { wordsOf } from './locales/index.ts';
import { bodyOf } from './templates/body.ts';
import { type SealedTopic, sealedTopicNames, shapes } from './templates/topics.ts';

export type Enclosed = { readonly data: AnyMailData; readonly attachments: SealedContent['attachments'] };

/**
 * What is sealed in a notification: the paragraphs that the same mail would have if it only brought a link, a subject that says what it is about, the
 * link, and the text it asks about. Pure. Throws `MailError`: LINK_INVALID, DEADLINE_INVALID, and KIND_INVALID for a kind that is never sealed.
 *
 * Source: security.md, Notifications (the link that lets one act lies inside what was sealed).
 */
export function sealedContent(kind: NoticeKind, language: Language, { data, attachments }: Enclosed): SealedContent {
  const words = wordsOf(language);
  const shape = shapes[kind];
  const about = words.sealedSubject[sealedTopic(shape.topic)];
  const blocks = bodyOf(shape, words, data);
  const paragraphs = blocks.filter((block) => block.is !== 'link').map((block) => block.words);
  return {
    language,
    subject: shape.reminder ? words.sealedReminder.replace('{subject}', () => about) : about,
    text: attachments.length === 0 ? paragraphs : paragraphs.flatMap((text, at) => (at === 1 ? [text, words.enclosed] : [text])),
    link: blocks.find((block) => block.is === 'link')?.url ?? null,
    attachments,
  };
}

function sealedTopic(topic: string): SealedTopic {
  const known = sealedTopicNames.find((name) => name === topic);
  if (known === undefined) throw new MailError('KIND_INVALID');
  return known;
}

/** The same content as one plain text, for a mail program: the link stands alone on its line, after all that is said about it. */
export function plainTextOf({ language, text, link }: SealedContent): string {
  return `${[...text, ...(link === null ? [] : [`${wordsOf(language).openPage}\n${link}`])].join('\n\n')}\n`;
}
