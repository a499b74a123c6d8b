import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkRow, type DirectoryKind, directoryColumns } from '../../domain/directory.ts';
import { REGIONS } from '../../domain/vocabulary.ts';
import { readAddress } from '../../mail/address.ts';
import { readDirectoryCsv } from '../../records/directory/directory-csv.ts';
import { directoryFile, fictionalCountries } from '../data/load.ts';

const nobody = { organisationKeys: new Set<string>() };
const bytes = (text: string) => new TextEncoder().encode(text);
const fresh = { organisationKeys: new Set(['org-01']), claim: () => undefined };

const members = readDirectoryCsv('members', directoryFile('members'), nobody);
const known = { organisationKeys: new Set(members.rows.map(({ value }) => value.organisationKey)) };

const TARGET_HEADER = 'target_key,kind,name,title,country,address_email,language';
const office = { target_key: 'target-1', kind: 'MINISTRY', name: 'Ministry', country: 'QM', language: 'en' };
const target = (line: string) => readDirectoryCsv('targets', bytes(`${TARGET_HEADER}\n${line}\n`), nobody);

describe('the fictional network', () => {
  it('has 60 member organisations in 25 countries of the 6 regions', () => {
    expect(members.headerProblems).toEqual([]);
    expect(members.rejected).toEqual([]);
    expect(members.rows).toHaveLength(60);
    expect(new Set(members.rows.map(({ value }) => value.country)).size).toBe(25);
    expect(new Set(members.rows.map(({ value }) => value.region))).toEqual(new Set(REGIONS));
    const regionOf = new Map(fictionalCountries().map(({ code, region }) => [code, region]));
    for (const { value } of members.rows) expect(value.region).toBe(regionOf.get(value.country));
  });

  it('has advisors from at least 4 regions, all of them of member organisations', () => {
    const advisors = readDirectoryCsv('advisors', directoryFile('advisors'), known);
    expect(advisors.rejected).toEqual([]);
    expect(advisors.rows).toHaveLength(9);
    const regionOf = new Map(members.rows.map(({ value }) => [value.organisationKey, value.region]));
    expect(new Set(advisors.rows.map(({ value }) => regionOf.get(value.organisationKey))).size).toBeGreaterThanOrEqual(4);
    expect(advisors.rows.some(({ value }) => value.gender === null)).toBe(true);
  });

  it('has 8 partners and 6 targets', () => {
    for (const [kind, count] of [
      ['partners', 8],
      ['targets', 6],
    ] as const) {
      const read = readDirectoryCsv(kind, directoryFile(kind), known);
      expect(read.headerProblems).toEqual([]);
      expect(read.rejected).toEqual([]);
      expect(read.rows).toHaveLength(count);
    }
  });

  it('gives no contact key and no mailbox out twice across its files', () => {
    const contacts = (['advisors', 'partners'] as const).flatMap((kind) =>
      readDirectoryCsv(kind, directoryFile(kind), known).rows.map(({ value }) => value),
    );
    const all = [...members.rows.map(({ value }) => value), ...contacts];
    expect(new Set(all.map(({ contactKey }) => contactKey)).size).toBe(all.length);
    expect(new Set(all.map(({ contactEmail }) => contactEmail)).size).toBe(all.length);
    for (const { contactEmail } of all) expect(contactEmail).toMatch(/\.example$/);
  });
});

describe('a cell', () => {
  const codeOf = (line: string) => target(line).rejected[0]?.problems.map(({ column, code }) => `${column}:${code}`);

  it.each(['=1+1', '+1 800', '-Ministry', '@Ministry', '\uFF1D1', '\t=1', '" =1"'])(
    'that a spreadsheet would run is refused: %j',
    (name) => {
      expect(codeOf(`target-1,MINISTRY,${name},,QM,,en`)).toEqual(['name:FORMULA']);
    },
  );

  it.each(['a\u0000b', 'a\u200bb', 'a\u202eb', 'a\u2066b', 'a\u2028b'])('with an invisible character is refused: %j', (name) => {
    expect(codeOf(`target-1,MINISTRY,${name},,QM,,en`)).toEqual(['name:HIDDEN_CHARACTER']);
  });

  it('keeps the joiners that scripts need and writes one Unicode spelling', () => {
    const read = target('target-1,MINISTRY,E\u0301cole می\u200cخواهم,,QM,,en');
    expect(read.rows[0]?.value.name).toBe('\u00c9cole می\u200cخواهم');
  });

  it.each([
    'a@b@ministry.example',
    '<office@ministry.example>',
    '"office"@ministry.example',
    'office@ministry',
    'office@ministry..example',
    '.office@ministry.example',
    'of..fice@ministry.example',
    'office.@ministry.example',
    'office@-ministry.example',
    'office@ministry.example;x@y.example',
    'office@minіstry.example',
    'office@[127.0.0.1]',
    'office@127.0.0.1',
    `${'a'.repeat(65)}@ministry.example`,
  ])('is not an address: %s', (address) => {
    expect(codeOf(`target-1,MINISTRY,Ministry,,QM,"${address.replaceAll('"', '""')}",en`)).toEqual(['address_email:BAD_EMAIL']);
  });

  it.each([
    ['Office.Desk+x@Ministry.EXAMPLE', 'Office.Desk+x@ministry.example'],
    ["o'brien@ministry.example", "o'brien@ministry.example"],
    ['o@xn--mnchen-3ya.example', 'o@xn--mnchen-3ya.example'],
  ])('is an address: %s', (written, kept) => {
    expect(target(`target-1,MINISTRY,Ministry,,QM,${written},en`).rows[0]?.value.addressEmail).toBe(kept);
  });

  it('that is taken as an address is one that mail can be sent to', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        const checked = checkRow('targets', { ...office, address_email: address }, fresh);
        if (checked.ok) expect(readAddress(address)).toEqual({ address: checked.value.addressEmail });
      }),
    );
  });

  it('of a list may be typed in any letter case', () => {
    expect(target('target-1,ministry,Ministry,,QM,,EN').rows[0]?.value).toMatchObject({
      kind: 'MINISTRY',
      language: 'en',
      addressEmail: null,
    });
  });
});

describe('a row', () => {
  const partner = {
    partner_key: 'partner-9',
    name: 'Bridge Fund',
    region: 'AFRICA',
    country: 'QM',
    language: 'en',
    kinds_of_help: 'LEGAL_AID; MEDICAL;LEGAL_AID',
    countries: 'ANY',
    languages: 'en;fr',
    ceiling_amount: '5000',
    currency: 'EUR',
    capacity: 'WITHIN_DAYS',
    contact_key: 'p-09',
    contact_name: 'Desk',
    contact_email: 'desk@bridge.example',
    contact_language: 'en',
  };
  const advisor = {
    organisation_key: 'org-01',
    contact_key: 'a-09',
    contact_name: 'Ayo Lendu',
    contact_email: 'ayo@advisors.example',
    contact_language: 'en',
    time_zone: 'Etc/GMT-3',
    available: 'yes',
  };
  const problemsOf = (kind: DirectoryKind, row: Record<string, string>) => {
    const checked = checkRow(kind, row, fresh);
    return checked.ok ? [] : checked.problems.map(({ column, code }) => `${column}:${code}`);
  };

  it('of a partner keeps each kind of help once, in the order written', () => {
    expect(checkRow('partners', partner, fresh)).toMatchObject({
      ok: true,
      value: { kindsOfHelp: ['LEGAL_AID', 'MEDICAL'], countries: ['ANY'], ceilingAmount: 5000, currency: 'EUR', eligibility: null },
    });
  });

  it.each([
    [{ ceiling_amount: '5.000' }, 'ceiling_amount:BAD_AMOUNT'],
    [{ ceiling_amount: '5,000' }, 'ceiling_amount:BAD_AMOUNT'],
    [{ ceiling_amount: '0' }, 'ceiling_amount:BAD_AMOUNT'],
    [{ ceiling_amount: '٥٠٠٠' }, 'ceiling_amount:BAD_AMOUNT'],
    [{ currency: 'euro' }, 'currency:BAD_CURRENCY'],
    [{ currency: '' }, 'currency:INCOMPLETE_PAIR'],
    [{ ceiling_amount: '' }, 'ceiling_amount:INCOMPLETE_PAIR'],
    [{ countries: 'QM;EVERYWHERE' }, 'countries:BAD_COUNTRY'],
    [{ kinds_of_help: 'BAIL' }, 'kinds_of_help:NOT_IN_LIST'],
    [{ capacity: 'SOON' }, 'capacity:NOT_IN_LIST'],
  ])('of a partner with %j is refused', (change, problem) => {
    expect(problemsOf('partners', { ...partner, ...change })).toEqual([problem]);
  });

  it.each([
    [{ organisation_key: 'org-99' }, 'organisation_key:UNKNOWN_ORGANISATION'],
    [{ time_zone: 'GMT+3' }, 'time_zone:BAD_TIME_ZONE'],
    [{ time_zone: 'Etc/Nowhere' }, 'time_zone:BAD_TIME_ZONE'],
    [{ available: 'perhaps' }, 'available:NOT_IN_LIST'],
  ])('of an advisor with %j is refused', (change, problem) => {
    expect(problemsOf('advisors', advisor)).toEqual([]);
    expect(problemsOf('advisors', { ...advisor, ...change })).toEqual([problem]);
  });

  it('that is empty reports every required column at once', () => {
    for (const kind of ['members', 'advisors', 'partners', 'targets'] as const) {
      const required = directoryColumns(kind).filter((one) => one.required);
      expect(problemsOf(kind, {})).toEqual(required.map(({ column }) => `${column}:MISSING`));
    }
  });
});
