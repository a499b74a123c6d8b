import type { DirectoryKind } from '../../domain/directory.ts';
import { isUuid } from '../../domain/ids.ts';
import { parsePolicy } from '../../domain/policy.ts';
import { importCsv } from '../../records/directory/directory-import.ts';
import { addPolicy, currentPolicy } from '../../records/policies.ts';
import { type Call, type CommandGroup, fileOf, tell, word } from './call.ts';
import { UsageError } from './failure.ts';

const KINDS: readonly DirectoryKind[] = ['members', 'advisors', 'partners', 'targets'];

const showPolicy = async ({ store }: Call): Promise<number> => {
  const { version, document } = await currentPolicy(store.prisma);
  console.log(JSON.stringify({ version, document }, null, 2));
  return 0;
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError('The file is not JSON.');
  }
};

const add = async ({ store, options, words, actor }: Call): Promise<number> => {
  const document = jsonOf((await fileOf(word(words, 0))).toString('utf8'));
  const read = parsePolicy(document);
  if ('problems' in read) throw new UsageError(read.problems.map(({ at, say }) => `${at || 'the document'}: ${say}`).join('\n'));
  const by = await actor();
  if (!isUuid(by)) throw new UsageError('A policy is added by a person: make a token for an administrator first.');
  const version = await store.transact(by, Date.now(), (tx) => addPolicy(tx, Object(document)));
  tell(options, { version }, `Version ${version} is in force for new cases.`);
  return 0;
};

const importFile = async ({ store, options, words, actor }: Call): Promise<number> => {
  const kind = KINDS.find((known) => known === words[0]);
  if (kind === undefined) throw new UsageError(`Say what the file holds: ${KINDS.join(', ')}.`);
  const bytes = await fileOf(word(words, 1));
  const report = await importCsv(store, await actor(), Date.now(), kind, bytes);
  const { accepted, added, changed, unchanged, rejected, headerProblems } = report;
  tell(
    options,
    report,
    ...headerProblems.map(({ say }) => say),
    ...rejected.flatMap(({ line, problems }) =>
      problems.map(({ column, say }) => `line ${line}${column === null ? '' : `, ${column}`}: ${say}`),
    ),
    `${accepted} taken (${added} added, ${changed} changed, ${unchanged} unchanged), ${rejected.length} rejected.`,
  );
  return rejected.length + headerProblems.length > 0 ? 1 : 0;
};

export const network: CommandGroup = {
  help: `  sos policy show
  sos policy add <file.json>
      New cases follow it from now on; a running case keeps the policy it was opened under.
  sos directory import <members|advisors|partners|targets> <file.csv>
      Takes every good row and reports every other one; the same file again changes nothing.`,
  commands: {
    'policy show': { words: 0, run: showPolicy },
    'policy add': { words: 1, run: add },
    'directory import': { words: 2, run: importFile },
  },
};
