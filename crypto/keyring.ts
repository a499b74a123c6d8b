import { z } from 'zod';
import { subkey } from './digest.ts';
import { isKeyVersion, type KeyLookup, type NamedKey } from './key-id.ts';
import { KeyringError } from './keyring-error.ts';
import { fromBase64Url, KEY_BYTES, randomBytes, toBase64Url } from './sodium.ts';

/**
 * The two roots of the keyring file. `wrapping` seals and can be replaced at will: what it sealed is opened and sealed again. `lasting` digests: what it
 * made cannot be recomputed from the digest alone, so that it stays when the wrapping key rotates and is replaced only on its own terms.
 */
const ROOT_OF = {
  wrap: 'wrapping',
  directory: 'wrapping',
  desk: 'wrapping',
  backup: 'wrapping',
  'blind-index': 'lasting',
  'link-digest': 'lasting',
  'token-digest': 'lasting',
  audit: 'lasting',
  signature: 'lasting',
  'link-seed': 'lasting',
} as const;

/**
 * What a key is for, and the first part of its id (`desk:1`): wrapping case keys, sealing the network directory, sealing payloads of workflows that
 * belong to no case, backups, blind indexes, digests of links and of personal tokens, commitments of audit entries that belong to no case, the network's
 * signature, and links that must come out the same each time they are mailed.
 */
export type KeyUse = keyof typeof ROOT_OF;
export type KeyringRoot = (typeof ROOT_OF)[KeyUse];

const ROOTS: readonly KeyringRoot[] = ['wrapping', 'lasting'];
const USES = Object.keys(ROOT_OF) as readonly KeyUse[];

/** All keys that come from the keyring file. */
export interface Keyring extends KeyLookup {
  /** The key that new values are sealed or digested with. */
  active(use: KeyUse): NamedKey;
  /** Every key of that use that is still in the file, the active one first: a digest is looked up under each. */
  all(use: KeyUse): readonly NamedKey[];
}

const Version = z.number().refine(isKeyVersion);
const KeyringDocument = z.strictObject({
  format: z.literal('sos-keyring/1'),
  active: z.strictObject({ wrapping: Version, lasting: Version }),
  keys: z.array(z.strictObject({ root: z.enum(ROOTS), version: Version, created: z.iso.datetime(), secret: z.string() })),
});
type KeyringDocument = z.infer<typeof KeyringDocument>;

function freshKey(root: KeyringRoot, version: number, created: Date): KeyringDocument['keys'][number] {
  return { root, version, created: created.toISOString(), secret: toBase64Url(randomBytes(KEY_BYTES)) };
}

function textOfDocument(document: KeyringDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The text of a new keyring: one fresh 32-byte secret for each root. */
export function newKeyringText(created: Date): string {
  const keys = ROOTS.map((root) => freshKey(root, 1, created));
  return textOfDocument({ format: 'sos-keyring/1', active: { wrapping: 1, lasting: 1 }, keys });
}

function readDocument(text: string): KeyringDocument {
  try {
    return KeyringDocument.parse(JSON.parse(text));
  } catch {
    // What the parser would say quotes the file, and the file is made of secrets.
    throw new KeyringError('malformed');
  }
}

/** The keyring of a file's text. Refuses (`malformed`) unknown fields, repeated versions or secrets, and an active version that is not there. */
export function parseKeyring(text: string): Keyring {
  const { active, keys } = readDocument(text);
  if (new Set(keys.map((key) => key.secret)).size !== keys.length) throw new KeyringError('malformed');
  const named = new Map<string, NamedKey>();
  for (const { root, version, secret } of keys) {
    const bytes = fromBase64Url(secret);
    if (bytes?.length !== KEY_BYTES) throw new KeyringError('malformed');
    for (const use of USES.filter((candidate) => ROOT_OF[candidate] === root)) {
      const id = `${use}:${version}`;
      if (named.has(id)) throw new KeyringError('malformed');
      named.set(id, { id, key: subkey(bytes, use) });
    }
  }
  return keyringOf(named, active);
}

/**
 * The text of the keyring after a rotation of one root: a fresh key, one version above every other, is in force; all older ones stay, so that what is
 * sealed under them still opens. Refuses (`malformed`) a text that is no keyring.
 */
export function rotatedKeyringText(text: string, root: KeyringRoot, created: Date): string {
  parseKeyring(text);
  const document = readDocument(text);
  const version = 1 + Math.max(...document.keys.filter((key) => key.root === root).map((key) => key.version));
  if (!isKeyVersion(version)) throw new KeyringError('malformed');
  const keys = [...document.keys, freshKey(root, version, created)];
  return textOfDocument({ ...document, active: { ...document.active, [root]: version }, keys });
}

/**
 * The text of the keyring without one version of a root. Whatever is still sealed or digested under it is lost with it, which the caller has to rule out.
 * Refuses the version in force (`in-force`), one that is not there (`no-version`), and a text that is no keyring (`malformed`).
 */
export function withoutKeyVersion(text: string, root: KeyringRoot, version: number): string {
  parseKeyring(text);
  const document = readDocument(text);
  if (document.active[root] === version) throw new KeyringError('in-force');
  const keys = document.keys.filter((key) => key.root !== root || key.version !== version);
  if (keys.length === document.keys.length) throw new KeyringError('no-version');
  return textOfDocument({ ...document, keys });
}

function keyringOf(named: ReadonlyMap<string, NamedKey>, active: KeyringDocument['active']): Keyring {
  const activeOf = (use: KeyUse): NamedKey => {
    const key = named.get(`${use}:${active[ROOT_OF[use]]}`);
    if (key === undefined) throw new KeyringError('malformed');
    return key;
  };
  const ordered = new Map(
    USES.map((use) => {
      const first = activeOf(use);
      return [use, [first, ...[...named.values()].filter((key) => key.id.startsWith(`${use}:`) && key !== first)]] as const;
    }),
  );
  return {
    byId: (id) => named.get(id) ?? null,
    active: activeOf,
    all: (use) => ordered.get(use) ?? [],
  };
}
