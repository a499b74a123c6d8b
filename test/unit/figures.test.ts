import { expect, test } from 'vitest';
import { withinBound } from '../support/figures.ts';

test.each([
  [0, '== 0', true],
  [1, '== 0', false],
  [20_000, '>= 20000', true],
  [19_999.9, '>= 20000', false],
  [0.5, '< 0.5', false],
  [-1, '<= -1', true],
  [2, '> 2', false],
])('%d against the bound %s: %s', (value, bound, kept) => {
  expect(withinBound(value, bound)).toBe(kept);
});

test.each(['', '0', '=0', '== ', '== none', '<> 1', '== 0 or so'])('the bound "%s" is refused, not passed', (bound) => {
  expect(() => withinBound(0, bound)).toThrow('A bound is');
});

test('what is not a number keeps to no bound', () => {
  expect(withinBound(Number.NaN, '== 0')).toBe(false);
});
