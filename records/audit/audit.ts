import { AUDIT_START, type AuditEntry, commitTo, nextHash } from '../../crypto/audit-chain.ts';
import type { CanonicalValue } from '../../crypto/canonical.ts';
import type { NamedKey } from '../../crypto/key-id.ts';
import type { Db } from '../../prisma/client.ts';
import { advisorsAmong } from '../cases/unnamed.ts';

/** What happened, in words that may be read by an auditor who must not read the case. */
export type AuditFact = {
  readonly action: string;
  readonly caseId: string | null;
  readonly subjectId: string | null;
  /** committed to, not stored: it can be proved later and is gone with the case */
  readonly detail?: CanonicalValue;
};

/** Any number that names the chain's one writer. */
const CHAIN_LOCK = 7_031;

/** Until the transaction ends, nobody else adds to the chain: its head is what is read now. */
export const lockChain = async (db: Db): Promise<void> => {
  await db.$executeRaw`SELECT pg_advisory_xact_lock(${CHAIN_LOCK})`;
};

/** Collects the entries of one transaction and chains them just before it commits, so that the chain's lock is held as briefly as can be. */
export class AuditLog {
  private readonly db: Db;
  private readonly keyOf: (caseId: string | null) => Promise<NamedKey>;
  private readonly actor: string;
  private readonly at: Date;
  private readonly facts: AuditFact[] = [];

  /** `keyOf`: what commitments are keyed with; a case's own key, so that after its erasure nobody can test guesses against them. */
  constructor(db: Db, keyOf: (caseId: string | null) => Promise<NamedKey>, actor: string, at: Date) {
    this.db = db;
    this.keyOf = keyOf;
    this.actor = actor;
    this.at = at;
  }

  append(fact: AuditFact): void {
    this.facts.push(fact);
  }

  async flush(): Promise<void> {
    if (this.facts.length === 0) return;
    const keys = await Promise.all(this.facts.map(({ caseId }) => this.keyOf(caseId)));
    await lockChain(this.db);
    const last = await this.db.audit.findFirst({ orderBy: { seq: 'desc' } });
    let seq = Number(last?.seq ?? 0n);
    let hash: Uint8Array<ArrayBuffer> = last === null ? AUDIT_START : new Uint8Array(last.hash);
    const rows = this.facts.splice(0).map(({ detail, ...fact }, index) => {
      seq += 1;
      const act = { ...fact, seq, at: this.at.toISOString(), actor: this.actor };
      const entry: AuditEntry = { ...act, commitment: commitTo(keys[index] as NamedKey, act, detail ?? null) };
      hash = nextHash(hash, entry);
      return { ...fact, seq: BigInt(seq), at: this.at, actor: this.actor, commitment: entry.commitment, hash };
    });
    await this.db.audit.createMany({ data: rows });
  }
}

export type TimelineEntry = {
  readonly seq: number;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly subjectId: string | null;
};

/** How the act of somebody by a link is noted. */
const BY_LINK = 'contact:';

/** What happened in a case, oldest first, from `after` on. That an advisor acted stands there, and not which: whoever reads a case may not know. */
export const timelineOf = async (db: Db, caseId: string, after: number, limit: number): Promise<readonly TimelineEntry[]> => {
  const rows = await db.audit.findMany({ where: { caseId, seq: { gt: BigInt(after) } }, orderBy: { seq: 'asc' }, take: limit });
  const byLink = rows.flatMap(({ actor }) => (actor.startsWith(BY_LINK) ? [actor.slice(BY_LINK.length)] : []));
  const advisors = await advisorsAmong(db, byLink);
  return rows.map(({ seq, at, actor, action, subjectId }) => ({
    ...{ seq: Number(seq), at, action, subjectId },
    actor: actor.startsWith(BY_LINK) && advisors.has(actor.slice(BY_LINK.length)) ? 'advisor' : actor,
  }));
};
