import type { NamedKey } from '../crypto/key-id.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { SealError } from '../crypto/seal-error.ts';
import { type Db, Prisma, type PrismaClient } from '../prisma/client.ts';
import { AuditLog } from './audit/audit.ts';
import { CaseKeys } from './case-keys.ts';
import { RecordError } from './record-error.ts';
import { Sealing } from './sealing.ts';

/** Who acts: a person of the secretariat, a contact with a link, or the desk itself. An opaque id or a word, never a name. */
export type Actor = string;
export const DESK: Actor = 'desk';

/** One transaction: the rows, the seals and the audit entries of one fact. */
export type Tx = {
  readonly db: Db;
  readonly seals: Sealing;
  readonly keyring: Keyring;
  readonly audit: AuditLog;
  readonly actor: Actor;
  readonly at: Date;
};

/**
 * The only door to what is stored. Everything that changes goes through `transact`, so that a fact, its audit entry and its outbox rows
 * are there together or not at all.
 */
export class Store {
  readonly prisma: PrismaClient;
  readonly keyring: Keyring;
  readonly caseKeys: CaseKeys;

  constructor(prisma: PrismaClient, keyring: Keyring) {
    this.prisma = prisma;
    this.keyring = keyring;
    this.caseKeys = new CaseKeys(prisma, keyring);
  }

  private async commitmentKey(db: Db, caseId: string | null): Promise<NamedKey> {
    const common = this.keyring.active('audit');
    if (caseId === null) return common;
    return this.caseKeys.of(caseId, db).catch((error: unknown) => {
      // what is noted after the erasure of a case has no key of its own any more; nor may a broken key keep anything from being noted
      if (error instanceof SealError || (error instanceof RecordError && error.code === 'KEY_DESTROYED')) return common;
      throw error;
    });
  }

  /** For reading outside a transaction. */
  get seals(): Sealing {
    return new Sealing(this.prisma, this.keyring, this.caseKeys);
  }

  /** Runs `work` in one transaction; repeats it when PostgreSQL asks for that. `work` must therefore have no effect but in the database. */
  async transact<T>(actor: Actor, at: number, work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.prisma.$transaction(
          async (db) => {
            const seals = new Sealing(db, this.keyring, this.caseKeys);
            const audit = new AuditLog(db, (caseId) => this.commitmentKey(db, caseId), actor, new Date(at));
            const result = await work({ db, seals, keyring: this.keyring, audit, actor, at: new Date(at) });
            await audit.flush();
            return result;
          },
          { maxWait: 10_000, timeout: 20_000 },
        );
      } catch (error) {
        if (attempt >= ATTEMPTS || !isConflict(error)) throw error;
      }
    }
  }
}

const ATTEMPTS = 5;

/** Serialisation failure or deadlock: nothing was written, and the same work may go through now. Raw queries report PostgreSQL's own code. */
const isConflict = (error: unknown): boolean => {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  const meta = error.meta as { driverAdapterError?: { cause?: { originalCode?: string } } } | undefined;
  return error.code === 'P2034' || ['40001', '40P01'].includes(meta?.driverAdapterError?.cause?.originalCode ?? '');
};

export const isDuplicate = (error: unknown): boolean => error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
