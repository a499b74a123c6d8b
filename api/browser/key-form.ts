import { newRecipientKeyPair, recipientKeyId } from '../../crypto/message.ts';
import { toBase64Url } from '../../crypto/sodium.ts';
import { wrapSecret } from '../../crypto/wrapped-secret.ts';
import { inGroups } from '../pages/fingerprint.ts';
import type { KeyScriptWords } from '../pages/script-words.ts';
import { calm, complain, dataOf, element, painted, uncoverWith } from './page.ts';
import { recoveryCode } from './recovery-code.ts';
import { estimatedBits, FLOOR_BITS, meant } from './strength.ts';
import { type Suggestion, suggest } from './suggestion.ts';

/** The key page at work: passphrase, key, recovery sheet. Two values leave this browser, the public key and the wrapped secret, and only when sent. */
export function start(): void {
  const words = dataOf<KeyScriptWords>('words');
  const form = element('make-key', HTMLFormElement);
  const passphrase = element('passphrase', HTMLInputElement);
  const again = element('again', HTMLInputElement);
  const show = element('show', HTMLInputElement);
  const strength = element('strength', HTMLElement);
  const progress = element('progress', HTMLElement);
  let suggested: Suggestion | null = null;

  // What was drawn by chance has a known worth; what somebody thought of can only be estimated.
  const bits = (): number =>
    suggested !== null && meant(passphrase.value) === suggested.passphrase ? suggested.bits : estimatedBits(passphrase.value);
  const tellStrength = (): void => {
    const worth = bits();
    const sentence = worth < FLOOR_BITS ? words.tooWeak : words.strongEnough;
    strength.textContent = passphrase.value === '' ? '' : sentence.replace('{bits}', String(worth));
  };
  passphrase.addEventListener('input', tellStrength);
  uncoverWith(show, passphrase, again);

  element('suggest', HTMLButtonElement).addEventListener('click', () => {
    suggested = suggest(words.language);
    passphrase.value = suggested.passphrase;
    // It has to be read to be learnt, and typed once more to be known.
    again.value = '';
    show.checked = true;
    show.dispatchEvent(new Event('change'));
    tellStrength();
    passphrase.focus();
  });

  const faultOf = () => {
    if (bits() < FLOOR_BITS) return { sentence: words.weakFault, field: passphrase };
    return meant(passphrase.value) === meant(again.value) ? null : { sentence: words.differentFault, field: again };
  };
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    calm(passphrase, again);
    const fault = faultOf();
    if (fault !== null) {
      complain(fault.sentence, fault.field);
      return;
    }
    const button = element('make', HTMLButtonElement);
    button.disabled = true;
    progress.textContent = words.working;
    await painted();
    try {
      makeKey(passphrase.value);
      form.hidden = true;
      forgetPassphrase();
      element('made', HTMLElement).hidden = false;
      element('made-heading', HTMLElement).focus();
    } catch {
      // e.g. a phone without that much memory to spare
      complain(words.failed, passphrase);
    }
    progress.textContent = '';
    button.disabled = false;
  });

  element('print', HTMLButtonElement).addEventListener('click', () => window.print());

  // Somebody who pastes their secret certificate by mistake must not lose it to us.
  const certificate = element('certificate', HTMLTextAreaElement);
  element('send-certificate', HTMLFormElement).addEventListener('submit', (event) => {
    const secret = /PRIVATE KEY/i.test(certificate.value);
    element('certificate-fault', HTMLElement).textContent = secret ? words.secretCertificateFault : '';
    if (!secret) return;
    event.preventDefault();
    certificate.value = '';
    certificate.setAttribute('aria-invalid', 'true');
    certificate.focus();
  });

  const forgetPassphrase = (): void => {
    for (const field of [passphrase, again]) field.value = '';
    suggested = null;
    strength.textContent = '';
  };
  const forget = (): void => {
    forgetPassphrase();
    element('code', HTMLElement).textContent = '';
    element('made', HTMLElement).hidden = true;
    form.hidden = false;
  };
  // Also when the browser keeps the page to come back to, and when a restored form would bring back what was typed.
  window.addEventListener('pagehide', forget);
  forget();
}

/** Makes the pair, fills in the sheet and the form that is sent, and wipes its own copy of the secret. */
function makeKey(passphrase: string): void {
  const pair = newRecipientKeyPair();
  element('wrapped', HTMLInputElement).value = toBase64Url(wrapSecret(passphrase, pair));
  element('public-key', HTMLInputElement).value = toBase64Url(pair.publicKey);
  element('fingerprint', HTMLElement).textContent = inGroups(recipientKeyId(pair.publicKey));
  element('code', HTMLElement).textContent = recoveryCode(pair.secretKey);
  element('made-at', HTMLElement).textContent = new Date().toISOString().slice(0, 10);
  element('address', HTMLElement).textContent = location.origin;
  pair.secretKey.fill(0);
}
