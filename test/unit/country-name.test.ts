import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { countryName } from '../../domain/country-name.ts';
import { readCountryNames } from '../../runtime/country-names.ts';

describe('the name of a country', () => {
  it('is the usual one in the reader’s language', () => {
    expect([countryName('BR', 'en', {}), countryName('BR', 'es', {}), countryName('SN', 'fr', {})]).toEqual([
      'Brazil',
      'Brasil',
      'Sénégal',
    ]);
    expect(countryName('SN', 'ar', {})).toMatch(/^\p{Script=Arabic}+$/u);
  });

  it('is the network’s own where it has one, and the code where nobody has', () => {
    const own = { XK: { en: 'Kosovo (our spelling)' } };
    expect(countryName('XK', 'en', own)).toBe('Kosovo (our spelling)');
    expect(countryName('QM', 'en', own)).toBe('QM');
    expect(countryName('not a code', 'en', own)).toBe('not a code');
  });
});

describe('the file of own names', () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'sos-names-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  it('gives the fictional countries their names', () => {
    const names = readCountryNames(fileURLToPath(new URL('../data/countries.json', import.meta.url)));
    expect(names && countryName('XO', 'fr', names)).toBe('Sainte-Aurélie');
  });

  it.each(['', '{}', '[{"code":"xo","names":{}}]', '[{"code":"XO","names":{"de":"Sankt Aurelia"}}]', '[{"code":"XO","names":{"en":""}}]'])(
    'is refused in another form: %s',
    (content) => {
      const file = path.join(dir, 'names.json');
      writeFileSync(file, content);
      expect(readCountryNames(file)).toBeNull();
    },
  );

  it('is refused when it is not there', () => expect(readCountryNames(path.join(dir, 'none.json'))).toBeNull());
});
