import { randomUUID } from 'node:crypto';
import { type CanonicalValue, canonicalBytes, canonicalJson } from '../../crypto/canonical.ts';
import { keyedDigest } from '../../crypto/digest.ts';
import type { Keyring } from '../../crypto/keyring.ts';
import * as rules from '../../domain/second-person.ts';
import { Prisma } from '../../prisma/client.ts';
import { Refused } from '../deeds.ts';
import { found } from '../record-error.ts';
import type { Actor, Tx } from '../store.ts';
import { finishHeard, finishSecondTask, tellAsker, tellSecondPersons } from './second-person-told.ts';

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

/** What is asked for, but for the address: that one comes with the command, so that two who ask for the same name two. */
const sameThing = (a: SecondOrder, b: SecondOrder): boolean => {
  const [one, other] = [a, b].map((order) => canonicalJson({ ...order, slug: null }));
  return one === other;
};

type StandingRequest = { readonly secondPersonId: string; readonly state: 'AWAITING_SECOND_PERSON' | 'APPROVED'; readonly expiresAt: Date };

/**
 * Asks for a second person, inside a transaction. The same person asking for the same finds the request that still stands, approved or not; asking for
 * something else about the same subject ends what they asked for before, so that at most one can be approved. Tells whoever may decide. Throws Refused
 * where a colleague's request stands, or an approved one; RecordError NOT_FOUND.
 */
export const askSecond = async (tx: Tx, { by, ...matter }: SecondMatter & { readonly by: Actor }): Promise<StandingRequest> => {
  const { act, caseId, subjectId, order } = matter;
  // one request at a time is weighed for a case, or two at once would both stand
  found((await tx.db.$queryRaw<unknown[]>`SELECT 1 FROM "Case" WHERE id = ${caseId}::uuid FOR NO KEY UPDATE`)[0]);
  const before = await tx.db.secondPerson.findMany({ where: { act, caseId, subjectId, usedAt: null } });
  for (const row of before) {
    if (row.expiresAt <= tx.at || row.decision === 'REFUSE') continue;
    const standing = await asRule(tx.db, row);
    const text = await tx.seals.open<SecondText>('SecondPerson', row.id, caseId, row.sealed);
    const isOrphaned = !standing.askerActive || !(await isActive(tx.db, row.decidedBy ?? row.askedBy));
    const meets = rules.meeting({ ...standing, isSame: sameThing(text.order, order), isOrphaned }, by);
    if (meets === 'FOUND') {
      const state = row.decision === 'APPROVE' ? 'APPROVED' : 'AWAITING_SECOND_PERSON';
      return { secondPersonId: row.id, state, expiresAt: row.expiresAt };
    }
    if (meets !== 'ENDED') throw new Refused(meets);
    await endSecond(tx, row, by);
  }
  const ids = before.map(({ id }) => id);
  await finishHeard(tx, caseId, ids);
  const id = randomUUID();
  const expiresAt = new Date(tx.at.getTime() + rules.STANDS_MS);
  const [digest] = digestsOf(tx.keyring, matter);
  const sealed = await tx.seals.seal('SecondPerson', id, caseId, { order, said: null } satisfies SecondText);
  await tx.db.secondPerson.create({ data: { id, act, caseId, subjectId, digest, sealed, askedBy: by, askedAt: tx.at, expiresAt } });
  await tellSecondPersons(tx, { id, act, caseId, askedBy: by }, expiresAt);
  tx.audit.append({ action: `second-person.${act.toLowerCase()}.asked`, caseId, subjectId: id, detail: { digest } });
  return { secondPersonId: id, state: 'AWAITING_SECOND_PERSON', expiresAt };
};

/** A new request takes the place of this one, as if whoever asks anew had refused it; somebody else who had asked hears of it. */
const endSecond = async (tx: Tx, row: SecondRow, by: Actor): Promise<void> => {
  const { id, caseId, askedBy } = row;
  const act = row.act as rules.SecondAct;
  await tx.db.secondPerson.update({ where: { id }, data: { decision: 'REFUSE', decidedBy: by, decidedAt: tx.at } });
  await finishSecondTask(tx, caseId, id);
  if (askedBy !== by) await tellAsker(tx, 'SECOND_PERSON_DECIDED', { id, act, caseId, askedBy });
  tx.audit.append({ action: `second-person.${act.toLowerCase()}.replaced`, caseId, subjectId: id });
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
  await finishSecondTask(tx, caseId, used.id);
  tx.audit.append({ action: `second-person.${act.toLowerCase()}.used`, caseId, subjectId: used.id });
  return { askedBy: used.askedBy, secondBy: used.decidedBy };
};

export type Decided = SecondMatter & {
  readonly secondPersonId: string;
  readonly askedBy: string;
  readonly decidedAt: Date;
  readonly usedAt: Date | null;
};

/** Writes a decision down, and tells whoever asked; its repeat by the same person finds it. A refusal by whoever asked takes the request back. Throws Refused for what the rules forbid, RecordError NOT_FOUND. */
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
  const { caseId, askedBy } = row;
  const approved = await openDecided(tx, row);
  if (row.decision === decision) return approved;
  const sealed = await tx.seals.seal('SecondPerson', id, caseId, { order: approved.order, said: reason } satisfies SecondText);
  await tx.db.secondPerson.update({ where: { id }, data: { decision, decidedBy: by.personId, decidedAt: tx.at, sealed } });
  // approved is not done: the task stays until the desk has carried it out
  if (decision === 'REFUSE' || !rules.CARRIED_OUT.includes(asked.act)) await finishSecondTask(tx, caseId, id);
  if (askedBy !== by.personId) await tellAsker(tx, 'SECOND_PERSON_DECIDED', { id, act: asked.act, caseId, askedBy });
  const done = decision === 'APPROVE' ? 'approved' : askedBy === by.personId ? 'withdrawn' : 'refused';
  tx.audit.append({ action: `second-person.${asked.act.toLowerCase()}.${done}`, caseId, subjectId: id, detail: { digest: row.digest } });
  return { ...approved, decidedAt: tx.at };
};

/** `decidedAt` is this instant where nobody has decided. */
export const openDecided = async (tx: Tx, row: SecondRow): Promise<Decided> => {
  const { id, caseId, subjectId, askedBy, usedAt, decidedAt } = row;
  const { order } = await tx.seals.open<SecondText>('SecondPerson', id, caseId, row.sealed);
  return { act: row.act as rules.SecondAct, caseId, subjectId, order, secondPersonId: id, askedBy, decidedAt: decidedAt ?? tx.at, usedAt };
};

export type SecondRow = NonNullable<Awaited<ReturnType<Tx['db']['secondPerson']['findUnique']>>>;

/** A row as the rules see it. */
export const asRule = async (db: Tx['db'], row: SecondRow): Promise<rules.Asked> => {
  return {
    act: row.act as rules.SecondAct,
    askedBy: row.askedBy,
    askerActive: await isActive(db, row.askedBy),
    expiresAt: row.expiresAt.getTime(),
    decision: row.decision as rules.Decision | null,
    decidedBy: row.decidedBy,
    usedAt: row.usedAt?.getTime() ?? null,
  };
};

const isActive = async (db: Tx['db'], personId: string): Promise<boolean> =>
  (await db.person.count({ where: { id: personId, disabledAt: null } })) > 0;
