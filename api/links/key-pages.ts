import { renewKeyInvitation } from '../../records/keys/key-invitations.ts';
import type { SentKey } from '../../records/keys/offered-key.ts';
import { findKeyInvitation, registerKey } from '../../records/keys/recipient-keys-register.ts';
import type { Store } from '../../records/store.ts';
import type { Door } from '../door.ts';
import { type PageContext, type PageRoute, scriptedPage } from '../http/page-route.ts';
import { Problem } from '../http/problem.ts';
import { keyPage, keyReceiptPage } from '../pages/key-page.ts';
import { pickLanguage } from '../pages/language.ts';
import type { PageScript } from '../pages/layout.ts';
import { gone, reissued } from './reissuing.ts';

export interface KeyPagesDeps {
  readonly store: Store;
  readonly door: Pick<Door, 'ringPostroom'>;
  readonly script: PageScript;
}

/** An armored certificate of 64 KiB, each `+`, `/` and line end of it in three characters. */
const FORM_LIMIT = 80 * 1024;

/**
 * The pages behind an invitation to make a key. GET changes nothing and says nothing of who was invited; a key comes by POST. Whatever opens nothing, for
 * whichever reason, is answered alike. Source: security notes, Keys and Links in mail.
 */
export const keyPages = ({ store, door, script }: KeyPagesDeps): PageRoute[] => [
  {
    method: 'get',
    path: '/k/{token}',
    operationId: 'readKeyPage',
    handler: async (context) => {
      const invitation = await findKeyInvitation(store, tokenOf(context), Date.now());
      if (invitation === null) return gone(context);
      return scriptedPage(keyPage({ language: pickLanguage(context.askedLanguage, invitation.language, context.accepted), script }));
    },
  },
  {
    method: 'post',
    path: '/k/{token}',
    operationId: 'registerKey',
    formLimit: FORM_LIMIT,
    handler: async (context) => {
      if (context.form['step'] === 'reissue') return reissued(door, context, renewKeyInvitation(store, tokenOf(context), Date.now()));
      const { askedLanguage, accepted } = context;
      const result = await registerKey(store, tokenOf(context), sentKey(context.form), Date.now());
      if (result.registered === 'GONE') return gone(context);
      const language = pickLanguage(askedLanguage, result.language, accepted);
      if (result.registered === 'REFUSED') return scriptedPage(keyPage({ language, script, fault: result.fault }), 422);
      if (result.registered === 'RECORDED') await door.ringPostroom();
      const { fingerprint, pending } = result;
      return { status: 200, body: keyReceiptPage({ language, fingerprint, state: pending ? 'PENDING' : 'ACTIVE' }) };
    },
  },
];

const tokenOf = ({ params }: PageContext): string => params['token'] ?? '';

const sentKey = ({ step, publicKey = '', wrapped = '', certificate = '' }: PageContext['form']): SentKey => {
  if (step === 'x25519') return { kind: 'X25519', publicKey, wrapped };
  if (step === 'openpgp') return { kind: 'OPENPGP', certificate };
  throw Problem.of('malformed-request');
};
