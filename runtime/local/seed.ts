/**
 * The fictional network on one machine: staff, policy, directory. Each step looks at what is there and can be repeated, so a seed that was
 * killed goes on at the next start; tokens come last, in one transaction, and mark that all is done.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { loadKeyring } from '../../crypto/keyring-file.ts';
import type { DirectoryKind } from '../../domain/directory.ts';
import { COMPRESSED_POLICY } from '../../domain/policies/compressed.ts';
import { DEFAULT_POLICY } from '../../domain/policies/default.ts';
import type { Role } from '../../domain/roles.ts';
import { connect } from '../../prisma/client.ts';
import { addPerson, findPerson, type NewPerson } from '../../records/access/staff.ts';
import { createToken } from '../../records/access/tokens.ts';
import { importCsv } from '../../records/directory/directory-import.ts';
import { addPolicy } from '../../records/policies.ts';
import { type Actor, DESK, Store } from '../../records/store.ts';
import type { Config } from '../config.ts';
import { root } from './root.ts';

const TOKEN_LIFE = 90 * 24 * 3_600_000;

type StaffMember = NewPerson & { readonly role: Role };

const ADMINISTRATOR: StaffMember = {
  role: 'administrator',
  name: 'Noor Besharat-Lyn',
  email: 'administrator@secretariat.example',
  language: 'en',
  backup: false,
};
const COORDINATOR: StaffMember = {
  role: 'coordinator',
  name: 'Mateo Orquidal',
  email: 'coordinator@secretariat.example',
  language: 'en',
  backup: false,
};
const STAND_IN: StaffMember = {
  role: 'coordinator',
  name: 'Ilse Marrek-Duval',
  email: 'stand-in@secretariat.example',
  language: 'fr',
  backup: true,
};
const AUDITOR: StaffMember = {
  role: 'auditor',
  name: 'Kofi Lantierra',
  email: 'auditor@secretariat.example',
  language: 'en',
  backup: false,
};

/** Advisors belong to members, so members come first. */
const FILES: readonly DirectoryKind[] = ['members', 'advisors', 'partners', 'targets'];

/** One for each part that a person alone at a desk has to play; whoever stands in is the second person. */
export type SeedTokens = { readonly coordinator: string; readonly 'stand-in': string; readonly administrator: string };

export type SeedOptions = {
  readonly log: (line: string) => void;
  readonly policy?: 'default' | 'compressed';
  /** Called before the tokens count, so that a kill in between leaves no token that nobody knows. */
  readonly keep?: (tokens: SeedTokens) => Promise<unknown>;
};

/**
 * Fills a database without tokens; the token of the coordinator is told once and is null at every later call.
 * `compressed` is the policy of the demo, in which a week lasts seconds. @throws KeyringError, or Error when a file of the fictional network is flawed.
 */
export async function seedWhenEmpty(
  config: Config,
  { log, policy = 'default', keep = async () => undefined }: SeedOptions,
): Promise<{ coordinatorToken: string | null }> {
  const prisma = connect(config.databaseUrl, 4);
  try {
    if ((await prisma.token.count()) > 0) return { coordinatorToken: null };
    const store = new Store(prisma, await loadKeyring(config.keyringFile));
    log('Filling the database with a fictional network ...');
    const administrator = await person(store, DESK, ADMINISTRATOR);
    if ((await prisma.policy.count()) === 0) {
      const document = policy === 'compressed' ? COMPRESSED_POLICY : DEFAULT_POLICY;
      await store.transact(administrator, Date.now(), (tx) => addPolicy(tx, document));
    }
    for (const kind of FILES) log(await importFile(store, administrator, kind));
    return { coordinatorToken: (await giveTokens(store, administrator, keep)).coordinator };
  } finally {
    await prisma.$disconnect();
  }
}

async function person(store: Store, actor: Actor, { role: _, ...known }: StaffMember): Promise<string> {
  const there = await findPerson(store.prisma, store.keyring, known.email);
  return there ?? store.transact(actor, Date.now(), (tx) => addPerson(tx, store.keyring, known));
}

async function importFile(store: Store, actor: Actor, kind: DirectoryKind): Promise<string> {
  const bytes = await readFile(path.join(root, `test/data/${kind}.csv`));
  const { accepted, rejected, headerProblems } = await importCsv(store, actor, Date.now(), kind, bytes);
  if (rejected.length > 0 || headerProblems.length > 0)
    throw new Error(`test/data/${kind}.csv is flawed: ${rejected.length} lines were rejected.`);
  return `  ${accepted} ${kind}`;
}

async function giveTokens(store: Store, administrator: string, keep: NonNullable<SeedOptions['keep']>): Promise<SeedTokens> {
  const [auditor, standIn] = [await person(store, administrator, AUDITOR), await person(store, administrator, STAND_IN)];
  const coordinator = await person(store, administrator, COORDINATOR);
  const at = Date.now();
  return store.transact(administrator, at, async (tx) => {
    const give = async (personId: string, role: Role): Promise<string> =>
      (await createToken(tx, store.keyring, { personId, role, expiresAt: at + TOKEN_LIFE })).token;
    // this text is told to nobody: `npm run sos -- token create` makes another for whoever wants to act as the auditor
    await give(auditor, AUDITOR.role);
    const tokens = {
      coordinator: await give(coordinator, COORDINATOR.role),
      'stand-in': await give(standIn, STAND_IN.role),
      administrator: await give(administrator, ADMINISTRATOR.role),
    };
    await keep(tokens);
    return tokens;
  });
}
