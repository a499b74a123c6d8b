import { describe, expect, it } from 'vitest';
import { namesAnother, namesPlace, shownIn } from '../../domain/identify.ts';

const maria = { name: 'María Xyltepec Paz', otherNames: ['ماريا زيلتيبيك'], pseudonym: 'La Vecina' };
const ahmad = { name: 'محمد علي' };

describe('how much a text shows of somebody', () => {
  it.each([
    ['the whole name', 'We call for the safety of María Xyltepec Paz.'],
    ['one telling word of it', 'Señora Xyltepec has been threatened.'],
    ['a short word of it', 'Mrs Paz has been threatened.'],
    ['without accents, in capitals', 'MARIA has been threatened.'],
    ['broken up by emphasis', '**M**aría has been threatened.'],
    ['broken up by what is not seen', 'Ma\u00adrí\u200ba has been threatened.'],
    ['in another script', 'نطالب بسلامة ماريا'],
    ['as an entity, which nobody can judge', 'Mar&iacute;a has been threatened.'],
  ])('sees %s', (_, text) => {
    expect(shownIn([text], [maria])).toBe('FULL_NAME');
  });

  it.each([
    ['with a conjunction written on', 'تلقى ومحمد تهديدات'],
    ['stretched', 'محـــمد'],
    ['with the preposition', 'رسالة لمحمد'],
  ])('sees an Arabic name %s', (_, text) => {
    expect(shownIn([text], [ahmad])).toBe('FULL_NAME');
  });

  it('sees a pseudonym, and a role that is neither', () => {
    expect(shownIn(['La vecina was followed home.'], [maria])).toBe('PSEUDONYM');
    expect(shownIn(['A land defender was followed home.'], [maria])).toBe('ROLE_ONLY');
  });

  it('does not take particles for a name', () => {
    expect(shownIn(['The letter of the network, signed by all.'], [{ name: 'Anna van der Meulen' }])).toBe('ROLE_ONLY');
  });
});

describe('others', () => {
  const sister = { name: 'Ana Xyltepec' };

  it('are seen by a word of their own, not by the family name they share with the defender', () => {
    expect(namesAnother(['María Xyltepec has been threatened.'], [sister], [maria])).toBe(false);
    expect(namesAnother(['Her sister Ana has been threatened.'], [sister], [maria])).toBe(true);
  });
});

describe('a place', () => {
  it('is seen in any of its parts', () => {
    expect(namesPlace(['in the hills of Hondo Seco'], 'Vereda Alta, Hondo Seco')).toBe(true);
    expect(namesPlace(['in the hills'], 'Vereda Alta, Hondo Seco')).toBe(false);
  });
});
