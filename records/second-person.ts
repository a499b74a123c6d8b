import { randomUUID } from 'node:crypto';
import { type CanonicalValue, canonicalBytes } from '../crypto/canonical.ts';
import { keyedDigest } from '../crypto/digest.ts';
import type { Keyring } from '../crypto/keyring.ts';
import * as rules from '../domain/second-person.ts';
import { Prisma } from '../prisma/client.ts';
import { Refused } from './deeds.ts';
import { found } from './record-error.ts';
import { finishSecondTask, tellSecondPersons } from './second-person-told.ts';
import type { Actor, Tx } from './store.ts';

/** Exactly what is to be done: plain JSON, the same whenever it is put together again. `reason` is shown to whoever decides. */
export type SecondOrder = { readonly [field: string]: CanonicalValue };

export type SecondMatter = {
  readonly act: rules.SecondAct;
  readonly caseId: string;
  /** the letter, for what is done with letters */
  readonly subjectId: string | null;
  readonly order: SecondOrder;
};

/** What lies sealed with a request. */
export type SecondText = { readonly order: SecondOrder; readonly said: string | null };

/** Under every key that may have been active when it was asked, the active one first. Keyed, because an order may hold words. */
const digestsOf = (keyring: Keyring, { act, caseId, subjectId, order }: SecondMatter): [string, ...string[]] =>
  keyring.all('audit').map((key) => keyedDigest(key, 'second-person', canonicalBytes({ act, caseId, subjectId, order }))) as [
    string,
    ...string[],
  ];

/**
 * Asks for a second person, inside a transaction. The same person asking for exactly the same finds the request that still stands; asking for something
 * else about the same subject ends what stood before, so that at most one can be approved. Tells whoever may decide. Throws RecordError NOT_FOUND.
 */
export const askSecond = async (
  tx: Tx,
  { by, ...matter }: SecondMatter & { readonly by: Actor },
): Promise<{ readonly secondPersonId: string; readonly expiresAt: Date }> => {
  const { act, caseId, subjectId } = matter;
  // one request at a time is weighed for a case, or two at once would both stand
  found((await tx.db.$queryRaw<unknown[]>`SELECT 1 FROM "Case" WHERE id = ${caseId}::uuid FOR NO KEY UPDATE`)[0]);
  const digests = digestsOf(tx.keyring, matter);
  const standing = await tx.db.secondPerson.findMany({ where: { act, caseId, subjectId, usedAt: null, expiresAt: { gt: tx.at } } });
  const same = standing.find(({ digest, askedBy, decision }) => digests.includes(digest) && askedBy === by && decision !== 'REFUSE');
  if (same !== undefined) return { secondPersonId: same.id, expiresAt: same.expiresAt };
  for (const { id, decision } of standing) {
    if (decision === 'REFUSE') continue;
    await tx.db.secondPerson.update({ where: { id }, data: { expiresAt: tx.at } });
    await finishSecondTask(tx, caseId, id);
  }
  const id = randomUUID();
  const expiresAt = new Date(tx.at.getTime() + rules.STANDS_MS);
  const text: SecondText = { order: matter.order, said: null };
  const sealed = await tx.seals.seal('SecondPerson', id, caseId, text);
  await tx.db.secondPerson.create({
    data: { id, act, caseId, subjectId, digest: digests[0], sealed, askedBy: by, askedAt: tx.at, expiresAt },
  });
  await tellSecondPersons(tx, { id, caseId, by, expiresAt });
  tx.audit.append({ action: `second-person.${act.toLowerCase()}.asked`, caseId, subjectId: id, detail: { digest: digests[0] } });
  return { secondPersonId: id, expiresAt };
};

/**
 * Takes up the approval of exactly this, once, in the transaction that carries it out: by one conditional update, so that of two who carry it out at
 * once one is refused, whatever way the order came. Throws Refused.
 */
export const useSecond = async (tx: Tx, matter: SecondMatter): Promise<{ readonly askedBy: string; readonly secondBy: string }> => {
  const { act, caseId, subjectId } = matter;
  // the order may have been given a while ago: what counts is this instant
  const now = new Date(Math.max(tx.at.getTime(), Date.now()));
  const [used] = await tx.db.$queryRaw<{ id: string; askedBy: string; decidedBy: string }[]>`
    UPDATE "SecondPerson" s SET "usedAt" = ${now}
    WHERE act = ${act} AND "caseId" = ${caseId}::uuid AND "subjectId" IS NOT DISTINCT FROM ${subjectId}::uuid
      AND digest IN (${Prisma.join(digestsOf(tx.keyring, matter))})
      AND decision = 'APPROVE' AND "decidedBy" <> "askedBy" AND "usedAt" IS NULL AND "expiresAt" > ${now}
      AND NOT EXISTS (SELECT 1 FROM "Person" p WHERE p.id IN (s."askedBy", s."decidedBy") AND p."disabledAt" IS NOT NULL)
    RETURNING id::text, "askedBy"::text, "decidedBy"::text`;
  if (used === undefined) throw new Refused(rules.secondMissing());
  tx.audit.append({ action: `second-person.${act.toLowerCase()}.used`, caseId, subjectId: used.id });
  return { askedBy: used.askedBy, secondBy: used.decidedBy };
};

export type Decided = SecondMatter & {
  readonly secondPersonId: string;
  readonly askedBy: string;
  readonly decidedAt: Date;
  readonly usedAt: Date | null;
};

/** Writes a decision down; its repeat by the same person finds it. Throws Refused for what the rules forbid, RecordError NOT_FOUND. */
export const decideSecond = async (
  tx: Tx,
  word: {
    readonly secondPersonId: string;
    readonly by: { readonly personId: string; readonly roles: Parameters<typeof rules.mayDecide>[1] };
    readonly decision: rules.Decision;
    readonly reason: string | null;
  },
): Promise<Decided> => {
  const { secondPersonId: id, by, decision, reason } = word;
  await tx.db.$queryRaw`SELECT 1 FROM "SecondPerson" WHERE id = ${id}::uuid FOR UPDATE`;
  const row = found(await tx.db.secondPerson.findUnique({ where: { id } }));
  const asked = await asRule(tx.db, row);
  const refusal = rules.decisionRefusal(asked, by, decision, tx.at.getTime());
  if (refusal !== null) throw new Refused(refusal);
  const { caseId, subjectId, askedBy, usedAt } = row;
  const { order } = await tx.seals.open<SecondText>('SecondPerson', id, caseId, row.sealed);
  const matter = { act: asked.act, caseId, subjectId, order };
  if (row.decidedAt !== null) return { ...matter, secondPersonId: id, askedBy, decidedAt: row.decidedAt, usedAt };
  const sealed = await tx.seals.seal('SecondPerson', id, caseId, { order, said: reason } satisfies SecondText);
  await tx.db.secondPerson.update({ where: { id }, data: { decision, decidedBy: by.personId, decidedAt: tx.at, sealed } });
  await finishSecondTask(tx, caseId, id);
  const done = decision === 'APPROVE' ? 'approved' : 'refused';
  tx.audit.append({ action: `second-person.${asked.act.toLowerCase()}.${done}`, caseId, subjectId: id, detail: { digest: row.digest } });
  return { ...matter, secondPersonId: id, askedBy, decidedAt: tx.at, usedAt: null };
};

export type SecondRow = NonNullable<Awaited<ReturnType<Tx['db']['secondPerson']['findUnique']>>>;

/** A row as the rules see it. */
export const asRule = async (db: Tx['db'], row: SecondRow): Promise<rules.Asked> => {
  const asker = await db.person.findUnique({ where: { id: row.askedBy }, select: { disabledAt: true } });
  return {
    act: row.act as rules.SecondAct,
    askedBy: row.askedBy,
    askerActive: asker !== null && asker.disabledAt === null,
    expiresAt: row.expiresAt.getTime(),
    decision: row.decision as rules.Decision | null,
    decidedBy: row.decidedBy,
    usedAt: row.usedAt?.getTime() ?? null,
  };
};
