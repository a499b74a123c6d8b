import type { z } from 'zod';

type Deep<T> = T extends readonly (infer Item)[]
  ? readonly Deep<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Deep<T[Key]> }
    : T;

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? unknown : never) : never;

/**
 * Holds a schema to a type of the domain, both ways: a field that one of them lacks, or knows otherwise, does not compile.
 * `mirrors<Brief>()(z.strictObject({ ... }))`
 */
export const mirrors =
  <T>() =>
  <Schema extends z.ZodType>(schema: Schema & Same<Deep<z.output<Schema>>, Deep<T>>): Schema =>
    schema;

type Written<T> = T extends readonly (infer Item)[]
  ? Written<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Written<T[Key]> }
    : T;

/** What the records return, as the type of an answer: zod's arrays and fields are writable, those of the records are not. */
export const asBody = <T>(view: T): Written<T> => view as Written<T>;
