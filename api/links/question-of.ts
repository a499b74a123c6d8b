import type { LetterText } from '../../domain/content.ts';
import { LANGUAGES, type Language } from '../../domain/vocabulary.ts';
import type { OpenedLink } from '../../records/questions/answers.ts';
import type { LiveAnswer } from '../../records/questions/landing.ts';
import type { LinkMatter } from '../../records/questions/link-matter.ts';
import { needIn } from '../locales/needs.ts';
import { OFFERED_REASONS } from '../pages/answer-form.ts';
import type { GivenAnswer, Question, TextVersion } from '../pages/question.ts';

/** What a link opens, as its page shows it in the reader's language. */
export function questionOf(link: OpenedLink, matter: LinkMatter, language: Language): Question {
  const { closesAt, changeable } = link.question;
  const common = { kind: matter.kind, closesAt, changeable, ...(link.answer && { given: givenOf(link.answer) }) };
  const last = link.answer?.content.choice ?? '';
  switch (matter.kind) {
    case 'ADVICE':
      return {
        ...common,
        texts: [{ language: matter.brief.language, title: matter.brief.title, markdown: matter.brief.text }],
        circumstances: { blockAllowed: matter.blockAllowed },
      };
    case 'LETTER_APPROVAL':
      return { ...common, ...letterOf(matter.letter), warnings: ['CAN_BE_SEEN_BY_ANYONE'] };
    case 'SIGN_ON':
      return {
        ...common,
        ...letterOf(matter.letter),
        registeredName: matter.registeredName,
        warnings: matter.targetAtHome ? ['TARGET_IN_YOUR_COUNTRY'] : [],
        // a withdrawal posted twice is a repeat, not a choice that never existed
        circumstances: { signedBefore: ['SIGN_PUBLIC', 'SIGN_COUNT_ONLY', 'WITHDRAWN'].includes(last) },
      };
    case 'REFERRAL': {
      const { need, brief, language: written } = matter.text;
      const amount = need.amount === undefined ? [] : [{ label: 'AMOUNT' as const, value: `${need.amount} ${need.currency ?? ''}` }];
      return {
        ...common,
        texts: [{ language: written, title: needIn(written, need.category), markdown: `${need.text}\n\n${brief}` }],
        facts: [{ label: 'NEED', value: needIn(language, need.category) }, ...amount],
        ...(need.currency !== undefined && { currency: need.currency }),
        circumstances: { accepted: last === 'ACCEPT' || last === 'DELIVERED' },
      };
    }
    case 'HELP_CONFIRMATION':
      return { ...common, texts: [], facts: [{ label: 'HELP', value: needIn(language, matter.category) }] };
    case 'REVIEW':
      return { ...common, texts: [] };
  }
}

type Letter = Extract<LinkMatter, { kind: 'SIGN_ON' }>['letter'];

const letterOf = ({ texts, addressees, digest }: Letter): Pick<Question, 'texts' | 'facts' | 'digest'> => ({
  texts: versionsOf(texts),
  facts: addressees.map((addressee) => ({ label: 'TARGET', value: addressed(addressee) })),
  digest,
});

/** The name, and the title where there is one. */
export const addressed = ({ name, title }: { readonly name: string; readonly title: string | null }): string =>
  title === null ? name : `${name}, ${title}`;

/** Every language version there is, in the order of the languages. */
export const versionsOf = (texts: LetterText['texts']): TextVersion[] =>
  LANGUAGES.flatMap((language) => {
    const text = texts[language];
    return text === undefined ? [] : [{ language, title: text.title, markdown: text.body }];
  });

/** An answer as its page tells it back. */
export function givenOf({ content, at }: LiveAnswer): GivenAnswer {
  const { choice, text, name, amount, reason } = content;
  const rejectReason = OFFERED_REASONS.find((offered) => offered === reason);
  return {
    choice,
    at,
    ...(text !== undefined && { words: text }),
    ...(name !== undefined && { name }),
    ...(amount !== undefined && { amount }),
    ...(rejectReason !== undefined && { rejectReason }),
  };
}
