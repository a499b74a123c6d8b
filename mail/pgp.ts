import { config, createMessage, encrypt, enums, generateKey, readKey, readPrivateKey } from 'openpgp';
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

/**
 * Signs and encrypts, in one OpenPGP message (RFC 3156 section 6.2), to every one of these certificates. Throws `MailError` SEAL_FAILED where one of
 * them cannot be read or encrypted to; what the library says of it names keys and people, and is not handed on.
 */
export async function sealForPgp(mime: Uint8Array, certificates: readonly string[], signingKey: string): Promise<string> {
  try {
    return await encrypt({
      message: await createMessage({ binary: mime }),
      encryptionKeys: await Promise.all(certificates.map((armoredKey) => readKey({ armoredKey, config: settings }))),
      signingKeys: await readPrivateKey({ armoredKey: signingKey }),
      format: 'armored',
      config: settings,
    });
  } catch {
    throw new MailError('SEAL_FAILED');
  }
}
