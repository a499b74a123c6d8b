import { setTimeout as pause } from 'node:timers/promises';
import { newCaseKey, unwrapCaseKey, wrapCaseKey } from '../crypto/case-keys.ts';
import { type NamedKey, readCaseKeyId } from '../crypto/key-id.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { caseOfWorkflow, type KeySource } from '../crypto/payload-codec.ts';
import { SealError } from '../crypto/seal-error.ts';
import type { Db } from '../prisma/client.ts';
import { found, RecordError } from './record-error.ts';

/** How long a process may go on with a key that another process has destroyed or replaced meanwhile. */
export const KEPT_MS = 60_000;
const MOST_KEPT = 1_000;
/**
 * The payload codec may not fail for a passing outage: a worker that cannot seal what it has to report ends. So long it asks again, and so long beyond its
 * time a key serves while the database cannot be asked; then it is forgotten, whether or not anybody asks for it.
 */
export const PATIENCE_MS = 30_000;
const PAUSE_MS = 500;

/** What a case has: the newest key seals, the older ones open what was sealed before. */
type KeysOfCase = { readonly newest: NamedKey; readonly all: readonly NamedKey[] };

/** The keys of cases: wrapped in the database, unwrapped here for a minute. Serves the records and the payload codec alike. */
export class CaseKeys implements KeySource {
  private readonly db: Db;
  private readonly keyring: Keyring;
  /** those read first stand first */
  private readonly kept = new Map<string, { keys: KeysOfCase; until: number }>();
  private forgetting: NodeJS.Timeout | null = null;

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

  /**
   * Gives a case a further version, which seals from now on, and resolves with its number. Older versions stay. The case is locked first, so that its keys
   * are not being destroyed at the same time: one that came into being beside an erasure would outlive it. Throws RecordError as `of` does.
   */
  async addVersion(db: Db, caseId: string, at: Date): Promise<number> {
    await db.$queryRaw`SELECT 1 FROM "Case" WHERE id = ${caseId}::uuid FOR UPDATE`;
    const { newest } = await this.load(caseId, db);
    const version = found(readCaseKeyId(newest.id)).version + 1;
    await db.caseKey.create({
      data: { caseId, version, wrapped: wrapCaseKey(this.keyring, caseId, version, newCaseKey()), createdAt: at },
    });
    return version;
  }

  /** The key that seals for a case. Throws RecordError KEY_DESTROYED when the case was erased, NOT_FOUND when there is no such case. */
  async of(caseId: string, db: Db = this.db): Promise<NamedKey> {
    return (await this.keysOf(caseId, db)).newest;
  }

  /**
   * The key of a case that the header of an envelope names. Throws RecordError as `of` does, and SealError `key-unknown` where the case has no such key;
   * a version that is not at hand may just have come, so it is asked for once more.
   */
  async named(caseId: string, keyId: string, db: Db = this.db): Promise<NamedKey> {
    if (readCaseKeyId(keyId)?.caseId !== caseId) throw new SealError('key-unknown');
    const isMeant = ({ id }: NamedKey): boolean => id === keyId;
    const key = (await this.keysOf(caseId, db)).all.find(isMeant) ?? (await this.load(caseId, db)).all.find(isMeant);
    if (key === undefined) throw new SealError('key-unknown');
    return key;
  }

  /** What this process remembers of a case's keys is out of date. */
  forget(caseId: string): void {
    this.kept.delete(caseId);
  }

  async keyFor(workflowId: string): Promise<NamedKey> {
    const caseId = caseOfWorkflow(workflowId);
    if (caseId === null) return this.keyring.active('desk');
    return this.patiently(
      caseId,
      () => this.of(caseId),
      ({ newest }) => newest,
    );
  }

  async byId(id: string): Promise<NamedKey | null> {
    const meant = readCaseKeyId(id);
    if (meant === null) return this.keyring.byId(id);
    const ask = () => this.named(meant.caseId, id);
    return this.patiently(meant.caseId, ask, ({ all }) => all.find((key) => key.id === id)).catch((error: unknown) => {
      if (error instanceof RecordError || (error instanceof SealError && error.code === 'key-unknown')) return null;
      throw error;
    });
  }

  private async keysOf(caseId: string, db: Db): Promise<KeysOfCase> {
    this.forgetExpired();
    const kept = this.kept.get(caseId);
    return kept !== undefined && kept.until > Date.now() ? kept.keys : this.load(caseId, db);
  }

  private async load(caseId: string, db: Db): Promise<KeysOfCase> {
    const asked = Date.now();
    const rows = await db.caseKey.findMany({ where: { caseId }, orderBy: { version: 'desc' } });
    this.kept.delete(caseId);
    const all = rows.map(({ version, wrapped }) => {
      if (wrapped === null) throw new RecordError('KEY_DESTROYED');
      return unwrapCaseKey(this.keyring, caseId, version, wrapped);
    });
    const keys = { newest: found(all[0]), all };
    // a key of a transaction that may still roll back is not kept
    if (db === this.db) this.keep(caseId, keys, asked + KEPT_MS);
    return keys;
  }

  /** While the database cannot be asked, the keys that were known last serve on; without the one that is meant, a while is waited. */
  private async patiently(
    caseId: string,
    ask: () => Promise<NamedKey>,
    pick: (keys: KeysOfCase) => NamedKey | undefined,
  ): Promise<NamedKey> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (error instanceof RecordError || error instanceof SealError) throw error;
        this.forgetExpired();
        const kept = this.kept.get(caseId);
        const known = kept === undefined ? undefined : pick(kept.keys);
        if (known !== undefined) return known;
        if (Date.now() >= until) throw error;
        await pause(PAUSE_MS);
      }
    }
  }

  private keep(caseId: string, keys: KeysOfCase, until: number): void {
    if (this.kept.size >= MOST_KEPT) this.kept.clear();
    this.kept.set(caseId, { keys, until });
    this.forgetInTime();
  }

  /** The keys of a case that was erased elsewhere are asked for by nobody any more, and must not outlive it here. */
  private forgetExpired(): void {
    const now = Date.now();
    for (const [caseId, { until }] of this.kept) if (until + PATIENCE_MS <= now) this.kept.delete(caseId);
  }

  private forgetInTime(): void {
    const [oldest] = this.kept.values();
    if (oldest === undefined || this.forgetting !== null) return;
    this.forgetting = setTimeout(
      () => {
        this.forgetting = null;
        this.forgetExpired();
        this.forgetInTime();
      },
      Math.max(0, oldest.until + PATIENCE_MS - Date.now()),
    );
    // a process that has nothing else to do may end
    this.forgetting.unref();
  }
}
