import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyTrail } from '../../crypto/audit-trail.ts';
import { type Checkpoint, readPublicKey, signPoint } from '../../crypto/checkpoint.ts';
import { newKeyringText, parseKeyring } from '../../crypto/keyring.ts';
import { exportAudit, trailIn } from '../../records/audit/audit-export.ts';
import { checkpointFiles } from '../../runtime/checkpoint-files.ts';
import { figure } from '../support/figures.ts';
import { CONSISTENT, type Content, drawn, ENTRIES, FORGERIES, newScene, type Scene, SEED } from './audit-scene.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
let scene: Scene;
let dir: string;
let lines: readonly string[];
let original: Content;
let kept: Checkpoint;

async function* each(list: readonly string[]): AsyncGenerator<string> {
  yield* list;
}
const keyOf = (checkpoint: Checkpoint): readonly Uint8Array[] => [readPublicKey(checkpoint.publicKey) as Uint8Array];
const verdict = (file: readonly string[], outside: readonly Checkpoint[] = []) =>
  verifyTrail(trailIn(each(file)), { publicKeys: keyOf(kept), outside, endsSigned: true });

/** A forged export, each checkpoint behind its entry as in a true one. */
const written = ({ links, checkpoints }: Content): readonly string[] => [
  lines[0] ?? '',
  ...links.flatMap(({ entry, hash }) => [
    JSON.stringify({ entry, hash: Buffer.from(hash).toString('hex') }),
    ...checkpoints.filter(({ seq }) => seq === entry.seq).map((checkpoint) => JSON.stringify({ checkpoint })),
  ]),
];

beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'sos-audit-'));
  scene = await newScene();
  await scene.fill();
  const exported = await exportAudit(scene.store, 'desk', Date.now());
  const read: string[] = [];
  for await (const line of exported.lines) read.push(line);
  [lines, kept] = [read, exported.head];
  const links: Content['links'][number][] = [];
  const checkpoints: Checkpoint[] = [];
  for await (const item of trailIn(each(lines))) {
    if (item !== null && 'entry' in item) links.push(item);
    else if (item !== null) checkpoints.push(item.checkpoint);
  }
  original = { links, checkpoints };
});
afterAll(async () => {
  await scene.stop();
  await rm(dir, { recursive: true });
});

describe('an export of the audit', () => {
  it('holds every entry, tells of itself, and ends signed', async () => {
    expect(written(original)).toEqual(lines);
    expect(original.links.at(-2)?.entry.action).toBe('audit.exported');
    expect(await verdict(lines, [kept])).toMatchObject({ whole: true, entries: ENTRIES + 2, checkpoints: 4, head: { hash: kept.hash } });
  });

  it('shows every forgery, at any place, on a machine that has nothing but the file and a checkpoint', async () => {
    let tried = 0;
    const missed: string[] = [];
    for (const [salt, [name, forge]] of Object.entries({ ...FORGERIES, ...CONSISTENT }).entries()) {
      for (const seq of drawn(12, 2, ENTRIES + 1, 200 + salt)) {
        tried += 1;
        if ((await verdict(written(forge(original, seq)), [kept])).whole) missed.push(`${name} at ${seq}`);
      }
    }
    for (const at of drawn(60, 0, lines.length - 1, 300)) {
      const line = lines[at] ?? '';
      const bent = [line.slice(0, -1), line.replace(/\d/, (digit) => String((Number(digit) + 1) % 10)), '{}', '', `${line} ${line}`];
      for (const other of bent.filter((text) => text !== line)) {
        tried += 1;
        const file = lines.map((text, index) => (index === at ? other : text));
        if ((await verdict(file, [kept])).whole) missed.push(`line ${at}: ${other}`);
      }
      tried += 1;
      if ((await verdict(lines.slice(0, at), [kept])).whole) missed.push(`cut before line ${at}`);
    }
    expect(missed).toEqual([]);
    const name = 'forgeries of an exported audit not detected with a checkpoint from elsewhere';
    expect(figure({ name, value: missed.length, unit: `of ${tried}`, bound: '== 0', seed: SEED })).toBe(true);
  });

  it('twin: cut behind an earlier checkpoint it passes, unless a later one was kept elsewhere', async () => {
    const cuts = original.checkpoints.slice(0, -1).map(({ seq }) => {
      const links = original.links.slice(0, seq);
      return written({ links, checkpoints: original.checkpoints });
    });
    const unseen = (await Promise.all(cuts.map((file) => verdict(file)))).filter(({ whole }) => whole).length;
    const seen = (await Promise.all(cuts.map((file) => verdict(file, [kept])))).filter(({ whole }) => !whole).length;
    expect(seen).toBe(cuts.length);
    const name = 'twin: cut exports that pass without a checkpoint from elsewhere';
    expect(figure({ name, value: unseen, unit: `of ${cuts.length}`, bound: `== ${cuts.length}`, seed: SEED })).toBe(true);
  });

  it('is worth no more than the key it is checked with: a forger brings one along', async () => {
    const forger = parseKeyring(newKeyringText(new Date()));
    const forged = CONSISTENT['rewrite, nothing left that tells of checkpoints']?.(original, 5) ?? original;
    const { entry, hash } = forged.links.at(-1) as Content['links'][number];
    const checkpoint = signPoint(forger, { seq: entry.seq, hash: Buffer.from(hash).toString('hex'), at: entry.at });
    const file = written({ links: forged.links, checkpoints: [checkpoint] });
    expect(await verifyTrail(trailIn(each(file)), { publicKeys: null, endsSigned: true })).toMatchObject({ whole: true });
    expect(await verdict(file)).toMatchObject({ whole: false, firstBad: { seq: entry.seq, fault: 'signature' } });
  });
});

type Said = { readonly status: number; readonly out: string; readonly err: string };
/** The command line with these settings and no others. */
const sos = (env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Said> =>
  new Promise((resolve) => {
    const line = ['--import', 'tsx', path.join(ROOT, 'runtime/cli/sos.ts'), 'audit', ...args];
    const child = execFile(process.execPath, line, { env: { PATH: process.env['PATH'] ?? '', ...env }, cwd: ROOT }, (_, out, err) =>
      resolve({ status: child.exitCode ?? -1, out, err }),
    );
  });

describe('sos audit', { timeout: 120_000 }, () => {
  const file = (name: string): string => path.join(dir, name);

  it('checks, signs and exports what is stored, and checks an export with nothing at hand', async () => {
    await writeFile(file('keyring.json'), newKeyringText(new Date()), { mode: 0o600 });
    await scene.replaceBy({ links: [], checkpoints: [] });
    const env = { DATABASE_URL: scene.database.url, KEYRING_FILE: file('keyring.json') };
    for (let count = 0; count < 3; count += 1) await scene.append('case.read');
    expect(await sos(env, 'checkpoint', '--out', file('kept.json'))).toMatchObject({ status: 0, err: '' });
    expect(await sos(env, 'checkpoint', '--out', file('kept.json'))).toMatchObject({ status: 2, err: expect.stringContaining('already') });
    expect(await sos(env, 'export', file('audit.jsonl'))).toMatchObject({ status: 0, err: '' });
    expect((await stat(file('audit.jsonl'))).mode & 0o077).toBe(0);

    const stored = await sos(env, 'verify', '--checkpoint', file('kept.json'), '--json');
    expect(JSON.parse(stored.out)).toMatchObject({ whole: true, entries: 6, checkpoints: 2, trusted: true });
    const { publicKey } = JSON.parse(await readFile(file('kept.json'), 'utf8')) as Checkpoint;
    const alone = await sos({}, 'verify', '--file', file('audit.jsonl'), '--checkpoint', file('kept.json'), '--key', publicKey);
    expect(alone).toMatchObject({
      status: 0,
      err: '',
      out: expect.stringMatching(/^Whole: 6 entries, 2 signed .*\nHead: 6 [0-9a-f]{64}\nUp to entry 4 /),
    });
    expect(await sos({}, 'verify', '--file', file('audit.jsonl'))).toMatchObject({
      status: 0,
      out: expect.stringContaining('a forger would'),
    });

    const text = await readFile(file('audit.jsonl'), 'utf8');
    await writeFile(file('bent.jsonl'), text.replace('case.read', 'case.seen'));
    expect(await sos({}, 'verify', '--file', file('bent.jsonl'))).toMatchObject({
      status: 1,
      out: expect.stringMatching(/^Broken at entry 1: /),
    });
    await scene.superuser.query(`SET session_replication_role = 'replica'; DELETE FROM "Audit" WHERE seq > 2; DELETE FROM "Checkpoint"`);
    expect(await sos(env, 'verify')).toMatchObject({ status: 0, out: expect.stringContaining('cannot be seen from here') });
    const cut = await sos(env, 'verify', '--checkpoint', file('kept.json'));
    expect(cut).toMatchObject({ status: 1, out: 'Broken at entry 3: the audit ends before its end: entries were cut off.\n' });
  });

  it('says what it did not understand', async () => {
    const wrong = [
      ['verify', '--file', file('nothing')],
      ['verify', '--file', file('audit.jsonl'), '--key', 'abc'],
      ['verify', '--file', file('audit.jsonl'), '--checkpoint', file('audit.jsonl')],
    ];
    for (const line of wrong)
      expect(await sos({}, ...line)).toMatchObject({ status: 2, out: '', err: expect.stringMatching(/^(The file|--key|--checkpoint) /) });
  });
});

it('keeps the checkpoint of a day as a file, once and whole', async () => {
  const folder = await mkdtemp(path.join(dir, 'checkpoints-'));
  const keep = checkpointFiles(folder);
  await Promise.all([keep(kept), keep(kept)]);
  await keep(kept);
  const names = await readdir(folder);
  expect(names).toEqual([`audit-${kept.at.slice(0, 10)}-${kept.seq}.json`]);
  expect(JSON.parse(await readFile(path.join(folder, names[0] ?? ''), 'utf8'))).toEqual(kept);
  await expect(checkpointFiles(path.join(folder, 'nowhere'))(kept)).rejects.toMatchObject({ code: 'ENOENT' });
});
