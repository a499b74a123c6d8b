import { type Bytes, concat, utf8 } from './bytes.ts';
import { type CanonicalValue, canonicalBytes } from './canonical.ts';
import { digestKeyId, keyedDigest, sameDigest, subkey } from './digest.ts';
import type { NamedKey } from './key-id.ts';
import { SealError } from './seal-error.ts';
import { blake2b, DIGEST_BYTES, equalBytes } from './sodium.ts';

/**
 * One act as the chain keeps it. What was done in detail is not here but committed to, so that erasing a case leaves the chain whole.
 * `seq` counts from 1 without gaps; `at` is UTC with milliseconds; `actor` and `subjectId` are opaque ids; null where there is none.
 */
export interface AuditEntry {
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly caseId: string | null;
  readonly subjectId: string | null;
  readonly commitment: string;
}

export type AuditAct = Omit<AuditEntry, 'commitment'>;

const LABEL = utf8('sos/audit/1\n');
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** What the first entry follows. */
export const AUDIT_START: Bytes = new Uint8Array(DIGEST_BYTES);

function actOf({ seq, at, actor, action, caseId, subjectId }: AuditAct): CanonicalValue {
  if (!Number.isSafeInteger(seq) || seq < 1 || !INSTANT.test(at)) throw new SealError('canonical');
  return { seq, at, actor, action, caseId, subjectId };
}

/** The canonical bytes of an entry. Refuses (`canonical`) an entry without its commitment, an ill-formed instant or number. */
function entryBytes(entry: AuditEntry): Bytes {
  if (digestKeyId(entry.commitment) === null) throw new SealError('canonical');
  return canonicalBytes([actOf(entry), entry.commitment]);
}

/**
 * The keyed commitment to the detail of an act. `key` is the case's key where the act belongs to a case: once that key is destroyed, nobody, not even the
 * holder of the keyring, can test a guess against what is left. Acts of no case use the keyring's `audit` key. The act itself is part of what is
 * committed to, so that equal details do not look equal.
 */
export function commitTo(key: NamedKey, act: AuditAct, detail: CanonicalValue): string {
  return keyedDigest(
    { id: key.id, key: subkey(key.key, 'audit-commitment') },
    'audit-detail',
    canonicalBytes(actOf(act)),
    canonicalBytes(detail),
  );
}

/** Whether this is the detail an entry committed to. */
export function isCommittedTo(key: NamedKey, entry: AuditEntry, detail: CanonicalValue): boolean {
  return sameDigest(commitTo(key, entry, detail), entry.commitment);
}

/** The hash an entry is stored with: 32 bytes over the hash before it and its own canonical bytes. */
export function nextHash(previous: Uint8Array, entry: AuditEntry): Bytes {
  if (previous.length !== DIGEST_BYTES) throw new SealError('canonical');
  return blake2b(DIGEST_BYTES, concat(LABEL, previous, entryBytes(entry)), null);
}

/** A point of the chain: the last entry's number and hash. Number 0 is the start. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: Uint8Array;
}

export type ChainVerdict =
  | { readonly whole: true; readonly head: ChainHead }
  | { readonly whole: false; readonly brokenAt: number; readonly reason: 'sequence' | 'form' | 'hash' };

/**
 * Checks entries in their order, from the start or from a head known to be good (so that a long chain is checked in batches), and names the first break:
 * `brokenAt` is the number expected there. A chain that was cut at its end is whole; only a head kept elsewhere shows the cut.
 */
export function verifyChain(
  entries: Iterable<{ readonly entry: AuditEntry; readonly hash: Uint8Array }>,
  from: ChainHead = { seq: 0, hash: AUDIT_START },
): ChainVerdict {
  let head = from;
  for (const { entry, hash } of entries) {
    const expected = head.seq + 1;
    if (entry.seq !== expected) return { whole: false, brokenAt: expected, reason: 'sequence' };
    const computed = hashOf(head.hash, entry);
    if (computed === null) return { whole: false, brokenAt: expected, reason: 'form' };
    if (!equalBytes(computed, hash)) return { whole: false, brokenAt: expected, reason: 'hash' };
    head = { seq: expected, hash: computed };
  }
  return { whole: true, head };
}

function hashOf(previous: Uint8Array, entry: AuditEntry): Bytes | null {
  try {
    return nextHash(previous, entry);
  } catch {
    return null;
  }
}
