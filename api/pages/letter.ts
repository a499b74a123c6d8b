import { type Language, REGIONS, type Region } from '../../domain/vocabulary.ts';
import { messagesIn } from '../locales/index.ts';
import { html } from './html.ts';
import { layout } from './layout.ts';
import { textArticle } from './parts.ts';
import type { TextVersion } from './question.ts';
import { intlLocale, inUtc } from './time.ts';

/** One organisation that signed with its name, in its own words. */
export interface Signatory {
  readonly name: string;
  readonly region: Region;
  /** The country's name in the reader's language. */
  readonly country: string;
}

export interface PublishedLetter {
  /** The version read; the page speaks its language. */
  readonly text: TextVersion;
  /** The languages in which this letter was published. */
  readonly languages: readonly Language[];
  readonly publishedAt: Date;
  /** Digest over all language versions, as published. */
  readonly digest: string;
  /** To whom it is addressed, name and title, in the order of the letter. */
  readonly addressees?: readonly string[];
  readonly signatories: readonly Signatory[];
  /** How many signed to be counted, not named. */
  readonly countedOnly: number;
  /** Address of the same letter as JSON. */
  readonly jsonHref: string;
}

/** A published letter, to read and to print. */
export function letterPage(letter: PublishedLetter): string {
  const { language, title } = letter.text;
  const t = messagesIn(language);
  const number = new Intl.NumberFormat(intlLocale(language));
  return layout({
    language,
    title,
    switcher: 'by-address',
    languages: letter.languages,
    body: html`<h1>${title}</h1>
<p>${t.network} · ${t.letter.published} · <time datetime="${letter.publishedAt.toISOString()}">${inUtc(letter.publishedAt, language)}</time></p>
${
  letter.addressees &&
  letter.addressees.length > 0 &&
  html`<dl>${letter.addressees.map((addressee) => html`<dt>${t.facts.TARGET}</dt><dd><bdi>${addressee}</bdi></dd>\n`)}</dl>`
}
${textArticle({ ...letter.text, title: t.textHeading })}
<section aria-labelledby="signatories">
<h2 id="signatories">${t.letter.signatories(number.format(letter.signatories.length + letter.countedOnly))}</h2>
${grouped(letter.signatories, language).map(
  ({ region, countries }) => html`<h3>${region}</h3>
<dl>${countries.map(({ country, names }) => html`<dt>${country}</dt><dd><ul>${names.map((name) => html`<li><bdi>${name}</bdi></li>\n`)}</ul></dd>\n`)}</dl>
`,
)}
${letter.countedOnly > 0 && html`<p>${t.letter.countedOnly(number.format(letter.countedOnly))}</p>`}
</section>
<section class="panel" aria-labelledby="digest">
<h2 id="digest">${t.letter.digest}</h2>
<p><code dir="ltr">${letter.digest}</code></p>
<p>${t.letter.digestMeans}</p>
</section>
<nav aria-label="${t.letter.otherForms}"><p><a href="${letter.jsonHref}">${t.letter.json}</a></p></nav>`,
  });
}

export interface RegionGroup {
  readonly region: string;
  readonly countries: ReadonlyArray<{ readonly country: string; readonly names: readonly string[] }>;
}

/** Signatories by region, country and name, each in the order of the reader's language, so that no place is first by our choice. */
export function grouped(signatories: readonly Signatory[], language: Language): readonly RegionGroup[] {
  const { regions } = messagesIn(language);
  const { compare } = new Intl.Collator(intlLocale(language));
  return REGIONS.map((region) => {
    const here = signatories.filter((signatory) => signatory.region === region);
    const countries = [...new Set(here.map(({ country }) => country))].sort(compare).map((country) => ({
      country,
      names: here
        .filter((signatory) => signatory.country === country)
        .map(({ name }) => name)
        .sort(compare),
    }));
    return { region: regions[region], countries };
  })
    .filter(({ countries }) => countries.length > 0)
    .sort((a, b) => compare(a.region, b.region));
}
