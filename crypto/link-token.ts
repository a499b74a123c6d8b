import { type Bytes, utf8 } from './bytes.ts';
import { digestBytes, digestKeyId, keyedDigest } from './digest.ts';
import type { NamedKey } from './key-id.ts';
import type { Keyring, KeyUse } from './keyring.ts';
import { SealError } from './seal-error.ts';
import { fromBase64Url, randomBytes, toBase64Url } from './sodium.ts';

/**
 * Secrets that people hold: the tail of a link in a mail to answer with (`link`), to open a sealed message (`message`) or to make a key
 * (`key-invitation`), and the personal token of the API (`api`). Only digests of them are kept. A digest is taken over the decoded bytes, never the
 * text, and says what it is for: the bytes of one kind are of no use as another.
 */
export type TokenKind = 'link' | 'api' | 'message' | 'key-invitation';

const TOKEN_BYTES = 32;
const PREFIX: Readonly<Record<TokenKind, string>> = { link: '', api: 'sos_', message: '', 'key-invitation': '' };
const USE: Readonly<Record<TokenKind, KeyUse>> = {
  link: 'link-digest',
  api: 'token-digest',
  message: 'link-digest',
  'key-invitation': 'link-digest',
};

/** A new token: the text its holder gets, once, and the digest that is stored in its place. */
export interface MintedToken {
  readonly token: string;
  readonly digest: string;
}

function digestWith(key: NamedKey, kind: TokenKind, bytes: Uint8Array): string {
  return keyedDigest(key, `${kind}-token`, bytes);
}

/** Makes a token: 43 characters of base64url, after `sos_` for the API. Call it in an activity or the api, never in a workflow, whose chance is on record. */
export function mintToken(keyring: Keyring, kind: Exclude<TokenKind, 'message'>): MintedToken {
  const bytes = randomBytes(TOKEN_BYTES);
  return { token: PREFIX[kind] + toBase64Url(bytes), digest: digestWith(keyring.active(USE[kind]), kind, bytes) };
}

/**
 * The token of a thing that has one for all its life: whoever mails it again mails the same link, and it is nowhere stored. Derived from the key that is
 * in force, or from that of the digest already on record, for a rotation in between must not make another link. Refuses (`key-unknown`) a digest whose
 * key is no longer in the keyring.
 */
export function derivedToken(keyring: Keyring, kind: 'message', id: string, onRecord?: string): MintedToken {
  const digestKey = onRecord === undefined ? keyring.active(USE[kind]) : keyring.byId(digestKeyId(onRecord) ?? '');
  const seed = digestKey && keyring.byId(`link-seed:${digestKey.id.split(':')[1]}`);
  if (!digestKey || !seed) throw new SealError('key-unknown');
  const bytes = digestBytes(seed, `${kind}-token`, utf8(id));
  return { token: PREFIX[kind] + toBase64Url(bytes), digest: digestWith(digestKey, kind, bytes) };
}

/** The 32 bytes of a token, or null for anything but its one spelling. */
export function readToken(kind: TokenKind, text: unknown): Bytes | null {
  if (typeof text !== 'string' || !text.startsWith(PREFIX[kind])) return null;
  const code = text.slice(PREFIX[kind].length);
  // The length is looked at first, so that a megabyte in place of a token costs nothing.
  return code.length === 43 ? fromBase64Url(code) : null;
}

/** The digests to look a presented token up by, one for each key still in the keyring, the active one first. None where the text is no token. */
export function tokenDigests(keyring: Keyring, kind: TokenKind, text: unknown): readonly string[] {
  const bytes = readToken(kind, text);
  return bytes === null ? [] : keyring.all(USE[kind]).map((key) => digestWith(key, kind, bytes));
}
