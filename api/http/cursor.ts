import { z } from 'zod';
import { Problem } from './problem.ts';

/** Where a list stopped: the sort instant (ISO 8601, UTC) and the id that breaks ties. Neither says anything about a person. */
export interface Position {
  readonly at: string;
  readonly id: string;
}

const positionSchema = z.tuple([z.string(), z.iso.datetime({ precision: 3 }), z.uuid()]);

/** The query fields of every list. A list spreads them into its own strict query object. */
export const pageQuery = {
  limit: z
    .string()
    .refine((limit) => /^(?:[1-9][0-9]?|100)$/.test(limit), 'Give a whole number from 1 to 100')
    .transform(Number)
    .default(25)
    .meta({ description: 'How many at most', override: { type: 'integer', minimum: 1, maximum: 100, default: 25 } }),
  cursor: z.string().max(300).optional().meta({ description: 'The `next` of the page before; opaque' }),
};

/** A page of a list: the items, and the cursor of the next page or null at the end. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), next: z.string().nullable() });
}

/** The cursor is plain, not signed: it holds only a position, and every list is filtered by what its reader may see. */
export function encodeCursor(operationId: string, position: Position): string {
  return Buffer.from(JSON.stringify([operationId, position.at, position.id]), 'utf8').toString('base64url');
}

/**
 * Reads a cursor back; absent means the first page (null). A cursor of another list, or one not spelt exactly as we spell it, is refused,
 * so that a mistake is seen instead of silently starting anew.
 * @throws Problem 422
 */
export function decodeCursor(operationId: string, cursor: string | undefined): Position | null {
  if (cursor === undefined) return null;
  const [list, at, id] = parse(cursor) ?? [];
  if (list !== operationId || at === undefined || id === undefined || encodeCursor(operationId, { at, id }) !== cursor) {
    throw strangeCursor();
  }
  return { at, id };
}

function parse(cursor: string): z.infer<typeof positionSchema> | null {
  try {
    const parsed = positionSchema.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** The cursor of a list whose order is a single mark: an id, or a sequence number. */
export function encodeMark(operationId: string, mark: string): string {
  return Buffer.from(JSON.stringify([operationId, mark]), 'utf8').toString('base64url');
}

/**
 * Reads a mark back, null for the first page.
 * @param form what a mark of this list looks like
 * @throws Problem 422
 */
export function decodeMark(operationId: string, cursor: string | undefined, form: RegExp): string | null {
  if (cursor === undefined) return null;
  const mark = readMark(cursor);
  if (mark === undefined || !form.test(mark) || encodeMark(operationId, mark) !== cursor) throw strangeCursor();
  return mark;
}

function readMark(cursor: string): string | undefined {
  try {
    const parsed = z.tuple([z.string(), z.string()]).safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return parsed.success ? parsed.data[1] : undefined;
  } catch {
    return undefined;
  }
}

function strangeCursor(): Problem {
  return Problem.of('invalid-input', { errors: [{ pointer: '/query/cursor', say: 'Use the `next` of a page of this list, unchanged.' }] });
}
