import { type Bytes, utf8 } from './bytes.ts';
import { SealError } from './seal-error.ts';

/** What has a canonical form. Fractions are left out on purpose: languages spell them differently, and nothing that is signed or chained needs them. */
export type CanonicalValue = string | number | boolean | null | readonly CanonicalValue[] | { readonly [key: string]: CanonicalValue };

const DEPTH_MAX = 64;

function text(value: string): string {
  if (/\p{Surrogate}/u.test(value)) throw new SealError('canonical');
  return JSON.stringify(value.normalize('NFC'));
}

function object(value: object, depth: number): string {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new SealError('canonical');
  const members = Object.entries(value).map(([key, member]) => [key.normalize('NFC'), member] as const);
  if (new Set(members.map(([key]) => key)).size !== members.length) throw new SealError('canonical');
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${text(key)}:${write(member, depth + 1)}`).join(',')}}`;
}

function write(value: unknown, depth: number): string {
  if (depth > DEPTH_MAX) throw new SealError('canonical');
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new SealError('canonical');
    return String(value);
  }
  if (Array.isArray(value)) return `[${Array.from(value, (item) => write(item, depth + 1)).join(',')}]`;
  if (typeof value === 'object') return object(value, depth);
  throw new SealError('canonical');
}

/**
 * The one spelling of a value as JSON: members sorted by UTF-16 code units, no spaces, text in NFC, safe integers only (RFC 8785 without fractions).
 * Refuses (`canonical`) undefined, fractions, minus zero, lone surrogates, class instances, two keys equal after NFC, and more than 64 levels.
 */
export function canonicalJson(value: CanonicalValue): string {
  return write(value, 0);
}

/** UTF-8 of {@link canonicalJson}: what digests and commitments are taken over. */
export function canonicalBytes(value: CanonicalValue): Bytes {
  return utf8(canonicalJson(value));
}
