import { type Bytes, concat, utf8 } from '../../crypto/bytes.ts';
import { blake2b, KEY_BYTES } from '../../crypto/sodium.ts';

/*
 * code  = base32(secret key (32 bytes) | check (3 bytes)), 56 characters, written in 14 groups of 4
 * check = the first 3 bytes of BLAKE2b-256("sos/recovery/1\n" | secret key)
 *
 * The alphabet leaves out I, L, O and U: a sheet is copied by hand, and a slip is told before it is taken for a wrong key.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LABEL = utf8('sos/recovery/1\n');
const CHECK_BYTES = 3;
const LENGTH = ((KEY_BYTES + CHECK_BYTES) * 8) / 5;

const checkOf = (secretKey: Uint8Array): Bytes => blake2b(32, concat(LABEL, secretKey), null).slice(0, CHECK_BYTES);

/** The code of a secret key as it stands on the recovery sheet: 14 groups of 4 characters, with spaces between. */
export function recoveryCode(secretKey: Uint8Array): string {
  const bytes = concat(secretKey, checkOf(secretKey));
  let code = '';
  for (let at = 0; at < LENGTH; at += 1) {
    const bit = at * 5;
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    code += ALPHABET[(pair >> (11 - (bit & 7))) & 31];
  }
  return code.replaceAll(/.{4}(?=.)/g, '$& ');
}

/** The secret key of a code as somebody typed it, however spaced and in whichever case; null where a character is missing or wrong. */
export function readRecoveryCode(typed: string): Bytes | null {
  const code = typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s\u2010-\u2015-]/g, '')
    .replaceAll(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  if (code.length !== LENGTH) return null;
  const bytes = new Uint8Array(KEY_BYTES + CHECK_BYTES);
  for (let at = 0; at < LENGTH; at += 1) {
    const value = ALPHABET.indexOf(code.charAt(at));
    if (value < 0) return null;
    for (let bit = 0; bit < 5; bit += 1) {
      const to = at * 5 + bit;
      if (value & (16 >> bit)) bytes[to >> 3] = (bytes[to >> 3] ?? 0) | (128 >> (to & 7));
    }
  }
  const secretKey = bytes.slice(0, KEY_BYTES);
  return checkOf(secretKey).every((byte, at) => bytes[KEY_BYTES + at] === byte) ? secretKey : null;
}
