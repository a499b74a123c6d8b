import { setTimeout } from 'node:timers/promises';
import { newCaseKey, unwrapCaseKey, wrapCaseKey } from '../crypto/case-keys.ts';
import { type NamedKey, readCaseKeyId } from '../crypto/key-id.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { caseOfWorkflow, type KeySource } from '../crypto/payload-codec.ts';
import type { Db } from '../prisma/client.ts';
import { RecordError } from './record-error.ts';

/** How long a process may go on with a key that another process has destroyed meanwhile. */
const KEPT_MS = 60_000;
const MOST_KEPT = 1_000;
/** The payload codec may not fail for a passing outage: a worker that cannot seal what it has to report ends. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 500;

/** The keys of cases: one per case, wrapped in the database, unwrapped here for a minute. Serves the records and the payload codec alike. */
export class CaseKeys implements KeySource {
  private readonly db: Db;
  private readonly keyring: Keyring;
  private readonly kept = new Map<string, { key: NamedKey; until: number }>();

  constructor(db: Db, keyring: Keyring) {
    this.db = db;
    this.keyring = keyring;
  }

  /** Makes and stores the key of a new case, inside the transaction that creates it. */
  async create(db: Db, caseId: string, at: Date): Promise<void> {
    const version = 1;
    await db.caseKey.create({
      data: { caseId, version, wrapped: wrapCaseKey(this.keyring, caseId, version, newCaseKey()), createdAt: at },
    });
  }

  /** The key of a case. Throws RecordError KEY_DESTROYED when the case was erased, NOT_FOUND when there is no such case. */
  async of(caseId: string, db: Db = this.db): Promise<NamedKey> {
    const now = Date.now();
    const kept = this.kept.get(caseId);
    if (kept !== undefined && kept.until > now) return kept.key;
    const row = await db.caseKey.findFirst({ where: { caseId }, orderBy: { version: 'desc' } });
    this.kept.delete(caseId);
    if (row === null) throw new RecordError('NOT_FOUND');
    if (row.wrapped === null) throw new RecordError('KEY_DESTROYED');
    const key = unwrapCaseKey(this.keyring, caseId, row.version, row.wrapped);
    // a key of a transaction that may still roll back is not kept
    if (db === this.db) this.keep(caseId, key, now + KEPT_MS);
    return key;
  }

  async keyFor(workflowId: string): Promise<NamedKey> {
    const caseId = caseOfWorkflow(workflowId);
    return caseId === null ? this.keyring.active('desk') : this.patiently(caseId);
  }

  async byId(id: string): Promise<NamedKey | null> {
    const named = readCaseKeyId(id);
    if (named === null) return this.keyring.byId(id);
    const key = await this.patiently(named.caseId).catch((error: unknown) => {
      if (error instanceof RecordError) return null;
      throw error;
    });
    return key?.id === id ? key : null;
  }

  /** While the database cannot be asked, the key that was known last serves on; without one, a while is waited. */
  private async patiently(caseId: string): Promise<NamedKey> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await this.of(caseId);
      } catch (error) {
        const kept = this.kept.get(caseId);
        if (error instanceof RecordError || (kept === undefined && Date.now() >= until)) throw error;
        if (kept !== undefined) return kept.key;
        await setTimeout(PAUSE_MS);
      }
    }
  }

  private keep(caseId: string, key: NamedKey, until: number): void {
    if (this.kept.size >= MOST_KEPT) this.kept.clear();
    this.kept.set(caseId, { key, until });
  }
}
