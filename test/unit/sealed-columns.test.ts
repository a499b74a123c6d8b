import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { PLAIN_BYTES, SEALED_COLUMNS } from '../../records/sealed-columns.ts';
import { figure } from '../support/figures.ts';

const bytesIn = (schema: string): string[] =>
  [...schema.matchAll(/^model (\w+) \{(.*?)^\}/gms)].flatMap(([, table, body = '']) =>
    [...body.matchAll(/^\s+(\w+)\s+Bytes\b/gm)].map(([, column]) => `${table}.${column}`),
  );
const known = [...SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`), ...PLAIN_BYTES];
const unknownIn = (schema: string): string[] => bytesIn(schema).filter((column) => !known.includes(column));

it('knows every column of bytes in the schema, so that rotation, backup and erasure forget none', async () => {
  const schema = await readFile(new URL('../../prisma/schema.prisma', import.meta.url), 'utf8');
  expect(
    figure({ name: 'columns of bytes that nobody knows', value: unknownIn(schema).length, unit: 'columns', bound: '== 0', seed: null }),
  ).toBe(true);
  expect(bytesIn(schema).sort()).toEqual([...known].sort());
  // the twin: one that somebody adds
  expect(unknownIn(`${schema}\nmodel Diary {\n  id String @id\n  page Bytes?\n}\n`)).toEqual(['Diary.page']);
});
