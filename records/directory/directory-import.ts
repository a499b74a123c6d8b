import type { DirectoryKind, DirectoryRow } from '../../domain/directory.ts';
import type { Actor, Store } from '../store.ts';
import { knownOrganisationKeys } from './directory.ts';
import { type HeaderProblem, type LineProblem, readDirectoryCsv } from './directory-csv.ts';
import { putRow } from './directory-rows.ts';
import type { Conflict, Outcome } from './directory-upsert.ts';

/** Any number that names the directory's one writer: two imports at once would find each other's rows half there. */
const DIRECTORY_LOCK = 7_032;

/** Rows in one transaction: few enough that others who write to the audit chain hardly wait. */
const BATCH = 100;

type NumberedRow<K extends DirectoryKind> = { readonly line: number; readonly value: DirectoryRow<K> };

type ImportCounts = {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  /** rows that contradict what the directory holds; nothing of them is stored */
  readonly conflicts: readonly { readonly line: number; readonly say: string }[];
};

/**
 * Stores the rows under their keys: new ones are added, others compared and changed where they differ, so that the same file again changes nothing.
 * An import that is cut off has stored its first batches; repeating it finishes the work. What a file leaves out stays as it is. `at` is epoch ms.
 */
const importDirectory = async <K extends DirectoryKind>(
  store: Store,
  actor: Actor,
  at: number,
  kind: K,
  rows: readonly NumberedRow<K>[],
): Promise<ImportCounts> => {
  const fileContacts = new Set(rows.flatMap(({ value }) => ('contactKey' in value ? [String(value.contactKey)] : [])));
  const counts = { added: 0, changed: 0, unchanged: 0 };
  const conflicts: { line: number; say: string }[] = [];
  for (let start = 0; start < rows.length; start += BATCH) {
    const batch = rows.slice(start, start + BATCH);
    const outcomes = await store.transact(actor, at, async (tx) => {
      await tx.db.$executeRaw`SELECT pg_advisory_xact_lock(${DIRECTORY_LOCK})`;
      const done: { line: number; outcome: Outcome | Conflict }[] = [];
      for (const { line, value } of batch) {
        done.push({ line, outcome: await putRow({ tx, keyring: store.keyring, fileContacts }, kind, value) });
      }
      return done;
    });
    for (const { line, outcome } of outcomes) {
      if (typeof outcome === 'string') counts[outcome] += 1;
      else conflicts.push({ line, say: outcome.say });
    }
  }
  return { ...counts, conflicts };
};

type ConflictProblem = { readonly column: null; readonly code: 'CONFLICT'; readonly say: string };

export type ImportReport = {
  readonly kind: DirectoryKind;
  /** rows that are in the directory now as the file has them: added + changed + unchanged */
  readonly accepted: number;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  /** by line of the file, the header being line 1 */
  readonly rejected: readonly { readonly line: number; readonly problems: readonly (LineProblem | ConflictProblem)[] }[];
  /** where there is one, nothing was read */
  readonly headerProblems: readonly HeaderProblem[];
};

/**
 * Imports a directory file: takes every good row and reports every other one. The report never repeats what a cell held.
 * Source: product, network services (CSV import with a report of every rejected row).
 */
export const importCsv = async (store: Store, actor: Actor, at: number, kind: DirectoryKind, bytes: Uint8Array): Promise<ImportReport> => {
  const read = readDirectoryCsv(kind, bytes, { organisationKeys: await knownOrganisationKeys(store.prisma) });
  const { conflicts, ...counts } = await importDirectory(store, actor, at, kind, read.rows);
  const refused = conflicts.map(({ line, say }) => ({ line, problems: [{ column: null, code: 'CONFLICT' as const, say }] }));
  return {
    kind,
    accepted: counts.added + counts.changed + counts.unchanged,
    ...counts,
    rejected: [...read.rejected, ...refused].sort((a, b) => a.line - b.line),
    headerProblems: read.headerProblems,
  };
};
