import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A measured number, what it must satisfy, and the seed that measures it again. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** An operator and a number, e.g. '== 0', '>= 20000', '< 0.5'. */
  readonly bound: string;
  readonly seed: number | null;
}

const FILE = fileURLToPath(new URL('../../reports/figures.jsonl', import.meta.url));

const COMPARE: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '==': (value, limit) => value === limit,
  '>=': (value, limit) => value >= limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '<': (value, limit) => value < limit,
};

/** Whether a value keeps to a bound. A bound that cannot be read is an error, so that a misspelt one does not pass for kept. */
export function withinBound(value: number, bound: string): boolean {
  const [, operator = '', limit] = /^(==|>=|<=|>|<) (-?\d+(?:\.\d+)?)$/.exec(bound) ?? [];
  const compare = COMPARE[operator];
  if (compare === undefined) throw new Error(`A bound is an operator, a space and a number, not '${bound}'.`);
  return compare(value, Number(limit));
}

/** Appends the figure to `reports/figures.jsonl`, kept or not, and says whether it is within its bound: `expect(figure({ ... })).toBe(true)`. */
export function figure({ name, value, unit, bound, seed }: Figure): boolean {
  const within = withinBound(value, bound);
  mkdirSync(dirname(FILE), { recursive: true });
  appendFileSync(FILE, `${JSON.stringify({ name, value, unit, bound, seed, within })}\n`);
  return within;
}
