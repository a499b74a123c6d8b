import { isCountryCode } from './countries.ts';

/** Why a cell or a line of an import is not taken. A closed list: programs read the code, persons read the sentence. */
export type ProblemCode =
  | 'MISSING'
  | 'TOO_LONG'
  | 'FORMULA'
  | 'HIDDEN_CHARACTER'
  | 'BAD_KEY'
  | 'REPEATED'
  | 'NOT_IN_LIST'
  | 'BAD_COUNTRY'
  | 'BAD_EMAIL'
  | 'BAD_AMOUNT'
  | 'BAD_CURRENCY'
  | 'BAD_TIME_ZONE'
  | 'UNKNOWN_ORGANISATION'
  | 'INCOMPLETE_PAIR';

/** `column` is the heading; `say` never repeats what the cell held, because reports travel further than the file. */
export type Problem = { readonly column: string; readonly code: ProblemCode; readonly say: string };

/** What a row is judged against: what the directory holds, and the lines of the same file that came before. */
export type RowContext = {
  readonly organisationKeys: ReadonlySet<string>;
  /** claims a value of a column for the row being read; answers the earlier line that claimed it, taken or rejected */
  readonly claim: (column: string, value: string) => number | undefined;
};

type Read<T> = { readonly value: T } | { readonly code: ProblemCode; readonly say: string };

/** One column of an import: its heading, and how its text becomes a value. Null stands for an empty cell that may be empty. */
export type Cell<T> = {
  readonly column: string;
  readonly required: boolean;
  readonly read: (text: string, context: RowContext) => Read<T>;
};

const value = <T>(v: T): Read<T> => ({ value: v });
const no = (code: ProblemCode, say: string): { code: ProblemCode; say: string } => ({ code, say });

const LONGEST = 300;

// Whatever a spreadsheet would run when the directory is exported again, full-width spellings included. Source: OWASP ASVS 5.0, 1.2.10.
const FORMULA = /^[=+\-@＝＋－＠]/;

// Controls, line breaks, zero-width spaces and direction overrides make two different names look alike; joiners and direction marks stay, scripts need them.
const HIDDEN = /[\p{Cc}\u2028\u2029\u200B\u2060\uFEFF\u202A-\u202E\u2066-\u2069]/u;

/** The text of a cell as the directory keeps it: one Unicode spelling, no space around. */
const tidy = (raw: string): string => raw.normalize('NFC').trim();

const unsafe = (text: string): Read<never> | null => {
  if (text.length > LONGEST) return no('TOO_LONG', `This cell is longer than ${LONGEST} characters: shorten it.`);
  if (FORMULA.test(text))
    return no('FORMULA', 'This cell begins with a sign that a spreadsheet runs as a formula (= + - @): write it without that sign.');
  if (HIDDEN.test(text))
    return no('HIDDEN_CHARACTER', 'This cell holds a line break or an invisible character: type it again instead of pasting it.');
  return null;
};

/** Reads one cell of a row: the value, or the problem to report. */
export const readCell = <T>(
  cell: Cell<T>,
  row: Readonly<Record<string, string>>,
  context: RowContext,
): { value: T | null } | { problem: Problem } => {
  const text = tidy(row[cell.column] ?? '');
  if (text === '') {
    return cell.required
      ? { problem: { column: cell.column, code: 'MISSING', say: 'This cell is empty: every line needs it.' } }
      : { value: null };
  }
  const read = unsafe(text) ?? cell.read(text, context);
  return 'value' in read ? read : { problem: { column: cell.column, ...read } };
};

export const optional = <T>(cell: Cell<T>): Cell<T | null> => ({ ...cell, required: false });

export const text = (column: string): Cell<string> => ({ column, required: true, read: value });

const KEY = /^[a-z0-9][a-z0-9-]{1,59}$/;
const KEY_SAY = 'A key is 2 to 60 small letters, digits and hyphens. Choose one that names nobody, such as c-017.';

/** A key that this file gives out: once per file, so that an import can be repeated without making anybody twice. */
export const ownKey = (column: string): Cell<string> => ({
  column,
  required: true,
  read: (key, context) => {
    if (!KEY.test(key)) return no('BAD_KEY', KEY_SAY);
    return repeated(column, key, context) ?? value(key);
  },
});

const repeated = (column: string, key: string, context: RowContext): Read<never> | null => {
  const line = context.claim(column, key);
  return line === undefined ? null : no('REPEATED', `The same value stands on line ${line} already: keep one of the two.`);
};

export const organisationKey = (column: string): Cell<string> => ({
  column,
  required: true,
  read: (key, context) =>
    context.organisationKeys.has(key)
      ? value(key)
      : no('UNKNOWN_ORGANISATION', 'The directory has no organisation with this key: import the members first.'),
});

const pick = <T extends string>(list: readonly T[], written: string): T | undefined => list.find((entry) => entry === written);
const notInList = (list: readonly string[]): Read<never> => no('NOT_IN_LIST', `Write one of these: ${list.join(', ')}.`);

/** One key of a closed list. Keys are upper-snake, languages are small letters; how they are typed does not matter. */
export const oneOf = <T extends string>(column: string, list: readonly T[]): Cell<T> => ({
  column,
  required: true,
  read: (written) => {
    const found = pick(list, written) ?? pick(list, written.toUpperCase()) ?? pick(list, written.toLowerCase());
    return found === undefined ? notInList(list) : value(found);
  },
});

/** Several values in one cell, separated by semicolons; each once, in the order written. */
export const listOf = <T>(cell: Cell<T>): Cell<readonly T[]> => ({
  ...cell,
  read: (written, context) => {
    const values = new Set<T>();
    for (const part of written.split(';').map((entry) => entry.trim())) {
      if (part === '') continue;
      const read = cell.read(part, context);
      if (!('value' in read)) return read;
      values.add(read.value);
    }
    return values.size > 0 ? value([...values]) : no('MISSING', 'This cell lists nothing: write at least one entry.');
  },
});

export const country = (column: string): Cell<string> => ({
  column,
  required: true,
  read: (code) =>
    isCountryCode(code) ? value(code) : no('BAD_COUNTRY', 'Write the two capital letters of the country (ISO 3166-1), such as BR or SN.'),
});

const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const LOCAL = new RegExp(`^${ATOM}(?:\\.${ATOM})*$`);
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/** One plain address, its domain in small letters: no comments, quotes or groups, and no letters of other scripts, which may deceive the eye. */
export const email = (column: string): Cell<string> => ({
  column,
  required: true,
  read: (address) => {
    const at = address.lastIndexOf('@');
    const local = address.slice(0, at);
    const domain = address.slice(at + 1).toLowerCase();
    const good = at > 0 && at <= 64 && address.length <= 254 && LOCAL.test(local) && DOMAIN.test(domain);
    return good ? value(`${local}@${domain}`) : no('BAD_EMAIL', BAD_EMAIL);
  },
});
const BAD_EMAIL = 'Write one plain e-mail address, such as office@network.example; a domain in another script goes in its xn-- form.';

/** An address that only one line of the file may carry: two contacts with one mailbox could answer for each other. */
export const ownEmail = (column: string): Cell<string> => ({
  ...email(column),
  read: (address, context) => {
    const read = email(column).read(address, context);
    return 'value' in read ? (repeated(column, read.value.toLowerCase(), context) ?? read) : read;
  },
});

/** A sum in whole units of its currency, without separators: 5.000 and 5,000 mean different things to different readers. */
export const amount = (column: string): Cell<number> => ({
  column,
  required: true,
  read: (digits) =>
    /^[1-9]\d{0,8}$/.test(digits)
      ? value(Number(digits))
      : no('BAD_AMOUNT', 'Write the sum in whole units with digits only, such as 5000.'),
});

export const currency = (column: string): Cell<string> => ({
  column,
  required: true,
  read: (code) =>
    /^[A-Z]{3}$/.test(code) ? value(code) : no('BAD_CURRENCY', 'Write the three capital letters of the currency, such as EUR.'),
});

export const timeZone = (column: string): Cell<string> => ({
  column,
  required: true,
  read: (zone) =>
    isTimeZone(zone) ? value(zone) : no('BAD_TIME_ZONE', 'Write a time zone of the IANA list, such as Africa/Dakar or Etc/GMT-3.'),
});

const isTimeZone = (zone: string): boolean => {
  if (zone !== 'UTC' && !zone.includes('/')) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};

export const yesOrNo = (column: string): Cell<boolean> => ({
  column,
  required: true,
  read: (word) => (word === 'yes' || word === 'no' ? value(word === 'yes') : notInList(['yes', 'no'])),
});
