import { isUuid } from '../../domain/ids.ts';
import { isRole, ROLES } from '../../domain/roles.ts';
import { isLanguage, LANGUAGES } from '../../domain/vocabulary.ts';
import { readAddress } from '../../mail/address.ts';
import { addPerson, findPerson, listPeople } from '../../records/access/staff.ts';
import { createToken, listTokens, revokeToken } from '../../records/access/tokens.ts';
import type { Actor } from '../../records/store.ts';
import { type Call, type CommandGroup, tell, word } from './call.ts';
import { UsageError } from './failure.ts';

const DAY = 24 * 3_600_000;

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

export const tokens: CommandGroup = {
  help: `  sos token create --role <role> --email <address> [--name <name> --language <en|es|fr|ar>] [--backup] [--days 90]
      Gives a person a token and shows it once. --name and --language are needed for somebody new; --backup marks
      who stands in when a coordinator does not answer. Roles: coordinator, administrator, auditor.
  sos token list
  sos token revoke <token id>`,
  commands: {
    'token create': { words: 0, run: createForPerson },
    'token list': { words: 0, run: list },
    'token revoke': { words: 1, run: revoke },
  },
};
