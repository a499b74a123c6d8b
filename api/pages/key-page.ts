import type { KeyFault } from '../../domain/recipient-key.ts';
import type { Language } from '../../domain/vocabulary.ts';
import { messagesIn } from '../locales/index.ts';
import { inGroups } from './fingerprint.ts';
import { type Html, html } from './html.ts';
import { layout, type PageScript } from './layout.ts';
import { jsonData } from './parts.ts';
import type { KeyScriptWords } from './script-words.ts';

export interface KeyPage {
  readonly language: Language;
  readonly script: PageScript;
  /** A key that could not be taken: what is wrong with it. Answer the page with status 422. */
  readonly fault?: KeyFault;
}

/**
 * What a key is for, and the two ways to give one: made in this browser, or an OpenPGP certificate, which needs no script. The form in which the
 * passphrase is typed is never sent: its fields have no names. Source: security notes, Keys.
 */
export function keyPage({ language, script, fault }: KeyPage): string {
  const { neutralTitle, faultTitlePrefix, faultsHeading, sealing } = messagesIn(language);
  const t = sealing.key;
  return layout({
    language,
    title: fault ? `${faultTitlePrefix}${neutralTitle}` : neutralTitle,
    switcher: 'by-address',
    script,
    body: html`${
      fault &&
      html`<div class="faults unprinted" role="alert" aria-labelledby="faults">
<h2 id="faults">${faultsHeading}</h2>
<p>${sealing.keyFaults[fault]}</p>
</div>`
    }
<div class="unprinted">
<h1>${t.heading}</h1>
<p>${t.lead}</p>
<p>${t.halves}</p>
<p>${t.loss}</p>
</div>
<section aria-labelledby="make-heading">
<h2 id="make-heading" class="unprinted">${t.makeHeading}</h2>
<noscript><p class="panel">${t.scriptOff}</p></noscript>
<p id="unable" class="panel" role="alert" hidden>${t.unable}</p>
${makeForm(language)}
${madeKey(language)}
</section>
${openPgpForm(language)}
${jsonData('words', wordsFor(language))}`,
  });
}

function makeForm(language: Language): Html {
  const { sealing } = messagesIn(language);
  const t = sealing.key;
  return html`<form id="make-key" autocomplete="off" hidden>
<div class="field">
<label for="passphrase">${sealing.passphrase}</label>
<p class="hint" id="passphrase-hint">${t.passphraseHint}</p>
<input id="passphrase" type="password" dir="auto" maxlength="500" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="passphrase-hint strength fault">
<p id="strength" role="status"></p>
</div>
<p><button type="button" class="also" id="suggest">${t.suggest}</button></p>
<div class="field">
<label for="again">${t.again}</label>
<input id="again" type="password" dir="auto" maxlength="500" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="fault">
</div>
<div class="choice">
<input id="show" type="checkbox">
<label for="show">${sealing.show}</label>
</div>
<p id="fault" class="fault" role="alert"></p>
<p><button class="act" id="make">${t.make}</button></p>
<p id="progress" role="status"></p>
</form>`;
}

/** The recovery sheet, which stays in the browser and on paper, and the form with all that is sent. */
function madeKey(language: Language): Html {
  const { network, sealing } = messagesIn(language);
  const { key: t, sheet } = sealing;
  return html`<div id="made" hidden>
<div class="unprinted">
<h3 id="made-heading" tabindex="-1">${t.madeHeading}</h3>
<p>${t.sheetLead}</p>
</div>
<section class="panel" aria-labelledby="sheet-heading">
<h3 id="sheet-heading">${sheet.heading} · ${network}</h3>
<dl>
<dt>${sheet.code}</dt><dd><code id="code" class="code" dir="ltr"></code></dd>
<dt>${sheet.fingerprint}</dt><dd><code id="fingerprint" dir="ltr"></code></dd>
<dt>${sheet.address}</dt><dd><code id="address" dir="ltr"></code></dd>
<dt>${sheet.madeOn}</dt><dd><code id="made-at" dir="ltr"></code></dd>
</dl>
<p><strong>${sheet.warning}</strong></p>
<p>${sheet.use}</p>
</section>
<p class="unprinted"><button type="button" class="also" id="print">${t.print}</button></p>
<form method="post" action="?lang=${language}" class="unprinted" autocomplete="off">
<input type="hidden" name="step" value="x25519">
<input type="hidden" name="publicKey" id="public-key">
<input type="hidden" name="wrapped" id="wrapped">
<div class="choice">
<input id="kept" type="checkbox" required>
<label for="kept">${t.kept}</label>
</div>
<p>${t.sendMeans}</p>
<p><button class="act">${t.send}</button></p>
</form>
</div>`;
}

function openPgpForm(language: Language): Html {
  const t = messagesIn(language).sealing.openPgp;
  return html`<section aria-labelledby="openpgp-heading" class="unprinted">
<h2 id="openpgp-heading">${t.heading}</h2>
<p>${t.lead}</p>
<form id="send-certificate" method="post" action="?lang=${language}" autocomplete="off">
<input type="hidden" name="step" value="openpgp">
<div class="field">
<label for="certificate">${t.label}</label>
<p class="hint" id="certificate-hint">${t.hint}</p>
<p id="certificate-fault" class="fault" role="alert"></p>
<textarea id="certificate" name="certificate" rows="6" dir="ltr" spellcheck="false" required aria-describedby="certificate-hint certificate-fault"></textarea>
</div>
<p><button class="act">${t.send}</button></p>
</form>
</section>`;
}

function wordsFor(language: Language): KeyScriptWords {
  const { key, openPgp } = messagesIn(language).sealing;
  return {
    language,
    tooWeak: key.tooWeak('{bits}'),
    strongEnough: key.strongEnough('{bits}'),
    weakFault: key.weakFault,
    differentFault: key.differentFault,
    secretCertificateFault: openPgp.secretNotSent,
    working: key.working,
    failed: key.failed,
  };
}

export interface KeyReceipt {
  readonly language: Language;
  /** As the key is named: `x25519:` and 40 hexadecimal digits, or the fingerprint of a certificate. */
  readonly fingerprint: string;
  /** PENDING: another key is in use, and stays so until somebody has confirmed the change by another way. */
  readonly state: 'ACTIVE' | 'PENDING';
}

/** That the key has arrived, how it will be compared, and since when it counts. */
export function keyReceiptPage({ language, fingerprint, state }: KeyReceipt): string {
  const { neutralTitle, receipt, sealing } = messagesIn(language);
  const t = sealing.keyReceipt;
  return layout({
    language,
    title: neutralTitle,
    body: html`<h1>${t.heading}</h1>
<dl class="panel">
<dt>${sealing.sheet.fingerprint}</dt><dd><code dir="ltr">${inGroups(fingerprint)}</code></dd>
</dl>
<p>${t.compare}</p>
<p>${state === 'ACTIVE' ? t.active : t.pending}</p>
<p>${receipt.close}</p>`,
  });
}
