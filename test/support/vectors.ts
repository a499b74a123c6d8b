import { readFileSync } from 'node:fs';
import type { AuditEntry } from '../../crypto/audit-chain.ts';
import type { Bytes } from '../../crypto/bytes.ts';
import type { CanonicalValue } from '../../crypto/canonical.ts';
import type { KeyLookup } from '../../crypto/key-id.ts';
import type { TokenKind } from '../../crypto/link-token.ts';
import type { Place } from '../../crypto/place.ts';

/** An envelope and its outcome: what it opens to, or the code it is refused with. Bytes are hexadecimal, here and below. */
export interface EnvelopeVector {
  readonly name: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly place: Place;
  readonly envelope: string;
  readonly opens?: string;
  readonly refused?: string;
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
