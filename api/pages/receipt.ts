import type { Language } from '../../domain/vocabulary.ts';
import { messagesIn } from '../locales/index.ts';
import type { QuestionKind } from './choices.ts';
import { html } from './html.ts';
import { layout, openStep } from './layout.ts';
import { choiceWords } from './parts.ts';
import type { GivenAnswer } from './question.ts';
import { inUtc } from './time.ts';

export interface Receipt {
  readonly kind: QuestionKind;
  readonly language: Language;
  readonly given: GivenAnswer;
  /** Until when it can be changed; null when it cannot. */
  readonly changeUntil: Date | null;
  /** REFERRAL: the currency of the amount. */
  readonly currency?: string;
}

/** What was recorded, when, and until when it can be changed. A correct repeat of an answer sees the same page. */
export function receiptPage({ kind, language, given, changeUntil, currency }: Receipt): string {
  const t = messagesIn(language);
  const words = choiceWords(kind, given.choice, language);
  return layout({
    language,
    title: t.neutralTitle,
    body: html`<h1>${t.receipt.heading}</h1>
<dl class="panel">
<dt>${t.receipt.recorded}</dt><dd><strong>${words?.label}</strong><br>${words?.means}</dd>
${given.rejectReason && html`<dt>${t.rejectReason.label}</dt><dd>${t.rejectReasons[given.rejectReason]}</dd>`}
${given.name && html`<dt>${t.name.label}</dt><dd><bdi>${given.name}</bdi></dd>`}
${given.amount && html`<dt>${t.facts.AMOUNT}</dt><dd><bdi>${given.amount} ${currency}</bdi></dd>`}
${given.words && html`<dt>${t.receipt.yourWords}</dt><dd class="chosen" dir="auto">${given.words}</dd>`}
<dt>${t.receipt.when}</dt><dd><time datetime="${given.at.toISOString()}">${inUtc(given.at, language)}</time></dd>
</dl>
${
  changeUntil
    ? html`<p>${t.receipt.changeUntil(inUtc(changeUntil, language))}</p>
<form method="post" action="?lang=${language}">${openStep}<p><button class="act">${t.receipt.change}</button></p></form>`
    : html`<p>${t.receipt.final}</p>`
}
<p>${t.receipt.close}</p>`,
  });
}
