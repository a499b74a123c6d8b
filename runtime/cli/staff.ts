import { isUuid } from '../../domain/ids.ts';
import { disablePerson, listPeople } from '../../records/access/staff.ts';
import { type Call, type CommandGroup, tell, word } from './call.ts';
import { UsageError } from './failure.ts';

const list = async ({ store, options }: Call): Promise<number> => {
  const people = await listPeople(store.prisma, store.seals);
  const lines = people.map(({ personId, name, email, backup, disabledAt }) => {
    const standing = disabledAt !== null ? `out since ${disabledAt.toISOString()}` : backup ? 'stands in' : 'active';
    return `${personId}  ${standing}  ${name} <${email ?? ''}>`;
  });
  tell(options, people, ...(lines.length > 0 ? lines : ['Nobody works here yet: make a token for an administrator first.']));
  return 0;
};

const disable = async ({ store, options, words, actor }: Call): Promise<number> => {
  const personId = word(words, 0);
  if (!isUuid(personId)) throw new UsageError('Name the person by their id, as sos staff list shows it.');
  const by = await actor();
  if (by === personId) throw new UsageError('Nobody takes themselves out: let another administrator do it.');
  const disabled = await store.transact(by, Date.now(), (tx) => disablePerson(tx, personId));
  tell(
    options,
    { personId, disabled },
    disabled ? 'They have no access any more; their tokens are revoked.' : 'They had no access before.',
  );
  return 0;
};

export const staff: CommandGroup = {
  help: `  sos staff list
  sos staff disable <person id>
      Takes somebody out of the secretariat at once: every token of theirs dies, and what they asked a second person for
      is decided by nobody any more. Where they were the last member of a case, let an administrator add another.`,
  commands: {
    'staff list': { words: 0, run: list },
    'staff disable': { words: 1, run: disable },
  },
};
