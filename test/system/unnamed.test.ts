import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { putNotices } from '../../records/mail/outbox.ts';
import { landAnswer } from '../../records/questions/landing.ts';
import { figure } from '../support/figures.ts';
import { CaseAtHand, type Json, read } from './api-case.ts';

// Who advised what, and when, is told to nobody who reads a case: neither by the timeline nor by the mail that got stuck.

let at: CaseAtHand;
let advisors: readonly string[] = [];

beforeAll(async () => {
  at = await CaseAtHand.begin();
  await at.next();
  const rows = await at.desk.prisma.contact.findMany({ where: { role: 'ADVISOR' }, orderBy: { key: 'asc' }, take: 3 });
  advisors = rows.map(({ id }) => id);
});
afterAll(() => at.desk.stop());

const hits = (shown: unknown): number => advisors.filter((id) => JSON.stringify(shown).includes(id)).length;

it('the timeline says that an advisor answered, and not which, to a coordinator and to an auditor', async () => {
  const { desk, caseId, defender } = at;
  const say = async (kind: string, contactId: string, choice: string) => {
    const { invitationId, questionId, token } = await at.ask(kind, { contactId });
    await desk.send({ method: 'post', path: `/l/${token}`, role: null, raw: 'step=open', headers: FORM });
    const who = { id: invitationId, questionId, contactId };
    await desk.store.transact(`contact:${contactId}`, Date.now(), (tx) => landAnswer(tx, who, { choice }));
  };
  for (const contactId of advisors) await say('ADVICE', contactId, 'APPROVE');
  await say('REVIEW', defender, 'BETTER');
  // whoever has left the group is not named either
  await desk.prisma.contact.update({ where: { id: advisors[0] ?? '' }, data: { active: false } });
  for (const role of ['coordinator', 'auditor'] as const) {
    const { items } = (await read(desk.send({ method: 'get', path: `/v1/cases/${caseId}/timeline?limit=100`, role }))) as { items: Json[] };
    const name = `advisors named by the timeline to a ${role}`;
    expect(figure({ name, value: hits(items), unit: 'advisors', bound: '== 0', seed: null })).toBe(true);
    const given = items.filter(({ action }) => action === 'answer.given').map(({ actor }) => actor);
    expect(given, 'twin: of the person of the case it is said who').toEqual(['advisor', 'advisor', 'advisor', `contact:${defender}`]);
  }
  const noted = await desk.prisma.audit.findMany({ where: { caseId, action: 'answer.given' } });
  expect(hits(noted.map(({ actor }) => actor)), 'twin: the chain itself knows, and can be verified').toBe(3);
});

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

it('mail that got stuck does not say which advisor it is for', async () => {
  const { desk, caseId, defender } = at;
  await at.inTx((tx) =>
    putNotices(
      tx,
      [
        ...advisors.map((contactId) => ({ contactId, kind: 'ADVICE_REMINDER' as const })),
        ...advisors.map((contactId) => ({ contactId, kind: 'OUTCOME_TOLD' as const })),
        { contactId: defender, kind: 'OUTCOME_TOLD' as const },
      ].map(({ contactId, kind }) => ({ key: randomUUID(), kind, contactId, caseId, language: 'en' as const, data: {}, needs: null })),
    ),
  );
  await desk.prisma.outbox.updateMany({ where: { caseId, kind: { in: ['ADVICE_REMINDER', 'OUTCOME_TOLD'] } }, data: { state: 'refused' } });
  const view = await at.view();
  const stuck = view['mail'] as Json[];
  expect(stuck).toHaveLength(7);
  expect(hits(view)).toBe(0);
  expect(stuck.filter(({ personId }) => personId !== null)).toMatchObject([{ personId: defender }]);
});
