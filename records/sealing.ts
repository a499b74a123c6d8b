import type { Bytes } from '../crypto/bytes.ts';
import { envelopeKeyId, openJson, sealJson } from '../crypto/envelope.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Place } from '../crypto/place.ts';
import type { Db } from '../prisma/client.ts';
import type { CaseKeys } from './case-keys.ts';
import { mayBeSealed } from './erasure-bar.ts';
import type { SealedTable } from './sealed-columns.ts';

/** What may be sealed to the very end of a case: the answer to what was done already, and a hold that may still come in time. */
const TO_THE_END: ReadonlySet<SealedTable> = new Set<SealedTable>(['Command', 'LegalHold']);

/** Seals and opens the `sealed` columns: under the case's key where a case owns the row, else under the directory key. */
export class Sealing {
  private readonly db: Db;
  private readonly keyring: Keyring;
  private readonly caseKeys: CaseKeys;
  private readonly asked = new Map<string, Promise<void>>();

  constructor(db: Db, keyring: Keyring, caseKeys: CaseKeys) {
    this.db = db;
    this.keyring = keyring;
    this.caseKeys = caseKeys;
  }

  /** Throws RecordError KEY_DESTROYED for a case that is being erased or was. */
  async seal(table: SealedTable, row: string, caseId: string | null, value: unknown): Promise<Bytes> {
    if (caseId !== null && !TO_THE_END.has(table)) await this.mayBeSealed(caseId);
    const key = caseId === null ? this.keyring.active('directory') : await this.caseKeys.of(caseId, this.db);
    return sealJson(key, place(table, row, caseId), value);
  }

  /**
   * The caller names the shape; what was sealed here was checked before it was sealed. Any version of the case's keys opens: while a case is being
   * sealed again, rows stand under the old and the new one.
   */
  async open<T>(table: SealedTable, row: string, caseId: string | null, sealed: Uint8Array): Promise<T> {
    const keys = caseId === null ? this.keyring : await this.caseKeys.named(caseId, envelopeKeyId(sealed), this.db);
    return openJson(keys, place(table, row, caseId), sealed) as T;
  }

  /** Asked once in a transaction: one that writes thousands of rows asks no oftener than one that writes one. */
  private mayBeSealed(caseId: string): Promise<void> {
    const asked = this.asked.get(caseId) ?? mayBeSealed(this.db, caseId);
    this.asked.set(caseId, asked);
    return asked;
  }
}

const place = (table: SealedTable, row: string, caseId: string | null): Place =>
  caseId === null ? { table, column: 'sealed', row, version: 1 } : { table, column: 'sealed', row, version: 1, owner: caseId };
