import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTemporalCli } from '../../runtime/local/temporal-cli.ts';
import { bytesOfMail, Canaries, filesBelow, hitsIn, inDatabase, inFiles } from '../support/canaries.ts';
import { figure } from '../support/figures.ts';
import { type Desk, openDesk, type Played, play } from '../support/play.ts';

const SEED = 'whole-case-1';
const METRICS_TOKEN = randomBytes(24).toString('hex');
const canaries = new Canaries(SEED);
let desk: Desk;
let played: Played;
let letterWords: readonly string[];
let killed = 0;

const within = (name: string, value: number, unit: string, bound: string): void => {
  expect(figure({ name, value, unit, bound, seed: 1 }), `${name}: ${value} ${unit}, bound ${bound}`).toBe(true);
};

/** The moments at which the worker is shot, by what the story has just told. */
const SHOTS = ['The Advisory Group is asked', 'the members are asked to sign'];

beforeAll(async () => {
  desk = await openDesk({ METRICS_TOKEN });
  const restarts: Promise<void>[] = [];
  const shoot = async (): Promise<void> => {
    const { worker } = await desk.stack.pids();
    if (worker === null) return;
    process.kill(worker, 'SIGKILL');
    killed += 1;
    await desk.stack.restartWorker();
  };
  played = await play(
    desk,
    (line) => {
      if (SHOTS.some((shot) => line.includes(shot))) restarts.push(shoot());
    },
    (fixture) => {
      const { letter, ...rest } = fixture;
      const planted = canaries.plant(rest);
      const before = canaries.words.length;
      const texts = canaries.plant(letter.texts);
      letterWords = canaries.words.slice(before);
      return { ...planted, letter: { ...letter, texts } };
    },
  );
  await Promise.all(restarts);
}, 400_000);

afterAll(() => desk?.stop());

const query = async <T extends pg.QueryResultRow>(sql: string): Promise<readonly T[]> => {
  const client = new pg.Client({ connectionString: desk.stack.config.databaseUrl });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
};

/** Every mail that left: its envelope, its bytes as they are, and every part of it decoded. */
const allMails = async (): Promise<readonly string[]> => {
  const files = await filesBelow(path.join(desk.dir, 'inbox'), /\.eml$/);
  return Promise.all(files.map(bytesOfMail));
};

const ask = (where: string, method: string, body?: string): Promise<Response> =>
  fetch(`${desk.api}${where}`, {
    method,
    headers: {
      authorization: `Bearer ${desk.stack.tokens.coordinator}`,
      'idempotency-key': 'canary-1',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  });

/** A row that a killed worker was sending is free again when its lease has run out; then it is sent once more, as the same message. */
const settled = async (): Promise<void> => {
  const until = Date.now() + 110_000;
  for (;;) {
    const [row] = await query<{ n: string }>(`SELECT count(*) n FROM "Outbox" WHERE state IN ('queued', 'sending', 'deferred')`);
    if (Number(row?.n) === 0) return;
    if (Date.now() > until) throw new Error('mail is still under way');
    // what may have been sent before the kill waits for its next try, after minutes by the network's policy: time passes
    await query(`UPDATE "Outbox" SET "nextAt" = now() - interval '15 seconds' WHERE state = 'deferred'`);
    await delay(500);
  }
};

describe('a case from request to follow-up, with the worker killed twice on the way', () => {
  it('ends closed, with a letter that at least twenty signed, help that arrived, and two reviews', () => {
    within('case.workers-killed', killed, 'kills', '== 2');
    within('case.signatures', played.signatures, 'organisations', '>= 20');
    within('case.reviews', played.reviews, 'reviews', '>= 2');
    expect(played.referral).toBe('CONFIRMED_BY_DEFENDER');
  });

  it('did no step twice and lost no mail', async () => {
    const [decisions] = await query<{ n: string }>(
      `SELECT count(*) n FROM "Audit" WHERE action IN ('consultation.decided', 'letter.publishLetter')`,
    );
    expect(Number(decisions?.n)).toBe(2);
    await settled();
    const unsent = await query<{ kind: string; state: string }>(
      `SELECT kind, state FROM "Outbox" WHERE state NOT IN ('accepted', 'cancelled')`,
    );
    expect(unsent).toEqual([]);
    const [accepted] = await query<{ n: string }>(`SELECT count(*) n FROM "Outbox" WHERE state = 'accepted'`);
    const mails = await filesBelow(path.join(desk.dir, 'inbox'), /\.eml$/);
    const ids = await Promise.all(mails.map(async (file) => /^message-id:\s*(\S+)/im.exec(await readFile(file, 'latin1'))?.[1]));
    within('mail.lost', Number(accepted?.n) - new Set(ids).size, 'messages', '<= 0');
    // a kill between the server's yes and its being written down may send a second copy; it is the same message to the reader
    within('mail.second-copies', mails.length - new Set(ids).size, 'messages', '<= 2');
  });

  it('keeps its chain of audit whole', async () => {
    const rows = await query<{ seq: string }>(`SELECT seq FROM "Audit" ORDER BY seq`);
    expect(rows.map(({ seq }) => Number(seq))).toEqual(rows.map((_, index) => index + 1));
  });

  it('shows the letter to everybody, with who signed it', async () => {
    const page = await fetch(played.letterUrl);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(letterWords[0]);
  });
});

describe('no word of the case', () => {
  it('reaches what Temporal keeps', async () => {
    const files = await filesBelow(desk.dir, /^temporal\.sqlite/);
    within('canary.planted', canaries.words.length, 'words', '>= 40');
    // the twin: what may stand there in clear is found by the same search
    within('canary.control-words-in-temporal', await inFiles(files, ['caseWorkflow', `case/${played.caseId}`]), 'hits', '>= 2');
    within('canary.temporal', await inFiles(files, canaries.words), 'hits', '== 0');
  });

  it('is shown by whoever looks at the case in Temporal', async () => {
    const cli = await findTemporalCli(() => undefined);
    if (!cli.found) throw new Error(cli.why);
    const show = [
      'workflow',
      'show',
      '--workflow-id',
      `case/${played.caseId}`,
      '--output',
      'json',
      '--address',
      desk.stack.config.temporal.address,
    ];
    const shown = (await promisify(execFile)(cli.path, show, { maxBuffer: 64 * 1024 * 1024 })).stdout;
    expect(shown).toContain('caseWorkflow');
    within('canary.workflow-show', canaries.words.filter((word) => shown.includes(word)).length, 'hits', '== 0');
  });

  it('stands in the database outside what was published', async () => {
    const found = await inDatabase(desk.stack.config.databaseUrl, canaries.words);
    const published = found.get('Publication.content') ?? 0;
    // the twin: the published letter is found by the same search
    within('canary.published-letter', published, 'hits', '>= 1');
    within('canary.database', [...found.values()].reduce((sum, hits) => sum + hits, 0) - published, 'hits', '== 0');
    const secret = canaries.words.filter((word) => !letterWords.includes(word));
    expect(await inDatabase(desk.stack.config.databaseUrl, secret)).toEqual(new Map());
  });

  it('is written into a log or a figure', async () => {
    within('canary.logs', await inFiles(await filesBelow(desk.dir, /\.log$/), canaries.words), 'hits', '== 0');
    const metrics = await fetch(`${desk.api}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
    expect(metrics.status).toBe(200);
    const text = await metrics.text();
    expect(text).toContain('publishLetter');
    within('canary.metrics', hitsIn(text, canaries.words), 'hits', '== 0');
  });

  it('is sent in a mail: in its envelope, its headers, or any part of it, decoded', async () => {
    const mails = await allMails();
    within('canary.mails', mails.filter((mail) => hitsIn(mail, canaries.words) > 0).length, 'mails', '== 0');
    // the twin: what may stand in a mail is found by the same search, however it was encoded
    const first = [...played.links.open][0] ?? '';
    within('canary.control-link-in-mails', mails.filter((mail) => hitsIn(mail, [first]) > 0).length, 'mails', '>= 1');
  });

  it('comes back in an error, or stands on a page before it was opened', async () => {
    const word = canaries.words[0] ?? '';
    const bodies = await Promise.all(
      [
        ask('/v1/cases', 'POST', JSON.stringify({ [word]: word, persons: word })),
        ask('/v1/cases', 'POST', `{"${word}`),
        ask(`/v1/cases/${word}`, 'GET'),
        ask(`/v1/cases?limit=${word}`, 'GET'),
        ask(`/l/${word}`, 'GET'),
        ask(`/m/${word}`, 'GET'),
        ask(`/k/${word}`, 'GET'),
        ask(`/letters/${word}`, 'GET'),
      ].map(async (answer) => (await answer).text()),
    );
    within('canary.error-bodies', bodies.filter((body) => hitsIn(body, canaries.words) > 0).length, 'bodies', '== 0');
    const pages = await Promise.all([...played.links.open, ...played.links.sealed].map(async (link) => (await fetch(link)).text()));
    within('canary.pages-before-opening', pages.filter((page) => hitsIn(page, canaries.words) > 0).length, 'pages', '== 0');
    within('canary.pages-looked-at', pages.length, 'pages', '>= 60');
  });
});

describe('no link that lets somebody act', () => {
  const tails = (links: ReadonlySet<string>): string[] => [...links].map((link) => link.slice(link.lastIndexOf('/') + 1));

  it('stands in clear anywhere but in its mail', async () => {
    const tokens = [
      ...tails(played.links.open),
      ...tails(played.links.sealed),
      ...Object.values(desk.stack.tokens).flatMap((token) => token ?? []),
    ];
    within('token.planted', tokens.length, 'tokens', '>= 60');
    within('token.temporal', await inFiles(await filesBelow(desk.dir, /^temporal\.sqlite/), tokens), 'hits', '== 0');
    within('token.logs', await inFiles(await filesBelow(desk.dir, /\.log$/), tokens), 'hits', '== 0');
    expect(await inDatabase(desk.stack.config.databaseUrl, tokens)).toEqual(new Map());
  });

  it('of a sealed matter is in any mail at all', async () => {
    const mails = await allMails();
    const sealed = tails(played.links.sealed);
    within('token.sealed-matters', sealed.length, 'links', '>= 5');
    within('token.sealed-matters-in-mails', mails.filter((mail) => hitsIn(mail, sealed) > 0).length, 'mails', '== 0');
  });
});
