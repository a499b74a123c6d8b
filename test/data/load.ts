import { readFileSync } from 'node:fs';
import type { DirectoryKind } from '../../domain/directory.ts';
import type { CaseFixture, FictionalCountry } from './types.ts';

/** The first is the one that the demo plays: a public letter with the full name, and a referral that the first partner may refuse. */
export const CASE_NAMES = ['eviction-land-defender', 'detention-labour-unionist', 'smear-surveillance-lawyer'] as const;
export type CaseName = (typeof CASE_NAMES)[number];

const bytesOf = (path: string): Uint8Array => readFileSync(new URL(path, import.meta.url));
const jsonOf = (path: string): unknown => JSON.parse(new TextDecoder().decode(bytesOf(path)));

/** The bytes of one of the directory files, or of bad-rows.csv, which is a members file in which almost every line has its own flaw. */
export const directoryFile = (file: DirectoryKind | 'bad-rows'): Uint8Array => bytesOf(`./${file}.csv`);

/** What the import must say of bad-rows.csv. */
export const badRowsReport = () =>
  jsonOf('./bad-rows.report.json') as {
    readonly accepted: readonly number[];
    readonly rejected: readonly { readonly line: number; readonly problems: readonly { readonly column: string | null; readonly code: string }[] }[];
  };

// test/unit/fictional-cases.test.ts holds these files to their types
export const loadCase = (name: CaseName): CaseFixture => jsonOf(`./cases/${name}.json`) as CaseFixture;

export const fictionalCountries = (): readonly FictionalCountry[] => jsonOf('./countries.json') as readonly FictionalCountry[];
