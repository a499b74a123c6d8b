import fc from 'fast-check';
import { expect } from 'vitest';
import { figure } from './figures.ts';

/** Properties are drawn from one seed, so that every run of the suite measures the same thing and a counterexample can be drawn again. */
export const SEED = 19_980_612;

/** The property holds for this many generated cases; the figure says so. */
export const holds = <T>(name: string, property: fc.IProperty<T>, runs: number): void => {
  const drawn = fc.check(property, { seed: SEED, numRuns: runs });
  const counterexamples = drawn.failed ? 1 : 0;
  expect(
    figure({ name: `property: ${name}`, value: drawn.numRuns, unit: 'generated cases', bound: `>= ${runs}`, seed: SEED }) || drawn.failed,
  ).toBe(true);
  const within = figure({ name: `property: ${name}, counterexamples`, value: counterexamples, unit: 'cases', bound: '== 0', seed: SEED });
  expect(within, fc.defaultReportMessage(drawn) ?? 'no counterexample').toBe(true);
};

/** The twin: against a rule that is wrong on purpose the same property finds a counterexample, so it can fail. */
export const catches = <T>(name: string, property: fc.IProperty<T>): void => {
  const drawn = fc.check(property, { seed: SEED, numRuns: 5_000 });
  const found = drawn.failed && drawn.counterexample !== null ? 1 : 0;
  expect(figure({ name: `property: ${name}, wrong rule caught`, value: found, unit: 'rules', bound: '== 1', seed: SEED })).toBe(true);
};
