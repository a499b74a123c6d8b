import { describe, expect, it } from 'vitest';
import { confidentialityOf, NOTICE_KINDS, NOTICES, type NoticeKind } from '../../domain/notices.ts';
import { compose, composeWaiting } from '../../mail/compose.ts';
import type { AnyMailData } from '../../mail/data.ts';
import { locales } from '../../mail/locales/index.ts';
import type { Words } from '../../mail/locales/words.ts';
import { htmlStep, textStep } from '../../mail/templates/pad.ts';
import { topicNames } from '../../mail/templates/topics.ts';

const languages = ['en', 'es', 'fr', 'ar'] as const;
const link = `https://desk.example.org/l/${'A'.repeat(43)}`;
const deadline = Date.UTC(2031, 2, 4, 17, 30);
const everything = { link, deadline, timeZone: 'Asia/Kathmandu' };

// Every kind with every part, to test them in one loop; the types of the parts themselves are checked by the compiler below.
const write = (kind: NoticeKind, language: (typeof languages)[number], data: AnyMailData = everything) =>
  compose(kind, language, data as never);

function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  return Object.entries(value as Record<string, unknown>).flatMap(([key, inner]) => leaves(inner, `${path}/${key}`));
}
const placeholders = (text: string): string[] => [...text.matchAll(/\{[a-z]+\}/g)].map(([found]) => found).sort();

describe('the words of the four languages', () => {
  const english = leaves(locales.en);
  it.each(languages)('%s has every key, filled, with the same placeholders as English', (language) => {
    const mine = new Map(leaves(locales[language]));
    expect([...mine.keys()].sort()).toEqual(english.map(([key]) => key).sort());
    for (const [key, text] of english) {
      const words = mine.get(key) ?? '';
      expect(words.trim(), key).toBe(words);
      expect(words.length, key).toBeGreaterThan(1);
      expect(placeholders(words), key).toEqual(placeholders(text));
    }
  });

  it.each(languages)('%s has a reason and a silence for every topic', (language) => {
    const words: Words = locales[language];
    for (const topic of topicNames) expect([typeof words.reason[topic], typeof words.silence[topic]]).toEqual(['string', 'string']);
  });

  it('shares no sentence between languages', () => {
    for (const [key, text] of english.filter(([, words]) => words.includes(' '))) {
      for (const other of ['es', 'fr', 'ar'] as const) expect(new Map(leaves(locales[other])).get(key), key).not.toBe(text);
    }
  });
});

describe('a composed mail', () => {
  it.each(languages)('in %s has one subject and one size for all kinds', (language) => {
    const waiting = composeWaiting(language, link.replace('/l/', '/m/'));
    const mails = [
      waiting,
      ...NOTICE_KINDS.flatMap((kind) => [write(kind, language), write(kind, language, {}), write(kind, language, { link })]),
    ];
    expect(new Set(mails.map((mail) => mail.subject)).size).toBe(1);
    expect(new Set(mails.map((mail) => mail.senderName)).size).toBe(1);
    expect(new Set(mails.map((mail) => Buffer.byteLength(mail.text)))).toEqual(new Set([textStep]));
    expect(new Set(mails.map((mail) => Buffer.byteLength(mail.html)))).toEqual(new Set([htmlStep]));
  });

  it.each(languages)('in %s shows link, deadline in UTC and on the reader’s clock, and how to check it', (language) => {
    const { text, html } = write('ADVICE_ASKED', language);
    expect(text).toContain(`\n${link}\n`);
    expect(html).toContain(`href="${link}"`);
    for (const body of [text, html]) {
      expect(body).toContain('17:30 UTC');
      expect(body).toMatch(/23:15.*\+\s?5:45/);
      expect(body).toContain('2031');
      expect(body).toContain(locales[language].silence.ADVICE);
      expect(body).toContain('https://desk.example.org/');
      expect(body).not.toMatch(/[{}]|undefined|null|Kathmandu/);
    }
    expect(html).toContain('<time datetime="2031-03-04T17:30:00.000Z">');
  });

  it.each(languages)('in %s fetches nothing and says its language and direction', (language) => {
    const { html } = write('SIGN_ON_ASKED', language);
    expect(html).toContain(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">`);
    expect(html).not.toMatch(/<(img|script|link|iframe|form|object|style)|url\(|@import|src=/i);
    const addresses = [...html.matchAll(/https?:[^"<\s]*/g)].map(([found]) => found);
    for (const address of addresses) expect([link, 'https://desk.example.org/', 'https://desk.example.org/\u2069']).toContain(address);
  });

  it.each(languages)('in %s says nothing of what the network does', (language) => {
    const telling =
      /defend|human rights|advisory|signator|petition|urgent|solidarity|derechos|defensor|urgente|solidaridad|droits|défenseu|solidarité|حقوق|مدافع|عاجل|التضامن|المجموعة الاستشارية/i;
    for (const kind of NOTICE_KINDS) {
      const { subject, senderName, text } = write(kind, language);
      expect(`${subject} ${senderName} ${text}`, kind).not.toMatch(telling);
    }
    expect(composeWaiting(language, link).text).not.toMatch(telling);
  });

  it.each(languages)('in %s brings a sealed message without a word of what it asks, or until when', (language) => {
    const { text } = composeWaiting(language, link);
    expect(text).toContain(link);
    const others = topicNames.filter((topic) => topic !== 'SEALED_WAITS').map((topic) => locales[language].reason[topic]);
    for (const other of others) expect(text).not.toContain(other);
    expect(text).not.toMatch(/UTC/);
  });

  it.each(languages)('in %s never says that nobody asks for a passphrase where its page does', (language) => {
    const { genuineAsk, genuineAskKey } = locales[language];
    const said = (text: string) => [text.includes(genuineAsk), text.includes(genuineAskKey)];
    expect(said(composeWaiting(language, link).text)).toEqual([false, true]);
    for (const kind of NOTICE_KINDS) {
      const asksForKey = kind === 'KEY_INVITED' || kind === 'KEY_EXPIRES';
      expect(said(write(kind, language).text), kind).toEqual([!asksForKey, asksForKey]);
    }
  });

  it('leaves out what it was not given and tolerates an unknown time zone', () => {
    const { text } = compose('WITHDRAWN_NOTICE', 'en', {});
    expect(text).not.toContain('http');
    expect(text).not.toContain('before:');
    expect(compose('ADVICE_ASKED', 'en', { link, deadline, timeZone: 'Nowhere/Place' }).text).not.toContain('On your clock');
  });

  it('isolates the address inside an Arabic sentence and leaves the link itself bare', () => {
    const { text } = write('ADVICE_ASKED', 'ar');
    expect(text).toContain('\u2066https://desk.example.org/\u2069');
    expect(text).toContain(`\n${link}\n`);
  });

  it('gives the same bytes for the same data', () => {
    expect(write('REVIEW_ASKED', 'ar')).toEqual(write('REVIEW_ASKED', 'ar'));
  });

  it.each([
    'http://desk.example.org/l/x',
    'javascript:alert(1)',
    'https://user:pass@desk.example.org/l/x',
    'https://desk.example.org/l/x\r\nBcc: a@example.org',
    'https://désk.example.org/l/x',
    'not a link',
    '',
  ])('refuses the link %j without repeating it', (bad) => {
    expect(() => compose('ADVICE_ASKED', 'en', { link: bad, deadline })).toThrow(/^LINK_INVALID$/);
  });

  it('refuses a deadline that is no moment', () => {
    expect(() => compose('ADVICE_ASKED', 'en', { link, deadline: Number.NaN })).toThrow(/^DEADLINE_INVALID$/);
  });

  it('escapes what stands in the link', () => {
    const { html } = compose('ADVICE_ASKED', 'en', { link: "https://desk.example.org/l/x?a=1&b='2'", deadline });
    expect(html).toContain('a=1&amp;b=');
    expect(html).not.toContain("b='2'");
  });
});

describe('the table of kinds', () => {
  const kindsOf = (held: (rule: (typeof NOTICES)[NoticeKind]) => boolean) => NOTICE_KINDS.filter((kind) => held(NOTICES[kind])).sort();

  it('seals what asks for advice, for help and for the word of a person, and nothing that must arrive without a key', () => {
    expect(kindsOf(({ confidentiality }) => confidentiality === 'SEALED')).toEqual(
      [
        ...['ADVICE_ASKED', 'ADVICE_REMINDER', 'ADVICE_RECEIPT', 'REFERRAL_ASKED', 'REFERRAL_REMINDER', 'REFERRAL_RECEIPT'],
        ...['CONSENT_ASKED', 'LETTER_APPROVAL_ASKED', 'LETTER_APPROVAL_REMINDER', 'HELP_CONFIRMATION_ASKED', 'HELP_CONFIRMATION_REMINDER'],
        ...['REVIEW_ASKED', 'REVIEW_REMINDER', 'ANSWER_RECEIPT'],
      ].sort(),
    );
    for (const kind of NOTICE_KINDS) {
      expect(confidentialityOf(kind, false), kind).toBe(NOTICES[kind].confidentiality);
      const chosen = NOTICES[kind].byChoice ? 'LINK' : NOTICES[kind].confidentiality;
      expect(confidentialityOf(kind, true), kind).toBe(chosen);
    }
  });

  it('leaves the choice of a link to persons of a case, about their own word', () => {
    expect(kindsOf(({ byChoice }) => byChoice).filter((kind) => /ADVICE|REFERRAL|SIGN_ON|TASK|KEY/.test(kind))).toEqual([]);
  });

  it('lets nobody mute a question, a receipt or a safety notice', () => {
    expect(kindsOf(({ mutable }) => mutable)).toEqual(['OUTCOME_TOLD']);
  });
});
