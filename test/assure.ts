import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export type Measured = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly bound: string;
  readonly seed: number | null;
};

const PAGE = fileURLToPath(new URL('../docs/assurance.md', import.meta.url));
const [BEGIN, END] = ['<!-- figures -->', '<!-- /figures -->'];

/** Writes the figures of a green run into the table that the repository keeps. A name that was measured several times shows its last value. */
export const writeAssurance = async (figures: readonly Measured[]): Promise<void> => {
  const latest = new Map(figures.map((figure) => [figure.name, figure]));
  const rows = [...latest.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, value, unit, bound, seed }) => `| ${name} | ${value} ${unit} | ${bound} | ${seed ?? ''} |`);
  const table = ['| figure | measured | bound | seed |', '| --- | --- | --- | --- |', ...rows].join('\n');
  const page = await readFile(PAGE, 'utf8');
  const [before, rest = ''] = page.split(BEGIN);
  const [, after = ''] = rest.split(END);
  await writeFile(PAGE, `${before}${BEGIN}\n${table}\n${END}${after}`);
};
