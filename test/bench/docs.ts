import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('../../docs/assurance.md', import.meta.url));
const SECTION = /(<!-- bench -->[\s\S]*?)\nMeasured on [^\n]*\n\n(?:\|[^\n]*\n)*([\s\S]*?<!-- \/bench -->)/;

/** Replaces the table, and the line that says where it was measured, in the bench section of docs/assurance.md. */
export const writeSection = async (table: string, machine: string): Promise<void> => {
  const text = await readFile(FILE, 'utf8');
  if (!SECTION.test(text)) throw new Error('docs/assurance.md has no bench section with a line "Measured on ..." to write into.');
  const written = text.replace(SECTION, (_, before: string, after: string) => `${before}\nMeasured on ${machine}:\n\n${table}\n${after}`);
  await writeFile(FILE, written);
};
