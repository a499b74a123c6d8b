import type { Keyring } from '../../crypto/keyring.ts';
import { dropKeyVersionFile, loadKeyring } from '../../crypto/keyring-file.ts';
import { refuse } from '../../domain/refusal.ts';
import type { Db } from '../../prisma/client.ts';
import { iso } from '../audit/reading.ts';
import { mustNot } from '../deeds.ts';
import { CASE_KEY_COLUMN, CONTENT_COLUMNS } from '../sealed-columns.ts';
import type { Actor, Store } from '../store.ts';
import { ROTATED, subjectOf, versionOf, wrappingVersion } from './rotation.ts';
import { countsUnder } from './rotation-rows.ts';

const HOUR = 3_600_000;
/** Whatever was under way when the key was replaced has ended by then, an attempt to send a mail included. */
const REST_MS = 24 * HOUR;
/** What one person asked for and no second one confirmed is forgotten. */
const ASKED_FOR_MS = 7 * 24 * HOUR;

const ASKED = 'keyring.retire-asked';
const DECIDED = 'keyring.retire-decided';

/** A version of the wrapping key and how many rows stand under it: content of the directory, and keys of cases. */
export type KeyVersion = { readonly version: number; readonly inForce: boolean; readonly directory: number; readonly caseKeys: number };

/** The versions in the keyring, and any other that a row names: such a row opens no more. Newest first. */
export const keyVersions = async (db: Db, keyring: Keyring): Promise<readonly KeyVersion[]> => {
  const directory = new Map<number, number>();
  for (const column of CONTENT_COLUMNS) await addCounts(directory, countsUnder(db, column, { prefix: 'directory:', except: null }));
  const caseKeys = new Map<number, number>();
  await addCounts(caseKeys, countsUnder(db, CASE_KEY_COLUMN, { prefix: 'wrap:', except: null }));
  const versions = new Set([...keyring.all('wrap').map(versionOf), ...directory.keys(), ...caseKeys.keys()]);
  const inForce = wrappingVersion(keyring);
  return [...versions]
    .sort((a, b) => b - a)
    .map((version) => ({
      ...{ version, inForce: version === inForce },
      directory: directory.get(version) ?? 0,
      caseKeys: caseKeys.get(version) ?? 0,
    }));
};

const addCounts = async (sums: Map<number, number>, counting: Promise<{ keyId: string; rows: number }[]>): Promise<void> => {
  for (const { keyId, rows } of await counting) {
    const version = versionOf({ id: keyId });
    sums.set(version, (sums.get(version) ?? 0) + rows);
  }
};

/**
 * Who else may name a version: executions in Temporal (null where it could not be asked), files of backups (null where nobody said where they lie). Not to
 * know is not the same as none: with the version gone, what names it opens no more.
 */
export type NamedElsewhere = { readonly executions: number | null; readonly files: number | null };

export type Retiring = {
  readonly keyringFile: string;
  readonly version: number;
  readonly by: Actor;
  /** epoch ms */
  readonly at: number;
  readonly elsewhere: NamedElsewhere;
};

/**
 * Takes a replaced version of the wrapping key out of the keyring file, for good. The first call only asks; another person's call within a week does it.
 * Both look at whether anything still names the version. Throws Refused with what stands in the way, KeyringError.
 */
export const retireVersion = async (store: Store, retiring: Retiring): Promise<'ASKED' | 'RETIRED'> => {
  const { version, by, at, keyringFile } = retiring;
  await mayBeRetired(store, retiring);
  const { subjectId } = subjectOf(version);
  const decided = await store.transact(by, at, async ({ db, audit }) => {
    const last = await db.audit.findFirst({ where: { subjectId, action: { in: [ASKED, DECIDED] } }, orderBy: { seq: 'desc' } });
    const asked = last !== null && last.action === ASKED && last.at.getTime() + ASKED_FOR_MS > at;
    if (asked && last.actor === by)
      mustNot(refuse('SAME_PERSON', `You asked for this at ${iso(last.at)}: another person confirms it with the same command.`));
    audit.append({ action: asked ? DECIDED : ASKED, ...subjectOf(version) });
    return asked;
  });
  if (!decided) return 'ASKED';
  await dropKeyVersionFile(keyringFile, 'wrapping', version);
  return 'RETIRED';
};

const mayBeRetired = async ({ prisma }: Store, { version, at, elsewhere, keyringFile }: Retiring): Promise<void> => {
  const keyring = await loadKeyring(keyringFile);
  const no = (code: string, say: string): void => mustNot(refuse(code, say));
  const held = (await keyVersions(prisma, keyring)).find((one) => one.version === version);
  if (!keyring.all('wrap').some((key) => versionOf(key) === version))
    no('NO_VERSION', 'The keyring has no such version: see sos keyring status.');
  if (held?.inForce === true) no('IN_FORCE', 'This version is in force: rotate first.');
  const rows = (held?.directory ?? 0) + (held?.caseKeys ?? 0);
  if (rows > 0) no('ROWS_NAME_IT', `${rows} rows still stand under this version: run sos keyring rotate to its end.`);
  const rotated = await prisma.audit.findFirst({
    where: { action: ROTATED, subjectId: subjectOf(wrappingVersion(keyring)).subjectId },
    orderBy: { seq: 'asc' },
  });
  if (rotated === null) no('ROTATION_UNFINISHED', 'The rotation has not come to its end: run sos keyring rotate again.');
  else if (rotated.at.getTime() + REST_MS > at)
    no('TOO_SOON', 'The key was replaced less than a day ago, and work begun then may still name it.');
  const { executions, files } = elsewhere;
  if (executions === null)
    no('HISTORIES_UNKNOWN', 'Temporal could not be asked whether a history names this version: try again when it answers.');
  if (executions !== null && executions > 0)
    no('HISTORIES_NAME_IT', `${executions} histories of workflows still name this version: sos keyring status says until when.`);
  if (files === null)
    no(
      'BACKUPS_UNKNOWN',
      'Nobody knows whether a backup needs this version: name the folder with --backups <folder>, or say --no-backups if there is none anywhere.',
    );
  if (files !== null && files > 0)
    no('BACKUPS_NAME_IT', `${files} files in the backup folder can be opened with this version only: delete them first, or wait.`);
};
