import { z } from 'zod';
import type { TrailItem } from '../../crypto/audit-trail.ts';
import { type Checkpoint, readCheckpoint } from '../../crypto/checkpoint.ts';
import type { Actor, Store } from '../store.ts';
import { trailOf } from './audit-verify.ts';
import { hexOf, signHead } from './checkpoints.ts';

/** The first line of an export. */
const HEADER = { format: 'sos-audit/1' } as const;

const entryLine = z.strictObject({
  entry: z.strictObject({
    seq: z.int(),
    at: z.string(),
    actor: z.string(),
    action: z.string(),
    caseId: z.string().nullable(),
    subjectId: z.string().nullable(),
    commitment: z.string(),
  }),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});

/**
 * The whole audit as lines of JSON: a header, then every entry, each checkpoint behind the entry that it names, the last line a checkpoint. It holds no
 * content, because the audit has none. The export is an entry itself, signed with it, so that the file ends with a word about itself.
 */
export const exportAudit = async (
  store: Store,
  by: Actor,
  at: number,
): Promise<{ readonly head: Checkpoint; readonly lines: AsyncIterable<string> }> => {
  const head = await store.transact(by, at, async (tx) => {
    tx.audit.append({ action: 'audit.exported', caseId: null, subjectId: null });
    return signHead(tx);
  });
  return { head, lines: linesOf(store, head.seq) };
};

async function* linesOf(store: Store, upTo: number): AsyncGenerator<string> {
  yield JSON.stringify(HEADER);
  for await (const item of trailOf(store.prisma, store.keyring, upTo)) {
    if (item === null) continue;
    yield JSON.stringify('entry' in item ? { entry: item.entry, hash: hexOf(item.hash) } : item);
  }
}

/** The audit in an export, line by line. A line that is not of the form comes as null, and so does a file that is no export. */
export async function* trailIn(lines: AsyncIterable<string>): AsyncGenerator<TrailItem> {
  let first = true;
  for await (const line of lines) {
    const value = jsonOf(line);
    if (!first) yield itemOf(value);
    else if (JSON.stringify(value) !== JSON.stringify(HEADER)) yield null;
    first = false;
  }
  if (first) yield null;
}

function itemOf(value: unknown): TrailItem {
  const entry = entryLine.safeParse(value).data;
  if (entry !== undefined) return { entry: entry.entry, hash: new Uint8Array(Buffer.from(entry.hash, 'hex')) };
  const signed = z.strictObject({ checkpoint: z.unknown() }).safeParse(value).data;
  const checkpoint = readCheckpoint(signed?.checkpoint);
  return checkpoint === null ? null : { checkpoint };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
