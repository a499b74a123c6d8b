import { type Policy, parsePolicy } from '../domain/policy.ts';
import type { Db } from '../prisma/client.ts';
import { found, RecordError } from './record-error.ts';
import type { Tx } from './store.ts';

const read = (document: unknown): Policy => {
  const parsed = parsePolicy(document);
  if ('problems' in parsed) throw new RecordError('BAD_SHAPE');
  return parsed.policy;
};

export type VersionedPolicy = { readonly version: number; readonly name: string; readonly document: unknown; readonly policy: Policy };

/** The policy that new cases are opened under: the newest version. */
export const currentPolicy = async (db: Db): Promise<VersionedPolicy> => {
  const row = found(await db.policy.findFirst({ orderBy: { version: 'desc' } }));
  return { version: row.version, name: row.name, document: row.document, policy: read(row.document) };
};

/** The policy that a case was opened under; it does not change under a running case. */
export const policyOfCase = async (db: Db, caseId: string): Promise<Policy> => {
  const { policyVersion } = found(await db.case.findUnique({ where: { id: caseId }, select: { policyVersion: true } }));
  return read(found(await db.policy.findUnique({ where: { version: policyVersion } })).document);
};

/** Stores a new version. The document was checked with `parsePolicy` before; it is checked again, because everything rests on it. */
export const addPolicy = async (tx: Tx, document: object): Promise<number> => {
  const policy = read(document);
  const row = await tx.db.policy.create({
    data: { name: policy.version, document: document as never, createdAt: tx.at, createdBy: tx.actor },
  });
  tx.audit.append({ action: 'policy.added', caseId: null, subjectId: String(row.version) });
  return row.version;
};
