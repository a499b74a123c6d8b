/** The administrators' command line on the host of a desk. It works on the records themselves, so whoever may run it needs no token. */
import { parseArgs } from 'node:util';
import { liveKeyring } from '../../crypto/keyring-file.ts';
import { connect } from '../../prisma/client.ts';
import { findPerson } from '../../records/access/staff.ts';
import { type Actor, DESK, Store } from '../../records/store.ts';
import { loadConfig } from '../config.ts';
import { offlineAudit } from './audit.ts';
import type { Options } from './call.ts';
import { COMMANDS } from './commands.ts';
import { sentenceOf, UsageError } from './failure.ts';
import { HELP } from './help.ts';
import { offlineCommand } from './keyring.ts';

const OPTIONS = {
  role: { type: 'string' },
  name: { type: 'string' },
  email: { type: 'string' },
  language: { type: 'string' },
  backup: { type: 'boolean', default: false },
  days: { type: 'string', default: '90' },
  by: { type: 'string' },
  out: { type: 'string' },
  file: { type: 'string' },
  checkpoint: { type: 'string' },
  key: { type: 'string' },
  contact: { type: 'string' },
  since: { type: 'string' },
  reason: { type: 'string' },
  basis: { type: 'string' },
  backups: { type: 'string' },
  'no-backups': { type: 'boolean', default: false },
  'keys-too': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const read = (argv: readonly string[]): { options: Options & { help: boolean }; words: string[] } => {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
    return { options: values, words: positionals };
  } catch {
    // what the parser says quotes the line, and the line may hold an address
    throw new UsageError('An option is unknown or lacks its value: see sos --help.');
  }
};

/** The audit has to name somebody; only the first person of all is added by the desk itself. */
const actorOf = async (store: Store, by: string | undefined): Promise<Actor> => {
  if (by !== undefined) {
    const personId = await findPerson(store.prisma, store.keyring, by).catch(() => null);
    if (personId === null) throw new UsageError('--by names nobody of the staff: write the address of the person who does this.');
    return personId;
  }
  if ((await store.prisma.person.count()) > 0) throw new UsageError('Say who does this: --by <address of a person of the staff>.');
  return DESK;
};

const run = async (argv: readonly string[]): Promise<number> => {
  const { options, words } = read(argv);
  if (options.help || words.length === 0) {
    console.log(HELP);
    return options.help ? 0 : 2;
  }
  const offline = offlineCommand(words) ?? offlineAudit(words, options);
  if (offline !== null) return offline();
  const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find((known) => Object.hasOwn(COMMANDS, known));
  const command = COMMANDS[name ?? ''];
  if (name === undefined || command === undefined) throw new UsageError('There is no such command: see sos --help.');
  const rest = words.slice(name.split(' ').length);
  if (rest.length !== command.words) throw new UsageError('This command takes other words: see sos --help.');
  const config = loadConfig();
  const prisma = connect(config.databaseUrl, 2);
  try {
    const store = new Store(prisma, liveKeyring(config.keyringFile));
    return await command.run({ store, config, options, words: rest, actor: () => actorOf(store, options.by) });
  } finally {
    await prisma.$disconnect();
  }
};

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(sentenceOf(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
