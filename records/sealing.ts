import type { Bytes } from '../crypto/bytes.ts';
import { openJson, sealJson } from '../crypto/envelope.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Place } from '../crypto/place.ts';
import type { Db } from '../prisma/client.ts';
import type { CaseKeys } from './case-keys.ts';

/** The columns that hold sealed content; the name is part of what is sealed, so a value moved to another place does not open. */
export type SealedTable =
  | 'Organisation'
  | 'Contact'
  | 'Advisor'
  | 'Target'
  | 'Document'
  | 'Consent'
  | 'Consultation'
  | 'Need'
  | 'Referral'
  | 'Review'
  | 'Answer'
  | 'Outbox'
  | 'Command';

/** Seals and opens the `sealed` columns: under the case's key where a case owns the row, else under the directory key. */
export class Sealing {
  private readonly db: Db;
  private readonly keyring: Keyring;
  private readonly caseKeys: CaseKeys;

  constructor(db: Db, keyring: Keyring, caseKeys: CaseKeys) {
    this.db = db;
    this.keyring = keyring;
    this.caseKeys = caseKeys;
  }

  async seal(table: SealedTable, row: string, caseId: string | null, value: unknown): Promise<Bytes> {
    const key = caseId === null ? this.keyring.active('directory') : await this.caseKeys.of(caseId, this.db);
    return sealJson(key, place(table, row, caseId), value);
  }

  /** The caller names the shape; what was sealed here was checked before it was sealed. */
  async open<T>(table: SealedTable, row: string, caseId: string | null, sealed: Uint8Array): Promise<T> {
    const keys = caseId === null ? this.keyring : await this.caseKeys.of(caseId, this.db);
    return openJson(keys, place(table, row, caseId), sealed) as T;
  }
}

const place = (table: SealedTable, row: string, caseId: string | null): Place =>
  caseId === null ? { table, column: 'sealed', row, version: 1 } : { table, column: 'sealed', row, version: 1, owner: caseId };
