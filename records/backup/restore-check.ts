import { envelopeKeyId, open } from '../../crypto/envelope.ts';
import type { KeyLookup, NamedKey } from '../../crypto/key-id.ts';
import type { Keyring } from '../../crypto/keyring.ts';
import { SealError } from '../../crypto/seal-error.ts';
import type { Db } from '../../prisma/client.ts';
import { CaseKeys } from '../case-keys.ts';
import { RecordError } from '../record-error.ts';
import { SEALED_COLUMNS, type SealedColumn } from '../sealed-columns.ts';
import { type Mark, placeOf, rowsUnder, type SealedRow } from './rotation-rows.ts';

/** `erased`: values of cases whose keys were destroyed. `unreadable`: any other that does not open where it is. */
export type Readability = { readonly readable: number; readonly erased: number; readonly unreadable: number };

const EVERYTHING = { prefix: '', except: null };
const BATCH = 200;

/** Opens every sealed value there is, as the desk would: under the keys of the case that owns the row, at the place where it is. */
export const openEverything = async (db: Db, keyring: Keyring): Promise<Readability> => {
  const caseKeys = new CaseKeys(db, keyring);
  const count = { readable: 0, erased: 0, unreadable: 0 };
  for (const column of SEALED_COLUMNS) {
    let after: Mark = null;
    for (;;) {
      const rows = await rowsUnder(db, column, EVERYTHING, after, BATCH);
      for (const row of rows) count[await howItIs(column, row, (caseId, keyId) => keyFor({ keyring, caseKeys }, caseId, keyId))] += 1;
      after = rows.at(-1) ?? null;
      if (rows.length < BATCH) break;
    }
  }
  return count;
};

type KeyFor = (caseId: string | null, keyId: string) => Promise<KeyLookup | NamedKey>;

const keyFor = async (
  { keyring, caseKeys }: { readonly keyring: Keyring; readonly caseKeys: CaseKeys },
  caseId: string | null,
  keyId: string,
): Promise<KeyLookup | NamedKey> => (caseId === null ? keyring : caseKeys.named(caseId, keyId));

const howItIs = async (column: SealedColumn, row: SealedRow, keys: KeyFor): Promise<keyof Readability> => {
  try {
    open(await keys(row.caseId, envelopeKeyId(row.sealed)), placeOf(column, row, row.caseId), row.sealed);
    return 'readable';
  } catch (error) {
    if (error instanceof RecordError && error.code === 'KEY_DESTROYED') return 'erased';
    if (error instanceof SealError || error instanceof RecordError) return 'unreadable';
    throw error;
  }
};
