import { generateKeyringFile } from '../../crypto/keyring-file.ts';
import { isUuid } from '../../domain/ids.ts';
import { BackupError } from '../../records/backup/backup-error.ts';
import { writeCaseKeys } from '../../records/backup/backup-keys.ts';
import { filesUnder } from '../../records/backup/backup-named.ts';
import { type Resealed, rotateKeyring, SETTLE_MS } from '../../records/backup/rotation.ts';
import { rotateCaseKey } from '../../records/backup/rotation-case.ts';
import { keyVersions, retireVersion } from '../../records/backup/rotation-retire.ts';
import { type Call, type CommandGroup, tell, word } from './call.ts';
import { UsageError } from './failure.ts';
import type { NamedInHistories } from './histories.ts';

type Histories = ReadonlyMap<string, NamedInHistories>;

/** Null when Temporal does not answer: then nothing is known, which is not the same as nothing there. */
const askHistories = async ({ config, store }: Call): Promise<Histories | null> => {
  // Temporal's library takes longer to load than most commands take to run
  const [{ connectClient }, { keysInHistories }] = await Promise.all([import('../temporal.ts'), import('./histories.ts')]);
  const client = await connectClient(config, store, 'desk-cli');
  try {
    return await keysInHistories(client);
  } catch {
    return null;
  } finally {
    await client.connection.close();
  }
};

/** What could not be sealed again is named, so that somebody looks; it is never changed. */
const unreadableLines = ({ unreadable }: Resealed): string[] =>
  unreadable.length === 0
    ? []
    : [
        `${unreadable.length} values open under no key and were left as they are:`,
        ...unreadable.map(({ table, id }) => `  ${table} ${id}`),
      ];

/**
 * What was sealed again in the database must not be lost with the old version in the file that lies beside the backups. Null when it was renewed, else what
 * to do: the keys are replaced by then, whatever becomes of the file.
 */
const refreshKeysFile = async ({ config, store, options }: Call): Promise<string | null> => {
  const folder = options.backups ?? config.backupDir;
  if (folder === null)
    return 'The file of the case keys beside your backups was not renewed, because BACKUP_DIR is not set here: run sos backup <folder> now.';
  try {
    await writeCaseKeys(store, folder);
    return null;
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    return `The file of the case keys beside your backups was not renewed. ${error.message} Then run sos backup <folder>.`;
  }
};

/** How many files of the backups need the version; null when nobody knows. What is there counts, even where somebody says that there is none. */
const filesNaming = async ({ config, store, options }: Call, version: number): Promise<number | null> => {
  const folder = options.backups ?? config.backupDir;
  const files = folder === null ? null : await filesUnder(store.keyring, folder, version);
  return files ?? (options['no-backups'] ? 0 : null);
};

const rotate = async (call: Call): Promise<number> => {
  const { store, config, options } = call;
  const by = await call.actor();
  const rotated = await rotateKeyring(store, { keyringFile: config.keyringFile, by });
  const notRenewed = await refreshKeysFile(call);
  const { version, resealed, wasUnfinished } = rotated;
  tell(
    options,
    { ...rotated, keysFileRenewed: notRenewed === null },
    wasUnfinished ? `The rotation to version ${version} was begun before; it is finished now.` : `Version ${version} is in force.`,
    `${resealed} values were sealed again. Back up the keyring file now, apart from the database.`,
    ...(notRenewed === null ? [] : [notRenewed]),
    ...unreadableLines(rotated),
  );
  return rotated.unreadable.length > 0 ? 1 : 0;
};

const inHistories = (histories: Histories | null, version: number): string => {
  if (histories === null) return 'histories unknown: Temporal does not answer';
  const named = histories.get(`desk:${version}`);
  if (named === undefined) return 'no history';
  const until =
    named.until === null ? `until ${named.running} running ones have ended and been dropped` : `until ${named.until.toISOString()}`;
  return `${named.executions} histories, ${until}`;
};

const status = async (call: Call): Promise<number> => {
  const { store, options } = call;
  const histories = await askHistories(call);
  const rows = await Promise.all(
    (await keyVersions(store.prisma, store.keyring)).map(async (held) => ({
      ...held,
      histories: histories === null ? null : (histories.get(`desk:${held.version}`) ?? { executions: 0, running: 0, until: null }),
      files: await filesNaming(call, held.version),
    })),
  );
  const lines = rows.map(
    ({ version, inForce, directory, caseKeys, files }) =>
      `version ${version}${inForce ? ' (in force)' : ''}: ${directory} rows of the directory, ${caseKeys} case keys, ${files ?? 'unknown'} backup files, ${inHistories(histories, version)}`,
  );
  tell(options, rows, ...lines);
  return 0;
};

const retire = async (call: Call): Promise<number> => {
  const { store, config, options, words } = call;
  const given = word(words, 0);
  if (!/^[1-9]\d{0,8}$/.test(given)) throw new UsageError('Name the version by its number, as sos keyring status shows it.');
  const version = Number(given);
  const by = await call.actor();
  const histories = await askHistories(call);
  const files = await filesNaming(call, version);
  const executions = histories === null ? null : (histories.get(`desk:${version}`)?.executions ?? 0);
  const { keyringFile } = config;
  const step = await retireVersion(store, { keyringFile, version, by, at: Date.now(), elsewhere: { executions, files } });
  const said =
    step === 'ASKED'
      ? `Nothing names version ${version}. Another person of the staff confirms with the same command within a week.`
      : `Version ${version} is out of the keyring. Replace the copies of the keyring file.`;
  tell(options, { version, step }, said);
  return 0;
};

const rotateOfCase = async (call: Call): Promise<number> => {
  const { store, options, words } = call;
  const caseId = word(words, 0);
  if (!isUuid(caseId)) throw new UsageError('Name the case by its id.');
  const by = await call.actor();
  const rotated = await rotateCaseKey(store, caseId, { by });
  const notRenewed = await refreshKeysFile(call);
  const { version, resealed } = rotated;
  tell(
    options,
    { ...rotated, keysFileRenewed: notRenewed === null },
    `Version ${version} seals for this case; ${resealed} values were sealed again.`,
    ...(notRenewed === null ? [] : [notRenewed]),
    ...unreadableLines(rotated),
  );
  return rotated.unreadable.length > 0 ? 1 : 0;
};

export const keyring: CommandGroup = {
  help: `  sos keyring create <path>
      Makes the keys of a new desk. Back the file up apart from the database: without it nothing can be read.
  sos keyring rotate
      Adds a version to the wrapping key and seals again what stands under older ones, while the desk works. May be
      killed and called again at any time. Waits ${SETTLE_MS / 1_000} seconds for whoever still writes under the old key.
  sos keyring status
      The versions, and what still names each: rows, files in BACKUP_DIR, histories in Temporal and until when.
  sos keyring retire <version> [--backups <folder> | --no-backups]
      Takes an old version out of the file for good, once nothing names it. Takes two people: each runs it with --by.
      The backups are looked for in BACKUP_DIR, unless a folder is named; say --no-backups only if there are none anywhere.
  sos case-key rotate <case id>
      Gives one case a new key and seals everything of it again. Takes a minute and a half.`,
  commands: {
    'keyring rotate': { words: 0, run: rotate },
    'keyring status': { words: 0, run: status },
    'keyring retire': { words: 1, run: retire },
    'case-key rotate': { words: 1, run: rotateOfCase },
  },
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
