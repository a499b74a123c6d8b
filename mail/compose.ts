import type { NoticeKind } from '../domain/notices.ts';
import type { Language } from '../domain/vocabulary.ts';
import type { AnyMailData, MailData } from './data.ts';
import { wordsOf } from './locales/index.ts';
import { bodyOf } from './templates/body.ts';
import { htmlOf } from './templates/html.ts';
import { padText } from './templates/pad.ts';
import { textOf } from './templates/text.ts';
import { type Shape, shapes, waitingShape } from './templates/topics.ts';

/** What anybody on the way can read of who writes and why: the same two lines for every mail in one language. */
export type Outside = {
  readonly subject: string;
  /** A neutral name to stand before the sender's address, in the reader's language. */
  readonly senderName: string;
};

export type Composed = Outside & { readonly text: string; readonly html: string };

export function outsideOf(language: Language): Outside {
  const { subject, senderName } = wordsOf(language);
  return { subject, senderName };
}

/**
 * Writes one mail. Pure: the same kind, language and data give the same bytes, so that a second copy is the same message.
 *
 * `text` and `html` are padded to fixed sizes in UTF-8 bytes, equal for all kinds of one language, so that a size tells nothing.
 * Throws `MailError` with code LINK_INVALID or DEADLINE_INVALID; the error never holds the data.
 *
 * Source: security.md, Notifications; engineering notes C4.
 */
export function compose<K extends NoticeKind>(kind: K, language: Language, data: MailData<K>): Composed {
  return composed(shapes[kind], language, data as AnyMailData);
}

/** The mail around a message that its recipient opens in the browser. Padded like all others; throws as `compose` does. */
export function composeWaiting(language: Language, link: string): Composed {
  return composed(waitingShape, language, { link });
}

function composed(shape: Shape, language: Language, data: AnyMailData): Composed {
  const words = wordsOf(language);
  const body = bodyOf(shape, words, data);
  return { ...outsideOf(language), text: padText(textOf(body)), html: htmlOf(body, words) };
}
