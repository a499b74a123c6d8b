import { isCountryCode } from './countries.ts';
import type { Cell, Problem, RowContext } from './directory-cells.ts';
import * as cell from './directory-cells.ts';
import { LANGUAGES, NEED_CATEGORIES, PARTNER_CAPACITIES, REGIONS, RIGHTS_DEFENDED, TARGET_KINDS } from './vocabulary.ts';

export type { Problem } from './directory-cells.ts';

/** In a partner's list of countries: it helps wherever the person is. */
export const ANY_COUNTRY = 'ANY';

const anywhereOr = (column: string): Cell<string> => ({
  ...cell.country(column),
  read: (code) =>
    code === ANY_COUNTRY || isCountryCode(code)
      ? { value: code }
      : { code: 'BAD_COUNTRY', say: `Write two-letter country codes (ISO 3166-1) separated by semicolons, or ${ANY_COUNTRY}.` },
});

const contactCells = {
  contactKey: cell.ownKey('contact_key'),
  contactName: cell.text('contact_name'),
  contactEmail: cell.ownEmail('contact_email'),
  contactLanguage: cell.oneOf('contact_language', LANGUAGES),
};

const placeCells = {
  region: cell.oneOf('region', REGIONS),
  country: cell.country('country'),
  language: cell.oneOf('language', LANGUAGES),
};

/** The columns of each file; their order in a file does not matter. Source: product, network services (directory), and vocabulary 7 to 9. */
const CELLS = {
  members: {
    organisationKey: cell.ownKey('organisation_key'),
    name: cell.text('name'),
    nameEn: cell.optional(cell.text('name_en')),
    nameEs: cell.optional(cell.text('name_es')),
    nameFr: cell.optional(cell.text('name_fr')),
    nameAr: cell.optional(cell.text('name_ar')),
    ...placeCells,
    ...contactCells,
    themes: cell.listOf(cell.oneOf('themes', RIGHTS_DEFENDED)),
  },
  advisors: {
    organisationKey: cell.organisationKey('organisation_key'),
    ...contactCells,
    gender: cell.optional(cell.text('gender')),
    timeZone: cell.timeZone('time_zone'),
    available: cell.yesOrNo('available'),
  },
  partners: {
    partnerKey: cell.ownKey('partner_key'),
    name: cell.text('name'),
    ...placeCells,
    kindsOfHelp: cell.listOf(cell.oneOf('kinds_of_help', NEED_CATEGORIES)),
    countries: cell.listOf(anywhereOr('countries')),
    languages: cell.listOf(cell.oneOf('languages', LANGUAGES)),
    eligibility: cell.optional(cell.text('eligibility')),
    ceilingAmount: cell.optional(cell.amount('ceiling_amount')),
    currency: cell.optional(cell.currency('currency')),
    capacity: cell.oneOf('capacity', PARTNER_CAPACITIES),
    ...contactCells,
  },
  targets: {
    targetKey: cell.ownKey('target_key'),
    kind: cell.oneOf('kind', TARGET_KINDS),
    name: cell.text('name'),
    title: cell.optional(cell.text('title')),
    country: cell.country('country'),
    // two officials of one ministry may be reached through the same office
    addressEmail: cell.optional(cell.email('address_email')),
    language: cell.oneOf('language', LANGUAGES),
  },
} as const;

export type DirectoryKind = keyof typeof CELLS;

/** A row as the directory takes it; an empty optional cell is null, sums are whole units of the currency. */
export type DirectoryRow<K extends DirectoryKind> = {
  readonly [C in keyof (typeof CELLS)[K]]: (typeof CELLS)[K][C] extends Cell<infer T> ? T : never;
};
export type MemberRow = DirectoryRow<'members'>;
export type AdvisorRow = DirectoryRow<'advisors'>;
export type PartnerRow = DirectoryRow<'partners'>;
export type TargetRow = DirectoryRow<'targets'>;

export type CheckedRow<K extends DirectoryKind> =
  | { readonly ok: true; readonly value: DirectoryRow<K> }
  | { readonly ok: false; readonly problems: readonly Problem[] };

type SomeCells = Readonly<Record<string, Cell<unknown>>>;

const cellsOf = (kind: DirectoryKind): readonly Cell<unknown>[] => Object.values<Cell<unknown>>(CELLS[kind]);

/** Every heading a file of this kind may have, and whether it must. */
export const directoryColumns = (kind: DirectoryKind): readonly { readonly column: string; readonly required: boolean }[] =>
  cellsOf(kind).map(({ column, required }) => ({ column, required }));

// half of a pair says nothing: 5000 of what?
const incompletePair = (values: Readonly<Record<string, unknown>>): Problem | null => {
  if (!('ceilingAmount' in values) || (values['ceilingAmount'] === null) === (values['currency'] === null)) return null;
  const column = values['currency'] === null ? 'currency' : 'ceiling_amount';
  return { column, code: 'INCOMPLETE_PAIR', say: 'A sum and its currency go together: fill in both cells or leave both empty.' };
};

/**
 * Judges one row of an import: the value, or every problem in it at once, in the order of the columns.
 * `row` maps headings to the text of the cells; headings that the kind does not know are not looked at.
 */
export const checkRow = <K extends DirectoryKind>(kind: K, row: Readonly<Record<string, string>>, context: RowContext): CheckedRow<K> => {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [field, one] of Object.entries(CELLS[kind] as SomeCells)) {
    const read = cell.readCell(one, row, context);
    if ('problem' in read) problems.push(read.problem);
    else values[field] = read.value;
  }
  const pair = problems.length === 0 ? incompletePair(values) : null;
  if (pair !== null) problems.push(pair);
  // each field was read by the cell that gives it its type
  return problems.length === 0 ? { ok: true, value: values as DirectoryRow<K> } : { ok: false, problems };
};
