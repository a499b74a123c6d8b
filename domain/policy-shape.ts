// Reading a JSON document strictly: each reader takes a value and the place where it stands, adds a sentence for whatever is wrong, and
// goes on, so that an administrator sees every mistake at once. What a reader returns after a problem is never used.
import { durationMs } from './duration.ts';

/** What is wrong in a document: where (`windows.CONSULT.HIGH`) and a sentence that says what to write instead. */
export type Problem = { readonly at: string; readonly say: string };
export type Read<T> = (value: unknown, at: string, problems: Problem[]) => T;

const unused = <T>(problems: Problem[], at: string, say: string): T => {
  problems.push({ at, say });
  return undefined as T;
};

const asObject = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : null;

/** Milliseconds, written as an ISO 8601 duration of days, hours, minutes and seconds. */
export const duration: Read<number> = (value, at, problems) => {
  const ms = typeof value === 'string' ? durationMs(value) : null;
  return ms ?? unused(problems, at, 'Write a duration of days, hours, minutes and seconds, such as P1D, PT36H or PT0.5S.');
};

/** A duration that takes some time: a clock of no length would be over before anybody could act. */
export const someTime: Read<number> = (value, at, problems) => {
  const ms = duration(value, at, problems);
  return ms === 0 ? unused(problems, at, 'Write a duration longer than nothing.') : ms;
};

export const wholeFrom =
  (least: number): Read<number> =>
  (value, at, problems) =>
    Number.isSafeInteger(value) && (value as number) >= least
      ? (value as number)
      : unused(problems, at, `Write a whole number, ${least} or more.`);

/** A share of a window: 0.5 is half of it. */
export const share: Read<number> = (value, at, problems) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? value
    : unused(problems, at, 'Write a share of the window as a number, such as 0.5 for half of it.');

export const yesOrNo: Read<boolean> = (value, at, problems) =>
  typeof value === 'boolean' ? value : unused(problems, at, 'Write true or false.');

export const text: Read<string> = (value, at, problems) =>
  typeof value === 'string' && value.trim() !== '' ? value : unused(problems, at, 'Write a text that is not empty.');

export const oneOf =
  <const K extends string>(keys: readonly K[]): Read<K> =>
  (value, at, problems) =>
    keys.find((key) => key === value) ?? unused(problems, at, `Write one of: ${keys.join(', ')}.`);

export const listOf =
  <T>(read: Read<T>): Read<readonly T[]> =>
  (value, at, problems) =>
    Array.isArray(value)
      ? value.map((item: unknown, i) => read(item, `${at}[${i}]`, problems))
      : unused(problems, at, 'Write a list in [ ].');

export const orNull =
  <T>(read: Read<T>): Read<T | null> =>
  (value, at, problems) =>
    value === null ? null : read(value, at, problems);

/** Exactly these keys: one that is missing has no silent default, and one that nobody knows may be a rule misspelt. */
export const record =
  <S extends Readonly<Record<string, Read<unknown>>>>(shape: S): Read<{ readonly [K in keyof S]: ReturnType<S[K]> }> =>
  (value, at, problems) => {
    const found = asObject(value);
    if (found === null) return unused(problems, at, 'Write an object in { }.');
    for (const key of Object.keys(found)) {
      if (!Object.hasOwn(shape, key))
        problems.push({ at: at === '' ? key : `${at}.${key}`, say: 'Nothing has this name: take it out, or correct it.' });
    }
    const entries = Object.entries(shape).map(([key, read]) => {
      const here = at === '' ? key : `${at}.${key}`;
      return [key, Object.hasOwn(found, key) ? read(found[key], here, problems) : unused<unknown>(problems, here, 'This is missing.')];
    });
    return Object.fromEntries(entries) as { readonly [K in keyof S]: ReturnType<S[K]> };
  };

/** The same reading for each of these keys. */
export const forEach = <const K extends string, T>(keys: readonly K[], read: Read<T>): Read<{ readonly [P in K]: T }> =>
  record(Object.fromEntries(keys.map((key) => [key, read]))) as Read<{ readonly [P in K]: T }>;

/** The same reading for any keys, of which these must be there. */
export const byName =
  <const K extends string, T>(required: readonly K[], read: Read<T>): Read<Readonly<Record<string, T>> & { readonly [P in K]: T }> =>
  (value, at, problems) => {
    const names = [...new Set([...required, ...Object.keys(asObject(value) ?? {})])];
    return forEach(names, read)(value, at, problems) as Readonly<Record<string, T>> & { readonly [P in K]: T };
  };
