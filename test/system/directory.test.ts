import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newKeyringText, parseKeyring } from '../../crypto/keyring.ts';
import { connect } from '../../prisma/client.ts';
import {
  advisorRoll,
  knownOrganisationKeys,
  organisationNames,
  partnerProfile,
  signatories,
  targetsByIds,
} from '../../records/directory/directory.ts';
import { type ImportReport, importCsv } from '../../records/directory/directory-import.ts';
import { listAdvisors, listOrganisations, listPartners, listTargets } from '../../records/directory/directory-lists.ts';
import { Store } from '../../records/store.ts';
import { badRowsReport, directoryFile } from '../data/load.ts';
import { createDatabase, onServer, type TestDatabase } from '../support/postgres.ts';

const AT = Date.parse('2026-11-22T10:00:00Z');
const ACTOR = '6a0e7a7e-2f0c-4f44-9d7e-0f4c6f3b9a11';
const FROM_START = { after: null, limit: 100 };
const FILES = ['members', 'advisors', 'partners', 'targets'] as const;
const TABLES = ['Advisor', 'Partner', 'Contact', 'Organisation', 'Target'] as const;

let database: TestDatabase;
let store: Store;

beforeAll(async () => {
  database = await createDatabase();
  store = new Store(connect(database.url, 4), parseKeyring(newKeyringText(new Date(AT))));
});
afterAll(async () => {
  await store.prisma.$disconnect();
  await database.drop();
});
beforeEach(() => onServer(database.url, (client) => client.query(`TRUNCATE ${TABLES.map((table) => `"${table}"`).join(', ')} CASCADE`)));

type Kind = (typeof FILES)[number];
const load = (kind: Kind, bytes = directoryFile(kind), at = AT): Promise<ImportReport> => importCsv(store, ACTOR, at, kind, bytes);
const loadAll = async (): Promise<ImportReport[]> => {
  const reports: ImportReport[] = [];
  for (const kind of FILES) reports.push(await load(kind));
  return reports;
};
/** The file with some of its text replaced; each replacement must be there. */
const altered = (kind: Kind, ...replacements: readonly (readonly [string, string])[]): Uint8Array => {
  const text = replacements.reduce(
    (file, [from, to]) => {
      expect(file).toContain(from);
      return file.replace(from, to);
    },
    new TextDecoder().decode(directoryFile(kind)),
  );
  return new TextEncoder().encode(text);
};
const acts = async (since: bigint): Promise<string[]> =>
  (await store.prisma.audit.findMany({ where: { seq: { gt: since } }, orderBy: { seq: 'asc' } })).map(({ action }) => action);
const lastAct = async (): Promise<bigint> => (await store.prisma.audit.findFirst({ orderBy: { seq: 'desc' } }))?.seq ?? 0n;
const member = async (key: string) =>
  (await listOrganisations(store.prisma, store.seals, FROM_START)).items.find((entry) => entry.key === key);

describe('importing the network', () => {
  it('takes every row, and the same files again change nothing', async () => {
    const first = await loadAll();
    expect(first.map(({ accepted, added, rejected }) => [accepted - added, rejected.length])).toEqual(FILES.map(() => [0, 0]));
    expect(first.map(({ added }) => added)).toEqual([60, 9, 8, 6]);
    const since = await lastAct();
    const again = await loadAll();
    expect(again.map(({ unchanged, changed, added }) => [unchanged, changed, added])).toEqual([60, 9, 8, 6].map((rows) => [rows, 0, 0]));
    expect(await acts(since)).toEqual([]);
  });

  it('changes what differs and says in the audit that somebody did', async () => {
    await loadAll();
    const since = await lastAct();
    const report = await load('members', altered('members', ['Salt River Fishers’ Union', 'Salt River and Coast Fishers’ Union']));
    expect(report).toMatchObject({ added: 0, changed: 1, unchanged: 59, rejected: [] });
    expect((await member('org-02'))?.name).toBe('Salt River and Coast Fishers’ Union');
    expect(await acts(since)).toEqual(['directory.members-changed']);
    expect(await load('advisors', altered('advisors', ['Etc/GMT-2,yes', 'Etc/GMT-2,no']))).toMatchObject({ changed: 1, unchanged: 8 });
    expect(await load('partners', altered('partners', ['5000,EUR', '6000,EUR']))).toMatchObject({ changed: 1, unchanged: 7 });
    expect(await load('targets', altered('targets', ['Chief Executive Officer', 'President']))).toMatchObject({ changed: 1, unchanged: 5 });
  });

  it('reports each rejected line and keeps the others', async () => {
    const { accepted, rejected } = badRowsReport();
    const report = await load('members', directoryFile('bad-rows'));
    expect(report).toMatchObject({ accepted: accepted.length, added: accepted.length });
    expect(report.rejected.map(({ line }) => line)).toEqual(rejected.map(({ line }) => line));
    expect((await knownOrganisationKeys(store.prisma)).size).toBe(accepted.length);
  });

  it('takes no advisor of an organisation that is not there', async () => {
    expect(await load('advisors')).toMatchObject({ accepted: 0, rejected: { length: 9 } });
    expect(await store.prisma.contact.count()).toBe(0);
  });

  it('is whole when two import the same file at once', async () => {
    const both = await Promise.all([load('members'), load('members')]);
    expect(both.map(({ added, unchanged }) => added + unchanged)).toEqual([60, 60]);
    expect(both.reduce((sum, { added }) => sum + added, 0)).toBe(60);
    expect(await store.prisma.organisation.count()).toBe(60);
  });
});

describe('one organisation speaks through one contact', () => {
  it('a new contact replaces the one before, even with the same mailbox', async () => {
    await load('members');
    expect(await load('members', altered('members', ['c-001,', 'c-901,']))).toMatchObject({ changed: 1, rejected: [] });
    const rows = await store.prisma.contact.findMany({ where: { key: { in: ['c-001', 'c-901'] } }, orderBy: { key: 'asc' } });
    expect(rows.map(({ key, active }) => [key, active])).toEqual([
      ['c-001', false],
      ['c-901', true],
    ]);
    expect(await signatories(store.prisma)).toHaveLength(60);
    // and back again
    expect(await load('members')).toMatchObject({ changed: 1, unchanged: 59 });
    expect((await member('org-01'))?.contacts.map(({ name }) => name)).toEqual(['Thandeka Molise']);
  });

  it('two contacts may change mailboxes in one file', async () => {
    await load('members');
    const [one, two] = ['solidarity@okavira-land.example', 'solidarity@saltriver-fishers.example'] as const;
    const swapped = altered('members', [one, 'x@x.example'], [two, one], ['x@x.example', two]);
    expect(await load('members', swapped)).toMatchObject({ changed: 2, rejected: [] });
    expect((await member('org-01'))?.contacts[0]?.email).toBe(two);
  });

  const line = (file: Kind, number: number): string => new TextDecoder().decode(directoryFile(file)).split('\n')[number - 1] ?? '';
  const fileOf = (file: Kind, ...rows: readonly string[]): Uint8Array => new TextEncoder().encode([line(file, 1), ...rows].join('\n'));

  it('a mailbox, a contact key and a key of another are refused, and nothing of the row is stored', async () => {
    await loadAll();
    const since = await lastAct();
    const fresh = line('members', 2).replace('org-01', 'org-901').replace('c-001', 'c-901');
    const rows = [
      fresh,
      fresh.replace('org-901', 'org-902').replace('c-901', 'c-002').replace('solidarity@', 'other@'),
      fresh.replace('org-901', 'org-903').replace('c-901', 'a-01').replace('solidarity@', 'another@'),
      fresh.replace('org-901', 'partner-1').replace('c-901', 'c-904').replace('solidarity@', 'last@'),
    ];
    const report = await load('members', fileOf('members', ...rows));
    expect(report.accepted).toBe(0);
    expect(report.rejected.map(({ line: at, problems }) => [at, problems.map(({ code }) => code)])).toEqual(
      [2, 3, 4, 5].map((at) => [at, ['CONFLICT']]),
    );
    for (const { say } of report.rejected.flatMap(({ problems }) => problems)) expect(say).not.toMatch(/@|Okavira|Thandeka/);
    expect(await store.prisma.organisation.count()).toBe(68);
    expect(await acts(since)).toEqual([]);
  });

  it('an advisor may go to another organisation and takes its region along', async () => {
    await loadAll();
    const report = await load('advisors', fileOf('advisors', line('advisors', 2).replace('org-01', 'org-41')));
    expect(report).toMatchObject({ changed: 1, rejected: [] });
    const home = await member('org-41');
    const moved = (await listAdvisors(store.prisma, store.seals, FROM_START, AT)).items.find(({ key }) => key === 'a-01');
    expect(moved).toMatchObject({ organisationKey: 'org-41', region: home?.region });
  });
});

describe('reading the network', () => {
  beforeEach(async () => {
    await loadAll();
  });

  it('the Advisory Group has a seat for each active advisor, with the region of its organisation', async () => {
    const roll = await advisorRoll(store.prisma, store.seals);
    expect(roll).toHaveLength(9);
    expect(new Set(roll.map(({ region }) => region)).size).toBeGreaterThanOrEqual(5);
    expect(roll.some(({ gender }) => gender === 'woman')).toBe(true);
    const [seat] = roll;
    await store.prisma.contact.update({ where: { id: seat?.contactId ?? '' }, data: { active: false } });
    expect(await advisorRoll(store.prisma, store.seals)).toHaveLength(8);
  });

  it('signatories are the active contacts of active members', async () => {
    const all = await signatories(store.prisma);
    expect(all).toHaveLength(60);
    await store.prisma.organisation.update({ where: { id: all[0]?.organisationId ?? '' }, data: { active: false } });
    expect(await signatories(store.prisma)).toHaveLength(59);
  });

  it('partners, organisations and targets are found with their names', async () => {
    const { items } = await listPartners(store.prisma, store.seals, FROM_START, AT);
    const harbour = items.find(({ key }) => key === 'partner-1');
    expect(harbour).toMatchObject({
      name: 'Harbour Emergency Fund',
      ceiling: { amount: 5000, currency: 'EUR' },
      contact: { email: 'desk@harbour-fund.example' },
    });
    expect(await partnerProfile(store.prisma, harbour?.id ?? '')).toMatchObject({
      contactId: harbour?.contact.contactId,
      eligibilityToRead: true,
      language: 'en',
    });
    const first = await member('org-01');
    const names = await organisationNames(store.prisma, store.seals, [first?.id ?? '', ACTOR]);
    expect([...names.values()]).toMatchObject([
      { name: 'Okavira Land and Dignity Forum', names: { es: 'Foro Tierra y Dignidad de Okavira' } },
    ]);
    const targets = (await listTargets(store.prisma, store.seals, FROM_START)).items;
    const wanted = ['target-2', 'target-1'].map((key) => targets.find((target) => target.key === key)?.id ?? '');
    expect((await targetsByIds(store.prisma, store.seals, wanted)).map(({ id, country }) => [id, country])).toEqual([
      [wanted[0], 'XY'],
      [wanted[1], 'XM'],
    ]);
  });

  it('lists come in parts that leave nobody out and show nobody twice', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const part: Awaited<ReturnType<typeof listOrganisations>> = await listOrganisations(store.prisma, store.seals, {
        role: 'MEMBER',
        after,
        limit: 25,
      });
      seen.push(...part.items.map(({ key }) => key));
      after = part.next;
    } while (after !== null);
    expect(seen).toHaveLength(60);
    expect(new Set(seen).size).toBe(60);
  });

  it('a dump shows no name, no address and no gender', async () => {
    const shown = await Promise.all([
      store.prisma.organisation.findMany(),
      store.prisma.contact.findMany(),
      store.prisma.advisor.findMany(),
      store.prisma.partner.findMany(),
      store.prisma.target.findMany(),
      store.prisma.audit.findMany({ omit: { seq: true } }),
    ]);
    const dump = shown
      .flat()
      .map((row) =>
        Object.values(row)
          .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : JSON.stringify(value)))
          .join(' '),
      )
      .join('\n');
    for (const secret of ['Okavira', 'Thandeka', 'woman', 'Harbour', 'Ministerio', 'Cordillera', 'Nomvula'])
      expect(dump).not.toContain(secret);
    expect(dump).not.toMatch(/[\w.]+@[\w-]+\.example/);
  });
});
