/**
 * The only reader of the environment. It fails closed: a process either has every setting it needs, checked, or does not start
 * and says why in one sentence per problem. Sentences name the variable and never its value, since most values are secrets.
 *
 * Production (NODE_ENV=production) has no defaults that only make sense on one machine. Outside production the desk listens on
 * loopback only, so that a forgotten NODE_ENV cannot open an unprotected desk to a network.
 */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { CountryNames } from '../domain/country-name.ts';
import { developmentDefaults, type Values, variables } from './config-variables.ts';
import { readCountryNames } from './country-names.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The process environment, for the entry points of runtime/ that hand settings on to child processes. */
export const environment: Environment = process.env;

/** The shape `Connection.connect({ tls })` takes. */
interface TemporalTls {
  serverRootCACertificate?: Buffer;
  clientCertPair?: { crt: Buffer; key: Buffer };
}

export interface Config {
  production: boolean;
  logLevel: Values['LOG_LEVEL'];
  /** Secret: it holds the password. */
  databaseUrl: string;
  temporal: { address: string; namespace: string; tls: TemporalTls | null };
  /** `smtpUrl` is secret; `from` is a bare address; `ratePerSecond` counts messages of the whole desk, not of one worker. */
  mail: { smtpUrl: string; from: string; messageIdDomain: string; ratePerSecond: number };
  /** Origin of every link, without a trailing slash. */
  publicUrl: string;
  /** `trustProxy` is the number of proxies in front; `metricsToken` null means that nobody may read the metrics. */
  api: { host: string; port: number; trustProxy: number; metricsToken: string | null };
  worker: { healthHost: string; healthPort: number };
  keyringFile: string;
  /** The network's own names of places; empty unless a file is named. */
  countryNames: CountryNames;
  /** Where each day's signed checkpoint of the audit is also written as a file; null: nowhere. */
  checkpointDir: string | null;
  /** Where backups lie: after an erasure the newest keys of cases are written there anew, without those that were destroyed; null: nowhere. */
  backupDir: string | null;
  /** Null unless enabled: production runs without one. */
  codecServer: { port: number; token: string; allowedOrigin: string } | null;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

const SECRETS = ['DATABASE_URL', 'SMTP_URL', 'METRICS_TOKEN', 'CODEC_SERVER_TOKEN'] as const;
const LOOPBACK = new Set(['127.0.0.1', '::1', '[::1]', 'localhost']);

/** Every setting of the API and worker processes. @throws ConfigError listing every problem found. */
export function loadConfig(env: Environment = environment): Config {
  const problems: string[] = [];
  const production = env['NODE_ENV'] === 'production';
  const given = settle(env, problems);
  const raw: Environment = production ? given : { ...developmentDefaults, ...given };
  const parsed = variables.safeParse(raw);
  problems.push(...sentences(parsed.error), ...contradictions(raw), ...(production ? productionFaults(raw) : developmentFaults(raw)));
  const tls = readTls(raw, problems);
  const countryNames = raw['COUNTRY_NAMES_FILE'] ? readCountryNames(raw['COUNTRY_NAMES_FILE']) : {};
  if (countryNames === null) problems.push('COUNTRY_NAMES_FILE names a file that cannot be read or is no list of codes and names.');
  if (!parsed.success || countryNames === null || problems.length > 0) throw new ConfigError([...new Set(problems)]);
  const v = parsed.data;
  return {
    production,
    logLevel: v.LOG_LEVEL,
    databaseUrl: v.DATABASE_URL,
    temporal: { address: v.TEMPORAL_ADDRESS, namespace: v.TEMPORAL_NAMESPACE, tls },
    mail: { smtpUrl: v.SMTP_URL, from: v.MAIL_FROM, messageIdDomain: v.MAIL_MESSAGE_ID_DOMAIN, ratePerSecond: v.MAIL_RATE_PER_SECOND },
    publicUrl: new URL(v.PUBLIC_URL).origin,
    api: { host: v.API_HOST, port: v.API_PORT, trustProxy: v.TRUST_PROXY, metricsToken: v.METRICS_TOKEN ?? null },
    worker: { healthHost: v.WORKER_HEALTH_HOST, healthPort: v.WORKER_HEALTH_PORT },
    keyringFile: v.KEYRING_FILE,
    countryNames,
    checkpointDir: v.CHECKPOINT_DIR ?? null,
    backupDir: v.BACKUP_DIR ?? null,
    codecServer: v.CODEC_SERVER_ENABLED
      ? { port: v.CODEC_SERVER_PORT, token: v.CODEC_SERVER_TOKEN ?? '', allowedOrigin: v.CODEC_SERVER_ALLOWED_ORIGIN ?? '' }
      : null,
  };
}

/** The migration job needs the database alone, and is best run with no other secret in reach. @throws ConfigError */
export function loadMigrationConfig(env: Environment = environment): Pick<Config, 'databaseUrl' | 'logLevel'> {
  const problems: string[] = [];
  const parsed = variables.pick({ DATABASE_URL: true, LOG_LEVEL: true }).safeParse(settle(env, problems));
  problems.push(...sentences(parsed.error));
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return { databaseUrl: parsed.data.DATABASE_URL, logLevel: parsed.data.LOG_LEVEL };
}

/** A copy fit for printing: secrets say only whether they are set, and URLs lose their user and password. */
export function redacted(config: Config): Record<string, unknown> {
  return {
    ...config,
    databaseUrl: withoutCredentials(config.databaseUrl),
    temporal: { ...config.temporal, tls: config.temporal.tls ? '(set)' : null },
    mail: { ...config.mail, smtpUrl: withoutCredentials(config.mail.smtpUrl) },
    api: { ...config.api, metricsToken: config.api.metricsToken ? '(set)' : null },
    codecServer: config.codecServer && { ...config.codecServer, token: '(set)' },
  };
}

function withoutCredentials(address: string): string {
  const url = new URL(address);
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** Empty means missing (compose files pass `NAME=`), and a secret may come as the path of a file that holds it. */
function settle(env: Environment, problems: string[]): Record<string, string> {
  const given = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1]?.trim())));
  for (const name of SECRETS) {
    const file = given[`${name}_FILE`];
    if (file === undefined) continue;
    if (given[name] !== undefined) problems.push(`${name} and ${name}_FILE are both set: keep one of them.`);
    const content = readOrNull(file)?.toString('utf8').trim();
    if (content) given[name] = content;
    else problems.push(`${name}_FILE names a file that is empty or cannot be read.`);
  }
  return given;
}

function sentences(error: z.ZodError | undefined): string[] {
  return (error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}.`);
}

function contradictions(raw: Environment): string[] {
  const faults: string[] = [];
  if (Boolean(raw['TEMPORAL_TLS_CERT_FILE']) !== Boolean(raw['TEMPORAL_TLS_KEY_FILE'])) {
    faults.push('TEMPORAL_TLS_CERT_FILE and TEMPORAL_TLS_KEY_FILE belong together: set both or neither.');
  }
  if (raw['CODEC_SERVER_ENABLED'] === 'true') {
    for (const name of ['CODEC_SERVER_TOKEN', 'CODEC_SERVER_ALLOWED_ORIGIN']) {
      if (!raw[name]) faults.push(`${name} is missing: the codec server never runs open, so set it or set CODEC_SERVER_ENABLED=false.`);
    }
  }
  return faults;
}

function productionFaults(raw: Environment): string[] {
  const faults: string[] = [];
  if (urlOf(raw['PUBLIC_URL'])?.protocol === 'http:') {
    faults.push('PUBLIC_URL is plain http: links carry a capability, so in production they must be https.');
  }
  const smtp = urlOf(raw['SMTP_URL']);
  const sealed = smtp?.protocol === 'smtps:' || smtp?.searchParams.get('requireTLS') === 'true' || LOOPBACK.has(smtp?.hostname ?? '');
  if (smtp && !sealed)
    faults.push('SMTP_URL is unencrypted: use smtps://, or add ?requireTLS=true so that mail never travels without TLS.');
  return faults;
}

function developmentFaults(raw: Environment): string[] {
  return ['API_HOST', 'WORKER_HEALTH_HOST']
    .filter((name) => raw[name] !== undefined && !LOOPBACK.has(raw[name]))
    .map((name) => `${name} leaves this machine: that needs NODE_ENV=production, which refuses settings meant for one machine.`);
}

function urlOf(text: string | undefined): URL | null {
  return text !== undefined && URL.canParse(text) ? new URL(text) : null;
}

function readTls(raw: Environment, problems: string[]): TemporalTls | null {
  const read = (name: string): Buffer | null => {
    const file = raw[name];
    const content = file ? readOrNull(file) : null;
    if (file && !content) problems.push(`${name} names a file that cannot be read.`);
    return content;
  };
  const ca = read('TEMPORAL_TLS_CA_FILE');
  const crt = read('TEMPORAL_TLS_CERT_FILE');
  const key = read('TEMPORAL_TLS_KEY_FILE');
  if (!ca && !crt) return null;
  return { ...(ca ? { serverRootCACertificate: ca } : {}), ...(crt && key ? { clientCertPair: { crt, key } } : {}) };
}

function readOrNull(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}
