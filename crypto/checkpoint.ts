import { z } from 'zod';
import { type Bytes, concat, utf8 } from './bytes.ts';
import { canonicalBytes } from './canonical.ts';
import type { Keyring } from './keyring.ts';
import { isSignedBy, networkSigner } from './signature.ts';
import { fromBase64Url, toBase64Url } from './sodium.ts';

const LABEL = utf8('sos/audit-checkpoint/1\n');
const FORMAT = 'sos-checkpoint/1';

/** The head of the audit at an instant: the number of its last entry and that entry's hash in lower-case hex. */
export interface Point {
  readonly seq: number;
  readonly hash: string;
  readonly at: string;
}

const checkpoint = z.strictObject({
  format: z.literal(FORMAT),
  seq: z.int().min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime({ precision: 3 }),
  keyId: z.string().max(100),
  /** empty where the key is no longer in the keyring: then only who has kept it elsewhere can check */
  publicKey: z.string().regex(/^([\w-]{43})?$/),
  signature: z.string().length(86),
});

/**
 * A signed point, as it is printed, mailed, or kept on another machine. It holds nothing of any case. Whoever has one from outside can show that the
 * entries up to it are still those that were there; the public key in it is worth as much as the way it came by.
 */
export type Checkpoint = z.infer<typeof checkpoint>;

function messageOf({ seq, hash, at }: Point): Bytes {
  return concat(LABEL, canonicalBytes({ at, hash, seq }));
}

export function signPoint(keyring: Keyring, { seq, hash, at }: Point): Checkpoint {
  const signer = networkSigner(keyring);
  const signature = toBase64Url(signer.sign(messageOf({ seq, hash, at })));
  return { format: FORMAT, seq, hash, at, keyId: signer.keyId, publicKey: toBase64Url(signer.publicKey), signature };
}

/** A point that was signed before, with what is stored of it. */
export function checkpointOf(point: Point, keyId: string, publicKey: Uint8Array, signature: Uint8Array): Checkpoint {
  return { format: FORMAT, ...point, keyId, publicKey: toBase64Url(publicKey), signature: toBase64Url(signature) };
}

/** Whether one of these keys signed it. The key that it names itself counts only when the caller says so. */
export function isSignedByOne(publicKeys: readonly Uint8Array[], signed: Checkpoint): boolean {
  const signature = fromBase64Url(signed.signature);
  return signature !== null && publicKeys.some((publicKey) => isSignedBy(publicKey, messageOf(signed), signature));
}

/** A checkpoint from outside, or null for anything else. */
export function readCheckpoint(value: unknown): Checkpoint | null {
  return checkpoint.safeParse(value).data ?? null;
}

/** A public key as `sos audit checkpoint` writes it, or null where the text is none. */
export function readPublicKey(text: string): Bytes | null {
  const bytes = fromBase64Url(text);
  return bytes?.length === 32 ? bytes : null;
}
