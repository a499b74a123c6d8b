import { toBase64Url } from '../../crypto/sodium.ts';
import { findSealedMessage } from '../../records/sealed-messages.ts';
import type { Store } from '../../records/store.ts';
import { type PageRoute, scriptedPage } from '../http/page-route.ts';
import { gonePage } from '../pages/gone.ts';
import { pickLanguage } from '../pages/language.ts';
import type { PageScript } from '../pages/layout.ts';
import { messagePage } from '../pages/message-page.ts';

/**
 * The pages of sealed messages. The link is in a mailbox, and whoever reads that may fetch the page: it holds ciphertext only, and opening it needs the
 * reader's own key. Whatever opens nothing, for whichever reason, is answered alike. Source: security notes, Notifications and Links in mail.
 */
export const messagePages = ({ store, script }: { readonly store: Store; readonly script: PageScript }): PageRoute[] => [
  {
    method: 'get',
    path: '/m/{token}',
    operationId: 'readSealedMessage',
    handler: async ({ params, askedLanguage, accepted }) => {
      const message = await findSealedMessage(store, params['token'] ?? '', Date.now());
      if (message === null) return { status: 404, body: gonePage(pickLanguage(askedLanguage, undefined, accepted)) };
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
];
