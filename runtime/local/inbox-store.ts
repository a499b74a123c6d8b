/**
 * Mails on disk: `<id>.eml`, the bytes as they came, and `<id>.json`, the envelope. A mail is there when its envelope is there, and
 * both are on the disk before the sender hears 250, so a mail that was accepted survives the loss of power.
 */
import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { simpleParser } from 'mailparser';

interface Envelope {
  /** Sorts by time of arrival. */
  id: string;
  receivedAt: string;
  from: string;
  to: string[];
}

export interface MailSummary extends Envelope {
  subject: string;
}

export interface Mail extends MailSummary {
  messageId: string | null;
  /** Names in lower case; the values as they stand, in order. */
  headers: [name: string, line: string][];
  text: string;
  html: string | null;
  /** Every http(s) address in the text, in order. */
  links: string[];
  attachments: { filename: string | null; contentType: string; bytes: number }[];
}

interface MailQuery {
  /** Only mails to this address (of the envelope; case does not matter). */
  to?: string | undefined;
  /** Only mails that arrived after the mail with this id. */
  after?: string | undefined;
}

export interface MailStore {
  put(envelope: { from: string; to: string[] }, raw: Buffer): Promise<Envelope>;
  /** Oldest first. */
  list(query?: MailQuery): Promise<MailSummary[]>;
  read(id: string): Promise<Mail | null>;
  raw(id: string): Promise<Buffer | null>;
  /** As `list`, but when nothing matches yet it waits for the next mail that does. @returns [] when `ms` passed first. */
  wait(query: MailQuery, ms: number): Promise<MailSummary[]>;
  clear(): Promise<void>;
}

const LINK = /https?:\/\/[^\s<>"')\]]+/g;
const ID = /^\d{13}-\d{6}-[0-9a-f]{8}$/;

export async function openMailStore(dir: string): Promise<MailStore> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const arrivals = new EventEmitter().setMaxListeners(0);
  const known = new Map<string, MailSummary>();
  let count = 0;
  let last = 0;

  const file = (id: string, suffix: string): string => path.join(dir, `${id}.${suffix}`);
  for (const name of (await readdir(dir)).sort()) {
    const id = name.replace(/\.json$/, '');
    if (!ID.test(id)) continue;
    const envelope = JSON.parse(await readFile(file(id, 'json'), 'utf8')) as Envelope;
    known.set(id, await summary(envelope, await readFile(file(id, 'eml'))));
  }

  const store: MailStore = {
    async put({ from, to }, raw) {
      // The clock may stand still or go back; the order of arrival may not.
      last = Math.max(last, Date.now());
      count += 1;
      const id = `${last}-${String(count % 1_000_000).padStart(6, '0')}-${randomBytes(4).toString('hex')}`;
      const envelope = { id, receivedAt: new Date(last).toISOString(), from, to };
      await writeDurably(file(id, 'eml'), raw);
      await writeDurably(file(id, 'json'), JSON.stringify(envelope));
      known.set(id, await summary(envelope, raw));
      arrivals.emit('mail');
      return envelope;
    },
    async list({ to, after } = {}) {
      const wanted = to?.toLowerCase();
      return [...known.values()]
        .filter((mail) => (!after || mail.id > after) && (!wanted || mail.to.some((address) => address.toLowerCase() === wanted)))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    async read(id) {
      const summaryOf = known.get(id);
      if (!summaryOf) return null;
      const parsed = await simpleParser(await readFile(file(id, 'eml')), { skipImageLinks: true, skipTextToHtml: true });
      const text = parsed.text ?? '';
      return {
        ...summaryOf,
        messageId: parsed.messageId ?? null,
        headers: parsed.headerLines.map(({ key, line }) => [key, line]),
        text,
        html: parsed.html || null,
        links: text.match(LINK) ?? [],
        attachments: parsed.attachments.map(({ filename, contentType, size }) => ({
          filename: filename ?? null,
          contentType,
          bytes: size,
        })),
      };
    },
    raw: async (id) => (known.has(id) ? readFile(file(id, 'eml')) : null),
    async wait(query, ms) {
      const signal = AbortSignal.timeout(ms);
      for (;;) {
        // Listening starts before looking, so that a mail between the two is not missed.
        const arrival = once(arrivals, 'mail', { signal }).catch(() => null);
        const found = await store.list(query);
        if (found.length > 0 || signal.aborted) return found;
        await arrival;
      }
    },
    async clear() {
      for (const id of [...known.keys()]) {
        known.delete(id);
        await rm(file(id, 'json'), { force: true });
        await rm(file(id, 'eml'), { force: true });
      }
    },
  };
  return store;
}

async function summary(envelope: Envelope, raw: Buffer): Promise<MailSummary> {
  const end = raw.indexOf('\r\n\r\n');
  const parsed = await simpleParser(end < 0 ? raw : raw.subarray(0, end + 4));
  return { ...envelope, subject: parsed.subject ?? '' };
}

/** Written, synced, then named; and the name itself synced. */
async function writeDurably(target: string, content: Buffer | string): Promise<void> {
  const partial = `${target}.partial`;
  const handle = await open(partial, 'w', 0o600);
  await handle.writeFile(content);
  await handle.sync();
  await handle.close();
  await rename(partial, target);
  const folder = await open(path.dirname(target), 'r');
  await folder.sync().finally(() => folder.close());
}
