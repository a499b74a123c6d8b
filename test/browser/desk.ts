import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page, type Request } from 'playwright-core';
import { expect } from 'vitest';
import type { SealedContent } from '../../domain/sealed-content.ts';
import type { Language } from '../../domain/vocabulary.ts';
import { newKeyLink } from '../../records/keys/key-invitations.ts';
import { usableKeys } from '../../records/keys/recipient-keys.ts';
import { putSealedMessage } from '../../records/mail/sealed-messages.ts';
import { DESK } from '../../records/store.ts';
import type { ApiDesk } from '../system/api-desk.ts';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
// Where everything is checked, a missing browser is a failure, not a reason to check less.
export const withoutBrowser = !existsSync(executablePath) && process.env['CI'] !== 'true';

export const launch = (...args: string[]): Promise<Browser> =>
  chromium.launch({ executablePath, args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...args] });

/** A contact of the fictional network who reads this language best. */
export async function contactOf({ prisma }: ApiDesk, language: Language): Promise<string> {
  const contact = await prisma.contact.findFirst({ where: { active: true, caseId: null, language, keys: { none: {} } } });
  const anybody = contact ?? (await prisma.contact.findFirst({ where: { active: true, caseId: null, keys: { none: {} } } }));
  if (anybody === null) throw new Error('The fictional network has nobody left without a key.');
  return anybody.id;
}

/** A link by which this contact makes a key, as it would come by mail. */
export async function keyLinkFor({ store }: ApiDesk, contactId: string): Promise<string> {
  const link = await store.transact(DESK, Date.now(), (tx) => newKeyLink(tx, contactId));
  if (link === null) throw new Error('This contact cannot be written to.');
  return `/k/${link.token}`;
}

/** Seals a message to the keys of this contact, and gives the link that would come by mail. */
export async function messageFor({ store }: ApiDesk, contactId: string, content: SealedContent): Promise<string> {
  const at = Date.now();
  return store.transact(DESK, at, async (tx) => {
    const { keys } = await usableKeys(tx, contactId, at);
    const put = await putSealedMessage(tx, {
      ...{ outboxId: randomUUID(), contactId, caseId: null, needs: null, content, expiresAt: new Date(at + 3_600_000) },
      keys: keys.filter((each) => each.kind === 'X25519'),
    });
    if ('code' in put) throw new Error(`The message was not sealed: ${put.code}.`);
    return `/m/${put.token}`;
  });
}

/** Everything that a browser sends, and everything that it complains of. */
export interface Watched {
  readonly page: Page;
  readonly requests: Request[];
  readonly complaints: string[];
}

export async function watch(context: BrowserContext): Promise<Watched> {
  const page = await context.newPage();
  const requests: Request[] = [];
  const complaints: string[] = [];
  context.on('request', (request) => requests.push(request));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, requests, complaints };
}

/** How many requests hold one of these secrets, in any spelling in which it could travel. */
export const holding = (requests: readonly Request[], secrets: readonly (string | Uint8Array)[]): number => {
  const spellings = secrets.flatMap((secret) => {
    const bytes = Buffer.from(secret as Uint8Array);
    const coded = [bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
    if (typeof secret !== 'string') return coded;
    return [
      secret,
      secret.replaceAll(' ', ''),
      encodeURIComponent(secret),
      new URLSearchParams({ '': secret }).toString().slice(1),
      ...coded,
    ];
  });
  const sent = (request: Request): string =>
    [request.url(), JSON.stringify(request.headers()), request.postDataBuffer()?.toString('utf8') ?? ''].join('\n');
  return requests.filter((request) => spellings.some((spelling) => sent(request).toLowerCase().includes(spelling.toLowerCase()))).length;
};

export const leaving = (requests: readonly Request[], base: string): number =>
  requests.filter((request) => new URL(request.url()).origin !== base).length;

/** What axe finds wrong in the page as it stands (WCAG 2.2 AA). The context must bypass the policy, for axe is a script of others. */
export async function faultsIn(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

// Runs in the page; a text, because the types of these tests know no document.
const MEASURE = `({
  scroll: document.documentElement.scrollWidth,
  small: [...document.querySelectorAll('button, textarea, summary, nav a, a.act, input:not([type=hidden]):not([type=checkbox])')]
    .filter((target) => target.checkVisibility() && target.getBoundingClientRect().height < 44)
    .map((target) => target.outerHTML),
})`;

/** That nothing is wider than the phone, and no target smaller than a finger. */
export async function expectToFit(page: Page, width: number): Promise<void> {
  const { scroll, small } = await page.evaluate<{ scroll: number; small: string[] }>(MEASURE);
  expect(scroll).toBeLessThanOrEqual(width);
  expect(small).toEqual([]);
}
