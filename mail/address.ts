import { domainToASCII, domainToUnicode } from 'node:url';
import { type Refusal, refuse } from '../domain/refusal.ts';
import { deceives } from './look-alike.ts';

/**
 * One mailbox, ready for the wire: ASCII local part as typed, domain in lower case with A-labels.
 * Only `readAddress` makes one, so a value of this type has passed the grammar.
 */
export type Address = string & { readonly __address: never };
export type AddressReading = { readonly address: Address } | { readonly refusal: Refusal };

const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const localPart = new RegExp(`^${atom}(?:\\.${atom})*$`);
const hostLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const refusals = {
  empty: refuse('ADDRESS_EMPTY', 'Write an e-mail address.'),
  long: refuse('ADDRESS_TOO_LONG', 'The e-mail address is longer than mail allows; check that it is one address only.'),
  control: refuse('ADDRESS_CONTROL_CHARACTER', 'The e-mail address holds a space or an invisible character; type it again by hand.'),
  shape: refuse(
    'ADDRESS_SHAPE',
    'Write one plain e-mail address such as name@example.org, without a display name, quotes, brackets or comments.',
  ),
  local: refuse(
    'ADDRESS_LOCAL_PART',
    'The part before the @ may hold only unaccented letters, digits and the usual signs; check the spelling.',
  ),
  domain: refuse('ADDRESS_DOMAIN', 'The part after the @ is not a domain name that mail can reach; check the spelling.'),
  lookAlike: refuse(
    'ADDRESS_LOOK_ALIKE',
    'The part after the @ mixes letters that look alike in different alphabets. Confirm it by another way, then write the domain in its xn-- form.',
  ),
} as const;

/** The A-labels of a domain, or why not. What UTS 46 would silently rewrite (full-width dots, soft hyphens) is refused, not repaired. */
function readDomain(written: string): { readonly domain: string } | { readonly refusal: Refusal } {
  const lower = written.normalize('NFC').toLowerCase();
  const domain = domainToASCII(lower);
  if (domain === '') return { refusal: refusals.domain };
  if (domain.length > 253) return { refusal: refusals.long };
  const labels = domain.split('.');
  const wellFormed = labels.length >= 2 && labels.every((label) => hostLabel.test(label)) && !/^[0-9]+$/.test(labels.at(-1) ?? '');
  // Both forms must lead to the same name; otherwise what was read is not what would be reached.
  const sameName = lower === domain || lower === domainToUnicode(domain);
  if (!wellFormed || !sameName || domainToASCII(domainToUnicode(domain)) !== domain) return { refusal: refusals.domain };
  // A name typed in A-labels deceives nobody's eyes, so only the Unicode spelling is judged.
  if (lower !== domain && lower.split('.').some(deceives)) return { refusal: refusals.lookAlike };
  return { domain };
}

/**
 * Reads exactly one address: no display name, comment, quoted local part, group, source route, address literal, white space or control.
 * Narrower than RFC 5321 on purpose: what it lets through cannot be read in two ways by two programs.
 * Lengths are those of RFC 5321 4.5.3.1 (64 octets before the @, 254 in all).
 *
 * Used when an address is enrolled and again before each sending. Refusals never repeat the address.
 */
export function readAddress(written: string): AddressReading {
  if (written === '') return { refusal: refusals.empty };
  if (written.length > 320) return { refusal: refusals.long };
  if (/[\p{Cc}\p{Cf}\p{Z}]/u.test(written)) return { refusal: refusals.control };
  const at = written.lastIndexOf('@');
  if (at < 1 || at === written.length - 1 || /[()<>[\]:;,\\"]/.test(written)) return { refusal: refusals.shape };
  const local = written.slice(0, at);
  if (local.includes('@')) return { refusal: refusals.shape };
  if (!localPart.test(local)) return { refusal: refusals.local };
  if (local.length > 64) return { refusal: refusals.long };
  const reading = readDomain(written.slice(at + 1));
  if ('refusal' in reading) return reading;
  const address = `${local}@${reading.domain}`;
  return address.length > 254 ? { refusal: refusals.long } : { address: address as Address };
}
