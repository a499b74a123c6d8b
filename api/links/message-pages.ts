import { toBase64Url } from '../../crypto/sodium.ts';
import { findSealedMessage } from '../../records/mail/sealed-messages.ts';
import { reissueByMessage } from '../../records/questions/reissue.ts';
import type { Store } from '../../records/store.ts';
import type { Door } from '../door.ts';
import { type PageRoute, scriptedPage } from '../http/page-route.ts';
import { Problem } from '../http/problem.ts';
import { pickLanguage } from '../pages/language.ts';
import type { PageScript } from '../pages/layout.ts';
import { messagePage } from '../pages/message-page.ts';
import { gone, reissued } from './reissuing.ts';

export interface MessagePagesDeps {
  readonly store: Store;
  readonly door: Pick<Door, 'ringPostroom'>;
  readonly script: PageScript;
}

/**
 * The pages of sealed messages. The link is in a mailbox, and whoever reads that may fetch the page: it holds ciphertext only, and opening it needs the
 * reader's own key. Whatever opens nothing, for whichever reason, is answered alike. Source: security notes, Notifications and Links in mail.
 */
export const messagePages = ({ store, door, script }: MessagePagesDeps): PageRoute[] => [
  {
    method: 'get',
    path: '/m/{token}',
    operationId: 'readSealedMessage',
    handler: async (asked) => {
      const { params, askedLanguage, accepted } = asked;
      const message = await findSealedMessage(store, params['token'] ?? '', Date.now());
      if (message === null) return gone(asked);
      const { context, language, sealed, keys } = message;
      return scriptedPage(
        messagePage({
          language: pickLanguage(askedLanguage, language, accepted),
          script,
          message: {
            context,
            sealed: toBase64Url(sealed),
            keys: keys.map(({ publicKey, wrapped }) => ({ publicKey: toBase64Url(publicKey), wrapped: toBase64Url(wrapped) })),
          },
        }),
      );
    },
  },
  {
    method: 'post',
    path: '/m/{token}',
    operationId: 'renewSealedMessage',
    handler: async (context) => {
      if (context.form['step'] !== 'reissue') throw Problem.of('malformed-request');
      return reissued(door, context, reissueByMessage(store, context.params['token'] ?? '', Date.now()));
    },
  },
];
