import { readFileSync } from 'node:fs';
import type { AuditEntry } from '../../crypto/audit-chain.ts';
import type { Bytes } from '../../crypto/bytes.ts';
import type { CanonicalValue } from '../../crypto/canonical.ts';
import type { KeyLookup } from '../../crypto/key-id.ts';
import type { TokenKind } from '../../crypto/link-token.ts';
import type { Place } from '../../crypto/place.ts';

/** What a vector opens to, or the code it is refused with. Bytes are hexadecimal, here and below. */
export interface Outcome {
  readonly name: string;
  readonly opens?: string;
  readonly refused?: string;
}

/** An envelope or a stream is opened at its place, with one of the keys by their ids. */
interface AtPlace extends Outcome {
  readonly keys: Readonly<Record<string, string>>;
  readonly place: Place;
}

export interface EnvelopeVector extends AtPlace {
  readonly envelope: string;
}

export interface StreamVector extends AtPlace {
  readonly stream: string;
}

export interface MessageVector extends Outcome {
  readonly publicKey: string;
  readonly secretKey: string;
  readonly context: string;
  readonly message: string;
}

export interface WrappedVector extends Outcome {
  readonly passphrase: string;
  readonly publicKey: string;
  readonly wrapped: string;
}

/** What to make a long stream of, `length` times one byte, and the BLAKE2b-256 of what comes out. */
export interface StreamRecipe {
  readonly keyId: string;
  readonly key: string;
  readonly place: Place;
  readonly nonce: string;
  readonly header: string;
  readonly byte: string;
  readonly length: number;
  readonly digest: string;
}

/** The published vectors of crypto/README.md, as `test/vectors/make_vectors.py` writes them. */
export interface Vectors {
  readonly envelopes: readonly EnvelopeVector[];
  readonly digests: readonly { keyId: string; key: string; purpose: string; parts: readonly string[]; digest: string }[];
  readonly letters: readonly { letter: CanonicalValue; canonical: string; digest: string }[];
  readonly chain: readonly { keyId: string; key: string; detail: CanonicalValue; entry: AuditEntry; hash: string }[];
  readonly keyring: {
    readonly file: unknown;
    readonly keys: Readonly<Record<string, string>>;
    readonly caseKey: { caseId: string; version: number; key: string; wrapped: string };
  };
  readonly tokens: readonly { name: string; kind: TokenKind; text: string; bytes: string | null }[];
  readonly recipientKeys: readonly { publicKey: string; id?: string; refused?: string }[];
  readonly messages: readonly MessageVector[];
  readonly wrappedSecrets: readonly WrappedVector[];
  readonly streams: readonly StreamVector[];
  readonly longStreams: readonly StreamRecipe[];
  readonly signatures: readonly { keyId: string; publicKey: string; signed: string; signature: string }[];
  readonly derivedTokens: readonly { kind: 'message'; id: string; token: string; digest: string }[];
}

export const vectors: Vectors = JSON.parse(readFileSync(new URL('../vectors/crypto.json', import.meta.url), 'utf8'));

export function bytesOf(hex: string): Bytes {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** The keys of a vector, looked up by their id. */
export function lookup(keys: Readonly<Record<string, string>>): KeyLookup {
  return {
    byId(id) {
      const key = keys[id];
      return key === undefined ? null : { id, key: bytesOf(key) };
    },
  };
}

/** The outcome that a vector publishes, to compare one that was found with. */
export function published({ opens, refused }: Outcome): { opens: string } | { refused: string } {
  return opens === undefined ? { refused: refused ?? '' } : { opens };
}
