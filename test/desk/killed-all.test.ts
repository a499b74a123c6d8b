import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesBelow } from '../support/canaries.ts';
import { figure } from '../support/figures.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PORTS = ['API_PORT', 'WORKER_HEALTH_PORT', 'INBOX_PORT', 'SMTP_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'POSTGRES_PORT'];

let dir: string;
let env: NodeJS.ProcessEnv;
const running: Command[] = [];

/** One of the commands of the README, in a process group of its own. */
class Command {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  private said = '';
  private readonly waiting = new Set<() => void>();

  constructor(name: string) {
    this.child = spawn(process.execPath, [path.join(root, 'runtime/local/bootstrap.mjs'), name], {
      cwd: root,
      env,
      detached: true,
      stdio: 'pipe',
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (part: Buffer) => {
        this.said += part.toString();
        for (const look of this.waiting) look();
      });
    }
    this.ended = new Promise((resolve) => this.child.on('close', resolve));
    running.push(this);
  }

  /** Resolves when the words have been said; rejects when the command ends without them. */
  async says(words: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!this.said.includes(words)) return;
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
      void this.ended.then(() => reject(new Error(`ended without saying "${words}":\n${this.said}`)));
    });
  }

  signal(signal: NodeJS.Signals): void {
    if (this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null)
      process.kill(-this.child.pid, signal);
  }

  get output(): string {
    return this.said;
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'sos-killed-'));
  const ports = await Promise.all(PORTS.map(async (name) => [name, String(await freePort())] as const));
  env = { ...process.env, LOCAL_DIR: dir, ...Object.fromEntries(ports) };
});

afterAll(async () => {
  for (const command of running) {
    command.signal('SIGINT');
    await command.ended;
  }
  await rm(dir, { recursive: true, force: true });
}, 120_000);

const query = async (sql: string): Promise<readonly { n: string }[]> => {
  const password = (await readFile(path.join(dir, 'postgres.password'), 'utf8').catch(() => '')).trim();
  const client = new pg.Client({ host: '127.0.0.1', port: Number(env['POSTGRES_PORT']), user: 'postgres', password, database: 'sos' });
  await client.connect();
  try {
    return (await client.query<{ n: string }>(sql)).rows;
  } finally {
    await client.end();
  }
};

describe('everything is shot in the middle of the demonstration', () => {
  it('starts again, goes on, and ends: no step twice, no mail lost', async () => {
    const first = new Command('demo');
    await first.says('the members are asked to sign');
    first.signal('SIGKILL');
    await first.ended;

    const start = new Command('start');
    await start.says('The desk is open');

    const second = new Command('demo');
    expect(await second.ended, second.output).toBe(0);
    expect(second.output).toContain('goes on where it stopped');
    expect(second.output).toContain('The case is closed');

    for (const action of [
      'case.opened',
      'case.openConsultation',
      'consultation.decided',
      'letter.openSignOn',
      'letter.publishLetter',
      'case.closeCase',
    ]) {
      const [row] = await query(`SELECT count(*) n FROM "Audit" WHERE action = '${action}'`);
      expect(Number(row?.n), action).toBe(1);
    }
    const [accepted] = await query(`SELECT count(*) n FROM "Outbox" WHERE state = 'accepted'`);
    const [lost] = await query(`SELECT count(*) n FROM "Outbox" WHERE state IN ('refused', 'held', 'unknown')`);
    expect(Number(lost?.n)).toBe(0);
    const mails = await filesBelow(path.join(dir, 'inbox'), /\.eml$/);
    const ids = new Set(await Promise.all(mails.map(async (file) => /^message-id:\s*(\S+)/im.exec(await readFile(file, 'latin1'))?.[1])));
    expect(
      figure({ name: 'mail.lost-when-all-was-shot', value: Number(accepted?.n) - ids.size, unit: 'messages', bound: '<= 0', seed: null }),
    ).toBe(true);

    start.signal('SIGINT');
    expect(await start.ended, start.output).toBe(0);
  }, 400_000);
});
