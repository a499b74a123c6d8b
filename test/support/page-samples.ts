import { offeredChoices, QUESTION_KINDS, type QuestionKind } from '../../api/pages/choices.ts';
import { coverPage } from '../../api/pages/cover.ts';
import { gonePage } from '../../api/pages/gone.ts';
import { letterPage } from '../../api/pages/letter.ts';
import type { Question, TextVersion } from '../../api/pages/question.ts';
import { questionPage } from '../../api/pages/question-page.ts';
import { receiptPage } from '../../api/pages/receipt.ts';
import { reissuedPage } from '../../api/pages/reissued.ts';
import { troublePage } from '../../api/pages/trouble.ts';
import { withdrawnPage } from '../../api/pages/withdrawn.ts';
import { LANGUAGES, type Language } from '../../domain/vocabulary.ts';

/** Invented texts, places and organisations; long enough to wrap on a small phone. */
export const TEXTS: readonly TextVersion[] = [
  {
    language: 'en',
    title: 'To the Ministry of Rivers of Orvania',
    markdown:
      'We write about the **people of Lower Tessen**, who defend their water.\n\n## What we ask\n\n1. Stop the works.\n2. Answer in *writing*.\n\n> Water is not for sale.\n\nSee [the report](https://example.org/report).',
  },
  {
    language: 'ar',
    title: 'إلى وزارة الأنهار في أورفانيا',
    markdown: 'نكتب عن **أهالي تيسن السفلى** الذين يدافعون عن مياههم.\n\n## ما نطلبه\n\n1. وقف الأشغال.\n2. الرد *كتابةً*.',
  },
];

export const NOW = new Date('2031-05-01T08:00:00.000Z');
export const CLOSES = new Date('2031-05-03T11:30:00.000Z');

/** A question of a kind with all its choices and fields on show. */
export function sampleQuestion(kind: QuestionKind): Question {
  return {
    kind,
    texts: TEXTS,
    facts: [{ label: 'COUNTRY', value: 'Orvania' }],
    warnings: kind === 'SIGN_ON' ? ['TARGET_IN_YOUR_COUNTRY'] : [],
    circumstances: { blockAllowed: true, signedBefore: true, accepted: true },
    closesAt: CLOSES,
    changeable: true,
    registeredName: 'Tessen River Assembly',
    currency: 'EUR',
    given: { choice: offeredChoices(kind)[0] ?? '', at: NOW },
  };
}

/** Every page in every language, by name. */
export function samplePages(): ReadonlyArray<readonly [name: string, language: Language, page: string]> {
  return LANGUAGES.flatMap((language) => [
    ['cover', language, coverPage({ language, closesAt: CLOSES, now: NOW })] as const,
    ...QUESTION_KINDS.flatMap((kind) => {
      const question = sampleQuestion(kind);
      return [
        [`question ${kind}`, language, questionPage({ question, language, now: NOW })] as const,
        [
          `fault ${kind}`,
          language,
          questionPage({
            question,
            language,
            now: NOW,
            refused: { faults: [{ field: 'choice', fault: 'CHOICE_MISSING' }], draft: { words: 'Kept.' } },
          }),
        ] as const,
        [
          `receipt ${kind}`,
          language,
          receiptPage({
            kind,
            language,
            given: { choice: offeredChoices(kind)[0] ?? '', at: NOW, words: 'Two\nlines' },
            changeUntil: CLOSES,
          }),
        ] as const,
      ];
    }),
    ['gone', language, gonePage(language)] as const,
    ['gone, with a way on', language, gonePage(language, { renewable: true })] as const,
    ['reissued', language, reissuedPage(language)] as const,
    ['trouble', language, troublePage(language, 500)] as const,
    ['too often', language, troublePage(language, 429)] as const,
    ['withdrawn', language, withdrawnPage(language)] as const,
    [
      'letter',
      language,
      letterPage({
        text: TEXTS.find((text) => text.language === language) ?? { ...(TEXTS[0] as TextVersion), language },
        languages: LANGUAGES,
        publishedAt: NOW,
        digest: 'b2:9f2c5d1e7a3b4c6d8e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f',
        signatories: [
          { name: 'Tessen River Assembly', region: 'AFRICA', country: 'Orvania' },
          { name: 'Åsmark Housing Union', region: 'EUROPE_CENTRAL_ASIA', country: 'Nordhavn' },
          { name: 'لجنة المياه', region: 'MIDDLE_EAST_NORTH_AFRICA', country: 'Qasrin' },
        ],
        countedOnly: 2,
        jsonHref: '/letters/7d3f0a52-8a8e-4b53-9a3c-0f6f8a3a9b11',
      }),
    ] as const,
  ]);
}
