import { type CountryNames, countryName } from '../../domain/country-name.ts';
import type { Language } from '../../domain/vocabulary.ts';
import { type PublishedLetter, publishedLetter } from '../../records/letters/publication.ts';
import { wasRetracted } from '../../records/letters/retraction.ts';
import type { Store } from '../../records/store.ts';
import type { PageRoute } from '../http/page-route.ts';
import { Problem } from '../http/problem.ts';
import { pickLanguage } from '../pages/language.ts';
import { letterPage } from '../pages/letter.ts';
import { versionFor } from '../pages/parts.ts';
import { withdrawnPage } from '../pages/withdrawn.ts';
import { addressed, versionsOf } from './question-of.ts';

/** What was published is for everybody and every search engine; minutes, so that a retraction is soon seen everywhere. */
const PUBLIC = { 'Cache-Control': 'public, max-age=300', 'X-Robots-Tag': 'all', 'Cross-Origin-Resource-Policy': 'cross-origin' } as const;

const SLUG = /^[0-9a-z]{12,40}$/;

/** Published letters: to read, and as data to check the digest with. */
export const letterPages = ({ store, countryNames }: { readonly store: Store; readonly countryNames: CountryNames }): PageRoute[] => {
  const published = async (slug = ''): Promise<PublishedLetter | 'WITHDRAWN'> => {
    const letter = SLUG.test(slug) ? await publishedLetter(store.prisma, slug) : null;
    if (letter !== null) return letter;
    if (SLUG.test(slug) && (await wasRetracted(store.prisma, slug))) return 'WITHDRAWN';
    throw Problem.of('not-found');
  };
  return [
    {
      method: 'get',
      path: '/letters/{slug}',
      operationId: 'readPublishedLetter',
      handler: async ({ params, askedLanguage, accepted }) => {
        const letter = await published(params['slug']);
        const asked = pickLanguage(askedLanguage, undefined, accepted);
        if (letter === 'WITHDRAWN') return { status: 410, body: withdrawnPage(asked) };
        const body = pageOf(letter, asked, countryNames);
        return { status: 200, headers: { ...PUBLIC, Vary: 'Accept-Language' }, body };
      },
    },
    {
      method: 'get',
      path: '/letters/{slug}/letter.json',
      operationId: 'readPublishedLetterAsData',
      handler: async ({ params }) => {
        const letter = await published(params['slug']);
        if (letter === 'WITHDRAWN') return { status: 410, mediaType: 'application/json', body: JSON.stringify({ state: 'WITHDRAWN' }) };
        return { status: 200, mediaType: 'application/json', headers: PUBLIC, body: JSON.stringify(letter) };
      },
    },
  ];
};

const pageOf = (letter: PublishedLetter, asked: Language, countryNames: CountryNames): string => {
  const texts = versionsOf(letter.texts);
  const text = versionFor(texts, asked);
  if (text === undefined) throw Problem.of('not-found');
  return letterPage({
    text,
    languages: texts.map(({ language }) => language),
    publishedAt: new Date(letter.publishedAt),
    digest: letter.digest,
    addressees: letter.addressees.map(addressed),
    signatories: letter.signatories.map(({ name, names, region, country }) => ({
      name: names[text.language] ?? name,
      region,
      country: countryName(country, text.language, countryNames),
    })),
    countedOnly: letter.countOnly,
    jsonHref: `/letters/${letter.slug}/letter.json`,
  });
};
