import { describe, expect, it } from 'vitest';
import { html, raw, render } from '../../api/pages/html.ts';
import { pickLanguage } from '../../api/pages/language.ts';
import { grouped, letterPage } from '../../api/pages/letter.ts';
import { fromMarkdown } from '../../api/pages/markdown.ts';
import { questionPage } from '../../api/pages/question-page.ts';
import { receiptPage } from '../../api/pages/receipt.ts';
import { stylesheet } from '../../api/pages/style.ts';
import { inUtc, timeLeft } from '../../api/pages/time.ts';
import { CLOSES, NOW, samplePages, sampleQuestion } from '../support/page-samples.ts';

const ATTACK = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`;

describe('escaping', () => {
  it('escapes every piece, in content and in attributes, and drops what is absent', () => {
    expect(render(html`<a title="${`"'&<>`}">${'<b>'}${null}${undefined}${false}${0}${['<', html`<i>${'&'}</i>`]}${raw('<hr>')}</a>`)).toBe(
      '<a title="&quot;&#39;&amp;&lt;&gt;">&lt;b&gt;0&lt;<i>&amp;</i><hr></a>',
    );
  });

  it('leaves no way in through any field of a page', () => {
    const given = { choice: 'SIGN_PUBLIC', at: NOW, words: ATTACK, name: ATTACK, amount: 5 };
    const text = { language: 'en', title: ATTACK, markdown: ATTACK } as const;
    const question = {
      ...sampleQuestion('SIGN_ON'),
      texts: [text],
      facts: [{ label: 'PERSON', value: ATTACK }] as const,
      registeredName: ATTACK,
      currency: ATTACK,
    };
    const refused = {
      faults: [{ field: 'choice', fault: 'CHOICE_MISSING' }] as const,
      draft: { choice: ATTACK, words: ATTACK, name: ATTACK, amount: ATTACK },
    };
    const letter = {
      text,
      languages: ['en'] as const,
      publishedAt: NOW,
      digest: ATTACK,
      signatories: [{ name: ATTACK, region: 'AFRICA', country: ATTACK }] as const,
      countedOnly: 0,
      jsonHref: ATTACK,
    };
    for (const page of [
      questionPage({ question, language: 'en', now: NOW }),
      questionPage({ question, language: 'en', now: NOW, refused }),
      receiptPage({ kind: 'SIGN_ON', language: 'en', given, changeUntil: null, currency: ATTACK }),
      letterPage(letter),
    ]) {
      expect(page).not.toMatch(/<script|<img/);
      expect(page).toContain('&lt;script&gt;');
    }
  });
});

describe('markdown', () => {
  it('keeps headings (one level down), paragraphs, lists, emphasis and quotations', () => {
    expect(fromMarkdown('# One\n\nTwo **three** *four*\n\n- five\n\n1. six\n\n> seven').text).toBe(
      '<h2>One</h2>\n<p>Two <strong>three</strong> <em>four</em></p>\n<ul>\n<li>five</li>\n</ul>\n<ol>\n<li>six</li>\n</ol>\n<blockquote>\n<p>seven</p>\n</blockquote>\n',
    );
  });

  it.each([
    ['<script>alert(1)</script>', '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n'],
    ['[text](https://a.example/?x="y)', '<p>text (<bdi dir="ltr">https://a.example/?x=%22y</bdi>)</p>\n'],
    ['[text](javascript:alert(1))', '<p>[text](javascript:alert(1))</p>\n'],
    ['![picture](https://a.example/p.png)', '<p>picture</p>\n'],
    ['https://a.example', '<p>https://a.example</p>\n'],
    ['`code` &amp; \\*', '<p>`code` &amp; *</p>\n'],
  ])('writes %s as text', (source, written) => {
    expect(fromMarkdown(source).text).toBe(written);
  });
});

describe.each(samplePages())('page %s in %s', (_name, language, page) => {
  it('speaks its language in its direction', () => {
    expect(page).toContain(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">`);
    expect(page).not.toContain('undefined');
    expect(page).not.toContain('[object');
  });

  it('holds nothing that the content security policy forbids or that leaves the house', () => {
    expect(page).not.toMatch(/<script|<style|\sstyle=|\son\w+=|<img|<iframe|<link(?! rel="stylesheet" href="\/assets\/style\.css">)/);
    expect(page).not.toMatch(/(?:href|src|action)="(?:https?:)?\/\//);
  });

  it('stays under 30 kB with its stylesheet', () => {
    expect(Buffer.byteLength(page) + Buffer.byteLength(stylesheet)).toBeLessThanOrEqual(30 * 1024);
  });

  it('has one first heading, a unique set of ids, and labels that lead to controls', () => {
    expect(page.match(/<h1>/g)).toHaveLength(1);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, found]) => found);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/(?: for="| href="#)([^"]+)"/g)) expect(ids).toContain(target);
  });
});

describe('link pages', () => {
  const covers = samplePages().filter(([name]) => name === 'cover' || name === 'gone' || name === 'trouble');

  it('say nothing of kind, text or person before they are opened', () => {
    for (const [, , page] of covers) expect(page).not.toMatch(/Tessen|Orvania|تيسن|ADVICE|SIGN|advice|firm|signer|الاستشارية/);
  });

  it('choose nothing in advance, and keep what was typed when a choice is missing', () => {
    for (const [name, , page] of samplePages()) {
      expect(page).not.toContain('checked');
      if (name.startsWith('fault') && name !== 'fault SIGN_ON') expect(page).toContain('Kept.</textarea>');
    }
    const refused = { faults: [{ field: 'words', fault: 'WORDS_MISSING' }] as const, draft: { choice: 'OBJECT', words: '' } };
    expect(questionPage({ question: sampleQuestion('ADVICE'), language: 'en', now: NOW, refused })).toContain(
      'value="OBJECT" aria-describedby="means-3" checked',
    );
  });
});

describe('time', () => {
  it('is told in UTC and as time left, rounded down, in two units', () => {
    // Whether a comma follows the day differs between versions of the Unicode tables.
    expect(inUtc(CLOSES, 'en')).toMatch(/^Saturday,? 3 May 2031 at 11:30 UTC$/);
    expect(timeLeft(CLOSES, NOW, 'en')).toBe('2 days, 3 hours');
    expect(timeLeft(CLOSES, new Date(CLOSES.getTime() - 1), 'es')).toBe('1 minuto');
    expect(timeLeft(CLOSES, CLOSES, 'fr')).toBeNull();
    expect(inUtc(CLOSES, 'ar')).toMatch(/2031.*11:30/);
  });
});

describe('the language of a page', () => {
  it('is what is asked for, else the own one, else what the browser reads, else English', () => {
    expect(pickLanguage('ar', 'es', ['fr'])).toBe('ar');
    expect(pickLanguage('xx', 'es', ['fr'])).toBe('es');
    expect(pickLanguage(['ar'], undefined, ['de', 'FR-ca'])).toBe('fr');
    expect(pickLanguage(undefined, undefined, ['*'])).toBe('en');
  });
});

describe('signatories', () => {
  it('stand by region, country and name in the order of the reader’s language', () => {
    const signatories = [
      { name: 'Zora', region: 'AFRICA', country: 'Ésti' },
      { name: 'Ábel', region: 'AFRICA', country: 'Ésti' },
      { name: 'Bo', region: 'AFRICA', country: 'Fara' },
      { name: 'Cy', region: 'NORTH_AMERICA', country: 'Alta' },
    ] as const;
    expect(grouped(signatories, 'es')).toEqual([
      {
        region: 'África',
        countries: [
          { country: 'Ésti', names: ['Ábel', 'Zora'] },
          { country: 'Fara', names: ['Bo'] },
        ],
      },
      { region: 'América del Norte', countries: [{ country: 'Alta', names: ['Cy'] }] },
    ]);
  });
});
