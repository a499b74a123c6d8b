import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { AUDIT_START, type AuditEntry, nextHash } from '../../crypto/audit-chain.ts';
import { CHECKPOINTED } from '../../crypto/audit-trail.ts';
import type { Checkpoint } from '../../crypto/checkpoint.ts';
import { newKeyringText, parseKeyring } from '../../crypto/keyring.ts';
import { connect } from '../../prisma/client.ts';
import { signHead } from '../../records/audit/checkpoints.ts';
import { Store } from '../../records/store.ts';
import { createDatabase } from '../support/postgres.ts';

export const SEED = 20_311_107;
export const ENTRIES = 90;
/** After so many entries each, the chain is signed. */
const EVERY = 30;

/** The same numbers at every run. */
export const drawn = (count: number, from: number, to: number, salt = 0): readonly number[] =>
  fc.sample(fc.integer({ min: from, max: to }), { seed: SEED + salt, numRuns: count });

/** One entry with its hash, as the table and an export hold it. */
type Link = { readonly entry: AuditEntry; readonly hash: Uint8Array };
/** The whole content of both tables. */
export type Content = { readonly links: readonly Link[]; readonly checkpoints: readonly Checkpoint[] };

/** A chain with checkpoints, and the means to forge it as the superuser of the database could. */
export async function newScene() {
  const database = await createDatabase();
  const prisma = connect(database.url, 24);
  const store = new Store(prisma, parseKeyring(newKeyringText(new Date())));
  const superuser = new pg.Client({ connectionString: database.url });
  await superuser.connect();

  const append = (action: string): Promise<void> =>
    store.transact(randomUUID(), Date.now(), async (tx) => tx.audit.append({ action, caseId: null, subjectId: randomUUID() }));
  const sign = (): Promise<Checkpoint> => store.transact('desk', Date.now(), signHead);

  /** Puts rows in the place of all that is there: no trigger and no grant holds back a superuser. */
  const replaceBy = async ({ links, checkpoints }: Content): Promise<void> => {
    await superuser.query('BEGIN');
    await superuser.query(`SET LOCAL session_replication_role = 'replica'`);
    await superuser.query('TRUNCATE "Audit", "Checkpoint"');
    for (const { entry, hash } of links) {
      const { seq, at, actor, action, caseId, subjectId, commitment } = entry;
      const row = [seq, at, actor, action, caseId, subjectId, commitment, Buffer.from(hash)];
      await superuser.query('INSERT INTO "Audit" VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', row);
    }
    for (const { seq, at, hash, keyId, signature } of checkpoints) {
      const row = [seq, at, Buffer.from(hash, 'hex'), keyId, Buffer.from(signature, 'base64url')];
      await superuser.query('INSERT INTO "Checkpoint" (seq, at, hash, "keyId", signature) VALUES ($1, $2, $3, $4, $5)', row);
    }
    await superuser.query('COMMIT');
  };

  return {
    ...{ database, prisma, store, superuser, append, sign, replaceBy },
    async fill(): Promise<void> {
      for (let count = 1; count <= ENTRIES; count += 1) {
        if (count % EVERY === 0) await sign();
        else await append('case.read');
      }
    },
    async stop() {
      await superuser.end();
      await prisma.$disconnect();
      await database.drop();
    },
  };
}

export type Scene = Awaited<ReturnType<typeof newScene>>;

const at = <T>(list: readonly T[], index: number): T => {
  const found = list[index];
  if (found === undefined) throw new Error(`There is nothing at ${index}.`);
  return found;
};

/** The hashes of all entries computed anew, as a forger would who takes the trouble. */
const rehashed = (entries: readonly AuditEntry[]): readonly Link[] => {
  let hash: Uint8Array = AUDIT_START;
  return entries.map((entry, index) => {
    const numbered = { ...entry, seq: index + 1 };
    hash = nextHash(hash, numbered);
    return { entry: numbered, hash };
  });
};

type Forgery = (content: Content, seq: number) => Content;

const changed =
  (change: Partial<AuditEntry>): Forgery =>
  ({ links, checkpoints }, seq) => ({
    links: links.map((link) => (link.entry.seq === seq ? { ...link, entry: { ...link.entry, ...change } } : link)),
    checkpoints,
  });

/** Everything from an entry on is written anew: the chain itself is whole again, only signed points tell. */
const rewritten =
  (keep: (checkpoint: Checkpoint, seq: number) => boolean, mark: (entry: AuditEntry) => AuditEntry): Forgery =>
  ({ links, checkpoints }, seq) => ({
    links: rehashed(
      links.map(({ entry }) => (entry.seq < seq ? entry : mark(entry.seq === seq ? { ...entry, actor: 'somebody' } : entry))),
    ),
    checkpoints: checkpoints.filter((checkpoint) => keep(checkpoint, seq)),
  });

const hidden = (entry: AuditEntry): AuditEntry => (entry.action === CHECKPOINTED ? { ...entry, action: 'case.read' } : entry);

/** What shows by itself: in the chain, or by the checkpoints that lie beside it. */
export const FORGERIES: Readonly<Record<string, Forgery>> = {
  'change: actor': changed({ actor: 'somebody' }),
  'change: action': changed({ action: 'case.closed' }),
  'change: instant': changed({ at: '2031-01-01T00:00:00.000Z' }),
  'change: case': changed({ caseId: '00000000-0000-4000-8000-00000000c001' }),
  'change: subject': changed({ subjectId: 'another' }),
  'change: commitment': ({ links, checkpoints }, seq) => {
    const { commitment } = at(links, seq % links.length).entry;
    return changed({ commitment })({ links, checkpoints }, seq);
  },
  'change: hash': ({ links, checkpoints }, seq) => ({
    links: links.map((link) => (link.entry.seq === seq ? { ...link, hash: at(links, seq % links.length).hash } : link)),
    checkpoints,
  }),
  delete: ({ links, checkpoints }, seq) => ({ links: links.filter(({ entry }) => entry.seq !== seq), checkpoints }),
  'delete, the rest moved up': ({ links, checkpoints }, seq) => ({
    links: links.flatMap((link) =>
      link.entry.seq === seq ? [] : [link.entry.seq < seq ? link : { ...link, entry: { ...link.entry, seq: link.entry.seq - 1 } }],
    ),
    checkpoints,
  }),
  'insert, the rest moved down': ({ links, checkpoints }, seq) => ({
    links: links.flatMap((link) => {
      const moved = link.entry.seq < seq ? link : { ...link, entry: { ...link.entry, seq: link.entry.seq + 1 } };
      return link.entry.seq === seq ? [{ ...link, entry: { ...link.entry, actor: 'somebody' } }, moved] : [moved];
    }),
    checkpoints,
  }),
  'insert before the first': ({ links, checkpoints }, seq) => {
    const link = at(links, seq - 1);
    return { links: [{ ...link, entry: { ...link.entry, seq: 1 - seq } }, ...links], checkpoints };
  },
  swap: ({ links, checkpoints }, seq) => {
    const index = Math.min(seq, links.length - 1) - 1;
    const [a, b] = [at(links, index), at(links, index + 1)];
    const moved = {
      [index]: { ...b, entry: { ...b.entry, seq: a.entry.seq } },
      [index + 1]: { ...a, entry: { ...a.entry, seq: b.entry.seq } },
    };
    return { links: links.map((link, place) => moved[place] ?? link), checkpoints };
  },
  'truncate, checkpoints left': ({ links, checkpoints }, seq) => ({ links: links.slice(0, seq - 1), checkpoints }),
  'rewrite, checkpoints left': rewritten(
    () => true,
    (entry) => entry,
  ),
  'rewrite, checkpoints taken away': rewritten(
    (checkpoint, seq) => checkpoint.seq < seq,
    (entry) => entry,
  ),
  'checkpoints signed by another key': ({ links, checkpoints }) => ({
    links,
    checkpoints: checkpoints.map((checkpoint) => ({
      ...checkpoint,
      signature: checkpoint.signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')),
    })),
  }),
};

/** What shows only by a checkpoint that was kept elsewhere. */
export const CONSISTENT: Readonly<Record<string, Forgery>> = {
  'truncate, checkpoints and all': ({ links, checkpoints }, seq) => {
    const left = links.slice(0, seq - 1);
    // an entry that tells of a checkpoint keeps it; the cut is clean
    return { links: left, checkpoints: checkpoints.filter((checkpoint) => checkpoint.seq < seq) };
  },
  'rewrite, nothing left that tells of checkpoints': rewritten((checkpoint, seq) => checkpoint.seq < seq, hidden),
};
