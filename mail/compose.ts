import type { NoticeKind } from '../domain/notices.ts';
import type { Language } from '../domain/vocabulary.ts';
import type { AnyMailData, MailData } from './data.ts';
import { wordsOf } from './locales/index.ts';
import { bodyOf } from './templates/body.ts';
import { htmlOf } from './templates/html.ts';
import { padText } from './templates/pad.ts';
import { textOf } from './templates/text.ts';

export type Composed = {
  /** The same neutral line for every kind, in the reader's language. */
  readonly subject: string;
  /** A neutral name to stand before the sender's address, in the reader's language. */
  readonly senderName: string;
  readonly text: string;
  readonly html: string;
};

/**
 * Writes one mail. Pure: the same kind, language and data give the same bytes, so that a second copy is the same message.
 *
 * `text` and `html` are padded to fixed sizes in UTF-8 bytes, equal for all kinds of one language, so that a size tells nothing.
 * Throws `MailError` with code LINK_INVALID or DEADLINE_INVALID; the error never holds the data.
 *
 * Source: security.md, Notifications; engineering notes C4.
 */
export function compose<K extends NoticeKind>(kind: K, language: Language, data: MailData<K>): Composed {
  const words = wordsOf(language);
  const body = bodyOf(kind, words, data as AnyMailData);
  return { subject: words.subject, senderName: words.senderName, text: padText(textOf(body)), html: htmlOf(body, words) };
}
