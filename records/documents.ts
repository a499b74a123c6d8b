import { randomUUID } from 'node:crypto';
import type { Db } from '../prisma/client.ts';
import { found } from './record-error.ts';
import type { Sealing } from './sealing.ts';
import { isDuplicate, type Store, type Tx } from './store.ts';

export type DocumentKind =
  | 'INTAKE'
  | 'PERSON'
  | 'CONSTRAINT'
  | 'CONSENT'
  | 'SOURCE'
  | 'CONCLUSION'
  | 'RISK'
  | 'DECISION'
  | 'BRIEF'
  | 'LETTER_TEXT'
  | 'EXACT_TEXT'
  | 'SIGN_ON_CALL'
  | 'REFERRAL'
  | 'REASON'
  | 'CLOSING'
  | 'RETRACTION';

type NewDocument = { readonly caseId: string; readonly kind: DocumentKind; readonly commandId: string; readonly content: unknown };

/**
 * Seals a text before the command that brings it is sent. The same command finds its document again, so a retry changes nothing;
 * a document whose command is refused stays PENDING and is swept away.
 */
export const putDocument = async (store: Store, at: number, { caseId, kind, commandId, content }: NewDocument): Promise<string> => {
  const id = randomUUID();
  const sealed = await store.seals.seal('Document', id, caseId, content);
  try {
    await store.prisma.document.create({ data: { id, caseId, kind, commandId, sealed, createdAt: new Date(at) } });
    return id;
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    const there = await store.prisma.document.findFirst({ where: { caseId, kind, commandId }, select: { id: true } });
    return found(there).id;
  }
};

/** Writes a document as part of a fact. */
export const fileNewDocument = async (
  tx: Tx,
  { caseId, kind, commandId, content }: NewDocument,
  place: { subjectId?: string; version?: number } = {},
): Promise<string> => {
  const id = randomUUID();
  const sealed = await tx.seals.seal('Document', id, caseId, content);
  await tx.db.document.create({ data: { id, caseId, kind, commandId, sealed, state: 'FILED', createdAt: tx.at, ...place } });
  return id;
};

/** Takes a pending document into the file and returns what it says. */
export const fileDocument = async <T>(
  tx: Tx,
  caseId: string,
  id: string,
  kind: DocumentKind,
  place: { subjectId?: string; version?: number } = {},
): Promise<T> => {
  const row = found(await tx.db.document.findFirst({ where: { id, caseId, kind } }));
  await tx.db.document.update({ where: { id }, data: { state: 'FILED', ...place } });
  return tx.seals.open<T>('Document', id, caseId, row.sealed);
};

export const openDocument = async <T>(db: Db, seals: Sealing, caseId: string, id: string): Promise<T> => {
  const row = found(await db.document.findFirst({ where: { id, caseId } }));
  return seals.open<T>('Document', id, caseId, row.sealed);
};

export type Filed<T> = { readonly id: string; readonly version: number; readonly at: Date; readonly content: T };

/** The filed documents of one kind, oldest first; of one subject when named. */
export const documentsOf = async <T>(
  db: Db,
  seals: Sealing,
  caseId: string,
  kind: DocumentKind,
  subjectId?: string,
): Promise<readonly Filed<T>[]> => {
  const where = { caseId, kind, state: 'FILED', ...(subjectId === undefined ? {} : { subjectId }) };
  const rows = await db.document.findMany({ where, orderBy: [{ version: 'asc' }, { createdAt: 'asc' }] });
  return Promise.all(
    rows.map(async (row) => ({
      id: row.id,
      version: row.version,
      at: row.createdAt,
      content: await seals.open<T>('Document', row.id, caseId, row.sealed),
    })),
  );
};

export const latestOf = async <T>(
  db: Db,
  seals: Sealing,
  caseId: string,
  kind: DocumentKind,
  subjectId?: string,
): Promise<Filed<T> | null> => (await documentsOf<T>(db, seals, caseId, kind, subjectId)).at(-1) ?? null;
