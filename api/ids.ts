import { createHash } from 'node:crypto';

const digestOf = (commandId: string, of: string): Buffer => createHash('sha256').update(`${of}:${commandId}`).digest();

/**
 * The id of what a command brings about, derived from the command: its repeat, after a crash even, names the same thing.
 * A UUID (version 8) that tells nothing of the command.
 */
export function idFrom(commandId: string, of: 'case' | 'person' | 'consent' | 'consultation' | 'letter' | 'referral' | 'hold'): string {
  const bytes = digestOf(commandId, of).subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Crockford's base32 in small letters: no i, l, o, u, which are misread or make words. */
const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';

/** The tail of a published letter's address: 16 characters, 80 bits, which say neither what nor about whom. */
export function slugFrom(commandId: string): string {
  return [...digestOf(commandId, 'publication').subarray(0, 16)].map((byte) => BASE32[byte & 31]).join('');
}
