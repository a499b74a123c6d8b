import { type Bytes, concat, utf8 } from './bytes.ts';
import type { NamedKey } from './key-id.ts';
import type { Keyring } from './keyring.ts';
import { signDetached, signPublicKey, verifyDetached } from './sodium.ts';

const LABEL = utf8('sos/signature/1\n');

/** A public key of the network and its name, `signature:<version>`. */
export interface NetworkPublicKey {
  readonly keyId: string;
  readonly publicKey: Bytes;
}

export interface NetworkSigner extends NetworkPublicKey {
  /** A 64-byte signature. The message must say what it is, e.g. in its first line: one key signs everything that the network signs. */
  sign(message: Uint8Array): Bytes;
}

function publicKeyOf({ id, key }: NamedKey): NetworkPublicKey {
  return { keyId: id, publicKey: signPublicKey(key) };
}

/** What the network signs with today. */
export function networkSigner(keyring: Keyring): NetworkSigner {
  const named = keyring.active('signature');
  return { ...publicKeyOf(named), sign: (message) => signDetached(named.key, concat(LABEL, message)) };
}

/** The public keys of all versions still in the keyring, the active one first: what was signed before a rotation is checked with the key it names. */
export function networkPublicKeys(keyring: Keyring): readonly NetworkPublicKey[] {
  return keyring.all('signature').map(publicKeyOf);
}

/** Whether the holder of that key signed that message. It needs no keyring: anybody can check, outside of the network too. */
export function isSignedBy(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return verifyDetached(publicKey, concat(LABEL, message), signature);
}
