import { config, createMessage, encrypt, enums, generateKey, type PublicKey, readKey, readPrivateKey } from 'openpgp';
import { costsTooMuch, MOST_CHARACTERS } from '../domain/certificate-bounds.ts';
import { strengthOf } from '../domain/recipient-key.ts';
import { MailError } from './error.ts';

/** Set here and not left to the library: what GnuPG 2.2 and the mail programs of today read; nothing is compressed, because sizes are padded. */
const settings = {
  v6Keys: false,
  aeadProtect: false,
  preferredCompressionAlgorithm: enums.compression.uncompressed,
  showVersion: false,
  showComment: false,
} as const;

/**
 * A signing key of the network for this sender, armoured. It has no part that could be encrypted to: nobody is asked to answer a mail with anything
 * confidential. Ed25519 in the form of RFC 4880bis, which is what GnuPG 2.2 knows.
 */
export async function newSigningKey(address: string): Promise<string> {
  const { privateKey } = await generateKey({
    type: 'ecc',
    curve: 'ed25519Legacy',
    userIDs: [{ name: 'Messages', email: address }],
    subkeys: [],
    format: 'armored',
    config: settings,
  });
  return privateKey;
}

/** The public half, armoured, for those who check the signatures. */
export async function certificateOf(signingKey: string): Promise<string> {
  return (await readPrivateKey({ armoredKey: signingKey })).toPublic().armor({ ...config, ...settings });
}

/** `broken`: the places, in the list that was given, of the certificates that nothing can be encrypted to. */
export type SealedForPgp = { readonly armour: string; readonly broken: readonly number[] };

/**
 * Signs and encrypts, in one OpenPGP message (RFC 3156 section 6.2), to every one of these certificates that works: one that does not must not keep its
 * holder from reading by another. Throws `MailError` SEAL_FAILED where none does; what the library says of it names keys and people, and is not handed on.
 */
export async function sealForPgp(mime: Uint8Array, certificates: readonly string[], signingKey: string): Promise<SealedForPgp> {
  const tried = await Promise.all(certificates.map((armoredKey) => working(armoredKey, certificates.length > 1).catch(() => null)));
  const encryptionKeys = tried.filter((key) => key !== null);
  if (encryptionKeys.length === 0) throw new MailError('SEAL_FAILED');
  try {
    const armour = await encrypt({
      message: await createMessage({ binary: mime }),
      encryptionKeys,
      signingKeys: await readPrivateKey({ armoredKey: signingKey }),
      format: 'armored',
      config: settings,
    });
    return { armour, broken: tried.flatMap((key, place) => (key === null ? [place] : [])) };
  } catch {
    throw new MailError('SEAL_FAILED');
  }
}

/**
 * A certificate that may be encrypted to, or null. It was looked at when it came; but one that would keep every message waiting is not verified here either,
 * whenever it came. One of several is tried alone, because of several the library does not say which one fails. Throws what the library throws.
 */
async function working(armoredKey: string, isOneOfSeveral: boolean): Promise<PublicKey | null> {
  if (armoredKey.length > MOST_CHARACTERS) return null;
  const key = await readKey({ armoredKey, config: settings });
  const isTrusted = ['STRONG', 'WEAK'].includes(strengthOf(key.getAlgorithmInfo()));
  if (!isTrusted || costsTooMuch(key)) return null;
  if (isOneOfSeveral) {
    await encrypt({ message: await createMessage({ binary: new Uint8Array(1) }), encryptionKeys: key, format: 'binary', config: settings });
  }
  return key;
}
