import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { simpleParser } from 'mailparser';
import pg from 'pg';

/** Words that occur nowhere else, planted in every free text of a case; where one is found, that text has got to. */
export class Canaries {
  private readonly seed: string;
  readonly words: string[] = [];

  constructor(seed: string) {
    this.seed = seed;
  }

  private next(): string {
    const digest = createHash('sha256').update(`${this.seed}:${this.words.length}`).digest('hex');
    const word = `zq${digest.slice(0, 16).replace(/[0-9]/g, (digit) => 'ghijklmnop'[Number(digit)] ?? 'q')}`;
    this.words.push(word);
    return word;
  }

  /** A copy in which every free text bears a word of its own. Keys, dates, addresses and enumerations stay as they are. */
  plant<T>(value: T): T {
    return this.visit(value, '') as T;
  }

  private visit(value: unknown, key: string): unknown {
    if (typeof value === 'string') return FREE_TEXT.has(key) && !IS_KEY.test(value) ? `${value} ${this.next()}` : value;
    if (Array.isArray(value)) return value.map((item) => this.visit(item, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.visit(item, name)]));
  }
}

/** A key of the vocabulary, which stands in a field of the same name elsewhere. */
const IS_KEY = /^[A-Z][A-Z_]+$/;

/** Every field of a case in which somebody writes words of their own. */
const FREE_TEXT = new Set([
  ...['name', 'pseudonym', 'place', 'what', 'text', 'workLink', 'context', 'stepsTaken', 'safeWay', 'gender', 'givenBy'],
  ...['reasons', 'brief', 'title', 'body', 'remainingRiskText', 'lesson', 'waiver', 'organisation'],
]);

const count = (haystack: Buffer, words: readonly string[]): number => words.filter((word) => haystack.includes(word)).length;

/** In how many of these files, whole or as they stand on disk, any of the words is found. */
export const inFiles = async (files: readonly string[], words: readonly string[]): Promise<number> => {
  let hits = 0;
  for (const file of files) hits += count(await readFile(file), words);
  return hits;
};

/** How many of the words a text holds. */
export const hitsIn = (text: string, words: readonly string[]): number => words.filter((word) => text.includes(word)).length;

/** A mail on disk as a searcher reads it: envelope, raw bytes, and every part in clear. */
export const bytesOfMail = async (file: string): Promise<string> => {
  const raw = await readFile(file);
  const envelope = await readFile(file.replace(/\.eml$/, '.json'), 'utf8');
  const { headerLines, text, html, attachments } = await simpleParser(raw);
  const parts = attachments.map(({ filename, content }) => `${filename}\n${content.toString('latin1')}`);
  return [envelope, raw.toString('latin1'), ...headerLines.map(({ line }) => line), text, html, ...parts].join('\n');
};

export const filesBelow = async (dir: string, pattern: RegExp): Promise<readonly string[]> =>
  (await readdir(dir, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));

/** Every row of every table as text, binary columns in hex: where a word is found, by table and column. */
export const inDatabase = async (databaseUrl: string, words: readonly string[]): Promise<ReadonlyMap<string, number>> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const found = new Map<string, number>();
  try {
    const columns = await client.query<{ table_name: string; column_name: string; data_type: string }>(
      `SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'`,
    );
    for (const { table_name, column_name, data_type } of columns.rows) {
      const bytes = data_type === 'bytea' ? `"${column_name}"` : `convert_to("${column_name}"::text, 'UTF8')`;
      const { rows } = await client.query<{ value: Buffer | null }>(`SELECT ${bytes} AS value FROM "${table_name}"`);
      const hits = rows.reduce((sum, { value }) => sum + (value === null ? 0 : count(value, words)), 0);
      if (hits > 0) found.set(`${table_name}.${column_name}`, hits);
    }
  } finally {
    await client.end();
  }
  return found;
};
