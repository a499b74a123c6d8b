import { type CountryNames, countryName } from '../../domain/country-name.ts';
import type { Language } from '../../domain/vocabulary.ts';
import { type PublishedLetter, publishedLetter } from '../../records/publication.ts';
import type { Store } from '../../records/store.ts';
import type { PageRoute } from '../http/page-route.ts';
import { Problem } from '../http/problem.ts';
import { pickLanguage } from '../pages/language.ts';
import { letterPage } from '../pages/letter.ts';
import { versionFor } from '../pages/parts.ts';
import { addressed, versionsOf } from './question-of.ts';

/** What was published is for everybody and every search engine; minutes, so that a retraction is soon seen everywhere. */
const PUBLIC = { 'Cache-Control': 'public, max-age=300', 'X-Robots-Tag': 'all', 'Cross-Origin-Resource-Policy': 'cross-origin' } as const;

/** Published letters: to read, and as data to check the digest with. */
export const letterPages = ({ store, countryNames }: { readonly store: Store; readonly countryNames: CountryNames }): PageRoute[] => {
  const published = async (slug: string | undefined): Promise<PublishedLetter> => {
    const letter = /^[0-9a-z]{12,40}$/.test(slug ?? '') ? await publishedLetter(store.prisma, slug ?? '') : null;
    if (letter === null) throw Problem.of('not-found');
    return letter;
  };
  return [
    {
      method: 'get',
      path: '/letters/{slug}',
      operationId: 'readPublishedLetter',
      handler: async ({ params, askedLanguage, accepted }) => {
        const letter = await published(params['slug']);
        const body = pageOf(letter, pickLanguage(askedLanguage, undefined, accepted), countryNames);
        return { status: 200, headers: { ...PUBLIC, Vary: 'Accept-Language' }, body };
      },
    },
    {
      method: 'get',
      path: '/letters/{slug}/letter.json',
      operationId: 'readPublishedLetterAsData',
      handler: async ({ params }) => ({
        status: 200,
        mediaType: 'application/json',
        headers: PUBLIC,
        body: JSON.stringify(await published(params['slug'])),
      }),
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
