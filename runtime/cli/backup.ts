import path from 'node:path';
import { backupTo } from '../../records/backup/backup.ts';
import { restoreFrom } from '../../records/backup/restore.ts';
import { type Call, type CommandGroup, tell, word } from './call.ts';

const write = async (call: Call): Promise<number> => {
  const { store, config, options, words } = call;
  const folder = word(words, 0);
  const made = await backupTo(store, folder, Date.now(), await call.actor());
  const known = config.backupDir !== null && path.resolve(config.backupDir) === path.resolve(folder);
  tell(
    options,
    made,
    `${made.name}: ${made.rows} rows, the audit up to entry ${made.auditSeq}. The keys of the cases lie in case-keys.sosk, apart.`,
    ...(known
      ? []
      : ['BACKUP_DIR names another folder, or none: an erasure does not renew the keys file in this one. Keep only the newest.']),
  );
  return 0;
};

type Compared = { readonly withoutStory: number; readonly withoutCase: number };

/** Null when Temporal does not answer: it may well be started after the records are back. */
const compareWithStories = async ({ config, store }: Call): Promise<Compared | null> => {
  // Temporal's library takes longer to load than most commands take to run
  const [{ connectClient }, stories] = await Promise.all([import('../temporal.ts'), import('../../activities/running-stories.ts')]);
  const client = await connectClient(config, store, 'desk-cli');
  try {
    return await stories.compareStories(store.prisma, stories.runningStoriesOf(client));
  } catch {
    return null;
  } finally {
    await client.connection.close();
  }
};

const restore = async (call: Call): Promise<number> => {
  const { store, options, words } = call;
  const restored = await restoreFrom(store.prisma, store.keyring, word(words, 0), { name: options.file, by: await call.actor() });
  const { name, at, rows, auditSeq, readable, erased, unreadable } = restored;
  const stories = await compareWithStories(call);
  tell(
    options,
    { ...restored, stories },
    `${name} of ${at.toISOString()}: ${rows} rows, the audit whole up to entry ${auditSeq}.`,
    `${readable} sealed values open. ${erased} belong to erased cases and open no more.`,
    ...(unreadable > 0
      ? [`${unreadable} do not open: is this the keyring of that time, and were they whole when the backup was made?`]
      : []),
    stories === null
      ? 'Temporal does not answer yet: once the worker runs, tasks tell the administrators of cases without a story and of stories without a case.'
      : `${stories.withoutStory} open cases have no story, and ${stories.withoutCase} stories no case. Neither should be: see docs/operations.md.`,
  );
  return unreadable > 0 ? 1 : 0;
};

export const backup: CommandGroup = {
  help: `  sos backup <folder>
      Writes everything of one moment, sealed, as a new file, and replaces case-keys.sosk, which alone holds the keys
      of the cases. Keep that one file newest only; delete old backups; keep the keyring elsewhere.
  sos restore <folder> [--file <name>]
      Puts the newest backup, or the one named, into a database that holds nothing yet: all of it or nothing.`,
  commands: {
    backup: { words: 1, run: write },
    restore: { words: 1, run: restore },
  },
};
