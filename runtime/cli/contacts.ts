import { randomUUID } from 'node:crypto';
import { readAddress } from '../../mail/address.ts';
import { Refused } from '../../records/deeds.ts';
import { type ContactOrder, inviteContact } from '../../records/keys/recipient-keys-change.ts';
import { contactsAt, type NetworkKey, networkKeys } from '../../records/keys/recipient-keys-list.ts';
import { channelOf, MAILBOX_HINT, markSafe, markUnsafe } from '../../records/keys/unsafe-channel.ts';
import { RecordError } from '../../records/record-error.ts';
import { type Call, type CommandGroup, tell, word } from './call.ts';
import { UsageError } from './failure.ts';

const addressIn = (text: string): string => {
  const read = readAddress(text);
  if ('refusal' in read) throw new UsageError(`The address: ${read.refusal.say}`);
  return read.address;
};

const nobody = (error: unknown): never => {
  const say = 'Nobody of the network has this address. A person of a case is looked after by who works on it, through the API.';
  throw error instanceof RecordError && error.code === 'NOT_FOUND' ? new UsageError(say) : error;
};

const ordersFor = async (call: Call): Promise<ContactOrder[]> => {
  const contacts = await contactsAt(call.store, addressIn(word(call.words, 0))).catch(nobody);
  const by = await call.actor();
  return contacts.map((contactId) => ({ commandId: randomUUID(), by, at: Date.now(), contactId, caseId: null }));
};

/** What is done to a mailbox is done for everybody who is written to there: one of them stands for all. */
const orderFor = async (call: Call): Promise<ContactOrder> => {
  const [order] = await ordersFor(call);
  return order ?? nobody(new RecordError('NOT_FOUND'));
};

/** One mailbox may serve several tasks. */
const forEach = async <T>(call: Call, work: (order: ContactOrder) => Promise<T>): Promise<T[]> => {
  const done: T[] = [];
  for (const order of await ordersFor(call)) done.push(await work(order));
  return done;
};

/** A rule's refusal, as the sentence that says what to do. */
const mustBeDone = (done: Awaited<ReturnType<typeof markSafe>>): void => {
  if (done.refused !== null) throw new Refused(done.refused);
};

const until = (at: Date | null): string => (at === null ? 'without end' : `until ${at.toISOString()}`);

const keyLine = ({ contactId, role, kind, state, fingerprint, expiresAt, verifiedAt, endedFor, weak }: NetworkKey): string =>
  [
    contactId,
    role.padEnd(12),
    kind.padEnd(7),
    (state === 'ENDED' ? `ended (${endedFor})` : state.toLowerCase()).padEnd(16),
    verifiedAt === null ? 'not confirmed' : 'confirmed    ',
    until(expiresAt),
    fingerprint,
    ...(weak ? ['weak'] : []),
  ].join('  ');

const listKeys = async ({ store, options }: Call): Promise<number> => {
  const address = options.contact === undefined ? null : addressIn(options.contact);
  const keys = await networkKeys(store, address, Date.now()).catch(nobody);
  tell(options, keys, ...(keys.length > 0 ? keys.map(keyLine) : ['There are no keys: invite somebody with sos contact invite <address>.']));
  return 0;
};

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z$/;

const instantIn = (text: string | undefined): Date | null => {
  if (text === undefined) return null;
  const at = new Date(text);
  if (!ISO.test(text) || Number.isNaN(at.getTime())) throw new UsageError('--since is an instant in UTC, as 2031-05-01T08:00:00Z.');
  return at;
};

const unsafe = async (call: Call): Promise<number> => {
  const { store, options } = call;
  const since = instantIn(options.since);
  const reason = options.reason?.trim() || 'Marked on the host of the desk.';
  const order = await orderFor(call);
  mustBeDone(await markUnsafe(store, { ...order, reason, since, keysToo: options['keys-too'] }));
  const channel = await channelOf(store, order);
  const { sent, quarantined } = channel;
  tell(
    options,
    channel,
    'The channel is marked unsafe: links are dead, mail is stopped.',
    MAILBOX_HINT,
    `${sent.length} messages went, or may have gone, to this address in the last 30 days:`,
    ...sent.map(({ at, kind, state, caseId }) => `  ${at.toISOString()}  ${kind.padEnd(24)}  ${state.padEnd(9)}  ${caseId ?? ''}`),
    `${quarantined.length} answers do not count until they are confirmed by a safe way:`,
    ...quarantined.map(
      ({ answeredAt, kind, answerId, caseId }) => `  ${answeredAt.toISOString()}  ${kind.padEnd(24)}  ${answerId}  ${caseId}`,
    ),
  );
  return 0;
};

const safe = async (call: Call): Promise<number> => {
  const reason = call.options.reason?.trim();
  if (!reason) throw new UsageError('Say why the channel is safe again: --reason <text>.');
  const order = await orderFor(call);
  mustBeDone(await markSafe(call.store, { ...order, reason }));
  tell(call.options, { contactId: order.contactId }, 'The channel is safe again: what waited leaves, what is still open is asked anew.');
  return 0;
};

const invite = async (call: Call): Promise<number> => {
  const contacts = await forEach(call, async (order) => {
    mustBeDone(await inviteContact(call.store, order));
    return { contactId: order.contactId };
  });
  tell(call.options, contacts, 'The invitation to make a key leaves with the next mail; an earlier one is void.');
  return 0;
};

export const contacts: CommandGroup = {
  help: `  sos keys list [--contact <address>]
      The keys that messages to the network's people are sealed to: fingerprint, state, end, whether somebody confirmed it.
  sos contact invite <address>
      Invites somebody to make a key, at the address that is registered.
  sos contact unsafe <address> [--since <instant>] [--keys-too] [--reason <text>]
      Somebody else reads this mailbox. Kills its links, stops its mail, lists what was sent lately; answers given since
      then stop counting until they are confirmed. --keys-too where the machine with the keys is gone as well.
  sos contact safe <address> --reason <text>
      The mailbox is its owner's again: what waited leaves, what is still open is asked anew.`,
  commands: {
    'keys list': { words: 0, run: listKeys },
    'contact invite': { words: 1, run: invite },
    'contact unsafe': { words: 1, run: unsafe },
    'contact safe': { words: 1, run: safe },
  },
};
