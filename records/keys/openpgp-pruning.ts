import { enums, type Key, type SignaturePacket, type Subkey, type User } from 'openpgp';
import { HASHES } from '../../domain/certificate-bounds.ts';

/** The library has them, and its types do not. */
type WithDirect = Key & { directSignatures: SignaturePacket[] };

/** Of each user id and subkey; the newest one that is valid counts. More than one, because a clock may have been wrong when the last was made. */
const NEWEST = 3;

/**
 * Takes out what is of no use here, unverified: pictures and what others have signed, which say whom somebody knows, what was renewed since, and signatures
 * over hashes that are not verified here. `unread`: 'SIGNATURES' were taken out for that reason, or a 'REVOCATION' would have been, which must not be lost.
 */
export const lightened = (key: Key): { readonly key: Key; readonly unread: 'REVOCATION' | 'SIGNATURES' | null } => {
  const own = (signatures: readonly SignaturePacket[]) => signatures.filter(({ issuerKeyID }) => issuerKeyID.equals(key.getKeyID()));
  key.users = key.users.filter(({ userID }) => userID !== null);
  for (const user of key.users) user.otherCertifications = [];
  const all = [key as WithDirect, ...key.users, ...key.subkeys];
  for (const part of all) part.revocationSignatures = own(part.revocationSignatures);
  if (!all.flatMap((part) => part.revocationSignatures).every(isReadable)) return { key, unread: 'REVOCATION' };
  const unread = all.flatMap(bindings).every(isReadable) ? null : 'SIGNATURES';
  for (const part of all) bind(part, newest(own(bindings(part)).filter(isReadable)));
  return { key, unread };
};

type Part = WithDirect | User | Subkey;

const isReadable = ({ hashAlgorithm }: SignaturePacket): boolean => HASHES.has(hashAlgorithm);

/** What its holder says of a part. */
const bindings = (part: Part): SignaturePacket[] =>
  'selfCertifications' in part ? part.selfCertifications : 'bindingSignatures' in part ? part.bindingSignatures : part.directSignatures;

const bind = (part: Part, signatures: SignaturePacket[]): void => {
  if ('selfCertifications' in part) part.selfCertifications = signatures;
  else if ('bindingSignatures' in part) part.bindingSignatures = signatures;
  else part.directSignatures = signatures;
};

const newest = (signatures: readonly SignaturePacket[]): SignaturePacket[] =>
  [...signatures].sort((one, other) => Number(other.created) - Number(one.created)).slice(0, NEWEST);

/**
 * Verifies every signature of a certificate once, as it stands at this instant, and leaves the newest valid one of each part, and the revocations. User ids
 * and subkeys of which none is valid go. The library verifies what is invalid at each question anew, and many invalid ones would be asked about at every
 * message.
 */
export const pruned = async (key: Key, at: Date): Promise<Key> => {
  const main = key as WithDirect;
  const { keyPacket } = key;
  const verifies = ({ type, data, when }: { type: enums.signature; data: object; when: Date | null }) => {
    const isValid = (signature: SignaturePacket): Promise<boolean> =>
      // a revocation is kept whenever it begins to hold
      signature.verify(keyPacket, type, { key: keyPacket, ...data }, when ?? signature.created ?? at).then(
        () => true,
        () => false,
      );
    return isValid;
  };
  const prune = async (part: Part, type: enums.signature, revocation: enums.signature, data: object): Promise<void> => {
    bind(part, await firstOf(newest(bindings(part)), verifies({ type, data, when: at })));
    part.revocationSignatures = await allOf(part.revocationSignatures, verifies({ type: revocation, data, when: null }));
  };
  const { signature } = enums;
  await prune(main, signature.key, signature.keyRevocation, {});
  for (const user of key.users) await prune(user, signature.certGeneric, signature.certRevocation, { userID: user.userID });
  for (const subkey of key.subkeys) await prune(subkey, signature.subkeyBinding, signature.subkeyRevocation, { bind: subkey.keyPacket });
  key.users = key.users.filter(isHeld);
  key.subkeys = key.subkeys.filter(isHeld);
  return key;
};

/** A revoked part stays revoked, whatever becomes of what bound it. */
const isHeld = (part: User | Subkey): boolean => bindings(part).length + part.revocationSignatures.length > 0;

type IsValid = (signature: SignaturePacket) => Promise<boolean>;

const firstOf = async (signatures: readonly SignaturePacket[], isValid: IsValid): Promise<SignaturePacket[]> => {
  for (const signature of signatures) if (await isValid(signature)) return [signature];
  return [];
};

const allOf = async (signatures: readonly SignaturePacket[], isValid: IsValid): Promise<SignaturePacket[]> => {
  const kept: SignaturePacket[] = [];
  for (const signature of signatures) if (await isValid(signature)) kept.push(signature);
  return kept;
};
