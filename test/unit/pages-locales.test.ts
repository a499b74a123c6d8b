import { describe, expect, it } from 'vitest';
import { messagesIn } from '../../api/locales/index.ts';
import { LANGUAGES } from '../../domain/vocabulary.ts';

/** Every word of a locale by its path; functions are called with a mark that must come back. */
function words(part: unknown, path = ''): Array<readonly [path: string, text: string]> {
  if (typeof part === 'string') return [[path, part]];
  if (typeof part === 'function') return [[path, String(part('MARK'))]];
  return Object.entries(part as object).flatMap(([key, inner]) => words(inner, `${path}/${key}`));
}

const english = new Map(words(messagesIn('en')));

describe.each(LANGUAGES)('the words of %s', (language) => {
  const own = new Map(words(messagesIn(language)));

  it('are complete, none empty, none with an extra or missing place', () => {
    expect([...own.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [path, text] of own) {
      expect(text.trim(), path).not.toBe('');
      expect(text.includes('MARK'), path).toBe(english.get(path)?.includes('MARK'));
    }
  });

  it('are written in the script of the language', () => {
    for (const [path, text] of own) expect(/\p{Script=Arabic}/u.test(text), path).toBe(language === 'ar');
  });
});

it.each(LANGUAGES.filter((language) => language !== 'en'))('nothing of %s longer than a word is left in English', (language) => {
  const left = words(messagesIn(language)).filter(([path, text]) => text.length > 14 && text === english.get(path));
  expect(left).toEqual([]);
});
