import type { ReferralText } from '../../domain/content.ts';
import { refuse } from '../../domain/refusal.ts';
import type { Db } from '../../prisma/client.ts';
import { type Hand, mustNot } from '../deeds.ts';
import { found } from '../record-error.ts';
import type { Sealing } from '../sealing.ts';
import type { Tx } from '../store.ts';
import { outgoingRefusal } from './outgoing.ts';

/** What a referral's row remembers under seal: who is asked in which order, and what each has said. */
export type ReferralCourse = {
  readonly partnerIds: readonly string[];
  readonly steps: readonly { readonly state: string; readonly partnerId: string | null; readonly at: number }[];
};

/** Begins a referral of one need. The person must have agreed to every partner named; each is checked again when its turn comes. */
export const startReferral = async (hand: Hand, caseId: string, referralId: string, needId: string, text: ReferralText): Promise<void> => {
  const { partnerIds, need, brief } = text;
  const known = await hand.db.partner.count({ where: { id: { in: [...partnerIds] } } });
  if (known !== new Set(partnerIds).size || partnerIds.length === 0) {
    mustNot(refuse('PARTNER_UNKNOWN', 'Name the partners by the ids of the directory, each once, in the order in which they are asked.'));
  }
  for (const recipientId of partnerIds) {
    mustNot(await outgoingRefusal(hand, caseId, { purpose: 'REFERRAL', recipientId, texts: [brief, need.text], isPublic: false }));
  }
  const course: ReferralCourse = { partnerIds, steps: [] };
  await hand.db.need.create({
    data: { id: needId, caseId, state: 'OPEN', createdAt: hand.at, sealed: await hand.seals.seal('Need', needId, caseId, need) },
  });
  await hand.db.referral.create({
    data: {
      id: referralId,
      caseId,
      needId,
      state: 'DRAFT',
      createdAt: hand.at,
      sealed: await hand.seals.seal('Referral', referralId, caseId, course),
    },
  });
};

export const courseOf = async (db: Db, seals: Sealing, caseId: string, referralId: string): Promise<ReferralCourse> => {
  const row = found(await db.referral.findFirst({ where: { id: referralId, caseId } }));
  return seals.open<ReferralCourse>('Referral', referralId, caseId, row.sealed);
};

const ENDS: ReadonlySet<string> = new Set(['CONFIRMED_BY_DEFENDER', 'REVOKED', 'ENDED_WITH_REASON', 'EXHAUSTED']);
const NEED_AFTER: Readonly<Record<string, string>> = {
  CONFIRMED_BY_DEFENDER: 'MET',
  ENDED_WITH_REASON: 'WITHDRAWN',
  REVOKED: 'WITHDRAWN',
  EXHAUSTED: 'EXHAUSTED',
};

/** Notes a step. The same step at the same instant is noted once. */
export const noteReferral = async (
  tx: Tx,
  caseId: string,
  referralId: string,
  step: { readonly state: string; readonly partnerId: string | null; readonly at: number },
): Promise<void> => {
  await tx.db.$queryRaw`SELECT 1 FROM "Referral" WHERE id = ${referralId}::uuid FOR NO KEY UPDATE`;
  const before = found(await tx.db.referral.findFirst({ where: { id: referralId, caseId } }));
  // what has ended stays ended, whichever attempt comes later
  if (before.endedAt !== null) return;
  const course = await courseOf(tx.db, tx.seals, caseId, referralId);
  if (course.steps.some((earlier) => earlier.at === step.at && earlier.state === step.state)) return;
  const sealed = await tx.seals.seal('Referral', referralId, caseId, {
    ...course,
    steps: [...course.steps, step],
  } satisfies ReferralCourse);
  const ended = ENDS.has(step.state);
  const row = await tx.db.referral.update({
    where: { id: referralId },
    data: { state: step.state, sealed, endedAt: ended ? tx.at : null },
  });
  const need = NEED_AFTER[step.state];
  if (need !== undefined) await tx.db.need.update({ where: { id: row.needId }, data: { state: need } });
  tx.audit.append({ action: `referral.${step.state.toLowerCase()}`, caseId, subjectId: referralId, detail: { partner: step.partnerId } });
};
