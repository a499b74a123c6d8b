import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Role } from '../../domain/roles.ts';
import { noteDecoding } from '../../records/audit/decodings.ts';
import { askExport } from '../../records/cases/case-export.ts';
import { fileNewDocument } from '../../records/documents.ts';
import { figure } from '../support/figures.ts';
import { CaseAtHand } from './api-case.ts';
import { SAMPLES } from './api-samples.ts';

// Made from the route table: a reading that is added has to be noted too, or to be named here with the reason why not.

/** These show nothing of any case and of nobody else. */
const UNNOTED: Readonly<Record<string, string>> = {
  readPolicy: 'the rules of the network are open to all who work here',
  readMe: 'who I am',
};

let hand: CaseAtHand;
let ids: Readonly<Record<string, string>>;

/** One of everything that can be read. */
const furnished = async (): Promise<Readonly<Record<string, string>>> => {
  const { caseId, defender } = hand;
  const [letterId, consultationId, referralId, needId, erasureId] = Array.from({ length: 5 }, () => randomUUID()) as [
    string,
    string,
    string,
    string,
    string,
  ];
  await hand.inTx(async (tx) => {
    const file = (kind: 'BRIEF' | 'REFERRAL' | 'LETTER_TEXT', content: unknown, subjectId: string) =>
      fileNewDocument(tx, { caseId, kind, commandId: randomUUID(), content }, { subjectId, version: 1 });
    await file('BRIEF', SAMPLES['openConsultation'], consultationId);
    const row = { caseId, createdAt: tx.at };
    await tx.db.consultation.create({ data: { id: consultationId, caseId, state: 'OPEN', openedAt: tx.at, closesAt: tx.at } });
    await file('LETTER_TEXT', { ...Object(SAMPLES['draftLetter']), addressees: [] }, letterId);
    await tx.db.letter.create({ data: { ...row, id: letterId, kind: 'OPEN_LETTER', state: 'DRAFT' } });
    await file('REFERRAL', SAMPLES['refer'], referralId);
    const need = await tx.seals.seal('Need', needId, caseId, { category: 'LEGAL_AID', text: 'A lawyer.' });
    await tx.db.need.create({ data: { ...row, id: needId, state: 'OPEN', sealed: need } });
    const course = await tx.seals.seal('Referral', referralId, caseId, { partnerIds: [], steps: [] });
    await tx.db.referral.create({ data: { ...row, id: referralId, needId, state: 'DRAFT', sealed: course } });
    const [askedBy, secondBy] = [randomUUID(), randomUUID()];
    const base = { id: erasureId, caseId: randomUUID(), state: 'ACCEPTED', basis: 'RETENTION_ENDED', startedAt: tx.at };
    await tx.db.erasure.create({ data: { ...base, askedBy, secondBy } });
  });
  const { store, prisma, personId: by } = hand.desk;
  const second = await askExport(store, { caseId, by, at: Date.now(), reason: 'For the lawyer.' });
  const { id: contactId } = await prisma.contact.findFirstOrThrow({ where: { role: 'ADVISOR' } });
  const { secondPersonId } = second;
  return { caseId, personId: defender, letterId, consultationId, referralId, erasureId, contactId, secondPersonId, needIndex: '0' };
};

beforeAll(async () => {
  hand = await CaseAtHand.begin();
  await hand.next();
  ids = await furnished();
});
afterAll(() => hand.desk.stop());

const entriesBy = (actor: string): Promise<number> => hand.desk.prisma.audit.count({ where: { actor } });

it('notes every reading of the API, by whoever reads', async () => {
  const readings = hand.desk.routes.filter(({ method, roles }) => method === 'get' && Array.isArray(roles));
  const silent: string[] = [];
  for (const { operationId, path, roles } of readings) {
    const filled = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => ids[name] ?? `no-${name}-in-this-test`);
    for (const role of roles as readonly Role[]) {
      const before = await entriesBy(hand.desk.personId);
      const { status } = await hand.desk.send({ method: 'get', path: filled, role });
      expect([operationId, role, status]).toEqual([operationId, role, 200]);
      if ((await entriesBy(hand.desk.personId)) === before) silent.push(operationId);
    }
  }
  const unnoted = [...new Set(silent)].filter((operationId) => UNNOTED[operationId] === undefined);
  expect(unnoted).toEqual([]);
  const name = 'readings of the API that leave no entry in the audit';
  expect(figure({ name, value: unnoted.length, unit: `of ${readings.length} operations`, bound: '== 0', seed: null })).toBe(true);
  // the twin: those that need not be noted are not, so an entry is no accident
  expect([...new Set(silent)].sort()).toEqual(Object.keys(UNNOTED).sort());
});

it('notes no reading of what is not there or not allowed', async () => {
  const before = await entriesBy(hand.desk.personId);
  for (const path of [`/v1/cases/${randomUUID()}`, `/v1/cases/${ids['caseId']}/letters/${randomUUID()}`])
    expect((await hand.desk.send({ method: 'get', path })).status).toBe(404);
  expect((await hand.desk.send({ method: 'get', path: `/v1/cases/${ids['caseId']}`, role: 'auditor' })).status).toBe(403);
  expect(await entriesBy(hand.desk.personId)).toBe(before);
});

it('lets a timeline be paged to its end, though reading it is noted', async () => {
  let cursor = '';
  let pages = 0;
  do {
    const page = (await hand.view(`/timeline?limit=1${cursor}`)) as { next: string | null };
    cursor = page.next === null ? '' : `&cursor=${encodeURIComponent(page.next)}`;
    pages += 1;
    expect(pages).toBeLessThan(100);
  } while (cursor !== '');
  const noted = { action: 'timeline.read', subjectId: ids['caseId'] ?? '' };
  expect(await hand.desk.prisma.audit.count({ where: noted })).toBeGreaterThanOrEqual(pages);
});

it('notes what the codec server opens, by its case, and nothing that a payload made up', async () => {
  const { store, prisma } = hand.desk;
  const caseId = ids['caseId'] ?? '';
  const made = ['case/made-up', `case/${randomUUID()}`, 'Marisol was here', 'postroom'].map((workflowId) => [workflowId, 1] as const);
  await noteDecoding(store, Date.now(), new Map([[`case/${caseId}`, 2], [`case/${caseId}/letter/${randomUUID()}`, 3], ...made]));
  const noted = await prisma.audit.findMany({ where: { actor: 'codec-reader' }, orderBy: { caseId: 'asc' } });
  expect(noted.map(({ action, caseId: of, subjectId }) => ({ action, of, subjectId }))).toEqual([
    { action: 'payloads.decoded', of: caseId, subjectId: null },
    { action: 'payloads.decoded', of: null, subjectId: null },
  ]);
});
