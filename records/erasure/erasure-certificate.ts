import { canonicalBytes } from '../../crypto/canonical.ts';
import type { Keyring } from '../../crypto/keyring.ts';
import { isSignedBy, networkPublicKeys, networkSigner } from '../../crypto/signature.ts';
import type { ErasureBasis } from '../../domain/erasure.ts';

/** What was destroyed, by count. `rows` names tables and nothing of what stood in them. */
export type Destroyed = { readonly keys: number; readonly executions: number; readonly rows: Readonly<Record<string, number>> };

/** What an erasure proves when it ends: ids, instants and counts, and not a word of the case. */
type Proof = {
  readonly format: 'sos-erasure/1';
  readonly erasureId: string;
  readonly caseId: string;
  readonly basis: ErasureBasis;
  readonly askedBy: string;
  readonly secondBy: string;
  readonly acceptedAt: string;
  readonly endedAt: string;
  readonly destroyed: Destroyed;
  /** what was found when everything was looked for again: keys, rows with sealed content, executions */
  readonly left: { readonly keys: 0; readonly rows: 0; readonly executions: 0 };
  /** the last entry of the audit at that moment; the entry that tells of the end commits to the signature below */
  readonly audit: { readonly seq: number; readonly hash: string };
};

export type Certificate = Proof & { readonly signature: { readonly keyId: string; readonly publicKey: string; readonly value: string } };

/** In its own format's name, so that a signature given for this can never be taken for one given for something else. */
const messageOf = (proof: Proof): Uint8Array => canonicalBytes(proof);

export const signCertificate = (keyring: Keyring, proof: Proof): Certificate => {
  const { keyId, publicKey, sign } = networkSigner(keyring);
  const encoded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
  return { ...proof, signature: { keyId, publicKey: encoded(publicKey), value: encoded(sign(messageOf(proof))) } };
};

/** Did this desk sign this certificate, just as it stands? The key it names must be one of the keyring, not merely one that fits. */
export const isGenuine = (keyring: Keyring, { signature, ...proof }: Certificate): boolean => {
  const key = networkPublicKeys(keyring).find(({ keyId }) => keyId === signature.keyId);
  return key !== undefined && isSignedBy(key.publicKey, messageOf(proof), Buffer.from(signature.value, 'base64url'));
};
