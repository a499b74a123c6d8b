import { appendFileSync, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** One measure against its floor, taken by turns in the same run. */
export type Measure = {
  readonly name: string;
  /** what it is compared with */
  readonly floor: string;
  /** of `desk` and `base`, for the reader's sense of scale; only their ratio is a result */
  readonly unit: 'ms' | 'us' | 'MiB';
  /** one number per round, the desk's and the floor's of the same round at the same index */
  readonly desk: readonly number[];
  readonly base: readonly number[];
  /** requests, pairs of operations or samples on each side, over all rounds */
  readonly n: number;
};

/** The value below which this share of the numbers lies, by nearest rank. */
export const quantile = (numbers: readonly number[], share: number): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('there is nothing to take a quantile of');
  return value;
};

/** The middle one, or the mean of the middle two. */
const median = (numbers: readonly number[]): number =>
  (quantile(numbers, 0.5) + quantile(numbers, (Math.floor(numbers.length / 2) + 1) / numbers.length)) / 2;

const ratiosOf = ({ desk, base }: Measure): readonly number[] => desk.map((value, round) => value / (base[round] ?? Number.NaN));

const summary = (measure: Measure) => {
  const ratios = ratiosOf(measure);
  return { value: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios), rounds: ratios.length };
};

const short = (value: number): string => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

/** A table in Markdown: the median of the rounds' ratios, the least and the greatest of them, and how much the floor itself took. */
export const table = (measures: readonly Measure[]): string => {
  const rows = measures.map((measure) => {
    const { value, min, max } = summary(measure);
    const floor = `${measure.floor}: ${short(median(measure.base))} ${measure.unit}`;
    return `| ${measure.name} | ${short(value)} | ${short(min)} to ${short(max)} | ${measure.n} | ${floor} |`;
  });
  return ['| measure | ratio | from, to | n | floor |', '| --- | ---: | ---: | ---: | --- |', ...rows].join('\n');
};

export const machineKind = (): string => `${availableParallelism()} cores`;

const FILE = fileURLToPath(new URL('../../reports/bench.jsonl', import.meta.url));

/** Appends a line per measure to `reports/bench.jsonl`, so that runs can be compared over time. */
export const keep = (measures: readonly Measure[], quick: boolean): void => {
  mkdirSync(path.dirname(FILE), { recursive: true });
  const run = { machine: machineKind(), quick, at: new Date().toISOString() };
  for (const measure of measures) {
    const { value, ...spread } = summary(measure);
    appendFileSync(
      FILE,
      `${JSON.stringify({ name: measure.name, value, unit: 'ratio', floor: measure.floor, n: measure.n, ...spread, ...run })}\n`,
    );
  }
};
