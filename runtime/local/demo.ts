/** `npm run demo`: one case from request to follow-up, through the public API, real mail and the real link pages. Starts the desk if it is not open. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ApiClient } from './demo/api-client.ts';
import { readFixture } from './demo/fixture.ts';
import { Letterbox } from './demo/letterbox.ts';
import { People } from './demo/people.ts';
import { ProgressFile } from './demo/progress.ts';
import { Story } from './demo/story.ts';
import { tempers } from './demo/tempers.ts';
import { localSettings } from './settings.ts';
import { type Stack, startStack } from './stack.ts';

const CASE = 'eviction-land-defender';

type Desk = { readonly api: string; readonly inbox: string; readonly stack: Stack | null };

const settings = localSettings();
const token = async (role: string): Promise<string> => (await readFile(path.join(settings.dir, `${role}.token`), 'utf8')).trim();

async function openDesk(): Promise<Desk> {
  const api = `http://127.0.0.1:${settings.ports.api}`;
  const there = await fetch(`${api}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
  if (there) return { api, inbox: `http://127.0.0.1:${settings.ports.inbox}`, stack: null };
  const stack = await startStack({ ...settings, log: (line) => console.log(line) });
  if (stack.urls.inbox === null) throw new Error('The demonstration reads the local inbox: unset SMTP_URL and start it again.');
  return { api: stack.urls.api, inbox: stack.urls.inbox, stack };
}

async function play(desk: Desk): Promise<void> {
  const { progress, resumed } = await ProgressFile.open(settings.dir, () => `demo-${randomUUID()}`);
  const { run, startedAt } = progress.now;
  let last = Date.now();
  const tell = (line: string): void => {
    const now = Date.now();
    const [sinceStart, ofStep] = [now - startedAt, now - last].map((ms) => (ms / 1000).toFixed(1).padStart(6));
    last = now;
    console.log(`${sinceStart} s  (${ofStep} s)  ${line}`);
  };
  if (resumed) tell('An unfinished demonstration goes on where it stopped.');
  const as = async (name: string): Promise<ApiClient> => new ApiClient(desk.api, await token(name), run);
  const secretariat = { coordinator: await as('coordinator'), standIn: await as('stand-in'), administrator: await as('administrator') };
  const people = new People(desk.inbox, await Letterbox.open(path.join(settings.dir, 'demo-keys.json')), tempers());
  const from = progress.now.made['lastMail'] ?? (await people.lastMail()) ?? '';
  await progress.save({ made: { ...progress.now.made, lastMail: from } });
  const living = people.live(from === '' ? null : from);
  try {
    const ending = await new Story(secretariat, progress, await readFixture(CASE), tell).play();
    await progress.save({ ended: true });
    tell(`Done: ${ending.signatures} signatures, referral ${ending.referral}, ${ending.reviews} reviews, ${people.mails} mails read.`);
    console.log(`
  Letter    ${ending.letterUrl}
  Timeline  ${desk.api}/v1/cases/${ending.caseId}/timeline   (with the coordinator's token)
  Inbox     ${desk.inbox}
`);
  } finally {
    people.stop();
    await living;
  }
}

const desk = await openDesk();
const stop = async (code: number): Promise<void> => {
  await desk.stack?.stop();
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(130));
try {
  await play(desk);
  if (desk.stack !== null && process.stdout.isTTY) console.log('The desk stays open for a look; Ctrl-C stops it.');
  else await stop(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  await stop(1);
}
