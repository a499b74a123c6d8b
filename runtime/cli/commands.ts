import { readFile } from 'node:fs/promises';
import { generateKeyringFile } from '../../crypto/keyring-file.ts';
import type { DirectoryKind } from '../../domain/directory.ts';
import { isUuid } from '../../domain/ids.ts';
import { parsePolicy } from '../../domain/policy.ts';
import { isRole, ROLES } from '../../domain/roles.ts';
import { isLanguage, LANGUAGES } from '../../domain/vocabulary.ts';
import { readAddress } from '../../mail/address.ts';
import { importCsv } from '../../records/directory-import.ts';
import { addPolicy, currentPolicy } from '../../records/policies.ts';
import { addPerson, findPerson, listPeople } from '../../records/staff.ts';
import type { Actor, Store } from '../../records/store.ts';
import { createToken, listTokens, revokeToken } from '../../records/tokens.ts';
import { UsageError } from './failure.ts';

export type Options = {
  readonly role?: string | undefined;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly language?: string | undefined;
  readonly by?: string | undefined;
  readonly backup: boolean;
  readonly days: string;
  readonly json: boolean;
};

type Call = { readonly store: Store; readonly options: Options; readonly words: readonly string[]; readonly actor: () => Promise<Actor> };

/** `words` is how many the command takes after its name; `run` resolves with the exit status. */
type Command = { readonly words: number; readonly run: (call: Call) => Promise<number> };

const DAY = 24 * 3_600_000;
const KINDS: readonly DirectoryKind[] = ['members', 'advisors', 'partners', 'targets'];

const tell = (options: Options, result: unknown, ...lines: readonly string[]): void =>
  console.log(options.json ? JSON.stringify(result, null, 2) : lines.join('\n'));

const word = (words: readonly string[], index: number): string => {
  const given = words[index];
  if (given === undefined) throw new UsageError('This command takes more words: see sos --help.');
  return given;
};

const fileOf = (path: string): Promise<Buffer> =>
  readFile(path).catch(() => {
    throw new UsageError('The file cannot be read: check its path and who may read it.');
  });

const personFor = async ({ store, options }: Call, actor: Actor, at: number): Promise<string> => {
  const read = readAddress(options.email ?? '');
  if ('refusal' in read) throw new UsageError(`--email: ${read.refusal.say}`);
  const email = read.address;
  const there = await findPerson(store.prisma, store.keyring, email);
  if (there !== null) return there;
  const { name, language, backup } = options;
  if (!name?.trim() || !isLanguage(language))
    throw new UsageError(`Nobody of the staff has this address yet: add --name and --language (${LANGUAGES.join(', ')}).`);
  return store.transact(actor, at, (tx) => addPerson(tx, store.keyring, { name: name.trim(), email, language, backup }));
};

const createForPerson = async (call: Call): Promise<number> => {
  const { store, options } = call;
  const { role } = options;
  if (!isRole(role)) throw new UsageError(`--role is one of ${ROLES.join(', ')}.`);
  if (!/^[1-9]\d{0,2}$/.test(options.days)) throw new UsageError('--days is a whole number from 1 to 999.');
  const actor = await call.actor();
  const at = Date.now();
  const personId = await personFor(call, actor, at);
  const expiresAt = at + Number(options.days) * DAY;
  const { token, tokenId } = await store.transact(actor, at, (tx) => createToken(tx, store.keyring, { personId, role, expiresAt }));
  const end = new Date(expiresAt).toISOString();
  tell(
    options,
    { token, tokenId, personId, role, expiresAt: end },
    token,
    `Token ${tokenId}, until ${end}. It is shown this once: keep it safe.`,
  );
  return 0;
};

const list = async ({ store, options }: Call): Promise<number> => {
  const people = new Map((await listPeople(store.prisma, store.seals)).map((person) => [person.personId, person]));
  const tokens = (await listTokens(store.prisma)).map((token) => ({ ...token, name: people.get(token.personId)?.name ?? '' }));
  const now = new Date();
  const lines = tokens.map(({ tokenId, role, name, expiresAt, revokedAt }) => {
    const until = expiresAt.toISOString();
    const state = revokedAt !== null ? `revoked ${revokedAt.toISOString()}` : `${expiresAt <= now ? 'ended' : 'until'} ${until}`;
    return `${tokenId}  ${role.padEnd(13)}  ${state}  ${name}`;
  });
  tell(options, tokens, ...(lines.length > 0 ? lines : ['There are no tokens: make one with sos token create.']));
  return 0;
};

const revoke = async ({ store, options, words, actor }: Call): Promise<number> => {
  const tokenId = word(words, 0);
  if (!isUuid(tokenId)) throw new UsageError('Name the token by its id, as sos token list shows it.');
  const by = await actor();
  const revoked = await store.transact(by, Date.now(), (tx) => revokeToken(tx, tokenId));
  tell(options, { tokenId, revoked }, revoked ? 'The token is revoked.' : 'The token had been revoked before.');
  return 0;
};

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

export const COMMANDS: Readonly<Record<string, Command>> = {
  'token create': { words: 0, run: createForPerson },
  'token list': { words: 0, run: list },
  'token revoke': { words: 1, run: revoke },
  'policy show': { words: 0, run: showPolicy },
  'policy add': { words: 1, run: add },
  'directory import': { words: 2, run: importFile },
};

/** The one command that comes before there is anything to connect to. */
export const offlineCommand = (words: readonly string[]): (() => Promise<number>) | null => {
  const [noun, verb, path] = words;
  if (noun !== 'keyring' || verb !== 'create' || path === undefined || words.length !== 3) return null;
  return async () => {
    await generateKeyringFile(path);
    console.log('The keyring is made. Back it up now, apart from the database.');
    return 0;
  };
};
