/**
 * The whole desk on one machine, as `npm start`, the demo and the system tests bring it up: PostgreSQL, inbox, Temporal, then the
 * worker and the API as processes of their own, so that a test can kill one. Everything listens on loopback.
 */
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generateKeyringFile } from '../../crypto/keyring-file.ts';
import { migrate } from '../../prisma/migrate.ts';
import { type Config, environment, loadConfig } from '../config.ts';
import { startInbox } from './inbox.ts';
import { claimPort } from './ports.ts';
import { startPostgres } from './postgres.ts';
import { root } from './root.ts';
import { type SeedTokens, seedWhenEmpty } from './seed.ts';
import { startService } from './service.ts';
import type { LocalSettings } from './settings.ts';
import { type Supervisor, supervise } from './supervisor.ts';
import { startTemporal } from './temporal-server.ts';

export interface StackOptions extends LocalSettings {
  log: (line: string) => void;
  /** More settings for the API and the worker, by the names of .env.example; they win over the process environment. */
  env?: Readonly<Record<string, string>>;
  /** False: services, migrations and seed only, for callers that run the API and the worker themselves. */
  desk?: boolean;
  /** Gives up a start under way; what had started is stopped before `startStack` rejects. */
  signal?: AbortSignal;
}

export interface Stack {
  config: Config;
  urls: { api: string; inbox: string | null; temporalUi: string | null; workerHealth: string };
  /** Of the people of the seed. Null when the database was seeded from another folder. */
  tokens: Readonly<Record<keyof SeedTokens, string | null>>;
  /** Null for what does not run. */
  pids(): Promise<{ api: number | null; worker: number | null }>;
  /** Each stops the process if it still runs, and resolves when the new one is ready. */
  restartWorker(): Promise<void>;
  restartApi(): Promise<void>;
  /** Resolves with the name of the first part that ends without having been told to, or with null once everything is being stopped. */
  watch(): Promise<string | null>;
  /** API, worker, Temporal, inbox, PostgreSQL: each ends before what it needs. A repeated call joins the first; `force` hurries it. */
  stop(options?: { force?: boolean }): Promise<void>;
}

type DeskPart = 'worker' | 'API';

/** @throws PortTaken, ConfigError, or Error with a sentence that says what to do; whatever had started is stopped by then. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dir, log } = options;
  const signal = options.signal ?? new AbortController().signal;
  // As root, PostgreSQL's own user must be able to pass this folder; the files in it are closed one by one.
  await mkdir(dir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const supervisor = await supervise(dir, log);
  try {
    const { env, urls } = await startServices(options, supervisor, signal);
    const config = loadConfig(env);
    await keepSettings(dir, env);
    if (!(await stat(config.keyringFile).catch(() => null))) await generateKeyringFile(config.keyringFile);
    const { applied } = await migrate(config.databaseUrl);
    if (applied.length > 0) log(`Database: ${applied.length} ${applied.length === 1 ? 'migration' : 'migrations'} applied.`);
    await seedWhenEmpty(config, { log, keep: (tokens) => keepTokens(dir, tokens) });
    const tokens = {
      coordinator: await keptToken(dir, 'coordinator'),
      'stand-in': await keptToken(dir, 'stand-in'),
      administrator: await keptToken(dir, 'administrator'),
    };
    signal.throwIfAborted();

    const settings: Record<DeskPart, { script: string; readyUrl: string; grace: number }> = {
      worker: { script: 'runtime/worker.ts', readyUrl: `${urls.workerHealth}/readyz`, grace: 45_000 },
      API: { script: 'runtime/server.ts', readyUrl: `${urls.api}/readyz`, grace: 15_000 },
    };
    const start = async (name: DeskPart, giveUp: AbortSignal): Promise<void> => {
      const logFile = path.join(dir, `${name.toLowerCase()}.log`);
      await supervisor.keep(name, await startService({ name, ...settings[name], env, logFile, signal: giveUp }));
    };
    const restart = async (name: DeskPart): Promise<void> => {
      await supervisor.release(name);
      await start(name, signal);
    };
    if (options.desk !== false) {
      log('Starting the worker and the API ...');
      supervisor.reserve('worker', 'API');
      await together([(giveUp) => start('worker', giveUp), (giveUp) => start('API', giveUp)], signal);
    }
    return {
      config,
      urls,
      tokens,
      pids: async () => ({ api: await supervisor.pid('API'), worker: await supervisor.pid('worker') }),
      restartWorker: () => restart('worker'),
      restartApi: () => restart('API'),
      watch: supervisor.watch,
      stop: supervisor.stop,
    };
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}

/** Runs starts side by side; when one fails the others are given up, and their end is awaited so that nothing starts behind our back. */
async function together(starts: readonly ((giveUp: AbortSignal) => Promise<void>)[], signal: AbortSignal): Promise<void> {
  const failure = new AbortController();
  const giveUp = AbortSignal.any([signal, failure.signal]);
  await Promise.allSettled(starts.map((start) => start(giveUp).catch((error: unknown) => failure.abort(error))));
  giveUp.throwIfAborted();
}

async function startServices(options: StackOptions, supervisor: Supervisor, signal: AbortSignal) {
  const { dir, log, own, ports } = options;
  // Asked before anything starts, so that a taken port costs a second and not a minute.
  await claimPort(ports.api, 'API', 'API_PORT');
  await claimPort(ports.workerHealth, "the worker's health", 'WORKER_HEALTH_PORT');
  const postgres = own.databaseUrl ? null : await supervisor.keep('PostgreSQL', await startPostgres({ dir, port: ports.postgres, log }));
  signal.throwIfAborted();
  const inbox = own.smtpUrl
    ? null
    : await supervisor.keep('inbox', await startInbox({ smtpPort: ports.smtp, httpPort: ports.inbox, dir: path.join(dir, 'inbox') }));
  const temporal = own.temporalAddress
    ? null
    : await supervisor.keep('Temporal', await startTemporal({ dir, port: ports.temporal, uiPort: ports.temporalUi, log }));
  signal.throwIfAborted();
  const apiPort = await claimPort(ports.api, 'API', 'API_PORT');
  const healthPort = await claimPort(ports.workerHealth, "the worker's health", 'WORKER_HEALTH_PORT');
  const env: Record<string, string | undefined> = {
    KEYRING_FILE: path.join(dir, 'keyring.json'),
    COUNTRY_NAMES_FILE: path.join(root, 'test/data/countries.json'),
    PUBLIC_URL: `http://127.0.0.1:${apiPort}`,
    // our own inbox asks for no patience; a provider's limit is set by whoever has a provider
    ...(own.smtpUrl ? {} : { MAIL_RATE_PER_SECOND: '50' }),
    ...environment,
    NODE_ENV: 'development',
    DATABASE_URL: own.databaseUrl ?? postgres?.url,
    TEMPORAL_ADDRESS: own.temporalAddress ?? temporal?.address,
    SMTP_URL: own.smtpUrl ?? inbox?.smtpUrl,
    API_PORT: String(apiPort),
    WORKER_HEALTH_PORT: String(healthPort),
    ...options.env,
  };
  const urls = {
    api: `http://127.0.0.1:${apiPort}`,
    inbox: inbox?.url ?? null,
    temporalUi: temporal?.uiUrl ?? null,
    workerHealth: `http://127.0.0.1:${healthPort}`,
  };
  return { env, urls };
}

/** What the command line needs to reach this desk; `npm run sos` reads it where nothing else was set. Holds a password, so it is for its owner only. */
async function keepSettings(dir: string, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const lines = SETTINGS_KEPT.map((name) => `${name}="${env[name] ?? ''}"\n`);
  await writeFile(path.join(dir, 'desk.env'), lines.join(''), { mode: 0o600 });
}

const SETTINGS_KEPT = ['DATABASE_URL', 'TEMPORAL_ADDRESS', 'SMTP_URL', 'KEYRING_FILE', 'COUNTRY_NAMES_FILE', 'PUBLIC_URL'] as const;

/** The seed tells the tokens once; the local stack keeps them, so that `npm start` can show the coordinator's each time. */
async function keepTokens(dir: string, tokens: SeedTokens): Promise<void> {
  for (const [role, token] of Object.entries(tokens)) await writeFile(tokenFile(dir, role), `${token}\n`, { mode: 0o600 });
}

async function keptToken(dir: string, role: keyof SeedTokens): Promise<string | null> {
  return (await readFile(tokenFile(dir, role), 'utf8').catch(() => '')).trim() || null;
}

const tokenFile = (dir: string, role: string): string => path.join(dir, `${role}.token`);
