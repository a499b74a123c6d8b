import { z } from 'zod';

// Written as patterns of plain ranges so that they stand in the OpenAPI document and mean the same to every reader of it. With the `u` flag
// the surrogate range matches only lone halves, which no database stores. Source: engineering notes C7 (18, Unicode).
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const ONE_LINE = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]*$/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const MANY_LINES = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ud800-\udfff]*$/u;
const SOME_INK = /\S/;

/** A single line (name, title): not empty, no control characters, at most `max` UTF-16 units. */
export const line = (max: number) =>
  z.string().min(1).max(max).regex(ONE_LINE, 'Write it on one line, without control characters').regex(SOME_INK, 'Write something');

/** A text of several lines: not empty, no control characters but tab and line ends, at most `max` UTF-16 units. */
export const text = (max: number) =>
  z.string().min(1).max(max).regex(MANY_LINES, 'Remove the control characters').regex(SOME_INK, 'Write something');

/** An opaque id. */
export const id = z.uuid().meta({ description: 'An opaque id' });

/** An instant in UTC with milliseconds, as JavaScript writes it. */
export const instant = z.iso.datetime({ precision: 3 }).meta({ description: 'An instant, ISO 8601 in UTC' });
