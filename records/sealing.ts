import type { Bytes } from '../crypto/bytes.ts';
import { envelopeKeyId, openJson, sealJson } from '../crypto/envelope.ts';
import type { NamedKey } from '../crypto/key-id.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Place } from '../crypto/place.ts';
import { SealError } from '../crypto/seal-error.ts';
import type { Db } from '../prisma/client.ts';
import type { CaseKeys } from './case-keys.ts';
import { mayBeSealed } from './erasure/erasure-bar.ts';
import { RecordError } from './record-error.ts';
import type { SealedTable } from './sealed-columns.ts';

/** What may be sealed to the very end of a case: the answer to what was done already, and a hold that may still come in time. */
const TO_THE_END: ReadonlySet<SealedTable> = new Set<SealedTable>(['Command', 'LegalHold']);

/** Seals and opens the `sealed` columns: under the case's key where a case owns the row, else under the directory key. */
export class Sealing {
  private readonly db: Db;
  private readonly keyring: Keyring;
  private readonly caseKeys: CaseKeys;
  private readonly asked = new Map<string, Promise<void>>();
  private readonly keys = new Map<string, Promise<NamedKey>>();

  constructor(db: Db, keyring: Keyring, caseKeys: CaseKeys) {
    this.db = db;
    this.keyring = keyring;
    this.caseKeys = caseKeys;
  }

  /** Throws RecordError KEY_DESTROYED for a case that is being erased or was. */
  async seal(table: SealedTable, row: string, caseId: string | null, value: unknown): Promise<Bytes> {
    if (caseId !== null && !TO_THE_END.has(table)) await this.mayBeSealed(caseId);
    const key = caseId === null ? this.keyring.active('directory') : await this.newest(caseId);
    return sealJson(key, place(table, row, caseId), value);
  }

  /**
   * The caller names the shape; what was sealed here was checked before it was sealed. Any version of the case's keys opens: while a case is being
   * sealed again, rows stand under the old and the new one.
   */
  async open<T>(table: SealedTable, row: string, caseId: string | null, sealed: Uint8Array): Promise<T> {
    const keys = caseId === null ? this.keyring : await this.named(caseId, envelopeKeyId(sealed));
    return openJson(keys, place(table, row, caseId), sealed) as T;
  }

  private newest(caseId: string): Promise<NamedKey> {
    return this.once(caseId, () => this.caseKeys.of(caseId, this.db));
  }

  private named(caseId: string, keyId: string): Promise<NamedKey> {
    return this.once(`${caseId} ${keyId}`, () => this.caseKeys.named(caseId, keyId, this.db));
  }

  /** A key that no minute keeps is asked for once in a transaction, not for each of ten thousand rows; one that was not had may be asked for again. */
  private once(name: string, ask: () => Promise<NamedKey>): Promise<NamedKey> {
    const asked = this.keys.get(name);
    if (asked !== undefined) return asked;
    const asking = ask();
    this.keys.set(name, asking);
    asking.catch(() => this.keys.delete(name));
    return asking;
  }

  /** Asked once in a transaction: one that writes thousands of rows asks no oftener than one that writes one. */
  private mayBeSealed(caseId: string): Promise<void> {
    const asked = this.asked.get(caseId) ?? mayBeSealed(this.db, caseId);
    this.asked.set(caseId, asked);
    return asked;
  }
}

/**
 * What was opened, or null where it opens to nobody any more: damaged, or its key destroyed. For acts that protect somebody, which one bad row among many
 * must not keep from being done.
 */
export const readable = <T>(opening: Promise<T>): Promise<T | null> =>
  opening.catch((error: unknown) => {
    if (error instanceof SealError || (error instanceof RecordError && error.code === 'KEY_DESTROYED')) return null;
    throw error;
  });

const place = (table: SealedTable, row: string, caseId: string | null): Place =>
  caseId === null ? { table, column: 'sealed', row, version: 1 } : { table, column: 'sealed', row, version: 1, owner: caseId };
