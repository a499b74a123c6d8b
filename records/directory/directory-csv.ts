import { parse } from 'csv-parse/sync';
import { checkRow, type DirectoryKind, type DirectoryRow, directoryColumns, type Problem } from '../../domain/directory.ts';

/** What one import may hold. Generous for a federation of ten thousand members, and small enough to be judged in one go. */
export const IMPORT_LIMITS = { bytes: 8 * 1024 * 1024, lines: 20_000, lineCharacters: 8_000 } as const;

/** Flaws of the whole file: nothing of it is read. `column` is the heading concerned, where there is one. */
export type HeaderProblem = {
  readonly column: string | null;
  readonly code:
    | 'TOO_LARGE'
    | 'TOO_MANY_LINES'
    | 'NOT_UTF8'
    | 'EMPTY'
    | 'BROKEN_HEADER'
    | 'MISSING_COLUMN'
    | 'UNKNOWN_COLUMN'
    | 'REPEATED_COLUMN';
  readonly say: string;
};

/** Flaws of one line: those of its cells, or of the line as a whole (`column` null). */
export type LineProblem = Problem | { readonly column: null; readonly code: LineCode; readonly say: string };
type LineCode = 'BROKEN_QUOTES' | 'WRONG_NUMBER_OF_CELLS' | 'LINE_TOO_LONG';

export type DirectoryCsv<K extends DirectoryKind> = {
  readonly rows: readonly { readonly line: number; readonly value: DirectoryRow<K> }[];
  readonly rejected: readonly { readonly line: number; readonly problems: readonly LineProblem[] }[];
  readonly headerProblems: readonly HeaderProblem[];
};

type Delimiter = ',' | ';';

/**
 * Reads a directory file: UTF-8 with or without a byte order mark, cells separated by commas or semicolons, lines ended in any of the usual ways.
 * Every line after the header is in `rows` or in `rejected`, except blank ones; lines count from 1, the header included, as an editor shows them.
 * `known.organisationKeys` are the organisations the directory holds already: an advisor must belong to one.
 * Never throws; no report repeats what a cell held. Source: product, network services (CSV import with a report of every rejected row).
 */
export const readDirectoryCsv = <K extends DirectoryKind>(
  kind: K,
  bytes: Uint8Array,
  known: { readonly organisationKeys: ReadonlySet<string> },
): DirectoryCsv<K> => {
  const file = openFile(bytes);
  if ('problem' in file) return { rows: [], rejected: [], headerProblems: [file.problem] };
  const headings = headingsOf(kind, file.header, file.delimiter);
  if ('problems' in headings) return { rows: [], rejected: [], headerProblems: headings.problems };

  const rows: { line: number; value: DirectoryRow<K> }[] = [];
  const rejected: { line: number; problems: readonly LineProblem[] }[] = [];
  const claims = claimBook();
  for (const { line, text } of file.lines) {
    const split = cellsOf(text, file.delimiter, headings.names.length);
    if ('problem' in split) {
      rejected.push({ line, problems: [split.problem] });
      continue;
    }
    // spreadsheets leave rows of bare delimiters under the table
    if (split.cells.every((cell) => cell.trim() === '')) continue;
    const row = Object.fromEntries(headings.names.map((name, i) => [name, split.cells[i] ?? '']));
    const checked = checkRow(kind, row, { organisationKeys: known.organisationKeys, claim: claims.on(line) });
    if (checked.ok) rows.push({ line, value: checked.value });
    else rejected.push({ line, problems: checked.problems });
  }
  return { rows, rejected, headerProblems: [] };
};

type OpenedFile = { header: string; delimiter: Delimiter; lines: { line: number; text: string }[] };

const openFile = (bytes: Uint8Array): OpenedFile | { problem: HeaderProblem } => {
  if (bytes.byteLength > IMPORT_LIMITS.bytes)
    return whole('TOO_LARGE', `The file is larger than ${IMPORT_LIMITS.bytes} bytes: import it in parts.`);
  const content = decode(bytes);
  if (content === null) return whole('NOT_UTF8', 'The file is not UTF-8 text: save it as “CSV UTF-8” and import it again.');
  const [header = '', ...rest] = content.split(/\r\n|\n|\r/);
  if (header.trim() === '') return whole('EMPTY', 'The file has no header: its first line names the columns.');
  const lines = rest.map((text, i) => ({ line: i + 2, text })).filter(({ text }) => text.trim() !== '');
  if (lines.length > IMPORT_LIMITS.lines)
    return whole('TOO_MANY_LINES', `The file has more than ${IMPORT_LIMITS.lines} lines: import it in parts.`);
  return { header, delimiter: delimiterOf(header), lines };
};

const whole = (code: HeaderProblem['code'], say: string): { problem: HeaderProblem } => ({ problem: { column: null, code, say } });

const decode = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};

// headings hold neither sign, so the one that stands more often separates them; data lines cannot tell, their lists use semicolons too
const delimiterOf = (header: string): Delimiter => (header.split(';').length > header.split(',').length ? ';' : ',');

const headingsOf = (kind: DirectoryKind, header: string, delimiter: Delimiter): { names: string[] } | { problems: HeaderProblem[] } => {
  const cells = split(header, delimiter);
  if (cells === null)
    return { problems: [{ column: null, code: 'BROKEN_HEADER', say: 'The quotation marks of the first line do not match.' }] };
  const names = cells.map((name) => name.trim().toLowerCase());
  const columns = directoryColumns(kind);
  const problems: HeaderProblem[] = [];
  for (const { column, required } of columns) {
    if (required && !names.includes(column))
      problems.push({ column, code: 'MISSING_COLUMN', say: `Add a column with the heading ${column}.` });
    if (names.indexOf(column) !== names.lastIndexOf(column)) {
      problems.push({ column, code: 'REPEATED_COLUMN', say: `The heading ${column} stands twice: keep one of the two columns.` });
    }
  }
  names.forEach((name, i) => {
    if (columns.some(({ column }) => column === name)) return;
    // the heading itself is not repeated: a file without a header has personal data in its first line
    problems.push({
      column: null,
      code: 'UNKNOWN_COLUMN',
      say: `Column ${i + 1} has a heading that this import does not know: correct it or remove the column.`,
    });
  });
  return problems.length === 0 ? { names } : { problems };
};

const onLine = (code: LineCode, say: string): { problem: LineProblem } => ({ problem: { column: null, code, say } });

const cellsOf = (text: string, delimiter: Delimiter, expected: number): { cells: string[] } | { problem: LineProblem } => {
  if (text.length > IMPORT_LIMITS.lineCharacters)
    return onLine('LINE_TOO_LONG', 'This line is far longer than a row of the directory: check its quotation marks.');
  const cells = split(text, delimiter);
  if (cells === null)
    return onLine(
      'BROKEN_QUOTES',
      'The quotation marks of this line do not match, or a cell holds a line break: keep each row on one line.',
    );
  if (cells.length === expected) return { cells };
  return onLine(
    'WRONG_NUMBER_OF_CELLS',
    `This line has ${cells.length} cells where the header has ${expected}: put cells that hold the separator in quotation marks.`,
  );
};

// One line at a time: no cell of a directory holds a line break, and so an open quotation mark spoils its own line instead of swallowing all that follow.
const split = (text: string, delimiter: Delimiter): string[] | null => {
  try {
    const [cells = []] = parse(text, { delimiter, relax_column_count: true, trim: true });
    return cells;
  } catch {
    return null;
  }
};

/** Which line was the first to use a value that one line only may use. */
const claimBook = () => {
  const first = new Map<string, number>();
  return {
    on: (line: number) => (column: string, value: string) => {
      const claim = `${column}\n${value}`;
      const earlier = first.get(claim);
      if (earlier === undefined) first.set(claim, line);
      return earlier;
    },
  };
};
