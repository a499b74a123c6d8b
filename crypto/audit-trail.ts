import { AUDIT_START, type AuditEntry, type ChainHead, verifyChain } from './audit-chain.ts';
import { type Checkpoint, isSignedByOne } from './checkpoint.ts';
import { fromBase64Url, toHex } from './sodium.ts';

/** The action of the entry that each checkpoint names: a chain that holds it without its checkpoint was tampered with. */
export const CHECKPOINTED = 'audit.checkpointed';

/** What an audit consists of, in the order of the numbers; a checkpoint stands behind the entry that it names. Null is a line that is neither. */
export type TrailItem = { readonly entry: AuditEntry; readonly hash: Uint8Array } | { readonly checkpoint: Checkpoint } | null;

/**
 * What is wrong. `sequence`, `form`, `hash`: the chain itself. `rewritten`: a signed checkpoint names another hash. `signature`: a checkpoint that the
 * network did not sign. `unsigned`: the checkpoint that this entry tells of is not there. `cut`: the chain ends before a checkpoint's entry.
 */
export type Fault = 'sequence' | 'form' | 'hash' | 'rewritten' | 'signature' | 'unsigned' | 'cut';

export interface TrailReport {
  readonly whole: boolean;
  /** the first bad entry: its number is the one expected there */
  readonly firstBad: { readonly seq: number; readonly fault: Fault } | null;
  /** how many entries follow from one another up to there */
  readonly entries: number;
  readonly head: { readonly seq: number; readonly hash: string };
  /** how many checkpoints were met and hold */
  readonly checkpoints: number;
  readonly lastCheckpoint: { readonly seq: number; readonly at: string } | null;
}

export interface Trust {
  /** The network's public keys. Null: each checkpoint's own, which shows slips and not a forger, who brings a key along. */
  readonly publicKeys: readonly Uint8Array[] | null;
  /** Checkpoints that were kept elsewhere. */
  readonly outside?: readonly Checkpoint[];
  /** The trail must end with a checkpoint, as an export does. */
  readonly endsSigned?: boolean;
}

class Broken extends Error {
  readonly seq: number;
  readonly fault: Fault;
  constructor(seq: number, fault: Fault) {
    super(fault);
    this.seq = seq;
    this.fault = fault;
  }
}

/** Walks an audit once, keeping no more of it than its head. */
class Walk {
  head: ChainHead = { seq: 0, hash: AUDIT_START };
  checkpoints = 0;
  last: Checkpoint | null = null;
  private readonly trust: Trust;
  /** the number of an entry whose checkpoint must come next */
  private owed: number | null = null;

  constructor(trust: Trust) {
    this.trust = trust;
  }

  take(item: TrailItem): void {
    if (item === null) throw new Broken(this.head.seq + 1, 'form');
    if ('checkpoint' in item) this.meet(item.checkpoint);
    else this.follow(item);
  }

  end(): void {
    this.mustOweNothing();
    const beyond = this.trust.outside?.some(({ seq }) => seq > this.head.seq) ?? false;
    const unsigned = this.trust.endsSigned === true && this.last?.seq !== this.head.seq;
    if (beyond || unsigned) throw new Broken(this.head.seq + 1, 'cut');
  }

  private follow(link: { readonly entry: AuditEntry; readonly hash: Uint8Array }): void {
    this.mustOweNothing();
    const verdict = verifyChain([link], this.head);
    if (!verdict.whole) throw new Broken(verdict.brokenAt, verdict.reason);
    this.head = verdict.head;
    if (link.entry.action === CHECKPOINTED) this.owed = this.head.seq;
    for (const kept of this.trust.outside ?? []) if (kept.seq === this.head.seq) this.mustHold(kept);
  }

  private meet(checkpoint: Checkpoint): void {
    if (checkpoint.seq > this.head.seq) throw new Broken(this.head.seq + 1, 'cut');
    if (checkpoint.seq < this.head.seq) throw new Broken(checkpoint.seq, 'sequence');
    this.mustHold(checkpoint);
    this.owed = null;
    this.checkpoints += 1;
    this.last = checkpoint;
  }

  private mustHold(checkpoint: Checkpoint): void {
    const own = fromBase64Url(checkpoint.publicKey);
    if (!isSignedByOne(this.trust.publicKeys ?? (own === null ? [] : [own]), checkpoint)) throw new Broken(checkpoint.seq, 'signature');
    if (checkpoint.hash !== toHex(this.head.hash)) throw new Broken(checkpoint.seq, 'rewritten');
  }

  private mustOweNothing(): void {
    if (this.owed !== null) throw new Broken(this.owed, 'unsigned');
  }
}

/** Checks an audit from its first entry on and stops at the first fault. */
export async function verifyTrail(items: AsyncIterable<TrailItem>, trust: Trust): Promise<TrailReport> {
  const walk = new Walk(trust);
  let firstBad: TrailReport['firstBad'] = null;
  try {
    for await (const item of items) walk.take(item);
    walk.end();
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    firstBad = { seq: error.seq, fault: error.fault };
  }
  const { head, last, checkpoints } = walk;
  return {
    whole: firstBad === null,
    firstBad,
    entries: head.seq,
    head: { seq: head.seq, hash: toHex(head.hash) },
    checkpoints,
    lastCheckpoint: last === null ? null : { seq: last.seq, at: last.at },
  };
}
