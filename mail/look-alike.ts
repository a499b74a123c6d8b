/**
 * Says whether a label of an internationalised domain could be taken for another one by eye. Two rules, after the practice of browsers
 * and Unicode TS 39: letters of one writing system only (Japanese and Korean and Chinese use several together), and no label spelt
 * wholly with Cyrillic or Greek letters that look Latin.
 */
const scripts = {
  Latin: /\p{Script=Latin}/u,
  Cyrillic: /\p{Script=Cyrillic}/u,
  Greek: /\p{Script=Greek}/u,
  Armenian: /\p{Script=Armenian}/u,
  Arabic: /\p{Script=Arabic}/u,
  Hebrew: /\p{Script=Hebrew}/u,
  Han: /\p{Script=Han}/u,
  Hiragana: /\p{Script=Hiragana}/u,
  Katakana: /\p{Script=Katakana}/u,
  Bopomofo: /\p{Script=Bopomofo}/u,
  Hangul: /\p{Script=Hangul}/u,
} as const;

const together: readonly ReadonlySet<string>[] = [
  new Set(['Han', 'Hiragana', 'Katakana']),
  new Set(['Han', 'Bopomofo']),
  new Set(['Han', 'Hangul']),
];

const latinLookAlikes = /^[асԁеһіјӏорԛѕԝхуѵοναυρϲϳ0-9-]+$/u;

function scriptsOf(label: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const character of label) {
    if (!/\p{L}/u.test(character)) continue;
    const named = Object.entries(scripts).find(([, pattern]) => pattern.test(character));
    found.add(named?.[0] ?? 'other');
  }
  return found;
}

export function deceives(label: string): boolean {
  const found = scriptsOf(label);
  if (found.size > 1) return !together.some((group) => [...found].every((script) => group.has(script)));
  return (found.has('Cyrillic') || found.has('Greek')) && latinLookAlikes.test(label);
}
