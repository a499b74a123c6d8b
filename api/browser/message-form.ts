import { type Bytes, textOf } from '../../crypto/bytes.ts';
import { openMessage, type RecipientKeyPair } from '../../crypto/message.ts';
import { SealError } from '../../crypto/seal-error.ts';
import { fromBase64Url } from '../../crypto/sodium.ts';
import { unwrapSecret } from '../../crypto/wrapped-secret.ts';
import type { SealedContent } from '../../domain/sealed-content.ts';
import type { MessageScriptWords, SealedMessageData } from '../pages/script-words.ts';
import { calm, complain, dataOf, element, painted, uncoverWith } from './page.ts';
import { readRecoveryCode } from './recovery-code.ts';
import { showContent } from './shown-content.ts';

/** The page of a sealed message at work: unwraps the reader's key, opens, shows. It sends nothing and keeps nothing. */
export function start(): void {
  const words = dataOf<MessageScriptWords>('words');
  const message = dataOf<SealedMessageData>('sealed-message');
  const form = element('open-message', HTMLFormElement);
  const passphrase = element('passphrase', HTMLInputElement);
  const code = element('code', HTMLTextAreaElement);
  const progress = element('progress', HTMLElement);
  const opened = element('opened', HTMLElement);
  const closing = element('closing', HTMLElement);
  uncoverWith(element('show', HTMLInputElement), passphrase);

  const forgetKey = (): void => {
    passphrase.value = '';
    code.value = '';
  };
  const forget = (): void => {
    forgetKey();
    opened.replaceChildren();
    opened.hidden = true;
    closing.hidden = true;
    form.hidden = false;
  };

  /** Opens and shows, or gives the sentence that says why not, and the field it is about. */
  const tryToOpen = (): { readonly sentence: string; readonly field: HTMLInputElement | HTMLTextAreaElement } | null => {
    if (passphrase.value === '' && code.value.trim() === '') return { sentence: words.empty, field: passphrase };
    const byCode = passphrase.value === '';
    const field = byCode ? code : passphrase;
    try {
      const pairs = byCode ? pairsOf(code.value, message) : pairsUnder(passphrase.value, message);
      if (pairs.length === 0) return { sentence: byCode ? words.wrongCode : words.wrongPassphrase, field };
      const content = firstOpened(pairs, message);
      for (const { secretKey } of pairs) secretKey.fill(0);
      if (content === null) return { sentence: words.otherKey, field };
      showContent(opened, content, words);
      return null;
    } catch {
      // e.g. a phone without that much memory to spare
      return { sentence: words.failed, field };
    }
  };

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    calm(passphrase, code);
    const button = element('open', HTMLButtonElement);
    button.disabled = true;
    progress.textContent = words.working;
    await painted();
    const refused = tryToOpen();
    progress.textContent = '';
    button.disabled = false;
    if (refused !== null) {
      complain(refused.sentence, refused.field);
      return;
    }
    forgetKey();
    form.hidden = true;
    opened.hidden = false;
    closing.hidden = false;
    opened.focus();
  });
  element('forget', HTMLButtonElement).addEventListener('click', () => {
    forget();
    passphrase.focus();
  });
  // Also when the browser keeps the page to come back to: what was opened is then no longer in it.
  window.addEventListener('pagehide', forget);
  forget();
}

/** The keys of this reader that the passphrase unwraps; mostly one. Each takes its own Argon2id. */
function pairsUnder(passphrase: string, { keys }: SealedMessageData): RecipientKeyPair[] {
  return keys.flatMap(({ publicKey, wrapped }) => {
    try {
      return [unwrapSecret(passphrase, bytesOf(publicKey), bytesOf(wrapped))];
    } catch (error) {
      // another passphrase, or nothing left of it after trimming; anything else is told as it is
      if (error instanceof SealError && (error.code === 'refused' || error.code === 'input')) return [];
      throw error;
    }
  });
}

/** The secret of a recovery sheet beside each key of this reader: the message itself tells which one it belongs to. */
function pairsOf(code: string, { keys }: SealedMessageData): RecipientKeyPair[] {
  const secretKey = readRecoveryCode(code);
  return secretKey === null ? [] : keys.map(({ publicKey }) => ({ publicKey: bytesOf(publicKey), secretKey: secretKey.slice() }));
}

/** What the first key that fits opens; null where none does. */
function firstOpened(pairs: readonly RecipientKeyPair[], { context, sealed }: SealedMessageData): SealedContent | null {
  const bytes = bytesOf(sealed);
  for (const pair of pairs) {
    try {
      return JSON.parse(textOf(openMessage(pair, context, bytes)) ?? '') as SealedContent;
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
    }
  }
  return null;
}

function bytesOf(text: string): Bytes {
  const bytes = fromBase64Url(text);
  if (bytes === null) throw new SealError('malformed');
  return bytes;
}
