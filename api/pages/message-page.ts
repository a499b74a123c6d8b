import type { Language } from '../../domain/vocabulary.ts';
import { messagesIn } from '../locales/index.ts';
import { html } from './html.ts';
import { layout, type PageScript } from './layout.ts';
import { jsonData } from './parts.ts';
import type { MessageScriptWords, SealedMessageData } from './script-words.ts';

export interface MessagePage {
  readonly language: Language;
  readonly script: PageScript;
  readonly message: SealedMessageData;
}

/**
 * A sealed message, as unreadable here as in the database: ciphertext, and the reader's wrapped key. Whoever fetches it learns nothing; it opens in the
 * reader's browser, out of fields that have no names and are never sent. Source: security notes, Notifications.
 */
export function messagePage({ language, script, message }: MessagePage): string {
  const { neutralTitle, sealing } = messagesIn(language);
  const t = sealing.message;
  return layout({
    language,
    title: neutralTitle,
    switcher: 'by-address',
    script,
    body: html`<h1>${t.heading}</h1>
<p>${t.lead}</p>
<noscript><p class="panel">${t.scriptOff}</p></noscript>
<p id="unable" class="panel" role="alert" hidden>${t.unable}</p>
<form id="open-message" autocomplete="off" hidden>
<div class="field">
<label for="passphrase">${sealing.passphrase}</label>
<p class="hint" id="passphrase-hint">${t.passphraseHint}</p>
<input id="passphrase" type="password" dir="auto" maxlength="500" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="passphrase-hint fault">
</div>
<div class="choice">
<input id="show" type="checkbox">
<label for="show">${sealing.show}</label>
</div>
<details>
<summary>${t.useCode}</summary>
<div class="field">
<label for="code">${t.code}</label>
<p class="hint" id="code-hint">${t.codeHint}</p>
<textarea id="code" rows="3" dir="ltr" maxlength="200" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="code-hint fault"></textarea>
</div>
</details>
<p id="fault" class="fault" role="alert"></p>
<p><button class="act" id="open">${t.open}</button></p>
<p id="progress" role="status"></p>
<p class="hint">${t.lost}</p>
</form>
<article id="opened" class="text" tabindex="-1" aria-live="off" hidden></article>
<div id="closing" hidden>
<p class="hint">${t.forgetMeans}</p>
<p><button type="button" class="also" id="forget">${t.forget}</button></p>
</div>
${jsonData('words', wordsFor(language))}
${jsonData('sealed-message', message)}`,
  });
}

function wordsFor(language: Language): MessageScriptWords {
  const t = messagesIn(language).sealing.message;
  const { working, empty, wrongPassphrase, wrongCode, otherKey, failed, act, elsewhere, attached } = t;
  return { working, empty, wrongPassphrase, wrongCode, otherKey, failed, act, elsewhere, attached: attached('{name}') };
}
