import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, type Environment, loadConfig, loadMigrationConfig, redacted } from '../../runtime/config.ts';

const LOCAL: Environment = { DATABASE_URL: 'postgresql://sos:db-password@127.0.0.1:5432/sos' };
const PRODUCTION: Environment = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://sos:db-password@db/sos',
  TEMPORAL_ADDRESS: 'temporal:7233',
  SMTP_URL: 'smtps://desk:mail-password@mail.example:465',
  MAIL_FROM: 'desk@network.example',
  MAIL_MESSAGE_ID_DOMAIN: 'network.example',
  PUBLIC_URL: 'https://desk.network.example',
  API_HOST: '0.0.0.0',
  KEYRING_FILE: '/run/secrets/keyring',
};

function problems(env: Environment): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

function fileWith(content: string): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'config-')), 'secret');
  writeFileSync(file, content);
  return file;
}

describe('on one machine', () => {
  it('needs nothing but a database and stays on loopback', () => {
    expect(loadConfig(LOCAL)).toMatchObject({
      production: false,
      logLevel: 'info',
      publicUrl: 'http://127.0.0.1:8080',
      api: { host: '127.0.0.1', port: 8080, trustProxy: 0, metricsToken: null },
      temporal: { address: '127.0.0.1:7233', namespace: 'default', tls: null },
      codecServer: null,
    });
    expect(problems({ ...LOCAL, API_HOST: '0.0.0.0' })).toEqual([
      expect.stringMatching(/^API_HOST leaves this machine: .*NODE_ENV=production/),
    ]);
  });

  it('takes an empty variable for a missing one', () => {
    expect(loadConfig({ ...LOCAL, API_PORT: '', METRICS_TOKEN: ' ' }).api).toMatchObject({ port: 8080, metricsToken: null });
    expect(problems({ DATABASE_URL: '' })).toEqual([expect.stringMatching(/^DATABASE_URL is missing: set it to a postgresql/)]);
  });
});

describe('in production', () => {
  it('accepts a complete environment', () => {
    expect(loadConfig(PRODUCTION)).toMatchObject({ production: true, publicUrl: 'https://desk.network.example', api: { host: '0.0.0.0' } });
  });

  it.each(['DATABASE_URL', 'TEMPORAL_ADDRESS', 'SMTP_URL', 'MAIL_FROM', 'MAIL_MESSAGE_ID_DOMAIN', 'PUBLIC_URL', 'KEYRING_FILE'])(
    'has no default for %s',
    (name) => {
      expect(problems({ ...PRODUCTION, [name]: undefined })).toEqual([expect.stringMatching(new RegExp(`^${name} is missing: `))]);
    },
  );

  it('refuses links over plain http and mail without TLS', () => {
    expect(problems({ ...PRODUCTION, PUBLIC_URL: 'http://desk.network.example' })).toEqual([
      expect.stringContaining('PUBLIC_URL is plain http'),
    ]);
    expect(problems({ ...PRODUCTION, SMTP_URL: 'smtp://mail.example' })).toEqual([expect.stringContaining('SMTP_URL is unencrypted')]);
    expect(problems({ ...PRODUCTION, SMTP_URL: 'smtp://mail.example?requireTLS=true' })).toEqual([]);
  });
});

describe('a wrong environment', () => {
  it('is told whole, in one sentence per problem', () => {
    const found = problems({
      ...PRODUCTION,
      DATABASE_URL: undefined,
      API_PORT: '99999',
      PUBLIC_URL: 'http://x.example',
      LOG_LEVEL: 'loud',
    });
    expect(found).toHaveLength(4);
    for (const sentence of found) expect(sentence).toMatch(/^[A-Z_]+ .*\.$/);
  });

  it.each([
    ['DATABASE_URL', 'mysql://root:secret@db/x'],
    ['TEMPORAL_ADDRESS', 'temporal'],
    ['TEMPORAL_ADDRESS', 'temporal:0'],
    ['MAIL_FROM', 'The Desk <desk@network.example>'],
    ['MAIL_FROM', 'a@network.example, b@network.example'],
    ['MAIL_FROM', 'desk@network.example\r\nBcc: x@y.example'],
    ['PUBLIC_URL', 'https://desk.network.example/path'],
    ['PUBLIC_URL', 'https://user:pass@desk.network.example'],
    ['TRUST_PROXY', 'true'],
    ['MAIL_RATE_PER_SECOND', '2001'],
    ['API_PORT', '8080abc'],
    ['METRICS_TOKEN', 'short'],
    ['CODEC_SERVER_ENABLED', 'yes'],
  ])('%s=%j is refused without being repeated', (name, value) => {
    const found = problems({ ...PRODUCTION, [name]: value });
    expect(found).toEqual([expect.stringMatching(new RegExp(`^${name} is not valid: `))]);
    expect(found.join()).not.toContain(value);
  });

  it('never opens a codec server without token and origin, nor half of a TLS identity', () => {
    expect(problems({ ...PRODUCTION, CODEC_SERVER_ENABLED: 'true' })).toEqual([
      expect.stringMatching(/^CODEC_SERVER_TOKEN is missing/),
      expect.stringMatching(/^CODEC_SERVER_ALLOWED_ORIGIN is missing/),
    ]);
    expect(problems({ ...PRODUCTION, TEMPORAL_TLS_CERT_FILE: fileWith('x') })).toEqual([expect.stringContaining('belong together')]);
    expect(problems({ ...PRODUCTION, TEMPORAL_TLS_CA_FILE: '/nowhere' })).toEqual([
      expect.stringMatching(/^TEMPORAL_TLS_CA_FILE names a file/),
    ]);
  });
});

describe('secrets as files', () => {
  it('are read and trimmed', () => {
    const config = loadConfig({ ...PRODUCTION, DATABASE_URL: undefined, DATABASE_URL_FILE: fileWith('postgresql://a:b@db/sos\n') });
    expect(config.databaseUrl).toBe('postgresql://a:b@db/sos');
    expect(loadMigrationConfig({ DATABASE_URL_FILE: fileWith('postgresql://a:b@db/sos') }).databaseUrl).toBe('postgresql://a:b@db/sos');
  });

  it('must exist, hold something, and be the only source', () => {
    expect(problems({ ...PRODUCTION, METRICS_TOKEN_FILE: '/nowhere' })).toEqual([
      expect.stringMatching(/^METRICS_TOKEN_FILE names a file/),
    ]);
    expect(problems({ ...PRODUCTION, METRICS_TOKEN_FILE: fileWith('\n') })).toEqual([
      expect.stringMatching(/^METRICS_TOKEN_FILE names a file/),
    ]);
    expect(problems({ ...PRODUCTION, SMTP_URL_FILE: fileWith('smtps://mail.example') })).toEqual([expect.stringContaining('both set')]);
  });
});

it('prints no secret', () => {
  const token = 't'.repeat(40);
  const config = loadConfig({
    ...PRODUCTION,
    METRICS_TOKEN: token,
    CODEC_SERVER_ENABLED: 'true',
    CODEC_SERVER_TOKEN: token,
    CODEC_SERVER_ALLOWED_ORIGIN: 'https://ui.example',
    TEMPORAL_TLS_CERT_FILE: fileWith('certificate'),
    TEMPORAL_TLS_KEY_FILE: fileWith('private-key'),
  });
  expect(config.temporal.tls?.clientCertPair?.key.toString()).toBe('private-key');
  const printed = JSON.stringify(redacted(config));
  for (const secret of ['db-password', 'mail-password', token, Buffer.from('private-key').toJSON().data.join()])
    expect(printed).not.toContain(secret);
  expect(printed).toContain('mail.example');
});
