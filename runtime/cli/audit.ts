import { createReadStream } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { type Fault, type TrailReport, type Trust, verifyTrail } from '../../crypto/audit-trail.ts';
import { type Checkpoint, readCheckpoint, readPublicKey } from '../../crypto/checkpoint.ts';
import { exportAudit, trailIn } from '../../records/audit/audit-export.ts';
import { verifyStored } from '../../records/audit/audit-verify.ts';
import { signHead } from '../../records/audit/checkpoints.ts';
import { type Call, type CommandGroup, fileOf, type Options, tell, word } from './call.ts';
import { UsageError } from './failure.ts';

const FAULTS: Readonly<Record<Fault, string>> = {
  sequence: 'an entry is missing, or out of its place',
  form: 'what stands there is no entry',
  hash: 'the entry, or one before it, is not what it was',
  rewritten: 'a signed checkpoint names another hash: the entries up to it were rewritten',
  signature: 'the checkpoint there is not signed by a key of the network that is known here (--key takes several, with commas between)',
  unsigned: 'the checkpoint that was signed there has been taken away',
  cut: 'the audit ends before its end: entries were cut off',
};

const keysIn = (given: string | undefined): readonly Uint8Array[] =>
  (given?.split(',') ?? []).map((text) => {
    const key = readPublicKey(text.trim());
    if (key === null) throw new UsageError('--key is the public key of the network as a checkpoint shows it, 43 characters.');
    return key;
  });

const outsideOf = async (path: string | undefined): Promise<readonly Checkpoint[]> => {
  if (path === undefined) return [];
  const text = (await fileOf(path)).toString('utf8');
  const checkpoint = readCheckpoint(parsed(text));
  if (checkpoint === null)
    throw new UsageError('--checkpoint names a file that is no checkpoint: take one that sos audit checkpoint wrote.');
  return [checkpoint];
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What a good report still rests on, so that nobody trusts it for more than it shows. */
const caveat = (report: TrailReport, outside: readonly Checkpoint[], trusted: boolean): string => {
  if (!trusted)
    return 'The keys are those that the file names itself: a forger would do so too. Give --key or --checkpoint from elsewhere.';
  const [kept] = outside;
  if (kept === undefined)
    return 'Whether its end was cut off cannot be seen from here: give --checkpoint with one that was kept elsewhere.';
  return `Up to entry ${kept.seq} it is what it was when that checkpoint was signed, ${kept.at}; ${report.head.seq - kept.seq} entries follow.`;
};

const report = (options: Options, verdict: TrailReport, outside: readonly Checkpoint[], trusted: boolean): number => {
  const { firstBad, entries, checkpoints, lastCheckpoint, head } = verdict;
  if (firstBad !== null) {
    tell(options, { ...verdict, trusted }, `Broken at entry ${firstBad.seq}: ${FAULTS[firstBad.fault]}.`);
    return 1;
  }
  const last = lastCheckpoint === null ? 'none' : `the last names entry ${lastCheckpoint.seq}, ${lastCheckpoint.at}`;
  const lines = [`Whole: ${entries} entries, ${checkpoints} signed checkpoints (${last}).`, `Head: ${head.seq} ${head.hash}`];
  tell(options, { ...verdict, trusted }, ...lines, caveat(verdict, outside, trusted));
  return 0;
};

const verify = async ({ store, options }: Call): Promise<number> => {
  const outside = await outsideOf(options.checkpoint);
  const verdict = await verifyStored(store.prisma, store.keyring, { publicKeys: keysIn(options.key), outside });
  return report(options, verdict, outside, true);
};

/** Needs nothing but the file: neither settings nor database nor keyring. */
const verifyFile = async (file: string, options: Options): Promise<number> => {
  const outside = await outsideOf(options.checkpoint);
  const given = [...keysIn(options.key), ...keysIn(outside[0]?.publicKey || undefined)];
  const publicKeys = given.length > 0 ? given : null;
  const trust: Trust = { publicKeys, outside, endsSigned: true };
  const handle = await open(file).catch(() => {
    throw new UsageError('The file cannot be read: check its path and who may read it.');
  });
  await handle.close();
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  return report(options, await verifyTrail(trailIn(lines), trust), outside, publicKeys !== null);
};

/** Writes a new file that only its owner can read; never over another, and never half of one. Nothing is signed before there is a file to take it. */
const writeNew = async (path: string, lines: () => AsyncIterable<string>): Promise<void> => {
  const file = await open(path, 'wx', 0o600).catch(() => {
    throw new UsageError('The file cannot be made: it is there already, or its folder is not.');
  });
  try {
    for await (const line of lines()) await file.write(`${line}\n`);
    await file.sync();
  } catch (error) {
    await unlink(path);
    throw error;
  } finally {
    await file.close();
  }
};

const checkpoint = async ({ store, options, actor }: Call): Promise<number> => {
  const by = await actor();
  const sign = (): Promise<Checkpoint> => store.transact(by, Date.now(), signHead);
  if (options.out === undefined) console.log(JSON.stringify(await sign(), null, 2));
  else {
    await writeNew(options.out, async function* () {
      const signed = await sign();
      yield JSON.stringify(signed, null, 2);
      tell(options, signed, `Entry ${signed.seq}, ${signed.hash}, is signed. Keep the file away from this machine.`);
    });
  }
  return 0;
};

const exportFile = async ({ store, options, words, actor }: Call): Promise<number> => {
  const by = await actor();
  await writeNew(word(words, 0), async function* () {
    const { head, lines } = await exportAudit(store, by, Date.now());
    yield* lines;
    tell(options, { head }, `${head.seq} entries are exported. They say who did what and when, and nothing of what was said.`);
  });
  return 0;
};

/** `audit verify --file`, which comes without anything to connect to; null for every other line. */
export const offlineAudit = ([noun, verb, ...rest]: readonly string[], options: Options): (() => Promise<number>) | null => {
  const { file } = options;
  return noun === 'audit' && verb === 'verify' && rest.length === 0 && file !== undefined ? () => verifyFile(file, options) : null;
};

export const audit: CommandGroup = {
  help: `  sos audit verify [--checkpoint <file>] [--key <public key>]
      Checks every entry of the audit, and every checkpoint, and names the first that is bad. A checkpoint that was kept
      elsewhere shows what nothing in the database can: that the end was cut off, or all of it written anew.
  sos audit verify --file <export> [--checkpoint <file>] [--key <public key>]
      The same for an export, on any machine: without settings, database or keyring.
  sos audit checkpoint [--out <file>]
      Signs the last entry now. The worker does so once a day. Print it, mail it, keep it elsewhere.
  sos audit export <file>
      Every entry and checkpoint as lines of JSON. That it was exported is an entry too.`,
  commands: {
    'audit verify': { words: 0, run: verify },
    'audit checkpoint': { words: 0, run: checkpoint },
    'audit export': { words: 1, run: exportFile },
  },
};
