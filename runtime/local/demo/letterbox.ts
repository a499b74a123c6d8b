import { readFile, writeFile } from 'node:fs/promises';
import { newRecipientKeyPair, openMessage } from '../../../crypto/message.ts';
import { fromBase64Url, toBase64Url } from '../../../crypto/sodium.ts';
import { wrapSecret } from '../../../crypto/wrapped-secret.ts';
import type { SealedContent } from '../../../domain/sealed-content.ts';

type Pair = ReturnType<typeof newRecipientKeyPair>;
type Kept = Readonly<Record<string, { readonly publicKey: string; readonly secretKey: string }>>;

/** Nobody in the demonstration has a secret to protect: the least that the desk accepts, so that a crowd has its keys in seconds. */
const LEAST = { opsLimit: 3, memLimitBytes: 64 * 1024 * 1024 } as const;

/**
 * The keys of everybody in the demonstration, by address, and what they do with them on the two pages that otherwise run in a browser: make a key, and
 * open a sealed message. Kept in a file of this machine, so that a demonstration which was killed still reads its mail.
 */
export class Letterbox {
  private readonly file: string | null;
  private readonly pairs: Map<string, Pair>;

  private constructor(file: string | null, pairs: Map<string, Pair>) {
    this.file = file;
    this.pairs = pairs;
  }

  static async open(file: string | null): Promise<Letterbox> {
    const text = file === null ? null : await readFile(file, 'utf8').catch(() => null);
    const kept = text === null ? {} : (JSON.parse(text) as Kept);
    const pairs = Object.entries(kept).map(
      ([to, { publicKey, secretKey }]) => [to, { publicKey: bytes(publicKey), secretKey: bytes(secretKey) }] as const,
    );
    return new Letterbox(file, new Map(pairs));
  }

  /** The form of the page behind an invitation, filled in as the browser would. Kept before it is sent, so that no key is ever lost. */
  async registration(to: string): Promise<Readonly<Record<string, string>>> {
    const pair = this.pairs.get(to) ?? newRecipientKeyPair();
    this.pairs.set(to, pair);
    await this.save();
    const wrapped = wrapSecret('a pass phrase that everybody knows', pair, LEAST);
    return { step: 'x25519', publicKey: toBase64Url(pair.publicKey), wrapped: toBase64Url(wrapped) };
  }

  /** What the page of a sealed message holds, opened; null without a key that opens it. */
  read(to: string, page: string): SealedContent | null {
    const pair = this.pairs.get(to);
    const [, json] = /<script type="application\/json" id="sealed-message">([^<]*)<\/script>/.exec(page) ?? [];
    if (pair === undefined || json === undefined) return null;
    const { context, sealed } = JSON.parse(json) as { readonly context: string; readonly sealed: string };
    return JSON.parse(new TextDecoder().decode(openMessage(pair, context, bytes(sealed)))) as SealedContent;
  }

  private async save(): Promise<void> {
    if (this.file === null) return;
    const kept = [...this.pairs].map(
      ([to, { publicKey, secretKey }]) => [to, { publicKey: toBase64Url(publicKey), secretKey: toBase64Url(secretKey) }] as const,
    );
    await writeFile(this.file, JSON.stringify(Object.fromEntries(kept)), { mode: 0o600 });
  }
}

const bytes = (text: string): Pair['publicKey'] => {
  const read = fromBase64Url(text);
  if (read === null) throw new Error('A key or a message of the demonstration cannot be read.');
  return read;
};
