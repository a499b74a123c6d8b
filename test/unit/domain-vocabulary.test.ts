import { describe, expect, it } from 'vitest';
import * as vocabulary from '../../domain/vocabulary.ts';

const lists = Object.entries<unknown>(vocabulary).flatMap(([name, keys]) =>
  Array.isArray(keys) ? [{ name, keys: keys as readonly string[] }] : [],
);

describe('the vocabulary', () => {
  it.each(lists)('$name has stable upper-snake keys (languages their codes), each once', ({ name, keys }) => {
    expect(keys.length).toBeGreaterThan(1);
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key).toMatch(name === 'LANGUAGES' ? /^[a-z]{2}$/ : /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/);
  });

  it('lets a coordinator record what the descriptive lists did not foresee', () => {
    const { VIOLATIONS, PERPETRATORS, RIGHTS_DEFENDED, DEFENDER_ROLES, NEED_CATEGORIES, REJECT_REASONS, TARGET_KINDS, CASE_OUTCOMES } =
      vocabulary;
    for (const keys of [
      VIOLATIONS,
      PERPETRATORS,
      RIGHTS_DEFENDED,
      DEFENDER_ROLES,
      NEED_CATEGORIES,
      REJECT_REASONS,
      TARGET_KINDS,
      CASE_OUTCOMES,
    ]) {
      expect(keys).toEqual(expect.arrayContaining(['OTHER', 'UNKNOWN']));
    }
  });

  it('keeps the codes that other documentation systems know', () => {
    expect(vocabulary.VIOLATION_ESF.ENFORCED_DISAPPEARANCE).toEqual(['030103']);
    for (const codes of Object.values(vocabulary.VIOLATION_ESF)) for (const code of codes) expect(code).toMatch(/^(x?\d+|\d+\/\d+)$/);
  });

  it('recognises its keys and nothing else', () => {
    expect(vocabulary.isViolation('DEATH_THREAT')).toBe(true);
    expect(vocabulary.isRegion('AFRICA')).toBe(true);
    for (const value of ['toString', 'africa', '', null, 7, ['AFRICA']]) {
      expect(vocabulary.isViolation(value)).toBe(false);
      expect(vocabulary.isRegion(value)).toBe(false);
    }
  });
});
