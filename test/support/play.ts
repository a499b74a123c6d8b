import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient } from '../../runtime/local/demo/api-client.ts';
import { type CaseFixture, readFixture } from '../../runtime/local/demo/fixture.ts';
import { Letterbox } from '../../runtime/local/demo/letterbox.ts';
import { People } from '../../runtime/local/demo/people.ts';
import { ProgressFile } from '../../runtime/local/demo/progress.ts';
import { type Ending, type Secretariat, Story } from '../../runtime/local/demo/story.ts';
import { tempers } from '../../runtime/local/demo/tempers.ts';
import type { SeedTokens } from '../../runtime/local/seed.ts';
import { type Stack, startStack } from '../../runtime/local/stack.ts';

const ANY = { api: 0, workerHealth: 0, inbox: 0, smtp: 0, temporal: 0, temporalUi: 0, postgres: 0 };

export type Desk = { readonly stack: Stack; readonly dir: string; readonly api: string; readonly inbox: string; stop(): Promise<void> };

/** The whole desk, as `npm start` brings it up, in a folder and on ports of its own. */
export const openDesk = async (env: Readonly<Record<string, string>> = {}): Promise<Desk> => {
  const dir = await mkdtemp(path.join(tmpdir(), 'sos-desk-'));
  const stack = await startStack({ dir, ports: ANY, own: {}, env, log: () => undefined });
  if (stack.urls.inbox === null) throw new Error('the desk of a test has an inbox of its own');
  return {
    stack,
    dir,
    api: stack.urls.api,
    inbox: stack.urls.inbox,
    stop: async () => {
      await stack.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

export const as = (desk: Desk, role: keyof SeedTokens, run: string = randomUUID()): ApiClient => {
  const token = desk.stack.tokens[role];
  if (token === null) throw new Error('a fresh desk keeps its tokens');
  return new ApiClient(desk.api, token, run);
};

export const secretariat = (desk: Desk, run: string): Secretariat => ({
  coordinator: as(desk, 'coordinator', run),
  standIn: as(desk, 'stand-in', run),
  administrator: as(desk, 'administrator', run),
});

type Reader = { readonly email: string; readonly sealedBy: string };

/**
 * Waits until everybody who is asked sealed has taken up the invitation that came with the directory, and has had the news of it: a test that shoots workers
 * must not hit this mail, which belongs to no case and is tried again by the patience of the network's own policy, after minutes.
 */
const keysMade = async (desk: Desk): Promise<void> => {
  const administrator = as(desk, 'administrator');
  const until = Date.now() + 180_000;
  for (;;) {
    const advisors = await administrator.get<{ items: Reader[] }>('/advisors?limit=100');
    const partners = await administrator.get<{ items: { contact: Reader }[] }>('/partners?limit=100');
    const readers = [...advisors.items, ...partners.items.map(({ contact }) => contact)];
    const mails = (await (await fetch(`${desk.inbox}/api/mails`)).json()) as readonly { readonly to: readonly string[] }[];
    const had = (email: string): number => mails.filter(({ to }) => to.includes(email)).length;
    if (readers.every(({ email, sealedBy }) => sealedBy === 'KEY' && had(email) >= 2)) return;
    if (Date.now() > until) throw new Error('not everybody has a key');
    await delay(500);
  }
};

export type Played = Ending & { readonly mailsRead: number; readonly links: People['links'] };

/** One case from request to closing, by the same people and the same coordinator as in the demonstration. `onLine` hears the story. */
export const play = async (
  desk: Desk,
  onLine: (line: string) => void = () => undefined,
  change: (fixture: CaseFixture) => CaseFixture = (fixture) => fixture,
): Promise<Played> => {
  const { progress } = await ProgressFile.open(desk.dir, () => `test-${randomUUID()}`);
  const { run } = progress.now;
  const people = new People(desk.inbox, await Letterbox.open(path.join(desk.dir, 'demo-keys.json')), tempers());
  const living = people.live(await people.lastMail());
  const fixture = change(await readFixture('eviction-land-defender'));
  try {
    await keysMade(desk);
    const story = new Story(secretariat(desk, run), progress, fixture, onLine);
    return { ...(await story.play()), mailsRead: people.mails, links: people.links };
  } finally {
    await progress.save({ ended: true });
    people.stop();
    await living;
  }
};
