/** What a person may set about the local stack: where it keeps things, its ports, and which services of their own replace ours. */
import path from 'node:path';
import { z } from 'zod';
import { ConfigError, type Environment, environment } from '../config.ts';
import { root } from './root.ts';

interface Ports {
  api: number;
  workerHealth: number;
  inbox: number;
  smtp: number;
  temporal: number;
  temporalUi: number;
  postgres: number;
}

export interface LocalSettings {
  /** Holds every file of the stack: data, keyring, tokens, logs. */
  dir: string;
  ports: Ports;
  /** Services already running elsewhere; each one that is set is used instead of a local one. */
  own: { databaseUrl?: string; temporalAddress?: string; smtpUrl?: string };
}

const VARIABLE = {
  api: ['API_PORT', 8080],
  workerHealth: ['WORKER_HEALTH_PORT', 8081],
  inbox: ['INBOX_PORT', 8025],
  smtp: ['SMTP_PORT', 1025],
  temporal: ['TEMPORAL_PORT', 7233],
  temporalUi: ['TEMPORAL_UI_PORT', 8233],
  postgres: ['POSTGRES_PORT', 54_329],
} as const satisfies Record<keyof Ports, readonly [name: string, standard: number]>;

const port = z.coerce.number().int().min(0).max(65_535);

/** @throws ConfigError naming each port that is no port. */
export function localSettings(env: Environment = environment): LocalSettings {
  const problems: string[] = [];
  const read = (name: keyof Ports): number => {
    const [variable, standard] = VARIABLE[name];
    const parsed = port.safeParse(env[variable] || standard);
    if (!parsed.success) problems.push(`${variable} is not valid: set it to a port between 0 and 65535.`);
    return parsed.data ?? standard;
  };
  const ports: Ports = {
    api: read('api'),
    workerHealth: read('workerHealth'),
    inbox: read('inbox'),
    smtp: read('smtp'),
    temporal: read('temporal'),
    temporalUi: read('temporalUi'),
    postgres: read('postgres'),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    dir: path.resolve(root, env['LOCAL_DIR'] || '.local'),
    ports,
    own: {
      ...(env['DATABASE_URL'] ? { databaseUrl: env['DATABASE_URL'] } : {}),
      ...(env['TEMPORAL_ADDRESS'] ? { temporalAddress: env['TEMPORAL_ADDRESS'] } : {}),
      ...(env['SMTP_URL'] ? { smtpUrl: env['SMTP_URL'] } : {}),
    },
  };
}
