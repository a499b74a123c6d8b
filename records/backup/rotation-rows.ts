import { seal, open as unseal } from '../../crypto/envelope.ts';
import type { KeyLookup, NamedKey } from '../../crypto/key-id.ts';
import type { Place } from '../../crypto/place.ts';
import { type Db, Prisma } from '../../prisma/client.ts';
import type { SealedColumn } from '../sealed-columns.ts';

/** A sealed value and where it was found. `keyId` is what its header says, '' where that is no header. */
export type SealedRow = {
  readonly id: string;
  readonly version: number;
  readonly caseId: string | null;
  readonly keyId: string;
  readonly sealed: Uint8Array;
};

/** Values whose key id begins so (`directory:`, `case:<uuid>:`), but is not this one. */
export type Under = { readonly prefix: string; readonly except: string | null };

/**
 * The key id in the header of an envelope, as crypto/README.md lays it out: "SOSE", version 1, length, id. Read by the database, so that nothing but the
 * rows themselves says what is still to be done.
 */
const keyIdIn = (at: string): string =>
  `CASE WHEN length(${at}) > 6 AND substring(${at} from 1 for 5) = '\\x534f534501'::bytea` +
  ` THEN encode(substring(${at} from 7 for get_byte(${at}, 5)), 'escape') ELSE '' END`;

const pieces = ({ table, column, id, version, caseId, idType }: SealedColumn) => ({
  from: Prisma.raw(`"${table}" t`),
  bytes: Prisma.raw(`t."${column}"`),
  set: Prisma.raw(`"${column}"`),
  keyId: Prisma.raw(keyIdIn(`t."${column}"`)),
  id: Prisma.raw(id),
  version: Prisma.raw(version),
  caseId: Prisma.raw(caseId),
  cast: Prisma.raw(`::${idType}`),
});

const matches = (keyId: Prisma.Sql, { prefix, except }: Under): Prisma.Sql =>
  Prisma.sql`starts_with(${keyId}, ${prefix}) AND ${except === null ? Prisma.sql`true` : Prisma.sql`${keyId} <> ${except}`}`;

/** Where a walk through a column has come to. */
export type Mark = Pick<SealedRow, 'id' | 'version'> | null;

/** The next values in the order of their keys. */
export const rowsUnder = (db: Db, column: SealedColumn, under: Under, after: Mark, limit: number): Promise<SealedRow[]> => {
  const { from, bytes, keyId, id, version, caseId, cast } = pieces(column);
  const later = after === null ? Prisma.sql`true` : Prisma.sql`(${id}, ${version}) > (${after.id}${cast}, ${after.version}::int)`;
  return db.$queryRaw<SealedRow[]>`
    SELECT ${id}::text AS id, ${version} AS version, ${caseId}::text AS "caseId", ${keyId} AS "keyId", ${bytes} AS sealed
    FROM ${from} WHERE ${bytes} IS NOT NULL AND ${matches(keyId, under)} AND ${later}
    ORDER BY ${id}, ${version} LIMIT ${limit}`;
};

/** How many values of a column stand under each key whose id begins so. */
export const countsUnder = (db: Db, column: SealedColumn, under: Under): Promise<{ keyId: string; rows: number }[]> => {
  const { from, bytes, keyId } = pieces(column);
  return db.$queryRaw<{ keyId: string; rows: number }[]>`
    SELECT ${keyId} AS "keyId", count(*)::int AS rows FROM ${from}
    WHERE ${bytes} IS NOT NULL AND ${matches(keyId, under)} GROUP BY 1 ORDER BY 1`;
};

/** Where a value was sealed to; `caseId` null for what belongs to no case. */
export const placeOf = ({ table, column }: SealedColumn, { id, version }: Mark & object, caseId: string | null): Place => ({
  ...{ table, column, row: id, version },
  ...(caseId === null ? {} : { owner: caseId }),
});

/**
 * Seals a value again, under another key, and puts it where it was if it is still the same: whoever wrote there meanwhile wins, and their value is found
 * by the next pass if it stands under an old key too. Resolves with whether it was put. Throws SealError where the value does not open.
 */
export const sealAgain = async (
  db: Db,
  column: SealedColumn,
  row: SealedRow,
  { from, to, caseId }: { readonly from: KeyLookup | NamedKey; readonly to: NamedKey; readonly caseId: string | null },
): Promise<boolean> => {
  const place = placeOf(column, row, caseId);
  const sealed = seal(to, place, unseal(from, place, row.sealed));
  const { from: table, bytes, set, id, version, cast } = pieces(column);
  const count = await db.$executeRaw`
    UPDATE ${table} SET ${set} = ${sealed}
    WHERE ${id} = ${row.id}${cast} AND ${version} = ${row.version}::int AND ${bytes} = ${row.sealed}`;
  return count === 1;
};
